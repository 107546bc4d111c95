package org.netdev4j.platform.memory;

import java.util.Map;
import java.util.TreeMap;
import org.netdev4j.platform.PlatformException;

/** Rising windows with guard gaps; wraps to the start of the range when it reaches the end. */
final class GuardedIova implements IovaPolicy {
    // Above 4 GiB where the device allows it: an address cut to 32 bits then hits nothing. Kept below 2^39, which the
    // smallest virtual IOMMU (39-bit intel-iommu) can map. [QEMU hw/i386/intel_iommu, x-aw-bits]
    private static final long BASE = 0x10_0000_0000L;
    private static final long BASE_32BIT = 0x1000_0000L;
    private static final long GUARD = 0x20_0000L;
    private static final int MAX_BITS = 39;

    private final TreeMap<Long, Long> taken = new TreeMap<>();
    private long next = -1;

    @Override
    public long assign(MemoryBlock block, int addressBits) {
        long end = 1L << Math.min(addressBits, MAX_BITS);
        long base = end > BASE ? BASE : BASE_32BIT;
        long align = Math.max(block.pageSize(), 4096);
        long start = next < base || next >= end ? base : next;
        long found = search(start, end, block.size(), align);
        if (found < 0) {
            found = search(base, end, block.size(), align);
        }
        if (found < 0) {
            throw new PlatformException("no free IOVA range of " + block.size() + " bytes below 2^" + addressBits
                + "; free DMA memory or use larger pages");
        }
        taken.put(found, found + block.size());
        next = found + block.size() + GUARD;
        return found;
    }

    private long search(long from, long end, long size, long align) {
        long at = alignUp(from, align);
        while (at + size <= end) {
            Map.Entry<Long, Long> before = taken.floorEntry(at + size + GUARD);
            if (before == null || before.getValue() + GUARD <= at) {
                return at;
            }
            at = alignUp(before.getValue() + GUARD, align);
        }
        return -1;
    }

    private static long alignUp(long value, long align) {
        return (value + align - 1) & -align;
    }

    @Override
    public void release(long iova, long size) {
        taken.remove(iova);
    }
}
