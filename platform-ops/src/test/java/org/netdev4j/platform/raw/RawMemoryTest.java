package org.netdev4j.platform.raw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.netdev4j.platform.Rounds;
import org.netdev4j.platform.memory.Memory;

/** What is not reached through {@link Memory}, whose contract test covers the rest. */
final class RawMemoryTest {
    private static final int ADDITIONS = 200_000;

    private final Memory memory = Memory.allocate("raw", 64);
    private final long at = memory.address();

    @BeforeEach
    void writeLiteral() {
        byte[] literal = HexFormat.of().parseHex("f0e1d2c3b4a59687" + "78695a4b3c2d1e0f");
        memory.copyFrom(0, literal, 0, 16);
    }

    @AfterEach
    void free() {
        memory.close();
    }

    @Test
    void opaque_readsAndWritesLiteralBytes() {
        assertEquals((byte) 0xe1, RawMemory.getByteOpaque(at + 1));
        assertEquals((short) 0xc3d2, RawMemory.getShortOpaque(at + 2));
        assertEquals(0x8796a5b4, RawMemory.getIntOpaque(at + 4));
        assertEquals(0x0f1e2d3c4b5a6978L, RawMemory.getLongOpaque(at + 8));

        RawMemory.putByteOpaque(at + 1, (byte) 0x11);
        RawMemory.putShortOpaque(at + 2, (short) 0x2233);
        RawMemory.putIntOpaque(at + 4, 0x44556677);
        RawMemory.putLongOpaque(at + 8, 0x8899aabbccddeeffL);
        assertEquals("f011332277665544" + "ffeeddccbbaa9988", HexFormat.of().formatHex(memory.bytes(0, 16)));
    }

    @Test
    void opaque_needsAlignment() {
        assertThrows(IllegalArgumentException.class, () -> RawMemory.getShortOpaque(at + 1));
        assertThrows(IllegalArgumentException.class, () -> RawMemory.getIntOpaque(at + 2));
        assertThrows(IllegalArgumentException.class, () -> RawMemory.getLongOpaque(at + 4));
        assertThrows(IllegalArgumentException.class, () -> RawMemory.putShortOpaque(at + 1, (short) 0));
        assertThrows(IllegalArgumentException.class, () -> RawMemory.putIntOpaque(at + 2, 0));
        assertThrows(IllegalArgumentException.class, () -> RawMemory.putLongOpaque(at + 4, 0));
        assertThrows(IllegalArgumentException.class, () -> RawMemory.getAndAddInt(at + 2, 0));
        assertThrows(IllegalArgumentException.class, () -> RawMemory.compareAndSetLong(at + 4, 0, 0));
    }

    @Test
    void compareAndSetLong_setsOnlyWhatItExpected() {
        RawMemory.putLong(at + 16, 5);

        assertFalse(RawMemory.compareAndSetLong(at + 16, 4, 9));
        assertEquals(5, RawMemory.getLong(at + 16));
        assertTrue(RawMemory.compareAndSetLong(at + 16, 5, 9));
        assertEquals(9, RawMemory.getLong(at + 16));
        assertEquals(0, RawMemory.getLong(at + 24));
    }

    @Test
    @Timeout(30)
    void getAndAddInt_losesNothing_betweenThreads() throws Exception {
        RawMemory.putInt(at + 16, Integer.MAX_VALUE);
        assertEquals(Integer.MAX_VALUE, RawMemory.getAndAddInt(at + 16, 1));
        assertEquals(Integer.MIN_VALUE, RawMemory.getAndAddInt(at + 16, Integer.MIN_VALUE));
        Runnable adder = () -> LongStream.range(0, ADDITIONS).forEach(i -> RawMemory.getAndAddInt(at + 16, 1));
        Thread other = new Thread(adder, "adder");
        other.start();
        adder.run();
        other.join();

        assertEquals(2 * ADDITIONS, RawMemory.getInt(at + 16));
        assertEquals(0, RawMemory.getInt(at + 20));
    }

    @Test
    @Timeout(30)
    void release_publishesWhatCameBefore_toAcquire() throws Exception {
        Rounds rounds = new Rounds();
        Thread writer = new Thread(() -> {
            for (int i = 1;; i++) {
                for (int turn = 0; RawMemory.getIntAcquire(at + 40) != i - 1;) {
                    turn = Rounds.pause(turn);
                    if (rounds.over()) {
                        return;
                    }
                }
                RawMemory.putLong(at + 24, i * 3L);
                RawMemory.putIntRelease(at + 32, i);
            }
        }, "writer");
        RawMemory.putIntRelease(at + 40, -1);
        writer.start();
        for (int i = 1; rounds.again(50_000); i++) {
            RawMemory.putIntRelease(at + 40, i - 1);
            for (int turn = 0; RawMemory.getIntAcquire(at + 32) != i;) {
                turn = Rounds.pause(turn);
            }
            assertEquals(i * 3L, RawMemory.getLong(at + 24));
        }
        writer.join();
    }
}
