package org.netdev4j.platform.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.wire.Impairments.Direction;

/** What becomes of frames. */
class ImpairedWireTest extends ImpairedWireFixture {
    @ParameterizedTest
    @EnumSource(names = {"SEND", "RECEIVE"})
    void loss_losesThatShare_andCountsIt(Direction direction) {
        List<Integer> got = through(20_000, b -> b.loss(0.1), direction);

        assertTrue(got.size() > 17_800 && got.size() < 18_200, "received " + got.size());
        WirePort impaired = direction == Direction.SEND ? from : to;
        assertEquals(20_000 - got.size(), impaired.stats().orElseThrow().dropped());
        assertEquals(20_000, from.stats().orElseThrow().sentFrames());
        assertEquals(got.size(), to.stats().orElseThrow().receivedFrames());
    }

    @ParameterizedTest
    @EnumSource(names = {"SEND", "RECEIVE"})
    void sameSeed_sameOutcome_otherSeed_otherOutcome(Direction direction) {
        UnaryOperator<Impairments.Builder> what = b -> b.loss(0.2).duplication(0.1).reordering(0.1);

        List<Integer> first = through(2000, what, direction);

        assertEquals(first, through(2000, what, direction));
        assertNotEquals(first, through(2000, b -> what.apply(b).seed(2), direction));
    }

    @Test
    void oneImpairment_doesNotChangeWhatAnotherDoes() {
        List<Integer> lossy = through(2000, b -> b.loss(0.2), Direction.SEND);

        List<Integer> more =
            through(2000, b -> b.loss(0.2).duplication(0.3).corruption(1e-9).reordering(0.2).delay(MS, MS), Direction.SEND);
        clock.advance(MS * 1000);
        more.addAll(receiveAll());

        assertEquals(lossy, more.stream().distinct().sorted().toList());
    }

    @Test
    void lossOfAll_isAnEnd_notALoop() {
        wire(Direction.RECEIVE, b -> b.loss(1));
        sendAll(1000, 60);
        WaitEvent event = platform.newWaitEvent();
        to.notify(event);
        int calls = 0;
        while (event.poll()) {
            assertEquals(-1, receive());
            calls++;
        }
        assertTrue(calls < 20, "calls " + calls);
        assertEquals(1000, to.stats().orElseThrow().dropped());
    }

    @ParameterizedTest
    @EnumSource(names = {"SEND", "RECEIVE"})
    void aFrameThatCouldNotBeSent_isNotThrownDiceForTwice(Direction direction) {
        // A full ring refuses the same frame many times; with a new decision each time all would be lost in the end.
        wire(direction, 1, b -> b.loss(0.5));
        int lost = 0;
        int sent = 0;
        for (int i = 0; i < 4000; i++) {
            for (int tries = 0; tries < 50 && !send(i, 6000); tries++) {
                if (tries == 20) {
                    while (receive() >= 0) {
                        sent++;
                    }
                }
            }
        }
        while (receive() >= 0) {
            sent++;
        }
        lost = 4000 - sent;
        assertTrue(lost > 1850 && lost < 2150, "lost " + lost);
    }

