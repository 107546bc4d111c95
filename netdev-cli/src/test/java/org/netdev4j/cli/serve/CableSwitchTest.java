package org.netdev4j.cli.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.VirtualClock;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.WirePort;
import org.netdev4j.platform.wire.Wires;

class CableSwitchTest {
    private static final int LENGTH = 60;

    @Test
    void plugOut_losesFramesBothWays_untilItIsInAgain() {
        try (Platform platform = Platform.builder().virtualClock(new VirtualClock()).build();
             CableSwitch cable = new CableSwitch(Wires.open("self:", platform)); Memory frame = Memory.allocate("frame",
                 WirePort.MAX_FRAME)) {
            assertTrue(cable.send(frame, 0, LENGTH));
            assertEquals(LENGTH, cable.receive(frame, 0, WirePort.MAX_FRAME));
            assertTrue(cable.send(frame, 0, LENGTH));

            cable.plug(false);
            assertFalse(cable.linkUp());
            assertTrue(cable.readable(), "what was under way is to be fetched, and thrown away");
            assertEquals(WirePort.EMPTY, cable.receive(frame, 0, WirePort.MAX_FRAME));
            assertTrue(cable.send(frame, 0, LENGTH), "a frame that is lost counts as taken");
            assertEquals(2, cable.stats().orElseThrow().dropped());

            cable.plug(true);
            assertTrue(cable.linkUp());
            assertEquals(WirePort.EMPTY, cable.receive(frame, 0, WirePort.MAX_FRAME));
            assertTrue(cable.send(frame, 0, LENGTH));
            assertEquals(LENGTH, cable.receive(frame, 0, WirePort.MAX_FRAME));
        }
    }

    @Test
    void plug_wakesTheDevice() {
        try (Platform platform = Platform.builder().build(); CableSwitch cable = new CableSwitch(Wires.open("null:",
            platform))) {
            WaitEvent event = platform.newWaitEvent();
            cable.notify(event);
            event.poll();

            cable.plug(false);

            assertTrue(event.poll());
        }
    }
}
