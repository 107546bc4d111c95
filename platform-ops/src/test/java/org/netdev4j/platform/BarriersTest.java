package org.netdev4j.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.raw.RawMemory;

/**
 * Litmus tests between two threads. They can show that a barrier is missing, not that it suffices towards a device; on x86-64
 * only the first one tells something of the CPU, the second only of the compiler.
 */
@Timeout(60)
final class BarriersTest {
    private static final int ROUNDS = 20;
    private static final long TIME_NANOS = 1_000_000_000;
    private static final int SIZE = 20_000;
    private static final int STRIDE = 64;

    private final Memory x = Memory.allocate("x", (long) SIZE * STRIDE);
    private final Memory y = Memory.allocate("y", (long) SIZE * STRIDE);

    @AfterEach
    void free() {
        x.close();
        y.close();
    }

    /** Runs both sides over all cells in step, and counts the cells where both sides returned 0. */
    private int bothZero(IntUnaryOperator one, IntUnaryOperator other) throws Exception {
        int[] ones = new int[SIZE];
        int[] others = new int[SIZE];
        int found = 0;
        long end = System.nanoTime() + TIME_NANOS;
        for (int round = 0; round < ROUNDS && System.nanoTime() < end; round++) {
            x.fill(0, x.size(), (byte) 0);
            y.fill(0, y.size(), (byte) 0);
            AtomicInteger here = new AtomicInteger();
            AtomicInteger there = new AtomicInteger();
            Thread thread = new Thread(() -> run(there, here, other, others), "other side");
            thread.start();
            run(here, there, one, ones);
            thread.join();
            for (int i = 0; i < SIZE; i++) {
                found += ones[i] == 0 && others[i] == 0 ? 1 : 0;
            }
        }
        return found;
    }

    private static void run(AtomicInteger mine, AtomicInteger peers, IntUnaryOperator side, int[] results) {
        for (int i = 0; i < SIZE; i++) {
            mine.set(i + 1);
            for (int spins = 0; peers.get() <= i; spins++) {
                if (spins > 1000) {
                    Thread.yield();
                }
            }
            results[i] = side.applyAsInt(i * STRIDE);
        }
    }

    @Test
    void full_keepsALoadFromPassingAnEarlierStore() throws Exception {
        // Dekker: each side raises its flag, then looks at the other's. Without the barrier the store waits in the store buffer
        // while the load is made, and both see 0.
        long atX = x.address();
        long atY = y.address();
        int found = bothZero(
            i -> {
                RawMemory.putIntOpaque(atX + i, 1);
                Barriers.full();
                return RawMemory.getIntOpaque(atY + i);
            },
            i -> {
                RawMemory.putIntOpaque(atY + i, 1);
                Barriers.full();
                return RawMemory.getIntOpaque(atX + i);
            });

        assertEquals(0, found);
    }

    @Test
    void afterWriteCombining_keepsALoadFromPassingAnEarlierStore() throws Exception {
        // It stands for a full barrier; this is what tells the two apart from the compiler-only ones.
        long atX = x.address();
        long atY = y.address();
        int found = bothZero(
            i -> {
                RawMemory.putIntOpaque(atX + i, 1);
                Barriers.afterWriteCombining();
                return RawMemory.getIntOpaque(atY + i);
            },
            i -> {
                RawMemory.putIntOpaque(atY + i, 1);
                Barriers.afterWriteCombining();
                return RawMemory.getIntOpaque(atX + i);
            });

        assertEquals(0, found);
    }

    @Test
    void ownership_isSeenWithTheData() throws Exception {
        // A descriptor's data, then its flag; who sees the flag sees the data. Plain accesses: the barriers do all the work.
        int[] stale = new int[1];
        for (int round = 0; round < ROUNDS; round++) {
            x.fill(0, x.size(), (byte) 0);
            y.fill(0, y.size(), (byte) 0);
            Thread device = new Thread(() -> {
                for (long i = 0; i < x.size(); i += STRIDE) {
                    x.putInt(i, 7);
                    Barriers.beforeOwnershipWrite();
                    y.putInt(i, 1);
                }
            }, "device");
            device.start();
            for (long i = 0; i < x.size(); i += STRIDE) {
                while (y.getInt(i) == 0) {
                    Barriers.afterOwnershipRead();
                    Thread.onSpinWait();
                }
                Barriers.afterOwnershipRead();
                stale[0] += x.getInt(i) == 7 ? 0 : 1;
            }
            device.join();
        }

        assertEquals(0, stale[0]);
    }

    @Test
    void all_canBeCalled() {
        Barriers.full();
        Barriers.read();
        Barriers.write();
        Barriers.afterOwnershipRead();
        Barriers.beforeOwnershipWrite();
        Barriers.beforeDoorbell();
        Barriers.afterWriteCombining();
    }
}
