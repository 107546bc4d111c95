package org.netdev4j.platform.memory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What every {@link Memory} must do. */
abstract class MemoryContract {
    private static final byte[] LITERAL = HexFormat.of().parseHex("f0e1d2c3b4a59687" + "78695a4b3c2d1e0f");

    private Memory opened;

    /** One access by name; {@code aligned} forms need natural alignment. */
    record Access(String name, int width, boolean aligned, boolean write, Call call) {
        interface Call {
            void on(Memory memory, long offset);
        }
    }

    static final List<Access> ACCESSES = List.of(
        new Access("getByte", 1, false, false, Memory::getByte),
        new Access("getUnsignedByte", 1, false, false, Memory::getUnsignedByte),
        new Access("getShort", 2, false, false, Memory::getShort),
        new Access("getUnsignedShort", 2, false, false, Memory::getUnsignedShort),
        new Access("getInt", 4, false, false, Memory::getInt),
        new Access("getUnsignedInt", 4, false, false, Memory::getUnsignedInt),
        new Access("getLong", 8, false, false, Memory::getLong),
        new Access("getUnsignedShortBe", 2, false, false, Memory::getUnsignedShortBe),
        new Access("getIntBe", 4, false, false, Memory::getIntBe),
        new Access("getLongBe", 8, false, false, Memory::getLongBe),
        new Access("getByteAcquire", 1, true, false, Memory::getByteAcquire),
        new Access("getShortAcquire", 2, true, false, Memory::getShortAcquire),
        new Access("getIntAcquire", 4, true, false, Memory::getIntAcquire),
        new Access("getLongAcquire", 8, true, false, Memory::getLongAcquire),
        new Access("putByte", 1, false, true, (m, o) -> m.putByte(o, (byte) 0x11)),
        new Access("putShort", 2, false, true, (m, o) -> m.putShort(o, (short) 0x1122)),
        new Access("putInt", 4, false, true, (m, o) -> m.putInt(o, 0x11223344)),
        new Access("putLong", 8, false, true, (m, o) -> m.putLong(o, 0x1122334455667788L)),
        new Access("putShortBe", 2, false, true, (m, o) -> m.putShortBe(o, 0x2211)),
        new Access("putIntBe", 4, false, true, (m, o) -> m.putIntBe(o, 0x44332211)),
        new Access("putLongBe", 8, false, true, (m, o) -> m.putLongBe(o, 0x8877665544332211L)),
        new Access("putByteRelease", 1, true, true, (m, o) -> m.putByteRelease(o, (byte) 0x11)),
        new Access("putShortRelease", 2, true, true, (m, o) -> m.putShortRelease(o, (short) 0x1122)),
        new Access("putIntRelease", 4, true, true, (m, o) -> m.putIntRelease(o, 0x11223344)),
        new Access("putLongRelease", 8, true, true, (m, o) -> m.putLongRelease(o, 0x1122334455667788L)));

    /** An open region of exactly {@code size} bytes. */
    abstract Memory allocate(String name, long size);

    private Memory open(long size) {
        opened = allocate("ring", size);
        return opened;
    }

    @AfterEach
    final void closeRegion() {
        if (opened != null) {
            opened.close();
        }
    }

    @Test
    void open_isZeroedNamedAndOfItsSize() {
        Memory memory = open(100);

        assertEquals("ring", memory.name());
        assertEquals(100, memory.size());
        assertTrue(memory.isOpen());
        assertArrayEquals(new byte[100], memory.bytes(0, 100));
        assertEquals("memory \"ring\" (100 bytes)", memory.toString());
    }

    @Test
    void get_readsLiteralBytes_inBothOrders() {
        Memory memory = open(16);
        memory.copyFrom(0, LITERAL, 0, 16);

        assertEquals((byte) 0xf0, memory.getByte(0));
        assertEquals(0xf0, memory.getUnsignedByte(0));
        assertEquals((short) 0xe1f0, memory.getShort(0));
        assertEquals(0xe1f0, memory.getUnsignedShort(0));
        assertEquals(0xc3d2e1f0, memory.getInt(0));
        assertEquals(0xc3d2e1f0L, memory.getUnsignedInt(0));
        assertEquals(0x8796a5b4c3d2e1f0L, memory.getLong(0));
        assertEquals(0xf0e1, memory.getUnsignedShortBe(0));
        assertEquals(0xf0e1d2c3, memory.getIntBe(0));
        assertEquals(0xf0e1d2c3b4a59687L, memory.getLongBe(0));
        assertEquals((byte) 0x87, memory.getByteAcquire(7));
        assertEquals((short) 0x8796, memory.getShortAcquire(6));
        assertEquals(0x4b5a6978, memory.getIntAcquire(8));
        assertEquals(0x0f1e2d3c4b5a6978L, memory.getLongAcquire(8));
    }

