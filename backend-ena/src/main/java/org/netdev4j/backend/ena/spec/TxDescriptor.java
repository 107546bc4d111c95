package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * A transmit descriptor: one buffer of a packet, or, for the first of a packet in a low-latency queue, the pushed header
 * alone [AMZN ena_eth_io_defs.h, struct ena_eth_io_tx_desc].
 *
 * <pre>
 *        31 30 29 28 27 26 25 24 23 22 21         16 15                                0
 * word 0 |  0    |CR|LA|FI| 0|PH|ME| 0| req_id 15:10 |  length                         |
 * word 1 | req_id 9:0  (31:22)  | 0 |L4P(17)| 0 |FCS(15)|L4(14)|L3(13)| l4_proto 12:8 |TSO(7)| 0 |DF(4)| l3_proto 3:0 |
 * word 2 | buffer address 31:0                                                         |
 * word 3 | header_length (31:24) | 0     | buffer address 47:32                        |
 * </pre>
 *
 * <p>The driver writes it; the device reads it after the doorbell. {@link #FIRST}, {@link #COMP_REQ} and the offload bits
 * count in the first descriptor of a packet only, where a {@link TxMetaDescriptor} in front takes {@link #FIRST}.
 */
public final class TxDescriptor {
    /** Size. */
    public static final int BYTES = 16;

    /** Word 0: a meta descriptor. */
    public static final int META_DESC = 1 << 23;
    /** Word 0: the phase bit. */
    public static final int PHASE = 1 << 24;
    /** Word 0: first descriptor of the packet. */
    public static final int FIRST = 1 << 26;
    /** Word 0: last descriptor of the packet. */
    public static final int LAST = 1 << 27;
    /** Word 0: a completion is wanted. */
    public static final int COMP_REQ = 1 << 28;
    /** Word 0: bits that must be zero in a data descriptor. */
    public static final int MUST_BE_ZERO_0 = 1 << 22 | 1 << 25 | 7 << 29;

    /** Word 1: the IPv4 header's DF flag; 1 for all other packets. */
    public static final int DF = 1 << 4;
    /** Word 1: segment the TCP packet. */
    public static final int TSO_EN = 1 << 7;
    /** Word 1: fill in the IPv4 header checksum. */
    public static final int L3_CSUM_EN = 1 << 13;
    /** Word 1: fill in the TCP or UDP checksum. */
    public static final int L4_CSUM_EN = 1 << 14;
    /** Word 1: append no Ethernet FCS. */
    public static final int ETHERNET_FCS_DIS = 1 << 15;
    /** Word 1: the checksum field holds the sum of the pseudo header already. */
    public static final int L4_CSUM_PARTIAL = 1 << 17;
    /** Word 1: bits that must be zero. */
    public static final int MUST_BE_ZERO_1 = 0xf << 18;

    /** The longest buffer. */
    public static final int MAX_LENGTH = 0xffff;
    /** The longest header that the field can say. */
    public static final int MAX_HEADER_LENGTH = 0xff;

    private static final int REQ_ID_LOW_BITS = 10;
    private static final int REQ_ID_LOW_MASK = (1 << REQ_ID_LOW_BITS) - 1;
    private static final int REQ_ID_HIGH_SHIFT = 16;
    private static final int REQ_ID_LOW_SHIFT = 22;
    private static final int L4_PROTO_SHIFT = 8;
    private static final long ADDRESS_MASK = (1L << 48) - 1;
    private static final int HEADER_LENGTH_SHIFT = 56;

    private TxDescriptor() {
    }

    // ---- words, for who writes them

    /** Word 0 of a descriptor: {@code flags} of the constants above, and the phase bit. */
    public static int word0(int length, int reqId, int flags) {
        return length | reqId >>> REQ_ID_LOW_BITS << REQ_ID_HIGH_SHIFT | flags;
    }

    /** Word 1 of a packet's first data descriptor: {@code offloads} of the constants above and of {@link #protocols}. */
    public static int word1(int reqId, int offloads) {
        return (reqId & REQ_ID_LOW_MASK) << REQ_ID_LOW_SHIFT | offloads;
    }

    /** The protocol bits of word 1, from {@link ProtoIndex}. */
    public static int protocols(int l3, int l4) {
        return l3 | l4 << L4_PROTO_SHIFT;
    }

    /** Words 2 and 3 as one. */
    public static long address(long iova, int headerLength) {
        return iova & ADDRESS_MASK | (long) headerLength << HEADER_LENGTH_SHIFT;
    }

    /** Writes a descriptor in two stores, the one with the phase bit last. */
    public static void write(Memory ring, long at, int word0, int word1, long address) {
        ring.putLong(at + 8, address);
        ring.putLong(at, word0 & 0xffff_ffffL | (long) word1 << 32);
    }

    // ---- words, for who reads them

    /** Word 0, with all that came before it visible. */
    public static int word0Acquire(Memory ring, long at) {
        return ring.getIntAcquire(at);
    }

    /** Word 0. */
    public static int word0(Memory ring, long at) {
        return ring.getInt(at);
    }

    /** Word 1. */
    public static int word1(Memory ring, long at) {
        return ring.getInt(at + 4);
    }

    /** Words 2 and 3. */
    public static long address(Memory ring, long at) {
        return ring.getLong(at + 8);
    }

    /** Bytes in the buffer. */
    public static int length(int word0) {
        return word0 & MAX_LENGTH;
    }

    /** The id that the completion will bear. */
    public static int reqId(int word0, int word1) {
        return (word0 >>> REQ_ID_HIGH_SHIFT & 0x3f) << REQ_ID_LOW_BITS | word1 >>> REQ_ID_LOW_SHIFT;
    }

    /** Of {@link ProtoIndex}. */
    public static int l3Proto(int word1) {
        return word1 & 0xf;
    }

    /** Of {@link ProtoIndex}. */
    public static int l4Proto(int word1) {
        return word1 >>> L4_PROTO_SHIFT & 0x1f;
    }

    /** Where the buffer is. */
    public static long iova(long address) {
        return address & ADDRESS_MASK;
    }

    /** Bytes of header pushed with the descriptor. */
    public static int headerLength(long address) {
        return (int) (address >>> HEADER_LENGTH_SHIFT);
    }
}
