package org.netdev4j.platform.mmio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import java.util.List;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.netdev4j.platform.memory.Memory;

/** What every {@link Mmio} must do. */
abstract class MmioContract {
    static final int SIZE = 256;
    private static final int COUNTED = 1_000;
    // Short loops, many times: that is what makes HotSpot compile a method with its optimising compiler.
    private static final int WARM_UP_ROUNDS = 3_000;
    private static final int WARM_UP_LENGTH = 50;

    private final Memory source = Memory.allocate("source", 64);

    /**
     * A loop of {@code calls} accesses a turn, which together touch {@code width} bytes; it does with the values what would
     * tempt a compiler to merge or drop them.
     */
    record Access(String name, int width, int calls, Loop loop) {
        interface Loop {
            long run(Mmio mmio, long offset, int count);
        }

        int callWidth() {
            return name.endsWith("neighbours") ? width / calls : width;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Access> ACCESSES = List.of(
        new Access("read8", 1, 1, (m, o, n) -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                sum += m.read8(o);
            }
            return sum;
        }),
        new Access("read16", 2, 1, (m, o, n) -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                sum += m.read16(o);
            }
            return sum;
        }),
        new Access("read32", 4, 1, (m, o, n) -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                sum += m.read32(o);
            }
            return sum;
        }),
        new Access("read64", 8, 1, (m, o, n) -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                sum += m.read64(o);
            }
            return sum;
        }),
        new Access("read32Relaxed", 4, 1, (m, o, n) -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                sum += m.read32Relaxed(o);
            }
            return sum;
        }),
        new Access("read32, value not used", 4, 1, (m, o, n) -> {
            for (int i = 0; i < n; i++) {
                m.read32(o);
            }
            return 0;
        }),
        new Access("read32Relaxed, value not used", 4, 1, (m, o, n) -> {
            for (int i = 0; i < n; i++) {
                m.read32Relaxed(o);
            }
            return 0;
        }),
        new Access("read32 of a slice of the moment, value not used", 4, 1, (m, o, n) -> {
            for (int i = 0; i < n; i++) {
                m.slice("moment", o, SIZE - o).read32(0);
            }
            return 0;
        }),
        new Access("read64, value not used", 8, 1, (m, o, n) -> {
            for (int i = 0; i < n; i++) {
                m.read64(o);
            }
            return 0;
        }),
        new Access("read32Relaxed twice", 4, 2, (m, o, n) -> {
            long difference = 0;
            for (int i = 0; i < n; i++) {
                difference += m.read32Relaxed(o) - m.read32Relaxed(o);
            }
            return difference;
        }),
        new Access("write8", 1, 1, (m, o, n) -> {
            for (int i = 0; i < n; i++) {
                m.write8(o, i);
            }
            return 0;
        }),
        new Access("write16", 2, 1, (m, o, n) -> {
            for (int i = 0; i < n; i++) {
                m.write16(o, i);
            }
            return 0;
        }),
        new Access("write32", 4, 1, (m, o, n) -> {
            for (int i = 0; i < n; i++) {
                m.write32(o, i);
            }
            return 0;
        }),
        new Access("write64", 8, 1, (m, o, n) -> {
            for (int i = 0; i < n; i++) {
                m.write64(o, i);
            }
            return 0;
        }),
        new Access("write32Relaxed of one value", 4, 1, (m, o, n) -> {
            for (int i = 0; i < n; i++) {
                m.write32Relaxed(o, 7);
            }
            return 0;
        }),
        new Access("write64Relaxed of one value", 8, 1, (m, o, n) -> {
            for (int i = 0; i < n; i++) {
                m.write64Relaxed(o, 7);
            }
            return 0;
        }),
        // Two plain neighbouring stores of constants would become one of twice the width. [JDK-8318446, MergeStores]
        new Access("write32Relaxed of two neighbours", 8, 2, (m, o, n) -> {
            for (int i = 0; i < n; i++) {
                m.write32Relaxed(o, 7);
                m.write32Relaxed(o + 4, 7);
            }
            return 0;
        }));

    /** Registers of {@link #SIZE} bytes, all zero. */
    abstract Mmio registers();

    /** What the device holds. */
    abstract byte[] contents(int offset, int length);

    /** Puts bytes into the device behind the registers' back. */
    abstract void load(int offset, byte[] bytes);

    /** How many accesses touched the bytes while the work ran; may abort the test where that cannot be seen. */
    abstract long countAccesses(int offset, int width, Runnable work);

    @AfterEach
    final void freeSource() {
        source.close();
    }

    private String hex(int offset, int length) {
        return HexFormat.of().formatHex(contents(offset, length));
    }

    @Test
    void read_isLittleEndianAndWidened() {
        load(8, HexFormat.of().parseHex("f0e1d2c3b4a59687"));
        Mmio mmio = registers();

        assertEquals(0xf0, mmio.read8(8));
        assertEquals(0xe1, mmio.read8(9));
        assertEquals(0xe1f0, mmio.read16(8));
        assertEquals(0x8796, mmio.read16(14));
        assertEquals(0xc3d2e1f0, mmio.read32(8));
        assertEquals(0x8796a5b4, mmio.read32Relaxed(12));
        assertEquals(0x8796a5b4c3d2e1f0L, mmio.read64(8));
    }

    @Test
    void read_isAllOnes_whenTheDeviceIsGone() {
        load(0, HexFormat.of().parseHex("ffffffffffffffff"));
        Mmio mmio = registers();

        assertEquals(0xff, mmio.read8(0));
        assertEquals(0xffff, mmio.read16(0));
        assertEquals(-1, mmio.read32(0));
        assertEquals(-1, mmio.read32Relaxed(0));
        assertEquals(-1L, mmio.read64(0));
    }

    @Test
    void write_isLittleEndian_ofTheLowBits_andOfNothingElse() {
        Mmio mmio = registers();
        mmio.write8(1, 0xabcdef12);
        mmio.write16(4, 0xabcd3456);
        mmio.write32(8, 0xfedcba98);
        mmio.write32Relaxed(16, 0x01234567);
        mmio.write64(24, 0xfedcba9876543210L);
        mmio.write64Relaxed(40, 0x0123456789abcdefL);

        assertEquals("0012000056340000" + "98badcfe00000000" + "6745230100000000" + "1032547698badcfe" + "0000000000000000"
            + "efcdab8967452301" + "0000000000000000", hex(0, 56));
    }

    @Test
    void access_isRefused_outside() {
        Mmio mmio = registers();
        for (Access access : ACCESSES) {
            int width = access.width();
            assertDoesNotThrow(() -> access.loop().run(mmio, SIZE - width, 1), access.name());
            for (long bad : new long[] {SIZE, SIZE + 8, -8, 1L << 32, Long.MIN_VALUE, Long.MAX_VALUE - 7}) {
                assertThrows(IndexOutOfBoundsException.class, () -> access.loop().run(mmio, bad, 1), access + " at " + bad);
            }
        }
        assertEquals("BAR0: access of 4 bytes at offset 0xfe is outside its 0x100 bytes or not aligned",
            assertThrows(IndexOutOfBoundsException.class, () -> mmio.read32(0xfe)).getMessage());
    }

    @Test
    void access_isRefusedAndNotMade_whereItIsNotAligned() {
        Mmio mmio = registers();
        for (Access access : ACCESSES) {
            for (int offset = 9; offset < 16; offset++) {
                int at = offset;
                if (at % access.callWidth() != 0) {
                    load(0, new byte[32]);
                    assertThrows(IndexOutOfBoundsException.class, () -> access.loop().run(mmio, at, 1), access + " at " + at);
                    assertArrayEquals(new byte[32], contents(0, 32));
                }
            }
        }
    }

    @Test
    void slice_countsFromItsFirstByte() {
        Mmio part = registers().slice("queue 3", 64, 32).slice("tail", 16, 8);
        part.write32(4, 0x11223344);

        assertEquals("tail", part.name());
        assertEquals(8, part.size());
        assertEquals("0000000044332211" + "0000000000000000", hex(80, 16));
        assertEquals(0x11223344, part.read32(4));
    }

    @Test
    void slice_keepsToItsBytes() {
        Mmio part = registers().slice("part", 64, 12);

        assertThrows(IndexOutOfBoundsException.class, () -> part.read32(12));
        assertThrows(IndexOutOfBoundsException.class, () -> part.read64(8));
        assertThrows(IndexOutOfBoundsException.class, () -> part.read32(-4));
        assertThrows(IndexOutOfBoundsException.class, () -> part.push64(8, source, 0, 8));
    }

    @Test
    void slice_alignsToTheDevice_notToItself() {
        Mmio part = registers().slice("part", 68, 60);
        load(72, HexFormat.of().parseHex("0102030405060708"));

        assertThrows(IndexOutOfBoundsException.class, () -> part.read64(0));
        assertThrows(IndexOutOfBoundsException.class, () -> part.write64(8, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> part.push64(0, source, 0, 8));
        assertEquals(0x0807060504030201L, part.read64(4));
    }

    @Test
    void slice_isRefusedOutside() {
        Mmio mmio = registers();
        long[][] bad = {{0, SIZE + 1}, {SIZE, 1}, {-1, 1}, {1, -1}, {8, Long.MAX_VALUE}, {Long.MAX_VALUE, 8},
            {Long.MIN_VALUE, 8}, {8, Long.MIN_VALUE}};
        for (long[] range : bad) {
            assertThrows(IndexOutOfBoundsException.class, () -> mmio.slice("part", range[0], range[1]));
        }
        assertEquals("BAR0: no slice \"part\" of 0x10 bytes at offset 0xf8 of 0x100",
            assertThrows(IndexOutOfBoundsException.class, () -> mmio.slice("part", 0xf8, 0x10)).getMessage());
        assertEquals(0, mmio.slice("end", SIZE, 0).size());
    }

    @Test
    void push64_copiesRisingWords() {
        for (int i = 0; i < 64; i++) {
            source.putByte(i, (byte) (i + 1));
        }
        registers().push64(16, source, 3, 24);

        assertEquals("0000000000000000" + "0405060708090a0b" + "0c0d0e0f10111213" + "1415161718191a1b" + "0000000000000000",
            hex(8, 40));
    }

    @Test
    void push64_isRefusedAndWritesNothing_outsideOrUnaligned() {
        Mmio mmio = registers();
        source.fill(0, 64, (byte) 1);
        assertThrows(IndexOutOfBoundsException.class, () -> mmio.push64(4, source, 0, 8));
        assertThrows(IndexOutOfBoundsException.class, () -> mmio.push64(8, source, 0, 12));
        assertThrows(IndexOutOfBoundsException.class, () -> mmio.push64(SIZE - 8, source, 0, 16));
        assertThrows(IndexOutOfBoundsException.class, () -> mmio.push64(-8, source, 0, 8));
        assertThrows(IndexOutOfBoundsException.class, () -> mmio.push64(8, source, 0, -8));
        assertThrows(IndexOutOfBoundsException.class, () -> mmio.push64(8, source, 32, 40));
        assertThrows(IndexOutOfBoundsException.class, () -> mmio.push64(8, source, -1, 8));
        mmio.push64(SIZE, source, 64, 0);

        assertArrayEquals(new byte[SIZE], contents(0, SIZE));
    }

    @Test
    void call_isExactlyOneAccessOfItsWidth() {
        Mmio mmio = registers();
        for (Access access : ACCESSES) {
            for (int i = 0; i < WARM_UP_ROUNDS; i++) {
                access.loop().run(mmio, 64, WARM_UP_LENGTH);
            }
            long there = countAccesses(64, access.width(), () -> access.loop().run(mmio, 64, COUNTED));
            assertEquals((long) COUNTED * access.calls(), there, access.name());
            long beside = countAccesses(64 + access.width(), access.width(), () -> access.loop().run(mmio, 64, COUNTED));
            assertEquals(0, beside, access + " reaches past its width");
        }
    }

    @Test
    void push64_isExactlyOneAccessPerWord() {
        Mmio mmio = registers();
        IntConsumer pushes = count -> {
            for (int i = 0; i < count; i++) {
                mmio.push64(64, source, 0, 32);
            }
        };
        for (int i = 0; i < WARM_UP_ROUNDS; i++) {
            pushes.accept(WARM_UP_LENGTH);
        }
        for (int word = 0; word < 32; word += 8) {
            assertEquals(COUNTED, countAccesses(64 + word, 8, () -> pushes.accept(COUNTED)), "word " + word);
        }
        assertEquals(0, countAccesses(96, 8, () -> pushes.accept(COUNTED)));
    }
}
