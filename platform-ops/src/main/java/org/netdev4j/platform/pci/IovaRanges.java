package org.netdev4j.platform.pci;

import java.util.ArrayList;
import java.util.List;
import org.netdev4j.platform.memory.Memory;

/**
 * Device addresses that an IOMMU can translate: all but those of interrupt messages and of other reserved things.
 *
 * @param ranges in order; none means that nobody has said, and all are taken to be usable
 */
record IovaRanges(List<Range> ranges) {
    private static final int UNTOLD_BITS = 39;
    private static final int RANGE_BYTES = 16;

    /** From {@code first} to {@code last}, both included and unsigned. */
    record Range(long first, long last) {
        @Override
        public String toString() {
            return "0x" + Long.toHexString(first) + "-0x" + Long.toHexString(last);
        }
    }

    /** Those that stand one after the other in a structure of the kernel's. */
    static IovaRanges at(Memory memory, long offset, int count) {
        List<Range> ranges = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long at = offset + (long) i * RANGE_BYTES;
            ranges.add(new Range(memory.getLong(at), memory.getLong(at + Long.BYTES)));
        }
        return new IovaRanges(List.copyOf(ranges));
    }

    /** True if all of these addresses are usable. */
    boolean holds(long first, long size) {
        long last = first + size - 1;
        return ranges.isEmpty() || ranges.stream().anyMatch(range -> Long.compareUnsigned(range.first, first) <= 0
            && Long.compareUnsigned(last, range.last) <= 0);
    }

    /** Bits of which an address may have all, at the upper end. */
    int addressBits() {
        return ranges.isEmpty() ? UNTOLD_BITS : Long.SIZE - Long.numberOfLeadingZeros(ranges.getLast().last);
    }

    @Override
    public String toString() {
        return String.join(", ", ranges.stream().map(Range::toString).toList());
    }
}
