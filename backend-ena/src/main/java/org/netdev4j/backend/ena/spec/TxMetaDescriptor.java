package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * A transmit meta descriptor: where the headers of a packet are, and its MSS. It comes in front of the packet's data
 * descriptors, or, if the device caches it, of those of an earlier packet [AMZN ena_eth_io_defs.h, struct
 * ena_eth_io_tx_meta_desc].
 *
 * <pre>
 *        31 30 29 28 27 26 25 24 23 22 21 20 19    16 15 14 13                        0
 * word 0 |  0    |CR|LA|FI| 0|PH| 1| 0|ST|TY| mss 13:10| 0|EV|  0                       |
 * word 1 |  0                                                                          |
 * word 2 | mss 9:0 (31:22) | l4_hdr_len_in_words (21:16) | l3_hdr_off (15:8) | l3_hdr_len (7:0) |
 * word 3 |  reserved                                                                   |
 * </pre>
 *
 * <p>First, last, completion wanted and phase are at the bits of {@link TxDescriptor}.
 */
public final class TxMetaDescriptor {
    /** Size. */
    public static final int BYTES = 16;

    /** Word 0: the fields of word 2 are valid. */
    public static final int EXT_VALID = 1 << 14;
    /** Word 0: extended metadata, the only type in use. */
    public static final int ETH_META_TYPE = 1 << 20;
    /** Word 0: keep it in the queue's cache for packets that bring none. */
    public static final int META_STORE = 1 << 21;

    /** The greatest MSS that the field can say. */
    public static final int MAX_MSS = (1 << 14) - 1;
    /** The greatest length and offset of the network header. */
    public static final int MAX_L3 = 0xff;
    /** The greatest transport header, in words of 4 bytes. */
    public static final int MAX_L4_WORDS = 0x3f;

    private static final int MSS_LOW_BITS = 10;
    private static final int MSS_LOW_MASK = (1 << MSS_LOW_BITS) - 1;
    private static final int MSS_LOW_SHIFT = 22;
    private static final int MSS_HIGH_SHIFT = 16;

    private TxMetaDescriptor() {
    }

    /** Word 0: {@code flags} of {@link TxDescriptor} and of here. */
    public static int word0(int mss, int flags) {
        return TxDescriptor.META_DESC | (mss >>> MSS_LOW_BITS & 0xf) << MSS_HIGH_SHIFT | flags;
    }

    /** Word 2. */
    public static int word2(int mss, int l3Offset, int l3Length, int l4Words) {
        return l3Length | l3Offset << 8 | l4Words << 16 | (mss & MSS_LOW_MASK) << MSS_LOW_SHIFT;
    }

    /** Writes a descriptor in two stores, the one with the phase bit last. */
    public static void write(Memory ring, long at, int word0, int word2) {
        ring.putLong(at + 8, word2 & 0xffff_ffffL);
        ring.putLong(at, word0 & 0xffff_ffffL);
    }

    /** Word 2. */
    public static int word2(Memory ring, long at) {
        return ring.getInt(at + 8);
    }

    /** Payload bytes of a segment. */
    public static int mss(int word0, int word2) {
        return (word0 >>> MSS_HIGH_SHIFT & 0xf) << MSS_LOW_BITS | word2 >>> MSS_LOW_SHIFT;
    }

    /** Bytes of the network header. */
    public static int l3Length(int word2) {
        return word2 & 0xff;
    }

    /** Bytes in front of the network header. */
    public static int l3Offset(int word2) {
        return word2 >>> 8 & 0xff;
    }

    /** Length of the transport header in words of 4 bytes. */
    public static int l4Words(int word2) {
        return word2 >>> 16 & 0x3f;
    }
}
