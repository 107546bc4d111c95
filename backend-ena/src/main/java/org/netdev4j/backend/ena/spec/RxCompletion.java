package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * A receive completion: one buffer of a packet [AMZN ena_eth_io_defs.h, struct ena_eth_io_rx_cdesc_base,
 * ena_eth_io_rx_cdesc_ext].
 *
 * <pre>
 *        31 30 29 28 27 26 25 24 23    18 17 16 15 14 13 12      8 7 6   5 4       0
 * word 0 | 0|BU| 0  |LA|FI|C2|PH|   0    | 0|CK|FR|E4|E3| l4_proto|0|vlans| l3_proto |
 * word 1 | req_id                        | length                                    |
 * word 2 | hash                                                                      |
 * word 3 |  0            | offset (23:16)| sub_qid                                   |
 * word 4, 5 | buffer address              (extended entries only)                    |
 * word 6, 7 | timestamp                                                              |
 * </pre>
 *
 * <p>Protocols, checksums and hash are valid in the last entry of a packet, the offset in the first.
 */
public final class RxCompletion {
    /** Size. */
    public static final int BYTES = 16;
    /** Size with a timestamp. */
    public static final int EXTENDED_BYTES = 32;

    /** Word 0: the IPv4 header checksum is wrong. */
    public static final int L3_CSUM_ERR = 1 << 13;
    /** Word 0: the TCP or UDP checksum is wrong; valid with {@link #L4_CSUM_CHECKED}. */
    public static final int L4_CSUM_ERR = 1 << 14;
    /** Word 0: a fragment of an IPv4 packet. */
    public static final int IPV4_FRAG = 1 << 15;
    /** Word 0: the TCP or UDP checksum was looked at. */
    public static final int L4_CSUM_CHECKED = 1 << 16;
    /** Word 0: the phase bit. */
    public static final int PHASE = 1 << 24;
    /** Word 0: what a second checksum engine found. */
    public static final int L3_CSUM2 = 1 << 25;
    /** Word 0: first buffer of the packet. */
    public static final int FIRST = 1 << 26;
    /** Word 0: last buffer of the packet. */
    public static final int LAST = 1 << 27;
    /** Word 0: a buffer was used. */
    public static final int BUFFER = 1 << 30;
    /** Word 0: bits that a device of {@link DeviceAttributes#CAP_CDESC_MBZ} keeps zero. */
    public static final int MUST_BE_ZERO = 1 << 7 | 1 << 17;

    private RxCompletion() {
    }

    // ---- for who reads it

    /** Word 0, with the rest of the entry visible if its phase says that it is new. */
    public static int word0Acquire(Memory ring, long at) {
        return ring.getIntAcquire(at);
    }

    /** Word 1. */
    public static int word1(Memory ring, long at) {
        return ring.getInt(at + 4);
    }

    /** Of {@link ProtoIndex}. */
    public static int l3Proto(int word0) {
        return word0 & 0x1f;
    }

    /** VLAN tags in front of the network header, 0 to 3. */
    public static int vlanCount(int word0) {
        return word0 >>> 5 & 3;
    }

    /** Of {@link ProtoIndex}. */
    public static int l4Proto(int word0) {
        return word0 >>> 8 & 0x1f;
    }

    /** Bytes in this buffer. */
    public static int length(int word1) {
        return word1 & 0xffff;
    }

    /** The buffer. */
    public static int reqId(int word1) {
        return word1 >>> 16;
    }

    /** The RSS hash. */
    public static int hash(Memory ring, long at) {
        return ring.getInt(at + 8);
    }

    /** Where in the buffer the packet begins. */
    public static int offset(Memory ring, long at) {
        return ring.getUnsignedByte(at + 14);
    }

    /** Nanoseconds by the device's clock; extended entries only. */
    public static long timestamp(Memory ring, long at) {
        return ring.getLong(at + 24);
    }

    // ---- for who writes it

    /** Word 0: {@code flags} of the constants above. */
    public static int word0(int l3Proto, int vlans, int l4Proto, int flags) {
        return l3Proto | vlans << 5 | l4Proto << 8 | flags;
    }

    /** Word 1. */
    public static int word1(int length, int reqId) {
        return length & 0xffff | reqId << 16;
    }

    /** Word 3. */
    public static int word3(int subQueue, int offset) {
        return subQueue & 0xffff | offset << 16;
    }
}
