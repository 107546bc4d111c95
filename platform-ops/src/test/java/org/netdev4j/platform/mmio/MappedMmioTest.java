package org.netdev4j.platform.mmio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.platform.Rounds;
import org.netdev4j.platform.memory.DmaSpace;
import org.netdev4j.platform.memory.IovaPolicy;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.memory.MemoryBacking;
import org.netdev4j.platform.memory.MemoryBlock;

/**
 * Registers in memory. That each call is one access is shown on the machine code itself: the CPU's debug registers count the
 * accesses of loops, in this JVM and in others where all is compiled by one of HotSpot's compilers before it is counted. Where
 * the kernel does not lend the registers, those tests are skipped and two weaker ones are left: a 64-bit value is never torn,
 * and a value that changes between two reads is seen.
 */
final class MappedMmioTest extends MmioContract {
    private static final int EXCHANGES = 100_000;

    private final Memory region = Memory.allocate("BAR0 memory", SIZE, 4096);

    @AfterEach
    void freeRegion() {
        region.close();
    }

    @Override
    Mmio registers() {
        return new MappedMmio("BAR0", region);
    }

    @Override
    byte[] contents(int offset, int length) {
        return region.bytes(offset, length);
    }

    @Override
    void load(int offset, byte[] bytes) {
        region.copyFrom(offset, bytes, 0, bytes.length);
    }

    @Override
    long countAccesses(int offset, int width, Runnable work) {
        try (AccessCounter counter = new AccessCounter(region.address() + offset, width)) {
            work.run();
            return counter.count();
        } catch (AccessCounter.UnavailableException e) {
            Assumptions.abort("not counted on machine code: " + e.getMessage());
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-XX:TieredStopAtLevel=1", "-XX:-TieredCompilation"})
    @Timeout(60)
    void call_isExactlyOneAccess_whenAllIsCompiled(String compiler) throws Exception {
        countAccesses(0, 8, () -> { });
        // -Xbatch: the loop waits for its compilation, so that what is counted afterwards is compiled code.
        Process jvm = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), compiler, "-Xbatch",
            "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
            MappedMmioTest.class.getName()).redirectErrorStream(true).start();
        String output = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertEquals("counted" + System.lineSeparator(), output);
        assertEquals(0, jvm.waitFor());
    }

    /** Counts in a JVM of its own. */
    public static void main(String[] args) {
        MappedMmioTest test = new MappedMmioTest();
        test.call_isExactlyOneAccessOfItsWidth();
        test.push64_isExactlyOneAccessPerWord();
        System.out.println("counted");
    }

    @Test
    void access_isRefusedAndNotMade_afterTheRegionIsClosed() {
        Mmio mmio = registers();
        Mmio part = mmio.slice("part", 64, 64);
        try (Memory source = Memory.allocate("source", 8)) {
            region.close();

            for (Mmio late : new Mmio[] {mmio, part}) {
                assertEquals("memory \"BAR0 memory\": access of 4 bytes at offset " + (late == mmio ? 0 : 64) + " after close",
                    assertThrows(IndexOutOfBoundsException.class, () -> late.read32(0)).getMessage());
                assertThrows(IndexOutOfBoundsException.class, () -> late.read8(0));
                assertThrows(IndexOutOfBoundsException.class, () -> late.read16(0));
                assertThrows(IndexOutOfBoundsException.class, () -> late.read64(0));
                assertThrows(IndexOutOfBoundsException.class, () -> late.read32Relaxed(0));
                assertThrows(IndexOutOfBoundsException.class, () -> late.write8(0, 0));
                assertThrows(IndexOutOfBoundsException.class, () -> late.write16(0, 0));
                assertThrows(IndexOutOfBoundsException.class, () -> late.write32(0, 0));
                assertThrows(IndexOutOfBoundsException.class, () -> late.write64(0, 0));
                assertThrows(IndexOutOfBoundsException.class, () -> late.write32Relaxed(0, 0));
                assertThrows(IndexOutOfBoundsException.class, () -> late.write64Relaxed(0, 0));
                assertThrows(IndexOutOfBoundsException.class, () -> late.push64(0, source, 0, 8));
            }
        }
    }

    @Test
    void push64_refusesAClosedSource() {
        Memory source = Memory.allocate("source", 8);
        source.close();

        assertThrows(IndexOutOfBoundsException.class, () -> registers().push64(0, source, 0, 8));
        assertArrayEquals(new byte[SIZE], contents(0, SIZE));
    }

    @Test
    void registers_refuseARegionThatIsNotAligned() {
        MemoryBacking crooked = new MemoryBacking() {
            @Override
            public String name() {
                return "crooked";
            }

            @Override
            public long pageSize() {
                return 64;
            }

            @Override
            public MemoryBlock allocate(String name, long size) {
                return new MemoryBlock(region.address() + 4, 64, 64, -1, 0);
            }

            @Override
            public void free(MemoryBlock block) {
            }

            @Override
            public void close() {
            }
        };
        try (DmaSpace space = new DmaSpace(crooked, IovaPolicy.guarded(), (owner, memory) -> { })) {
            Memory odd = space.allocator("test").allocate("odd", 64, 8);
            assertEquals("BAR0: registers must begin at a multiple of 8: memory \"odd\" (64 bytes) is at 0x"
                + Long.toHexString(region.address() + 4),
                assertThrows(IllegalArgumentException.class, () -> new MappedMmio("BAR0", odd)).getMessage());
        }
    }

    @Test
    @Timeout(30)
    void read32_seesEveryValue_thatAnotherThreadWrites() throws Exception {
        Mmio mmio = registers();
        Rounds rounds = new Rounds();
        Thread other = new Thread(() -> {
            for (int i = 1;; i++) {
                for (int turn = 0; mmio.read32(0) != i;) {
                    turn = Rounds.pause(turn);
                    if (rounds.over()) {
                        return;
                    }
                }
                mmio.write32(8, i);
            }
        }, "device");
        other.start();
        while (rounds.again(EXCHANGES)) {
            mmio.write32Relaxed(0, rounds.played());
            for (int turn = 0; mmio.read32Relaxed(8) != rounds.played();) {
                turn = Rounds.pause(turn);
            }
        }
        other.join();

        assertEquals(HexFormat.of().toHexDigits(rounds.played()), HexFormat.of().toHexDigits(mmio.read32(8)));
    }

    @Test
    @Timeout(30)
    void write64_isNeverTorn() throws Exception {
        Mmio mmio = registers();
        Thread other = new Thread(() -> {
            for (int i = 0; i < EXCHANGES * 10; i++) {
                mmio.write64(0, (long) i << 32 | i);
            }
            mmio.write64(0, -1);
        }, "writer");
        other.start();
        long value;
        do {
            value = mmio.read64(0);
            assertTrue(value >>> 32 == (value & 0xffff_ffffL), "torn");
        } while (value != -1);
        other.join();
    }
}
