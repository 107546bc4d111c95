package org.netdev4j.net;

import org.netdev4j.platform.memory.Memory;

/**
 * IPv6 header, the fixed part [RFC 8200 §3]. What may stand between it and the upper layer is in {@link Ipv6Extensions}.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------+---------------+---------------------------------------+
 * |Version| Traffic class |              Flow label               |
 * +-------+---------------+-------+---------------+---------------+
 * |        Payload length         |  Next header  |   Hop limit   |
 * +-------------------------------+---------------+---------------+
 * |                                                               |
 * +                                                               +
 * |                   Source address, 16 bytes                    |
 * +                                                               +
 * |                                                               |
 * +                                                               +
 * |                                                               |
 * +---------------------------------------------------------------+
 * |                                                               |
 * +                                                               +
 * |                 Destination address, 16 bytes                 |
 * +                                                               +
 * |                                                               |
 * +                                                               +
 * |                                                               |
 * +---------------------------------------------------------------+
 * </pre>
 */
public final class Ipv6 {
    /** Version, traffic class and flow label, 4 bytes. */
    public static final int VERSION_CLASS_FLOW_OFFSET = 0;
    /** Payload length, 2 bytes. */
    public static final int PAYLOAD_LENGTH_OFFSET = 4;
    /** Next header, 1 byte. */
    public static final int NEXT_HEADER_OFFSET = 6;
    /** Hop limit, 1 byte. */
    public static final int HOP_LIMIT_OFFSET = 7;
    /** Source address, 16 bytes. */
    public static final int SOURCE_OFFSET = 8;
    /** Destination address, 16 bytes. */
    public static final int DESTINATION_OFFSET = 24;
    /** Bytes of the header without extension headers. */
    public static final int HEADER_LENGTH = 40;
    /** Bytes of an address. */
    public static final int ADDRESS_LENGTH = 16;

    private Ipv6() {
    }

    /**
     * True if the version is 6 and the fixed header lies in {@code available} bytes; see the guarantee in the package's
     * documentation. The payload length is not looked at: a frame for TCP segmentation may have any.
     */
    public static boolean check(Memory m, long at, int available) {
        return available >= HEADER_LENGTH && version(m, at) == 6;
    }

    /** 6, in a legal header. */
    public static int version(Memory m, long at) {
        return m.getUnsignedByte(at + VERSION_CLASS_FLOW_OFFSET) >>> 4;
    }

    /** Stores version 6, traffic class and flow label: the whole first word, whatever was there. */
    public static void versionClassFlow(Memory m, long at, int trafficClass, int flowLabel) {
        m.putIntBe(at + VERSION_CLASS_FLOW_OFFSET, 0x6000_0000 | (trafficClass & 0xff) << 20 | flowLabel & 0xf_ffff);
    }

    /** Traffic class: code point in the upper six bits, ECN in the lower two. */
    public static int trafficClass(Memory m, long at) {
        return m.getIntBe(at + VERSION_CLASS_FLOW_OFFSET) >>> 20 & 0xff;
    }

    /** Stores the traffic class. */
    public static void trafficClass(Memory m, long at, int trafficClass) {
        int word = m.getIntBe(at + VERSION_CLASS_FLOW_OFFSET);
        m.putIntBe(at + VERSION_CLASS_FLOW_OFFSET, word & 0xf00f_ffff | (trafficClass & 0xff) << 20);
    }

    /** Flow label, 20 bits. */
    public static int flowLabel(Memory m, long at) {
        return m.getIntBe(at + VERSION_CLASS_FLOW_OFFSET) & 0xf_ffff;
    }

    /** Stores the flow label. */
    public static void flowLabel(Memory m, long at, int flowLabel) {
        int word = m.getIntBe(at + VERSION_CLASS_FLOW_OFFSET);
        m.putIntBe(at + VERSION_CLASS_FLOW_OFFSET, word & 0xfff0_0000 | flowLabel & 0xf_ffff);
    }

    /** Bytes after the fixed header: extension headers, upper-layer header and its payload. */
    public static int payloadLength(Memory m, long at) {
        return m.getUnsignedShortBe(at + PAYLOAD_LENGTH_OFFSET);
    }

    /** Stores the payload length. */
    public static void payloadLength(Memory m, long at, int bytes) {
        m.putShortBe(at + PAYLOAD_LENGTH_OFFSET, bytes);
    }

    /** What follows the fixed header: a value of {@link IpProtocol}. */
    public static int nextHeader(Memory m, long at) {
        return m.getUnsignedByte(at + NEXT_HEADER_OFFSET);
    }

    /** Stores the next header. */
    public static void nextHeader(Memory m, long at, int protocol) {
        m.putByte(at + NEXT_HEADER_OFFSET, (byte) protocol);
    }

    /** Hops left. */
    public static int hopLimit(Memory m, long at) {
        return m.getUnsignedByte(at + HOP_LIMIT_OFFSET);
    }

    /** Stores the hops left. */
    public static void hopLimit(Memory m, long at, int hops) {
        m.putByte(at + HOP_LIMIT_OFFSET, (byte) hops);
    }

    /** First 8 bytes of the source address. */
    public static long sourceHigh(Memory m, long at) {
        return m.getLongBe(at + SOURCE_OFFSET);
    }

    /** Last 8 bytes of the source address. */
    public static long sourceLow(Memory m, long at) {
        return m.getLongBe(at + SOURCE_OFFSET + 8);
    }

    /** Stores the source address. */
    public static void source(Memory m, long at, long high, long low) {
        address(m, at + SOURCE_OFFSET, high, low);
    }

    /** First 8 bytes of the destination address. */
    public static long destinationHigh(Memory m, long at) {
        return m.getLongBe(at + DESTINATION_OFFSET);
    }

    /** Last 8 bytes of the destination address. */
    public static long destinationLow(Memory m, long at) {
        return m.getLongBe(at + DESTINATION_OFFSET + 8);
    }

    /** Stores the destination address. */
    public static void destination(Memory m, long at, long high, long low) {
        address(m, at + DESTINATION_OFFSET, high, low);
    }

    static void address(Memory m, long at, long high, long low) {
        m.putLongBe(at, high);
        m.putLongBe(at + 8, low);
    }
}