    @Test
    void get_readsLiteralBytes_atOddOffsets() {
        Memory memory = open(16);
        memory.copyFrom(0, LITERAL, 0, 16);

        assertEquals((short) 0xd2e1, memory.getShort(1));
        assertEquals(0xa5b4c3d2, memory.getInt(2));
        assertEquals(0x5a69788796a5b4c3L, memory.getLong(3));
        assertEquals(0xe1d2, memory.getUnsignedShortBe(1));
        assertEquals(0xa5968778, memory.getIntBe(5));
        assertEquals(0xe1d2c3b4a5968778L, memory.getLongBe(1));
    }

    @Test
    void put_writesLiteralBytesAndNoOthers() {
        assertPut("112233445566778899", m -> { }, "112233445566778899");
        assertPut("a5a5a5", m -> m.putByte(1, (byte) 0xfe), "a5fea5");
        assertPut("a5a5a5a5", m -> m.putShort(1, (short) 0xfedc), "a5dcfea5");
        assertPut("a5a5a5a5a5a5", m -> m.putInt(1, 0xfedcba98), "a598badcfea5");
        assertPut("a5a5a5a5a5a5a5a5a5a5", m -> m.putLong(1, 0xfedcba9876543210L), "a51032547698badcfea5");
        assertPut("a5a5a5a5", m -> m.putShortBe(1, 0xfedc), "a5fedca5");
        assertPut("a5a5a5a5a5a5", m -> m.putIntBe(1, 0xfedcba98), "a5fedcba98a5");
        assertPut("a5a5a5a5a5a5a5a5a5a5", m -> m.putLongBe(1, 0xfedcba9876543210L), "a5fedcba9876543210a5");
        assertPut("a5a5a5", m -> m.putByteRelease(1, (byte) 0xfe), "a5fea5");
        assertPut("a5a5a5a5a5", m -> m.putShortRelease(2, (short) 0xfedc), "a5a5dcfea5");
        assertPut("a5a5a5a5a5a5a5a5a5", m -> m.putIntRelease(4, 0xfedcba98), "a5a5a5a598badcfea5");
        assertPut("a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5", m -> m.putLongRelease(8, 0xfedcba9876543210L),
            "a5a5a5a5a5a5a5a51032547698badcfea5");
    }

    private void assertPut(String before, Consumer<Memory> put, String after) {
        byte[] bytes = HexFormat.of().parseHex(before);
        try (Memory memory = allocate("put", bytes.length)) {
            memory.copyFrom(0, bytes, 0, bytes.length);
            put.accept(memory);
            assertEquals(after, HexFormat.of().formatHex(memory.bytes(0, bytes.length)));
        }
    }

    @Test
    void access_isRefusedOutside_andOnlyThere() {
        Memory memory = open(64);
        for (Access access : ACCESSES) {
            long last = 64 - access.width();
            assertDoesNotThrow(() -> access.call().on(memory, 0), access.name());
            assertDoesNotThrow(() -> access.call().on(memory, last), access.name());
            for (long bad : new long[] {last + 1, 64, 65, -1, -access.width(), 1L << 32, Long.MAX_VALUE, Long.MAX_VALUE - 7,
                Long.MIN_VALUE, Long.MIN_VALUE + 7}) {
                Exception e = assertThrows(IndexOutOfBoundsException.class, () -> access.call().on(memory, bad),
                    () -> access.name() + " at " + bad);
                // Refused here, not by something below that happens to look as well.
                assertEquals("memory \"ring\": access of " + access.width() + " bytes at offset " + bad + " of 64",
                    e.getMessage(), access.name());
            }
        }
    }

