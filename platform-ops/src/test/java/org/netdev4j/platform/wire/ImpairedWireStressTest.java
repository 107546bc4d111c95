package org.netdev4j.platform.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.memory.Memory;

/** Delays in real time: the timers' thread, a sender and a receiver that sleeps whenever it finds nothing. */
class ImpairedWireStressTest {
    private static final int FRAMES = 20_000;
    private static final long US = 1_000;

    @Test
    void noFrameAndNoWakeUpIsLost() throws InterruptedException {
        Impairments what = Impairments.builder().delay(150 * US, 100 * US).rate(2_000_000_000).reordering(0.02)
            .heldBackByNanos(500 * US).duplication(0.01).queue(100_000).seed(1).build();
        try (Platform platform = Platform.create()) {
            BackToBack cable = BackToBack.create(platform, 1);
            WirePort near = new ImpairedWire(cable.left(), what, platform);
            WirePort far = new ImpairedWire(cable.right(), what, platform);
            Thread sender = Thread.ofPlatform().start(() -> sendAll(near));
            BitSet got = receiveAll(platform, far);
            sender.join();
            assertEquals(FRAMES, got.cardinality());
            assertEquals(0, near.stats().orElseThrow().dropped() + far.stats().orElseThrow().dropped());
            near.close();
            far.close();
        }
    }

    private static void sendAll(WirePort near) {
        try (Memory frame = Memory.allocate("sent", 60)) {
            for (int i = 0; i < FRAMES; i++) {
                frame.putInt(0, i);
                while (!near.send(frame, 0, 60)) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    private static BitSet receiveAll(Platform platform, WirePort far) {
        BitSet got = new BitSet();
        WaitEvent event = platform.newWaitEvent();
        far.notify(event);
        Deadline end = Deadline.afterMillis(platform.clock(), 60_000);
        try (Memory frame = Memory.allocate("received", 60)) {
            while (got.cardinality() < FRAMES) {
                if (far.receive(frame, 0, 60) != WirePort.EMPTY) {
                    got.set(frame.getInt(0));
                } else {
                    assertTrue(event.await(Deadline.afterMillis(platform.clock(), 10_000)), "after " + got.cardinality());
                    assertFalse(end.expired(), "too slow: " + got.cardinality());
                }
            }
        }
        return got;
    }
}
