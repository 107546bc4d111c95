package org.netdev4j.platform.mmio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.mmio.PartlyMappedMmio.Part;

class PartlyMappedMmioTest {
    private static final int SIZE = 256;

    private final Memory low = Memory.allocate("low", 64);
    private final Memory high = Memory.allocate("high", 64);
    private final Memory rest = Memory.allocate("rest", SIZE);
    private final List<String> log = new ArrayList<>();
    private boolean gone;
    private final Mmio mmio = new PartlyMappedMmio("BAR2", SIZE, List.of(new Part(64, low), new Part(192, high)), new Handler());

    @AfterEach
    void close() {
        low.close();
        high.close();
        rest.close();
    }

    @Test
    void access_goesToThePartThatItLiesIn_orToTheHandler() {
        for (int at = 0; at < SIZE; at += 8) {
            mmio.write64(at, at + 1);
            assertEquals(at + 1, mmio.read64(at));
        }
        for (int i = 0; i < 64; i += 8) {
            assertEquals(64 + i + 1, low.getLong(i));
            assertEquals(192 + i + 1, high.getLong(i));
            assertEquals(i + 1, rest.getLong(i));
            assertEquals(0, rest.getLong(64 + i));
            assertEquals(128 + i + 1, rest.getLong(128 + i));
        }
    }

    @Test
    void slice_isTheSameRegisters() {
        Mmio slice = mmio.slice("slice", 56, 80);
        slice.write32(4, 1);
        slice.write32(8, 2);
        slice.write32(72, 3);
        assertEquals(1, rest.getInt(60));
        assertEquals(2, low.getInt(0));
        assertEquals(3, rest.getInt(128));
    }

    @Test
    void push_thatLiesInOnePlace_isOnePush_andElseWordByWord() {
        try (Memory source = Memory.allocate("source", SIZE)) {
            for (int i = 0; i < SIZE; i += 8) {
                source.putLong(i, i + 1);
            }
            mmio.push64(128, source, 0, 64);
            assertEquals(List.of("push 128 64"), log);
            log.clear();
            mmio.push64(64, source, 0, 64);
            assertEquals(List.of(), log);
            assertEquals(1, low.getLong(0));
            mmio.push64(0, source, 0, SIZE);
            assertEquals(16, log.size());
            assertFalse(log.stream().anyMatch(line -> line.startsWith("push")));
            assertEquals(193, high.getLong(0));
            assertEquals(129, rest.getLong(128));
            assertEquals(0, rest.getLong(64));
        }
    }

    @Test
    void everything_isTheHandlers_onceThePeerIsGone() {
        low.putLong(0, 5);
        gone = true;
        assertEquals(0, mmio.read64(64));
        mmio.write64(64, 6);
        assertEquals(5, low.getLong(0));
        try (Memory source = Memory.allocate("source", 64)) {
            mmio.push64(64, source, 0, 64);
        }
        assertEquals(List.of("write 64", "push 64 64"), log);
    }

    @Test
    void accessThatReachesOverTheEndOfAPart_isTheHandlers() {
        try (Memory odd = Memory.allocate("odd", 4)) {
            Mmio partly = new PartlyMappedMmio("BAR0", SIZE, List.of(new Part(0, odd)), new Handler());
            partly.write64(0, 7);
            partly.write32(0, 8);
            assertEquals(7, rest.getLong(0));
            assertEquals(8, odd.getInt(0));
        }
    }

    /** Bytes, and a log. */
    private final class Handler implements PartlyMappedMmio.Handler {
        @Override
        public long read(long offset, int width) {
            return width == 8 ? rest.getLong(offset) : rest.getUnsignedInt(offset);
        }

        @Override
        public void write(long offset, int width, long value) {
            log.add("write " + offset);
            if (width == 8) {
                rest.putLong(offset, value);
            } else {
                rest.putInt(offset, (int) value);
            }
        }

        @Override
        public void push(long offset, Memory source, long sourceOffset, int length) {
            log.add("push " + offset + " " + length);
            source.copyTo(sourceOffset, rest, offset, length);
        }

        @Override
        public boolean isGone() {
            return gone;
        }

        @Override
        public void faulted(InternalError error) {
            throw new AssertionError(error);
        }
    }
}
