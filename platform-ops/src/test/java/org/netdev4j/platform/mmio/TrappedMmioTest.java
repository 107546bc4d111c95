package org.netdev4j.platform.mmio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.netdev4j.platform.memory.Memory;

final class TrappedMmioTest extends MmioContract {
    private final Device device = new Device();

    /** A handler that keeps bytes and counts, and refuses what the contract says it is never asked. */
    private static final class Device implements MmioHandler {
        private final byte[] bytes = new byte[SIZE];
        private final List<String> log = new ArrayList<>();
        private boolean logging;
        private int from;
        private int to;
        private long count;

        private void seen(long offset, int width) {
            if (offset < 0 || offset + width > SIZE || offset % width != 0) {
                throw new AssertionError("access of " + width + " at " + offset);
            }
            if (offset < to && offset + width > from) {
                count++;
            }
        }

        @Override
        public long read(long offset, int width) {
            seen(offset, width);
            long value = 0;
            for (int i = width - 1; i >= 0; i--) {
                value = value << 8 | bytes[(int) offset + i] & 0xff;
            }
            if (logging) {
                log.add("read" + width + " " + offset);
            }
            return value;
        }

        @Override
        public void write(long offset, int width, long value) {
            seen(offset, width);
            if (width < 8 && value >>> width * 8 != 0) {
                throw new AssertionError("high bits in a write of " + width + ": " + Long.toHexString(value));
            }
            for (int i = 0; i < width; i++) {
                bytes[(int) offset + i] = (byte) (value >>> i * 8);
            }
            if (logging) {
                log.add("write" + width + " " + offset + " " + Long.toHexString(value));
            }
        }
    }

    @Override
    Mmio registers() {
        return new TrappedMmio("BAR0", SIZE, device);
    }

    @Override
    byte[] contents(int offset, int length) {
        byte[] out = new byte[length];
        System.arraycopy(device.bytes, offset, out, 0, length);
        return out;
    }

    @Override
    void load(int offset, byte[] bytes) {
        System.arraycopy(bytes, 0, device.bytes, offset, bytes.length);
    }

    @Override
    long countAccesses(int offset, int width, Runnable work) {
        device.from = offset;
        device.to = offset + width;
        device.count = 0;
        work.run();
        return device.count;
    }

    @Test
    void handler_seesOffsetsOfTheBar_widthsAndValues() {
        device.logging = true;
        Mmio part = registers().slice("part", 16, 64);
        part.write8(1, -1);
        part.write16(2, 0x12345678);
        part.write32(4, -1);
        part.write64(8, -1);
        part.write32Relaxed(16, 5);
        part.write64Relaxed(24, 6);
        part.read8(1);
        part.read16(2);
        part.read32(4);
        part.read64(8);
        part.read32Relaxed(16);
        try (Memory source = Memory.allocate("source", 16)) {
            source.putLong(0, 0x0102);
            source.putLong(8, 0x0304);
            part.push64(32, source, 0, 16);
        }

        assertEquals(List.of("write1 17 ff", "write2 18 5678", "write4 20 ffffffff", "write8 24 ffffffffffffffff", "write4 32 5",
            "write8 40 6", "read1 17", "read2 18", "read4 20", "read8 24", "read4 32", "write8 48 102", "write8 56 304"),
            device.log);
    }

    @Test
    void read_takesTheLowBits_ofWhatTheHandlerReturns() {
        Mmio mmio = new TrappedMmio("BAR0", SIZE, new MmioHandler() {
            @Override
            public long read(long offset, int width) {
                return 0xfedc_ba98_7654_32f1L;
            }

            @Override
            public void write(long offset, int width, long value) {
                throw new AssertionError();
            }
        });

        assertEquals(0xf1, mmio.read8(0));
        assertEquals(0x32f1, mmio.read16(0));
        assertEquals(0x7654_32f1, mmio.read32(0));
        assertEquals(0x7654_32f1, mmio.read32Relaxed(0));
        assertEquals(0xfedc_ba98_7654_32f1L, mmio.read64(0));
    }

    @Test
    void registers_refuseANegativeSize() {
        assertEquals("BAR0: the size must not be below zero: size=-1",
            assertThrows(IllegalArgumentException.class, () -> new TrappedMmio("BAR0", -1, device)).getMessage());
        assertEquals(0, new TrappedMmio("BAR0", 0, device).size());
    }
}
