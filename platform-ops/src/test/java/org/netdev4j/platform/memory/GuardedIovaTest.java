package org.netdev4j.platform.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.netdev4j.platform.PlatformException;

final class GuardedIovaTest {
    private static final long GUARD = GuardedIova.GUARD;
    private static final long MIB = 1L << 20;
    private static final long[] PAGE_SIZES = {4096, 2 * MIB, 1024 * MIB};

    private final IovaPolicy policy = IovaPolicy.guarded();

    private static MemoryBlock block(long size, long pageSize) {
        return new MemoryBlock(0x7f00_0000_0000L, size, pageSize, -1, 0);
    }

    /** Each step allocates (mostly) or frees; bits and page sizes vary. */
    @Property(tries = 300, seed = "20260801")
    void assign_keepsWindowsAlignedReachableAndApart(
        @ForAll @Size(max = 120) List<@IntRange(min = 0, max = 1_000_000) Integer> steps) {
        TreeMap<Long, Long> live = new TreeMap<>();
        List<Long> order = new ArrayList<>();
        GuardedIova iovas = new GuardedIova();
        for (int step : steps) {
            if (step % 3 == 0 && !order.isEmpty()) {
                long freed = order.remove(step % order.size());
                iovas.release(freed, live.remove(freed) - freed);
            } else {
                long page = PAGE_SIZES[step % 64 == 1 ? 2 : step % 8 == 1 ? 1 : 0];
                int bits = step % 5 == 0 ? 32 : 64;
                long size = page * (1 + step % 7);
                long iova;
                try {
                    iova = iovas.assign(block(size, page), bits);
                } catch (PlatformException e) {
                    assertTrue(bits == 32 && page > 4096, e.getMessage());
                    continue;
                }
                assertEquals(0, iova % page);
                assertTrue(bits == 64 ? iova >= 1L << 36 && iova + size <= 1L << 39 : iova + size <= 1L << 32);
                assertApart(live, iova, iova + size);
                live.put(iova, iova + size);
                order.add(iova);
            }
        }
    }

    private static void assertApart(TreeMap<Long, Long> live, long start, long end) {
        Map.Entry<Long, Long> below = live.lowerEntry(end);
        assertTrue(below == null || below.getValue() + GUARD <= start, "too near to the window below");
        Long above = live.ceilingKey(end);
        assertTrue(above == null || end + GUARD <= above, "too near to the window above");
    }

    @Test
    void assign_doesNotReuse_beforeTheRangeWraps() {
        long last = 0;
        long first = 0;
        int count = 0;
        // 256 MiB to 4 GiB in steps of 258 MiB: each freed at once, yet none used again before the range is through.
        for (; count < 100; count++) {
            long iova = policy.assign(block(256 * MIB, 4096), 32);
            policy.release(iova, 256 * MIB);
            if (count == 0) {
                first = iova;
            } else if (iova <= last) {
                break;
            }
            last = iova;
        }

        assertEquals(14, count);
        assertEquals(first, policy.assign(block(256 * MIB, 4096), 32) - 256 * MIB - GUARD);
    }

    @Test
    void assign_doesNotStartAgain_whenA32BitDomainComesAndGoes() {
        long before = policy.assign(block(4096, 4096), 64);
        policy.release(before, 4096);
        policy.assign(block(4096, 4096), 32);
        long after = policy.assign(block(4096, 4096), 64);

        assertTrue(after > before, Long.toHexString(after));
    }

    @Test
    void assign_fillsAHoleThatFitsExactly_afterWrapping() {
        Deque<Long> windows = new ArrayDeque<>();
        try {
            while (true) {
                windows.add(policy.assign(block(64 * MIB, 4096), 32));
            }
        } catch (PlatformException full) {
            assertTrue(windows.size() > 40, full.getMessage());
        }
        windows.poll();
        long hole = windows.poll();
        policy.release(hole, 64 * MIB);

        assertThrows(PlatformException.class, () -> policy.assign(block(64 * MIB + 4096, 4096), 32));
        assertEquals(hole, policy.assign(block(64 * MIB, 4096), 32));
    }

    @Test
    void assign_leavesOutTheInterruptWindow_whereADmaWriteIsAnInterrupt() {
        for (int i = 0; i < 60; i++) {
            long iova;
            try {
                iova = policy.assign(block(64 * MIB, 4096), 32);
            } catch (PlatformException full) {
                break;
            }
            assertTrue(iova + 64 * MIB <= 0xFEE0_0000L || iova >= 0xFEF0_0000L, Long.toHexString(iova));
        }
    }

    @Test
    void assign_avoidsTheProcessAddress_evenWhereItIsTheNextWindow() {
        long next = 0x10_0000_0000L;
        for (long address : new long[] {next, next - 4096, next + 4096}) {
            long iova = IovaPolicy.guarded().assign(new MemoryBlock(address, 8192, 4096, -1, 0), 64);
            assertTrue(iova >= address + 8192 || iova + 8192 <= address, Long.toHexString(iova));
        }
    }

    @Test
    void assign_throws_whenNothingIsLargeEnough() {
        for (long size : new long[] {1L << 39, 1L << 62}) {
            assertThrows(PlatformException.class, () -> policy.assign(block(size, 4096), 64));
        }
        assertThrows(PlatformException.class, () -> policy.assign(block(1L << 32, 4096), 32));
    }

    @Test
    void release_refusesWhatIsNotHandedOut() {
        long iova = policy.assign(block(8192, 4096), 64);

        assertThrows(IllegalArgumentException.class, () -> policy.release(iova, 4096));
        assertThrows(IllegalArgumentException.class, () -> policy.release(iova + 4096, 4096));
        assertThrows(IllegalArgumentException.class, () -> policy.release(0xFEE0_0000L, 0x10_0000L));
        policy.release(iova, 8192);
        assertThrows(IllegalArgumentException.class, () -> policy.release(iova, 8192));
    }
}