    @ParameterizedTest
    @EnumSource(names = {"SEND", "RECEIVE"})
    void corruption_invertsOneBit_ofThatShare_anywhere(Direction direction) {
        for (boolean held : new boolean[] {false, true}) {
            wire(direction, b -> b.corruption(0.25).delay(held ? 1 : 0, 0));
            byte[] frame = Frames.bytes(1, 100);
            int corrupted = 0;
            long places = 0;
            for (int i = 0; i < 4000; i++) {
                memory.copyFrom(0, frame, 0, 100);
                from.send(memory, 0, 100);
                assertArrayEquals(frame, memory.bytes(0, 100));
                int length = to.receive(memory, 0, 200);
                clock.advance(1);
                assertEquals(100, length > 0 ? length : to.receive(memory, 0, 200));
                int bits = 0;
                for (int at = 0; at < 100; at++) {
                    int difference = memory.getByte(at) ^ frame[at];
                    bits += Integer.bitCount(difference & 0xff);
                    places |= difference == 0 ? 0 : 1L << at % 64;
                }
                assertTrue(bits <= 1, "bits " + bits);
                corrupted += bits;
            }
            assertTrue(corrupted > 900 && corrupted < 1100, "corrupted " + corrupted);
            assertEquals(-1L, places);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SEND", "RECEIVE"})
    void duplication_givesThatShareTwice_oneAfterTheOther(Direction direction) {
        List<Integer> got = through(10_000, b -> b.duplication(0.3), direction);

        assertTrue(got.size() > 12_800 && got.size() < 13_200, "received " + got.size());
        assertEquals(upTo(10_000), got.stream().distinct().toList());
        List<Integer> sorted = new ArrayList<>(got);
        Collections.sort(sorted);
        assertEquals(sorted, got);
    }

    @Test
    void close_passesOnWhatWasSent_andDropsWhatWasNotReceived() {
        wire(Direction.SEND, b -> b.delay(1000 * MS, 0).reordering(0.5));
        sendAll(20, 60);
        assertEquals(-1, receive());

        from.close();

        List<Integer> got = receiveAll();
        Collections.sort(got);
        assertEquals(upTo(20), got);
        assertEquals(0, clock.pending());
        assertTrue(to.exhausted());
    }

    @Test
    void direction_concernsOneWay_orBoth() {
        BackToBack cable = BackToBack.create(platform, 1);
        for (Direction direction : Direction.values()) {
            Impairments what = Impairments.builder().loss(1).direction(direction).build();
            ImpairedWire port = new ImpairedWire(cable.left(), what, platform);
            Frames.send(port, Frames.bytes(1, 60));
            assertEquals(direction == Direction.RECEIVE, Frames.receive(cable.right()).length > 0);
            Frames.send(cable.right(), Frames.bytes(1, 60));
            assertEquals(direction == Direction.SEND, Frames.receive(port).length > 0);
        }
        from = cable.left();
        to = cable.right();
    }

    @Test
    void frames_allocateNothing_whatEverIsOn() {
        for (Direction direction : List.of(Direction.SEND, Direction.RECEIVE)) {
            wire(direction, 1 << 20, b -> b.loss(0.1).corruption(0.1).duplication(0.1).reordering(0.1));
            assertEquals(0, AllocatedBytes.byWarm(() -> exchange(30_000)), direction.toString());
        }
        // With a delay the sending end needs timers, but the receiving end that is polled does not.
        wire(Direction.RECEIVE, 1 << 20, b -> b.loss(0.1).delay(2 * US, US).rate(10_000_000_000L).reordering(0.1));
        assertEquals(0, AllocatedBytes.byWarm(() -> exchange(30_000)));
    }

    private void exchange(int count) {
        for (int i = 0; i < count; i++) {
            from.send(memory, 0, 60 + i % 100);
            clock.advance(100);
            while (to.receive(memory, 0, WirePort.MAX_FRAME) != WirePort.EMPTY) {
                // takes all that is through
            }
        }
    }

    @Test
    void impairments_refuseWhatIsOutOfRange() {
        assertThrows(IllegalArgumentException.class, () -> Impairments.builder().loss(1.1).build());
        assertThrows(IllegalArgumentException.class, () -> Impairments.builder().duplication(Double.NaN).build());
        assertThrows(IllegalArgumentException.class, () -> Impairments.builder().delay(5, 6).build());
        assertThrows(IllegalArgumentException.class, () -> Impairments.builder().queue(0).build());
        assertThrows(IllegalArgumentException.class, () -> Impairments.builder().rate(-1).build());
        assertThrows(IllegalArgumentException.class, () -> Impairments.builder().heldBackByNanos(Long.MAX_VALUE).build());
    }
}
