package org.netdev4j.platform.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.memory.Memory;

/** What every wire must do whose far end is in this process. */
abstract class WirePortContract {
    /** Two ports; what near sends, far receives. They may be the same. */
    record Ends(WirePort near, WirePort far) {
    }

    Platform platform;
    Ends ends;
    private Memory memory;
    private volatile int spun;

    /** Makes the wire under test. */
    abstract Ends open(Platform on);

    /** False if a full wire drops instead of refusing. */
    boolean refusesWhenFull() {
        return true;
    }

    @BeforeEach
    final void openWire() {
        platform = Platform.create();
        ends = open(platform);
        memory = Memory.allocate("contract", WirePort.MAX_FRAME + 200L);
    }

    @AfterEach
    final void closeWire() {
        ends.near.close();
        ends.far.close();
        memory.close();
        platform.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 13, 14, 59, 60, 61, 62, 63, 64, 1514, 9014, WirePort.MAX_FRAME})
    void receive_givesWhatWasSent(int length) {
        byte[] sent = Frames.bytes(length, length);

        assertTrue(Frames.send(ends.near, sent));

        assertTrue(ends.far.readable());
        assertArrayEquals(sent, Frames.receive(ends.far));
        assertFalse(ends.far.readable());
    }

    @Test
    void receive_writesOnlyTheFrame_atTheOffset() {
        Frames.send(ends.near, Frames.bytes(1, 61));
        memory.fill(0, 200, (byte) 0xa5);

        assertEquals(61, ends.far.receive(memory, 5, 100));

        assertArrayEquals(Frames.bytes(1, 61), memory.bytes(5, 61));
        assertEquals((byte) 0xa5, memory.getByte(4));
        assertEquals((byte) 0xa5, memory.getByte(66));
    }

    @Test
    void send_copiesTheFrame() {
        memory.copyFrom(3, Frames.bytes(1, 70), 0, 70);
        ends.near.send(memory, 3, 70);
        memory.fill(0, 200, (byte) 0);

        assertArrayEquals(Frames.bytes(1, 70), Frames.receive(ends.far));
    }

    @Test
    void receive_keepsTheOrder() {
        for (int i = 0; i < 100; i++) {
            assertTrue(Frames.send(ends.near, Frames.bytes(i, 60 + i)));
        }
        for (int i = 0; i < 100; i++) {
            assertArrayEquals(Frames.bytes(i, 60 + i), Frames.receive(ends.far));
        }
    }

    @Test
    void receive_isEmpty_whenNothingWasSent() {
        assertEquals(WirePort.EMPTY, ends.far.receive(memory, 0, 100));
        assertFalse(ends.far.readable());
        assertFalse(ends.far.exhausted());
        assertTrue(ends.far.linkUp());
        assertEquals(0, ends.far.truncated());
    }

    @Test
    void receive_cutsAFrameThatIsTooLong_andCountsIt() {
        Frames.send(ends.near, Frames.bytes(1, 100));
        Frames.send(ends.near, Frames.bytes(2, 100));
        memory.fill(0, 200, (byte) 0xa5);

        assertEquals(40, ends.far.receive(memory, 0, 40));

        assertArrayEquals(Frames.bytes(1, 40), memory.bytes(0, 40));
        assertEquals((byte) 0xa5, memory.getByte(40));
        assertEquals(1, ends.far.truncated());
        assertArrayEquals(Frames.bytes(2, 100), Frames.receive(ends.far));
        assertEquals(1, ends.far.truncated());
    }

    @Test
    void send_refusesWhatIsNoFrame() {
        assertThrows(IllegalArgumentException.class, () -> ends.near.send(memory, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> ends.near.send(memory, 0, WirePort.MAX_FRAME + 1));
        assertThrows(IllegalArgumentException.class, () -> ends.far.receive(memory, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 60, 1514, WirePort.MAX_FRAME})
    void send_returnsFalse_whenFull_andNothingAcceptedIsLost(int length) {
        assumeTrue(refusesWhenFull(), "this wire drops when it is full");
        int accepted = 0;
        while (accepted < 1_000_000 && Frames.send(ends.near, Frames.bytes(accepted, length))) {
            accepted++;
        }
        assertTrue(accepted > 0 && accepted < 1_000_000, "accepted " + accepted);

        for (int i = 0; i < accepted; i++) {
            assertArrayEquals(Frames.bytes(i, length), receiveSoon());
        }
        assertEquals(WirePort.EMPTY, ends.far.receive(memory, 0, 100));
        assertTrue(Frames.send(ends.near, Frames.bytes(7, length)));
        assertArrayEquals(Frames.bytes(7, length), receiveSoon());
    }

    /** A full wire may keep frames back for a moment and try again by itself. */
    private byte[] receiveSoon() {
        Deadline end = Deadline.afterMillis(platform.clock(), 10_000);
        byte[] frame = Frames.receive(ends.far);
        while (frame.length == 0 && !end.expired()) {
            Thread.onSpinWait();
            frame = Frames.receive(ends.far);
        }
        return frame;
    }

    @Test
    void notify_signalsAtOnce_whenFramesWait() {
        Frames.send(ends.near, Frames.bytes(1, 60));
        WaitEvent event = platform.newWaitEvent();

        ends.far.notify(event);

        assertTrue(event.poll());
    }

    @Test
    void notify_signals_forAnArrivalAfterEmpty() {
        WaitEvent event = platform.newWaitEvent();
        ends.far.notify(event);
        Frames.receive(ends.far);
        event.poll();
        assertFalse(event.poll());

        Frames.send(ends.near, Frames.bytes(1, 60));

        assertTrue(event.poll());
        assertEquals(60, Frames.receive(ends.far).length);
        Frames.receive(ends.far);
        event.poll();
        Frames.send(ends.near, Frames.bytes(2, 60));
        assertTrue(event.poll());
    }

    @Test
    void notify_signals_forAnArrival_ifTheWireWasFoundEmptyBefore() {
        Frames.receive(ends.far);
        WaitEvent event = platform.newWaitEvent();
        ends.far.notify(event);
        event.poll();

        Frames.send(ends.near, Frames.bytes(1, 60));

        assertTrue(event.poll());
    }

    @Test
    void notify_null_endsSignals() {
        WaitEvent event = platform.newWaitEvent();
        ends.far.notify(event);
        ends.far.notify(null);
        Frames.receive(ends.far);
        event.poll();

        Frames.send(ends.near, Frames.bytes(1, 60));

        assertFalse(event.poll());
    }

    @Test
    void receivedAtEpochNanos_isNowOrUnknown() {
        long before = Clock.system().epochNanos();
        Frames.send(ends.near, Frames.bytes(1, 60));
        Frames.receive(ends.far);
        long at = ends.far.receivedAtEpochNanos();
        long after = Clock.system().epochNanos();

        assertTrue(at == 0 || at >= before && at <= after, at + " is not from " + before + " to " + after);
        assertEquals(at, ends.far.receivedAtEpochNanos());
    }

    @Test
    void stats_countFramesAndBytes() {
        Frames.send(ends.near, Frames.bytes(1, 60));
        Frames.send(ends.near, Frames.bytes(1, 100));
        Frames.receive(ends.far);

        WireStats near = ends.near.stats().orElseThrow();
        WireStats far = ends.far.stats().orElseThrow();
        assertEquals(2, near.sentFrames());
        assertEquals(160, near.sentBytes());
        assertEquals(1, far.receivedFrames());
        assertEquals(60, far.receivedBytes());
        assertEquals(0, near.dropped() + far.dropped());
    }

    @Test
    void close_isIdempotent_andLaterCallsAreHarmless() {
        Frames.send(ends.near, Frames.bytes(1, 60));
        ends.far.notify(platform.newWaitEvent());

        for (int i = 0; i < 2; i++) {
            ends.far.close();
            ends.near.close();
        }

        assertTrue(Frames.send(ends.near, Frames.bytes(1, 60)));
        assertEquals(WirePort.EMPTY, ends.far.receive(memory, 0, 100));
        assertFalse(ends.far.readable());
        assertFalse(ends.far.linkUp());
        assertTrue(ends.far.exhausted());
        ends.far.notify(platform.newWaitEvent());
    }

    /** A sender that pauses at random meets a receiver that sleeps whenever it finds nothing: no wake-up may be lost. */
    @Test
    void stress_noFrameAndNoWakeUpIsLost() throws InterruptedException {
        int frames = 200_000;
        AtomicReference<Throwable> failed = new AtomicReference<>();
        Thread sender = new Thread(() -> sendAll(frames, failed), "contract sender");
        WaitEvent event = platform.newWaitEvent();
        ends.far.notify(event);
        sender.start();
        Deadline end = Deadline.afterNanos(platform.clock(), TimeUnit.SECONDS.toNanos(60));
        int expected = 0;
        while (expected < frames && failed.get() == null) {
            int length = ends.far.receive(memory, 0, WirePort.MAX_FRAME);
            if (length == WirePort.EMPTY) {
                boolean woken = event.await(Deadline.afterMillis(platform.clock(), 10_000));
                assertTrue(woken, "no wake-up before frame " + expected + ", readable: " + ends.far.readable());
                assertFalse(end.expired(), "too slow: frame " + expected);
                continue;
            }
            assertEquals(60 + expected % 100, length);
            assertEquals(expected, memory.getInt(16));
            assertEquals(Frames.at(expected, length - 1), memory.getByte(length - 1));
            expected++;
        }
        sender.join(10_000);
        assertEquals(null, failed.get());
        assertEquals(frames, expected);
    }

    /**
     * One frame at a time, each sent when the one before has just been taken, so that it meets the receiver on its way to
     * sleep; pauses at random on both sides let them meet at every step. A signal that is missed is not made up for by the
     * next frame, since there is none before this one is taken.
     */
    @Test
    void stress_aFrameThatComesWhileTheReceiverTurnsToSleep_wakesIt() throws InterruptedException {
        int rounds = 400_000;
        Deadline enough = Deadline.afterMillis(platform.clock(), 1_500);
        Random random = new Random(3);
        AtomicInteger taken = new AtomicInteger();
        AtomicBoolean stopped = new AtomicBoolean();
        WaitEvent event = platform.newWaitEvent();
        ends.far.notify(event);
        Thread sender = Thread.ofPlatform().start(() -> sendOneByOne(rounds, taken, stopped));
        try {
            for (int round = 0; round < rounds && !enough.expired(); round++) {
                pause(random.nextInt(200));
                while (ends.far.receive(memory, 0, WirePort.MAX_FRAME) == WirePort.EMPTY) {
                    assertTrue(pollSoon(event), "no signal for frame " + round + ", readable: " + ends.far.readable());
                }
                taken.set(round + 1);
            }
        } finally {
            stopped.set(true);
            sender.join(10_000);
        }
    }

    /** Polls instead of sleeping, which would take a hundred times as long. */
    private boolean pollSoon(WaitEvent event) {
        Deadline end = Deadline.afterMillis(platform.clock(), 10_000);
        for (int spins = 1; !event.poll(); spins++) {
            if (spins % 1024 == 0) {
                if (end.expired()) {
                    return false;
                }
                Thread.yield();
            }
        }
        return true;
    }

    private void sendOneByOne(int rounds, AtomicInteger taken, AtomicBoolean stopped) {
        Random random = new Random(2);
        try (Memory frame = Memory.allocate("stress frame", 60)) {
            frame.fill(0, 6, (byte) 0xff);
            for (int round = 0; round < rounds && !stopped.get(); round++) {
                for (int spins = 1; taken.get() != round && !stopped.get(); spins++) {
                    if (spins % 1024 == 0) {
                        Thread.yield();
                    }
                }
                pause(random.nextInt(200));
                ends.near.send(frame, 0, 60);
            }
        }
    }

    /** A few nanoseconds per turn: finer than {@link Thread#onSpinWait}. */
    private void pause(int turns) {
        for (int i = 0; i < turns; i++) {
            spun = spun * 31 + i;
        }
    }

    private void sendAll(int frames, AtomicReference<Throwable> failed) {
        Random random = new Random(1);
        try (Memory frame = Memory.allocate("stress frame", 200)) {
            frame.fill(0, 6, (byte) 0xff); // broadcast, for wires that look at addresses
            for (int i = 0; i < frames; i++) {
                int length = 60 + i % 100;
                frame.putInt(16, i);
                frame.putByte(length - 1L, Frames.at(i, length - 1));
                while (!ends.near.send(frame, 0, length)) {
                    Thread.onSpinWait();
                }
                for (int pause = random.nextInt(1000) < 20 ? random.nextInt(3000) : 0; pause > 0; pause--) {
                    Thread.onSpinWait();
                }
            }
        } catch (Throwable e) {
            failed.set(e);
        }
    }
}
