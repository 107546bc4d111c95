package org.netdev4j.platform.memory;

import java.util.Map;
import java.util.TreeMap;
import org.netdev4j.platform.PlatformException;

/** Rising windows with guard gaps; wraps to the start of the range when it reaches the end. */
final class GuardedIova implements IovaPolicy {
    /** Unmapped bytes between two windows. */
    static final long GUARD = 0x20_0000L;

    // Above 4 GiB where the device allows it: an address cut to 32 bits then hits nothing. Kept below 2^39, which the
    // smallest virtual IOMMU (39-bit intel-iommu) can map. [QEMU hw/i386/intel_iommu, x-aw-bits]
    private static final long BASE = 0x10_0000_0000L;
    private static final long BASE_32BIT = 0x1000_0000L;
    private static final int MAX_BITS = 39;

    // On x86 a write here is an interrupt message, which no IOMMU translates; VFIO refuses to map it.
    // [Intel SDM vol. 3A, "Message Address Register Format": 0FEEH in bits 31-20]
    private static final long INTERRUPTS = 0xFEE0_0000L;
    private static final long INTERRUPTS_END = 0xFEF0_0000L;

    private final TreeMap<Long, Long> taken = new TreeMap<>();
    // One position for each range, so that using one does not make the other start again.
    private long nextHigh = BASE;
    private long nextLow = BASE_32BIT;

    GuardedIova() {
        taken.put(INTERRUPTS, INTERRUPTS_END);
    }

    @Override
    public long assign(MemoryBlock block, int addressBits) {
        long end = 1L << Math.min(addressBits, MAX_BITS);
        boolean high = end > BASE;
        long base = high ? BASE : BASE_32BIT;
        long found = search(high ? nextHigh : nextLow, end, block);
        if (found < 0) {
            found = search(base, end, block);
        }
        if (found < 0) {
            throw new PlatformException("no free range of " + block.size() + " bytes of device addresses from 0x"
                + Long.toHexString(base) + " to 2^" + addressBits + "; free DMA memory first");
        }
        taken.put(found, found + block.size());
        if (high) {
            nextHigh = found + block.size() + GUARD;
        } else {
            nextLow = found + block.size() + GUARD;
        }
        return found;
    }

    private long search(long from, long end, MemoryBlock block) {
        long size = block.size();
        long align = Math.max(block.pageSize(), 4096);
        long at = alignUp(from, align);
        while (at <= end - size) {
            Map.Entry<Long, Long> before = taken.lowerEntry(at + size + GUARD);
            if (before != null && before.getValue() + GUARD > at) {
                at = alignUp(before.getValue() + GUARD, align);
            } else if (at < block.address() + size && block.address() < at + size) {
                // A driver that gives the device the process address must not hit the right memory by accident.
                at = alignUp(block.address() + size, align);
            } else {
                return at;
            }
        }
        return -1;
    }

    private static long alignUp(long value, long align) {
        return (value + align - 1) & -align;
    }

    @Override
    public void release(long iova, long size) {
        if (!Long.valueOf(iova + size).equals(taken.get(iova)) || iova == INTERRUPTS) {
            throw new IllegalArgumentException("device addresses 0x" + Long.toHexString(iova) + " to 0x"
                + Long.toHexString(iova + size) + " are not handed out");
        }
        taken.remove(iova);
    }
}
