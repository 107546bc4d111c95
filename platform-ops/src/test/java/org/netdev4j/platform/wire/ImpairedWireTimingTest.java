package org.netdev4j.platform.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.wire.Impairments.Direction;

/** When frames are through, and in which order. */
class ImpairedWireTimingTest extends ImpairedWireFixture {
    @ParameterizedTest
    @EnumSource(names = {"SEND", "RECEIVE"})
    void delay_letsNoFrameThroughBefore_andEachAtItsInstant(Direction direction) {
        wire(direction, b -> b.delay(MS, 0));
        assertEquals(-1, receive());
        send(1, 60);
        assertEquals(-1, receive());
        clock.advance(MS / 2);
        send(2, 60);
        assertEquals(-1, receive());
        clock.advance(MS / 2 - 1);
        assertEquals(-1, receive());
        clock.advance(1);
        assertTrue(to.readable());
        assertEquals(1, receive());
        assertFalse(to.readable());
        clock.advance(MS / 2 - 1);
        assertEquals(-1, receive());
        clock.advance(1);
        assertEquals(2, receive());
        assertEquals(clock.epochNanos(), to.receivedAtEpochNanos());
    }

    @Test
    void jitter_spreadsTheDelay_andKeepsTheOrder() {
        wire(Direction.SEND, b -> b.delay(10 * MS, 4 * MS));
        long shortest = Long.MAX_VALUE;
        long longest = 0;
        for (int i = 0; i < 500; i++) {
            send(i, 60);
            long sent = clock.nanoTime();
            int got = receive();
            while (got < 0) {
                clock.advance(10 * US);
                got = receive();
            }
            assertEquals(i, got);
            shortest = Math.min(shortest, clock.nanoTime() - sent);
            longest = Math.max(longest, clock.nanoTime() - sent);
        }
        assertTrue(shortest >= 6 * MS && shortest < 6.3 * MS, "shortest " + shortest);
        assertTrue(longest <= 14.01 * MS && longest > 13.7 * MS, "longest " + longest);

        sendAll(1000, 60);
        clock.advance(20 * MS);
        assertEquals(upTo(1000), receiveAll());
    }

