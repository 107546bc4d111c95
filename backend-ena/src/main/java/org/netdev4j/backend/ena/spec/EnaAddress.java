package org.netdev4j.backend.ena.spec;

/** Addresses in commands: 48 bits in a field of 64 [AMZN ena_common_defs.h, struct ena_common_mem_addr]. */
public final class EnaAddress {
    /** Bits of an address. */
    public static final int BITS = 48;
    /** Those bits. */
    public static final long MASK = (1L << BITS) - 1;

    private EnaAddress() {
    }

    /**
     * The address.
     *
     * @throws IllegalArgumentException if it has more bits: cut off, it would be somebody else's memory
     */
    public static long checked(long address) {
        if ((address & ~MASK) != 0) {
            throw new IllegalArgumentException("ENA addresses have " + BITS + " bits: 0x" + Long.toHexString(address));
        }
        return address;
    }
}
