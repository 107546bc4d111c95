package org.netdev4j.platform.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.Rounds;

final class AllocatedMemoryTest extends MemoryContract {
    private static final int ROUNDS = 10_000;

    @Override
    Memory allocate(String name, long size) {
        return Memory.allocate(name, size);
    }

    @Test
    void allocate_aligns() {
        for (long alignment = 1; alignment <= 8192; alignment *= 2) {
            try (Memory memory = Memory.allocate("aligned", 3, alignment)) {
                assertEquals(0, memory.address() % alignment);
            }
        }
        try (Memory memory = Memory.allocate("standard", 3)) {
            assertEquals(0, memory.address() % 64);
        }
    }

    @Test
    void allocate_refusesBadArguments() {
        for (long size : new long[] {0, -1, Long.MIN_VALUE}) {
            Exception e = assertThrows(IllegalArgumentException.class, () -> Memory.allocate("pool", size));
            assertEquals("memory \"pool\": size must be above zero: size=" + size, e.getMessage());
        }
        for (long alignment : new long[] {0, 3, -1, Long.MIN_VALUE}) {
            Exception e = assertThrows(IllegalArgumentException.class, () -> Memory.allocate("pool", 8, alignment));
            assertEquals("memory \"pool\": alignment must be a power of two: alignment=" + alignment, e.getMessage());
        }
    }

    @Test
    void allocate_throwsPlatformException_whenThereIsNotThatMuch() {
        for (long size : new long[] {1L << 60, Long.MAX_VALUE}) {
            Exception e = assertThrows(PlatformException.class, () -> Memory.allocate("pool", size));
            assertTrue(e.getMessage().startsWith("memory \"pool\": no " + size + " bytes to be had: "), e.getMessage());
            assertTrue(e.getMessage().endsWith("; ask for less, or raise -XX:MaxDirectMemorySize"), e.getMessage());
        }
    }

    @Test
    void close_refusesLater_andPassesOnWhatFreeingThrows() {
        IllegalStateException unchecked = new IllegalStateException("no");
        Memory memory = new Memory("m", 0, 8, () -> {
            throw unchecked;
        });
        assertSame(unchecked, assertThrows(IllegalStateException.class, memory::close));
        assertFalse(memory.isOpen());
        memory.close();

        Memory other = new Memory("m", 0, 8, () -> {
            throw new IOException("device busy");
        });
        assertEquals("memory \"m\": cannot be freed: device busy",
            assertThrows(IllegalStateException.class, other::close).getMessage());
    }

    @Test
    @Timeout(30)
    void close_freesOnce_whenTwoThreadsClose() throws Exception {
        AtomicInteger freed = new AtomicInteger();
        Memory[] regions = new Memory[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            regions[i] = new Memory("m", 0, 8, freed::incrementAndGet);
        }
        // In step: each side starts on a region when the other does.
        AtomicInteger arrived = new AtomicInteger();
        Rounds rounds = new Rounds();
        Thread other = new Thread(() -> {
            for (int i = 0; i < ROUNDS && meet(arrived, i, rounds); i++) {
                regions[i].close();
            }
        }, "closer");
        other.start();
        for (int i = 0; rounds.again(ROUNDS); i++) {
            meet(arrived, i, rounds);
            regions[i].close();
        }
        other.join();

        assertEquals(rounds.played(), freed.get());
    }

    private static boolean meet(AtomicInteger arrived, int round, Rounds rounds) {
        arrived.incrementAndGet();
        for (int turn = 0; arrived.get() < 2 * (round + 1);) {
            turn = Rounds.pause(turn);
            if (rounds.over()) {
                return false;
            }
        }
        return true;
    }
}
