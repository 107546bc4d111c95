package org.netdev4j.platform.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.WaitEvent;

class BackToBackTest extends WirePortContract {
    private BackToBack cable;

    @Override
    Ends open(Platform on) {
        cable = BackToBack.create(on, 1);
        return new Ends(cable.left(), cable.right());
    }

    @Test
    void send_goesBothWays_withoutMixing() {
        Frames.send(cable.left(), Frames.bytes(1, 60));
        Frames.send(cable.right(), Frames.bytes(2, 61));

        assertArrayEquals(Frames.bytes(2, 61), Frames.receive(cable.left()));
        assertArrayEquals(Frames.bytes(1, 60), Frames.receive(cable.right()));
        assertFalse(cable.left().readable() || cable.right().readable());
    }

    @Test
    void setLink_down_dropsWhatIsSent_andKeepsWhatArrived() {
        Frames.send(cable.left(), Frames.bytes(1, 60));
        cable.setLink(false);

        assertTrue(Frames.send(cable.left(), Frames.bytes(2, 60)));

        assertFalse(cable.left().linkUp() || cable.right().linkUp());
        assertArrayEquals(Frames.bytes(1, 60), Frames.receive(cable.right()));
        assertFalse(cable.right().readable());
        assertEquals(1, cable.left().stats().orElseThrow().dropped());
        cable.setLink(true);
        assertTrue(cable.left().linkUp());
        Frames.send(cable.left(), Frames.bytes(3, 60));
        assertArrayEquals(Frames.bytes(3, 60), Frames.receive(cable.right()));
    }

    @Test
    void setLink_signalsBothEnds() {
        WaitEvent left = platform.newWaitEvent();
        WaitEvent right = platform.newWaitEvent();
        cable.left().notify(left);
        cable.right().notify(right);

        cable.setLink(false);

        assertTrue(left.poll());
        assertTrue(right.poll());
    }

    @Test
    void close_ofOneEnd_leavesTheOtherWithoutPeer() {
        WaitEvent event = platform.newWaitEvent();
        cable.right().notify(event);
        Frames.send(cable.left(), Frames.bytes(1, 60));
        event.poll();

        cable.left().close();

        assertTrue(event.poll());
        assertFalse(cable.right().linkUp());
        assertFalse(cable.right().exhausted());
        assertArrayEquals(Frames.bytes(1, 60), Frames.receive(cable.right()));
        assertTrue(cable.right().exhausted());
        assertTrue(Frames.send(cable.right(), Frames.bytes(2, 60)));
        assertEquals(1, cable.right().stats().orElseThrow().dropped());
    }
}