    @Test
    void access_isRefusedAtZero_whenTheRegionIsNarrower() {
        for (Access access : ACCESSES) {
            if (access.width() > 1) {
                try (Memory memory = allocate("narrow", access.width() - 1)) {
                    assertThrows(IndexOutOfBoundsException.class, () -> access.call().on(memory, 0), access.name());
                }
            }
        }
    }

    @Test
    void access_saysWhatWasAsked_whenRefused() {
        Memory memory = open(64);

        Exception outside = assertThrows(IndexOutOfBoundsException.class, () -> memory.getInt(62));
        assertEquals("memory \"ring\": access of 4 bytes at offset 62 of 64", outside.getMessage());

        memory.close();
        Exception late = assertThrows(IndexOutOfBoundsException.class, () -> memory.getInt(0));
        assertEquals("memory \"ring\": access of 4 bytes at offset 0 after close", late.getMessage());
    }

    @Test
    void access_needsAlignment_inOrderedFormsOnly() {
        Memory memory = open(64);
        for (Access access : ACCESSES) {
            for (int offset = 8; offset < 16; offset++) {
                int at = offset;
                memory.fill(0, 64, (byte) 0x5a);
                if (access.aligned() && offset % access.width() != 0) {
                    assertThrows(IllegalArgumentException.class, () -> access.call().on(memory, at), access.name() + " at " + at);
                    byte[] untouched = new byte[64];
                    Arrays.fill(untouched, (byte) 0x5a);
                    assertArrayEquals(untouched, memory.bytes(0, 64));
                } else {
                    assertDoesNotThrow(() -> access.call().on(memory, at), access.name() + " at " + at);
                }
            }
        }
    }

