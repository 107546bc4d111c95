package org.netdev4j.platform.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.memory.Memory;

class FrameRingTest {
    private final FrameRing ring = new FrameRing("test", 0);
    private final Memory memory = Memory.allocate("frames", WirePort.MAX_FRAME);

    @AfterEach
    void close() {
        ring.close();
        memory.close();
    }

    @Test
    void push_keepsStampTagAndMark() {
        memory.copyFrom(0, Frames.bytes(3, 65), 0, 65);

        assertTrue(ring.push(memory, 0, 65, -2L, Long.MAX_VALUE, -7));

        assertEquals(65, ring.next());
        assertEquals(-2L, ring.stamp());
        assertEquals(Long.MAX_VALUE, ring.tag());
        assertEquals(-7, ring.mark());
        assertArrayEquals(Frames.bytes(3, 65), ring.memory().bytes(ring.offset(), 65));
    }

    @Test
    void next_staysAtTheFrame_untilRelease() {
        ring.push(memory, 0, 60);
        ring.push(memory, 0, 61);

        assertEquals(60, ring.next());
        assertEquals(60, ring.next());
        ring.release();
        assertEquals(61, ring.next());
        assertFalse(ring.isEmpty());
        ring.release();
        assertTrue(ring.isEmpty());
        assertEquals(WirePort.EMPTY, ring.next());
    }

    /** Against a queue of the library, with lengths that end records at every distance from the end of the ring. */
    @Test
    void pushAndNext_doWhatAQueueDoes_throughManyTurns() {
        Random random = new Random(42);
        Queue<byte[]> model = new ArrayDeque<>();
        for (int step = 0; step < 200_000; step++) {
            if (random.nextInt(100) < 51) {
                int length = random.nextInt(50) == 0 ? 1 + random.nextInt(WirePort.MAX_FRAME) : 1 + random.nextInt(300);
                int check = Math.min(length, 64);
                byte[] start = Frames.bytes(step, check);
                memory.copyFrom(0, start, 0, check);
                boolean room = ring.hasRoom(1, length);
                boolean pushed = ring.push(memory, 0, length, step, length, 0);
                assertTrue(pushed || !room, "there was room");
                if (pushed) {
                    model.add(start);
                }
            } else {
                byte[] expected = model.poll();
                int length = ring.next();
                assertEquals(expected == null, length == WirePort.EMPTY);
                if (expected != null) {
                    assertEquals(length, ring.tag());
                    assertArrayEquals(expected, ring.memory().bytes(ring.offset(), expected.length));
                    ring.release();
                }
            }
        }
    }

    @Test
    void push_takesTheLongestFrame_whereverThePositionsAre() {
        for (int i = 0; i < 2000; i++) {
            assertTrue(ring.push(memory, 0, 1 + i % 977));
            ring.next();
            ring.release();
            assertTrue(ring.push(memory, 0, WirePort.MAX_FRAME), "turn " + i);
            assertEquals(WirePort.MAX_FRAME, ring.next());
            ring.release();
        }
    }

    @Test
    void constructor_roundsUp_andRefusesTooMuch() {
        assertThrows(IllegalArgumentException.class, () -> new FrameRing("big", FrameRing.MOST_BYTES + 1L));
        try (FrameRing small = new FrameRing("small", 300_000)) {
            assertEquals(512 * 1024, small.memory().size());
        }
        assertEquals(256 * 1024, ring.memory().size());
    }

    @Test
    void pushAndNext_allocateNothing() {
        assertEquals(0, AllocatedBytes.byWarm(() -> roundTrips(50_000)));
    }

    private void roundTrips(int count) {
        for (int i = 0; i < count; i++) {
            ring.push(memory, 0, 60 + i % 1000);
            ring.next();
            ring.release();
        }
    }

    /**
     * One frame at a time, each pushed when the one before has just been taken. With the fence taken out of push, or the
     * second look out of next, this fails, as a rule within ten thousand rounds.
     */
    @Test
    void stress_aFrameThatComesWhileTheConsumerTurnsToSleep_wakesIt() throws InterruptedException {
        try (Platform platform = Platform.create()) {
            WaitEvent event = platform.newWaitEvent();
            ring.setEvent(event);
            AtomicInteger taken = new AtomicInteger();
            AtomicBoolean stopped = new AtomicBoolean();
            Thread producer = Thread.ofPlatform().start(() -> pushOneByOne(taken, stopped));
            Deadline enough = Deadline.afterMillis(platform.clock(), 2_000);
            Random random = new Random(1);
            try {
                for (int round = 0; !enough.expired(); round++) {
                    waste(random.nextInt(300));
                    while (ring.next() == WirePort.EMPTY) {
                        assertTrue(pollSoon(platform, event), "no signal in round " + round + ", empty: " + ring.isEmpty());
                    }
                    ring.release();
                    taken.set(round + 1);
                }
            } finally {
                stopped.set(true);
                producer.join();
            }
        }
    }

    private static boolean pollSoon(Platform platform, WaitEvent event) {
        Deadline end = Deadline.afterMillis(platform.clock(), 5_000);
        for (int spins = 1; !event.poll(); spins++) {
            if (spins % 100_000 == 0) {
                if (end.expired()) {
                    return false;
                }
                Thread.yield();
            }
        }
        return true;
    }

    private void pushOneByOne(AtomicInteger taken, AtomicBoolean stopped) {
        Random random = new Random(2);
        for (int round = 0; !stopped.get(); round++) {
            for (int spins = 1; taken.get() != round && !stopped.get(); spins++) {
                if (spins % 100_000 == 0) {
                    Thread.yield();
                }
            }
            waste(random.nextInt(300));
            ring.push(memory, 0, 8);
        }
    }

    /** A nanosecond or so per turn, without touching memory that another thread uses. */
    private static void waste(int turns) {
        int value = turns;
        for (int i = 0; i < turns; i++) {
            value = value * 31 + i;
        }
        if (value == 42) {
            Thread.yield(); // or the loop would be compiled away
        }
    }

    @Test
    void stress_oneProducerOneConsumer_everyByteArrives() throws InterruptedException {
        int frames = 1_000_000;
        AtomicLong produced = new AtomicLong();
        Thread producer = new Thread(() -> produce(frames, produced), "ring producer");
        producer.start();
        long sum = 0;
        long deadline = System.nanoTime() + 60_000_000_000L;
        for (int i = 0; i < frames; i++) {
            int length = ring.next();
            while (length == WirePort.EMPTY) {
                assertTrue(System.nanoTime() < deadline, "no frame " + i);
                Thread.yield();
                length = ring.next();
            }
            assertEquals(8 + i % 200, length);
            assertEquals(i, ring.stamp());
            assertEquals(i * 0x9E37_79B9_7F4A_7C15L, ring.memory().getLong(ring.offset()));
            sum += ring.memory().getUnsignedByte(ring.offset() + length - 1);
            ring.release();
        }
        producer.join();
        assertEquals(produced.get(), sum);
        assertTrue(ring.isEmpty());
    }

    private void produce(int frames, AtomicLong sum) {
        long total = 0;
        try (Memory frame = Memory.allocate("produced", 256)) {
            for (int i = 0; i < frames; i++) {
                int length = 8 + i % 200;
                frame.putByte(length - 1L, (byte) i);
                frame.putLong(0, i * 0x9E37_79B9_7F4A_7C15L);
                total += frame.getUnsignedByte(length - 1L);
                while (!ring.push(frame, 0, length, i, 0, 0)) {
                    Thread.yield();
                }
            }
        }
        sum.set(total);
    }
}
