package org.netdev4j.backend.loopback;

import java.util.Arrays;
import java.util.Collection;
import org.netdev4j.net.MacAddress;

/** Addresses to look up by value, without allocating: a hash table with open addressing, at most half full. Immutable. */
final class MacSet {
    // No address: those have 48 bits.
    private static final long FREE = -1;
    // 2^64 divided by the golden ratio: spreads neighbouring values [Knuth, TAOCP vol. 3, 6.4].
    private static final long SPREAD = 0x9e37_79b9_7f4a_7c15L;

    private final long[] slots;
    private final int shift;

    MacSet(Collection<MacAddress> addresses) {
        int bits = 1;
        while (1 << bits < addresses.size() * 2) {
            bits++;
        }
        slots = new long[1 << bits];
        shift = Long.SIZE - bits;
        Arrays.fill(slots, FREE);
        addresses.forEach(address -> slots[find(address.value())] = address.value());
    }

    /** True if the address, in the low 48 bits, is in the set. */
    boolean contains(long address) {
        return slots[find(address)] == address;
    }

    /** Where the address is, or would be. */
    private int find(long address) {
        int at = (int) (address * SPREAD >>> shift);
        while (slots[at] != FREE && slots[at] != address) {
            at = at + 1 & slots.length - 1;
        }
        return at;
    }
}
