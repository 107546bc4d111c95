package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * A receive descriptor: one empty buffer [AMZN ena_eth_io_defs.h, struct ena_eth_io_rx_desc].
 *
 * <pre>
 *        31 30 29 28 27 26 25 24 23         16 15                           0
 * word 0 |  0 | 1|CR|LA|FI| 0|PH|     0       | length; 0 means 64 KiB     |
 * word 1 |  0                                 | req_id                     |
 * word 2 | buffer address 31:0                                             |
 * word 3 |  0                                 | buffer address 47:32       |
 * </pre>
 *
 * <p>The header calls bit 29 "must be one"; no published driver sets it, so a device cannot insist on it.
 */
public final class RxDescriptor {
    /** Size. */
    public static final int BYTES = 16;

    /** Word 0: the phase bit. */
    public static final int PHASE = 1 << 24;
    /** Word 0: first. */
    public static final int FIRST = 1 << 26;
    /** Word 0: last. */
    public static final int LAST = 1 << 27;
    /** Word 0: a completion is wanted. */
    public static final int COMP_REQ = 1 << 28;
    /** Word 0: bits that must be zero. */
    public static final int MUST_BE_ZERO = 0xff << 16 | 1 << 25 | 3 << 30;

    /** What a length of 0 means. */
    public static final int LENGTH_OF_ZERO = 0x1_0000;

    private static final long ADDRESS_MASK = (1L << 48) - 1;

    private RxDescriptor() {
    }

    /** Words 0 and 1 as one; {@code flags} with the phase bit. */
    public static long words01(int length, int reqId, int flags) {
        return (length & 0xffff | flags) & 0xffff_ffffL | (long) reqId << 32;
    }

    /** Writes a descriptor in two stores, the one with the phase bit last. */
    public static void write(Memory ring, long at, long words01, long iova) {
        ring.putLong(at + 8, iova & ADDRESS_MASK);
        ring.putLong(at, words01);
    }

    /** Word 0. */
    public static int word0(Memory ring, long at) {
        return ring.getInt(at);
    }

    /** Room in the buffer. */
    public static int length(int word0) {
        int length = word0 & 0xffff;
        return length == 0 ? LENGTH_OF_ZERO : length;
    }

    /** The id that the completion will bear. */
    public static int reqId(Memory ring, long at) {
        return ring.getUnsignedShort(at + 4);
    }

    /** Where the buffer is. */
    public static long iova(Memory ring, long at) {
        return ring.getLong(at + 8) & ADDRESS_MASK;
    }
}