    @Test
    void jitter_neverLetsAFrameBeThroughBeforeTheOneBefore() {
        wire(Direction.RECEIVE, b -> b.delay(10 * MS, 9 * MS));
        sendAll(500, 60);
        assertEquals(-1, receive());
        clock.advance(20 * MS);
        long last = 0;
        for (int i = 0; i < 500; i++) {
            assertEquals(i, receive());
            assertTrue(to.receivedAtEpochNanos() >= last);
            last = to.receivedAtEpochNanos();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SEND", "RECEIVE"})
    void rate_isThatOfAnEthernetLine(Direction direction) {
        // 11 Mbit/s: a frame of 60 bytes takes (60 + 24) * 8 bits, 61090.909... ns; eleven take 672 us exactly.
        wire(direction, b -> b.rate(11_000_000));
        sendAll(1100, 60);
        assertEquals(-1, receive());
        clock.advance(61_089);
        assertEquals(-1, receive());
        clock.advance(1);
        assertEquals(0, receive());
        clock.advance(672 * US * 100 - 61_090 - 1);
        assertEquals(1098, receiveAll().size());
        clock.advance(1);
        assertEquals(1099, receive());
    }

    @Test
    void rate_countsShortFramesAsPadded_andLongOnesByTheirLength() {
        wire(Direction.SEND, b -> b.rate(1_000_000_000));
        send(1, 4);
        send(2, 1514);
        clock.advance(84 * 8 - 1);
        assertEquals(-1, receive());
        clock.advance(1);
        assertEquals(1, receive());
        clock.advance((1514 + 24) * 8 - 1);
        assertEquals(-1, receive());
        clock.advance(1);
        assertEquals(2, receive());
    }

    @Test
    void rate_isNotSavedUp_whileTheLineIsIdle() {
        wire(Direction.SEND, b -> b.rate(1_000_000_000));
        clock.advance(1000 * MS);
        sendAll(2, 60);
        clock.advance(672);
        assertEquals(List.of(0), receiveAll());
        clock.advance(672);
        assertEquals(List.of(1), receiveAll());
    }

    @Test
    void queue_bounds_whatIsHeld_bySendingFalse() {
        wire(Direction.SEND, b -> b.rate(1_000_000).queue(10_000));
        int accepted = 0;
        while (send(accepted, 1000)) {
            accepted++;
        }
        assertEquals(10, accepted);
        clock.advance(1024 * 8 * US);
        assertEquals(0, receive());
        assertTrue(send(10, 1000));
        assertFalse(send(11, 1000));
        clock.advance(1000 * MS);
        assertEquals(upTo(11).subList(1, 11), receiveAll());
    }

    @Test
    void queue_bounds_whatIsTakenIn_andTheRestWaitsBehind() {
        wire(Direction.RECEIVE, 1, b -> b.rate(1_000_000).queue(10_000));
        int accepted = 0;
        while (send(accepted, 1000)) {
            accepted++;
            receive();
        }
        assertTrue(accepted > 250 && accepted < 290, "accepted " + accepted);
        List<Integer> got = new ArrayList<>();
        for (int i = 0; i < accepted + 10; i++) {
            got.addAll(receiveAll());
            clock.advance(1024 * 8 * US);
        }
        assertEquals(upTo(accepted), got);
    }

    @Test
    void sending_triesAgain_whenTheWireBehindIsFull() {
        wire(Direction.SEND, 1, b -> b.delay(MS, 0));
        int accepted = 0;
        while (send(accepted, 1000)) {
            accepted++;
        }
        assertTrue(accepted > 1000, "accepted " + accepted);
        List<Integer> got = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            clock.advance(MS);
            got.addAll(receiveAll());
        }
        assertEquals(upTo(accepted), got);
    }

    @ParameterizedTest
    @EnumSource(names = {"SEND", "RECEIVE"})
    void reordering_letsExactlySoManyFramesOvertake(Direction direction) {
        List<Integer> got = through(5000, b -> b.reordering(0.05).heldBackByFrames(4), direction);
        clock.advance(1000 * MS);
        got.addAll(receiveAll());

        List<Integer> sorted = new ArrayList<>(got);
        Collections.sort(sorted);
        assertEquals(upTo(5000), sorted);
        int held = 0;
        int highest = -1;
        for (int i = 0; i < got.size() - 10; i++) {
            int number = got.get(i);
            if (number < highest) {
                held++;
                long overtakers = 0;
                int before = i - 1;
                // Others that were held back and came just before do not count as overtaking.
                while (overtakers < 4) {
                    assertTrue(before >= 0);
                    overtakers += got.get(before) > number ? 1 : 0;
                    before--;
                }
                int left = 0;
                for (int j = 0; j <= before; j++) {
                    left += got.get(j) > number && !heldBack(got, j) ? 1 : 0;
                }
                assertEquals(0, left, "frame " + number);
            }
            highest = Math.max(highest, number);
        }
        assertTrue(held > 190 && held < 310, "held " + held);
    }

    private static boolean heldBack(List<Integer> got, int at) {
        for (int i = 0; i < at; i++) {
            if (got.get(i) > got.get(at)) {
                return true;
            }
        }
        return false;
    }

    @Test
    void readable_saysWhetherAFrameIsThrough_alsoOneHeldBack() {
        for (int seed = 0; seed < 30; seed++) {
            int number = seed;
            wire(Direction.RECEIVE, b -> b.reordering(0.5).heldBackByFrames(1).seed(number));
            sendAll(6, 60);
            receive();
            for (int i = 0; i < 6; i++) {
                boolean readable = to.readable();
                assertEquals(readable, receive() >= 0, "seed " + seed);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SEND", "RECEIVE"})
    void reordering_releasesAFrame_thatNobodyOvertakes(Direction direction) {
        wire(direction, b -> b.reordering(1).heldBackByFrames(2));
        send(1, 60);
        assertEquals(-1, receive());
        clock.advance(100 * MS - 1);
        assertEquals(-1, receive());
        clock.advance(1);
        assertEquals(1, receive());
        assertEquals(clock.epochNanos(), to.receivedAtEpochNanos());
    }

    @Test
    void reordering_byTime_holdsAFrameThatLong() {
        wire(Direction.RECEIVE, b -> b.reordering(0.2).heldBackByNanos(5 * MS).delay(MS, 0));
        List<Long> latencies = new ArrayList<>();
        List<Integer> got = new ArrayList<>();
        for (int step = 0; step < 220; step++) {
            if (step < 200) {
                send(step, 60);
            }
            for (int number = receive(); number >= 0; number = receive()) {
                got.add(number);
                latencies.add(step - (long) number);
            }
            clock.advance(MS);
        }
        Collections.sort(got);
        assertEquals(upTo(200), got);
        assertEquals(List.of(1L, 6L), latencies.stream().distinct().sorted().toList());
        long held = latencies.stream().filter(l -> l == 6).count();
        assertTrue(held > 20 && held < 60, "held " + held);
    }

    @Test
    void reordering_isByWhenFramesAreThrough_howeverLateTheyAreTaken() {
        wire(Direction.RECEIVE, b -> b.reordering(0.2).heldBackByNanos(5 * MS).delay(1000 * MS, 0));
        long start = clock.epochNanos();
        for (int i = 0; i < 200; i++) {
            send(i, 60);
            assertEquals(-1, receive());
            clock.advance(MS);
        }
        clock.advance(2000 * MS);

        int held = 0;
        long last = 0;
        for (int number = receive(); number >= 0; number = receive()) {
            long through = to.receivedAtEpochNanos();
            assertTrue(through >= last, "frame " + number);
            last = through;
            long late = through - start - (number + 1000L) * MS;
            assertTrue(late == 0 || late == 5 * MS, "frame " + number + ": " + late);
            held += late == 0 ? 0 : 1;
        }
        assertEquals(200, to.stats().orElseThrow().receivedFrames());
        assertTrue(held > 20 && held < 60, "held " + held);
    }

    @Test
    void notify_wakesAtTheInstant_onReceiving() {
        wire(Direction.RECEIVE, b -> b.delay(3 * MS, 0));
        WaitEvent event = platform.newWaitEvent();
        to.notify(event);
        send(1, 60);
        assertTrue(event.poll());
        assertEquals(-1, receive());
        assertFalse(event.poll());

        assertTrue(event.await(Deadline.afterMillis(clock, 10)));

        assertEquals(3 * MS, clock.nanoTime());
        assertEquals(1, receive());
        assertEquals(-1, receive());
        assertFalse(event.await(Deadline.afterMillis(clock, 10)));
    }

    @Test
    void notify_signalsAtOnce_orWhenDue_ifFramesAreHeldAlready() {
        wire(Direction.RECEIVE, b -> b.delay(3 * MS, 0));
        send(1, 60);
        assertEquals(-1, receive());
        WaitEvent event = platform.newWaitEvent();
        to.notify(event);
        assertFalse(event.poll());
        clock.advance(3 * MS);
        assertTrue(event.poll());
        WaitEvent other = platform.newWaitEvent();
        to.notify(other);
        assertTrue(other.poll());
    }

    @Test
    void notify_wakesTheFarEnd_whenASentFrameIsThrough() {
        wire(Direction.SEND, b -> b.delay(3 * MS, 0));
        WaitEvent event = platform.newWaitEvent();
        to.notify(event);
        receive();
        send(1, 60);
        assertFalse(event.poll());
        assertTrue(event.await(Deadline.afterMillis(clock, 10)));
        assertEquals(3 * MS, clock.nanoTime());
        assertEquals(1, receive());
    }

    @Test
    void receivedAtEpochNanos_isWhenTheFrameWasThrough_notWhenItWasTaken() {
        wire(Direction.RECEIVE, b -> b.delay(3 * MS, 0));
        long start = clock.epochNanos();
        send(1, 60);
        receive();
        clock.advance(50 * MS);
        assertEquals(1, receive());
        assertEquals(start + 3 * MS, to.receivedAtEpochNanos());
    }

    @Test
    void exhausted_onlyWhenNothingIsUnderWay() {
        wire(Direction.RECEIVE, b -> b.delay(MS, 0));
        send(1, 60);
        receive();
        from.close();
        assertFalse(to.exhausted());
        clock.advance(MS);
        assertEquals(1, receive());
        assertTrue(to.exhausted());
    }
}
