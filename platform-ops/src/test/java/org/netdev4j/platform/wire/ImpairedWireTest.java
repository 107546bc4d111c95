package org.netdev4j.platform.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.VirtualClock;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.Impairments.Direction;

/** What happens to frames, on a clock that moves only when told to. Frames carry their number in the first four bytes. */
class ImpairedWireTest {
    private static final long US = 1_000;
    private static final long MS = 1_000_000;

    private final VirtualClock clock = new VirtualClock();
    private final Platform platform = Platform.builder().virtualClock(clock).build();
    private final Memory memory = Memory.allocate("test", WirePort.MAX_FRAME);
    private WirePort from;
    private WirePort to;

    @AfterEach
    void close() {
        if (from != null) {
            from.close();
            to.close();
        }
        memory.close();
        platform.close();
    }

    /** A cable whose sending or receiving end is impaired. */
    private void wire(Direction direction, UnaryOperator<Impairments.Builder> what) {
        wire(direction, 1 << 24, what);
    }

    private void wire(Direction direction, int bytes, UnaryOperator<Impairments.Builder> what) {
        if (from != null) {
            from.close();
            to.close();
        }
        BackToBack cable = BackToBack.create(platform, bytes);
        Impairments impairments = what.apply(Impairments.builder().direction(direction).seed(1)).build();
        from = direction == Direction.SEND ? new ImpairedWire(cable.left(), impairments, platform) : cable.left();
        to = direction == Direction.RECEIVE ? new ImpairedWire(cable.right(), impairments, platform) : cable.right();
    }

    private boolean send(int number, int length) {
        memory.fill(0, length, (byte) 0);
        memory.putInt(0, number);
        return from.send(memory, 0, length);
    }

    private void sendAll(int count, int length) {
        for (int i = 0; i < count; i++) {
            assertTrue(send(i, length), "frame " + i);
        }
    }

    /** Number of the frame that is received now, -1 if none is. */
    private int receive() {
        return to.receive(memory, 0, WirePort.MAX_FRAME) == WirePort.EMPTY ? -1 : memory.getInt(0);
    }

    private List<Integer> receiveAll() {
        List<Integer> numbers = new ArrayList<>();
        for (int number = receive(); number >= 0; number = receive()) {
            numbers.add(number);
        }
        return numbers;
    }

    private List<Integer> through(int count, UnaryOperator<Impairments.Builder> what, Direction direction) {
        wire(direction, what);
        sendAll(count, 60);
        return receiveAll();
    }

    private static List<Integer> upTo(int count) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            numbers.add(i);
        }
        return numbers;
    }

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
            through(2000, b -> b.loss(0.2).duplication(0.3).corruption(1e-9).reordering(0.2), Direction.SEND);
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