    @Test
    void access_isRefusedAfterClose_atEveryOffsetAndLength() {
        Memory memory = open(64);
        memory.close();

        assertFalse(memory.isOpen());
        assertEquals(64, memory.size());
        assertEquals("memory \"ring\" (64 bytes, closed)", memory.toString());
        for (Access access : ACCESSES) {
            for (long offset : new long[] {0, 8, 56, 64, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
                assertThrows(IndexOutOfBoundsException.class, () -> access.call().on(memory, offset), access.name());
            }
        }
        for (long length : new long[] {0, 1, 64, Long.MAX_VALUE, Long.MAX_VALUE / 2, 1L << 62, -1, Long.MIN_VALUE}) {
            assertThrows(IndexOutOfBoundsException.class, () -> memory.checkedAddress(0, length), "length " + length);
            assertThrows(IndexOutOfBoundsException.class, () -> memory.fill(0, length, (byte) 1), "length " + length);
        }
        assertThrows(IndexOutOfBoundsException.class, () -> memory.bytes(0, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> memory.copyFrom(0, new byte[1], 0, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> memory.copyTo(0, memory, 32, 1));
    }

    @Test
    void checkedAddress_refusesRangesThatOverflow() {
        Memory memory = open(64);

        assertEquals(memory.address() + 10, memory.checkedAddress(10, 54));
        assertEquals(memory.address() + 64, memory.checkedAddress(64, 0));
        long[][] bad = {{10, 55}, {65, 0}, {-1, 1}, {0, -1}, {64, -64}, {1, Long.MAX_VALUE}, {Long.MAX_VALUE, 1},
            {Long.MAX_VALUE, Long.MAX_VALUE}, {Long.MIN_VALUE, 64}, {0, Long.MIN_VALUE}, {32, Long.MIN_VALUE}};
        for (long[] range : bad) {
            assertThrows(IndexOutOfBoundsException.class, () -> memory.checkedAddress(range[0], range[1]),
                () -> Arrays.toString(range));
        }
    }

    @Test
    void copyTo_movesExactlyTheBytes_forAllLengthsAndMisalignments() {
        try (Memory source = allocate("source", 640); Memory target = allocate("target", 640)) {
            byte[] pattern = pattern(640);
            source.copyFrom(0, pattern, 0, 640);
            byte[] expected = new byte[640];
            byte[] actual = new byte[640];
            for (int length = 0; length <= 600; length++) {
                for (int shift = 0; shift < 64; shift++) {
                    int from = shift & 7;
                    int to = shift >> 3;
                    target.fill(0, 640, (byte) 0xA5);
                    Arrays.fill(expected, (byte) 0xA5);
                    source.copyTo(from, target, to, length);
                    System.arraycopy(pattern, from, expected, to, length);
                    target.copyTo(0, actual, 0, 640);
                    if (!Arrays.equals(expected, actual)) {
                        assertArrayEquals(expected, actual, "length " + length + " from " + from + " to " + to);
                    }
                }
            }
        }
    }

    @Test
    void copyArray_movesExactlyTheBytes_bothWays() {
        Memory memory = open(640);
        byte[] pattern = pattern(640);
        byte[] expected = new byte[640];
        byte[] actual = new byte[640];
        for (int length = 0; length <= 600; length++) {
            int from = length % 8;
            int to = length % 7;
            memory.fill(0, 640, (byte) 0xA5);
            Arrays.fill(expected, (byte) 0xA5);
            memory.copyFrom(to, pattern, from, length);
            System.arraycopy(pattern, from, expected, to, length);
            assertArrayEquals(expected, memory.bytes(0, 640), "in, length " + length);

            Arrays.fill(actual, (byte) 0x5A);
            Arrays.fill(expected, (byte) 0x5A);
            memory.copyTo(to, actual, from, length);
            System.arraycopy(pattern, from, expected, from, length);
            assertArrayEquals(expected, actual, "out, length " + length);
        }
    }

    @Test
    void copy_isRefusedAndMovesNothing_whenAnEndIsOutside() {
        try (Memory source = allocate("source", 32); Memory target = allocate("target", 16)) {
            source.fill(0, 32, (byte) 1);
            byte[] array = new byte[16];
            assertThrows(IndexOutOfBoundsException.class, () -> source.copyTo(0, target, 0, 17));
            assertThrows(IndexOutOfBoundsException.class, () -> source.copyTo(17, target, 0, 16));
            assertThrows(IndexOutOfBoundsException.class, () -> source.copyTo(0, target, 1, 16));
            assertThrows(IndexOutOfBoundsException.class, () -> source.copyTo(0, target, 0, -1));
            assertThrows(IndexOutOfBoundsException.class, () -> source.copyTo(0, target, -1, 1));
            assertThrows(IndexOutOfBoundsException.class, () -> source.copyTo(0, target, 0, Long.MAX_VALUE));
            assertThrows(IndexOutOfBoundsException.class, () -> source.copyTo(0, array, 0, 17));
            assertThrows(IndexOutOfBoundsException.class, () -> source.copyTo(0, array, 1, 16));
            assertThrows(IndexOutOfBoundsException.class, () -> source.copyTo(0, array, -1, 1));
            assertThrows(IndexOutOfBoundsException.class, () -> source.copyTo(0, array, 0, -1));
            assertThrows(IndexOutOfBoundsException.class, () -> target.copyFrom(1, array, 0, 16));
            assertThrows(IndexOutOfBoundsException.class, () -> target.copyFrom(0, array, 1, 16));
            assertThrows(IndexOutOfBoundsException.class, () -> target.copyFrom(0, array, 0, Integer.MIN_VALUE));
            assertArrayEquals(new byte[16], target.bytes(0, 16));
            assertArrayEquals(new byte[16], array);
        }
    }

    @Test
    void fill_setsExactlyTheBytes() {
        Memory memory = open(300);
        for (int length = 0; length <= 280; length++) {
            int at = length % 17;
            memory.fill(0, 300, (byte) 0xA5);
            memory.fill(at, length, (byte) 0x3C);
            byte[] expected = new byte[300];
            Arrays.fill(expected, (byte) 0xA5);
            Arrays.fill(expected, at, at + length, (byte) 0x3C);
            assertArrayEquals(expected, memory.bytes(0, 300), "length " + length);
        }
        assertThrows(IndexOutOfBoundsException.class, () -> memory.fill(0, 301, (byte) 0));
        assertThrows(IndexOutOfBoundsException.class, () -> memory.fill(0, -1, (byte) 0));
    }

    @Test
    void close_isIdempotent() {
        Memory memory = open(64);
        memory.close();

        assertDoesNotThrow(memory::close);
    }

    private static byte[] pattern(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            // No period of 8 or 256: a move by a word or a block shows.
            bytes[i] = (byte) (i * 7 + i / 251);
        }
        return bytes;
    }
}
