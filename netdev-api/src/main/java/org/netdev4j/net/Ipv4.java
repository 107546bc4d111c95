package org.netdev4j.net;

import org.netdev4j.platform.memory.Memory;

/**
 * IPv4 header [RFC 791 §3.1; RFC 2474 and RFC 3168 for the second byte].
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------+-------+-----------+---+-------------------------------+
 * |Version|  IHL  |   DSCP    |ECN|         Total length          |
 * +-------+-------+-----------+---+-----+-------------------------+
 * |        Identification         |0|D|M|    Fragment offset      |
 * +---------------+---------------+-----+-------------------------+
 * |  Time to live |   Protocol    |        Header checksum        |
 * +---------------+---------------+-------------------------------+
 * |                        Source address                         |
 * +---------------------------------------------------------------+
 * |                      Destination address                      |
 * +---------------------------------------------------------------+
 * |                 Options, 0 to 40 bytes ...                    |
 * +---------------------------------------------------------------+
 * </pre>
 *
 * <p>The header checksum is computed and verified by {@link Checksum#ipv4Header} and {@link Checksum#ipv4HeaderOk}.
 */
public final class Ipv4 {
    /** Version and header length, 1 byte. */
    public static final int VERSION_IHL_OFFSET = 0;
    /** Differentiated services code point and ECN, 1 byte. */
    public static final int DSCP_ECN_OFFSET = 1;
    /** Total length, 2 bytes. */
    public static final int TOTAL_LENGTH_OFFSET = 2;
    /** Identification, 2 bytes. */
    public static final int IDENTIFICATION_OFFSET = 4;
    /** Flags and fragment offset, 2 bytes. */
    public static final int FRAGMENT_OFFSET = 6;
    /** Time to live, 1 byte. */
    public static final int TTL_OFFSET = 8;
    /** Protocol, 1 byte. */
    public static final int PROTOCOL_OFFSET = 9;
    /** Header checksum, 2 bytes. */
    public static final int CHECKSUM_OFFSET = 10;
    /** Source address, 4 bytes. */
    public static final int SOURCE_OFFSET = 12;
    /** Destination address, 4 bytes. */
    public static final int DESTINATION_OFFSET = 16;
    /** Options, if any. */
    public static final int OPTIONS_OFFSET = 20;
    /** Bytes of the header without options. */
    public static final int HEADER_LENGTH = 20;
    /** Bytes of the header with all options it can have. */
    public static final int LONGEST_HEADER = 60;

    /** In {@link #fragmentWord}: must not be fragmented. */
    public static final int DONT_FRAGMENT = 0x4000;
    /** In {@link #fragmentWord}: more fragments follow. */
    public static final int MORE_FRAGMENTS = 0x2000;
    /** In {@link #fragmentWord}: the offset, in units of 8 bytes. */
    public static final int FRAGMENT_OFFSET_MASK = 0x1fff;

    private Ipv4() {
    }

    /**
     * True if the version is 4, the header length is at least 20, and the header with its options lies in
     * {@code available} bytes; see the guarantee in the package's documentation. The total length is not looked at: a
     * frame for TCP segmentation may have any.
     */
    public static boolean check(Memory m, long at, int available) {
        if (available < HEADER_LENGTH || version(m, at) != 4) {
            return false;
        }
        int headerLength = headerLength(m, at);
        return headerLength >= HEADER_LENGTH && headerLength <= available;
    }

    /** 4, in a legal header. */
    public static int version(Memory m, long at) {
        return m.getUnsignedByte(at + VERSION_IHL_OFFSET) >>> 4;
    }

    /** Bytes of the header with options: 20 to 60 in a legal header. */
    public static int headerLength(Memory m, long at) {
        return (m.getUnsignedByte(at + VERSION_IHL_OFFSET) & 0xf) * 4;
    }

    /** Stores the header's length, a multiple of 4 from 20 to 60, <em>and</em> version 4, which shares its byte. */
    public static void headerLength(Memory m, long at, int bytes) {
        m.putByte(at + VERSION_IHL_OFFSET, (byte) (0x40 | bytes >>> 2 & 0xf));
    }

    /** Differentiated services code point, 0 to 63. */
    public static int dscp(Memory m, long at) {
        return m.getUnsignedByte(at + DSCP_ECN_OFFSET) >>> 2;
    }

    /** Stores the code point. */
    public static void dscp(Memory m, long at, int dscp) {
        m.putByte(at + DSCP_ECN_OFFSET, (byte) (dscp << 2 | ecn(m, at)));
    }

    /** Explicit congestion notification, 0 to 3. */
    public static int ecn(Memory m, long at) {
        return m.getUnsignedByte(at + DSCP_ECN_OFFSET) & 3;
    }

    /** Stores the explicit congestion notification. */
    public static void ecn(Memory m, long at, int ecn) {
        m.putByte(at + DSCP_ECN_OFFSET, (byte) (dscp(m, at) << 2 | ecn & 3));
    }

    /** Bytes of header and payload. */
    public static int totalLength(Memory m, long at) {
        return m.getUnsignedShortBe(at + TOTAL_LENGTH_OFFSET);
    }

    /** Stores the total length. */
    public static void totalLength(Memory m, long at, int bytes) {
        m.putShortBe(at + TOTAL_LENGTH_OFFSET, bytes);
    }

    /** What ties fragments together. */
    public static int identification(Memory m, long at) {
        return m.getUnsignedShortBe(at + IDENTIFICATION_OFFSET);
    }

    /** Stores the identification. */
    public static void identification(Memory m, long at, int identification) {
        m.putShortBe(at + IDENTIFICATION_OFFSET, identification);
    }

    /** Flags and fragment offset as they are on the wire: see {@link #DONT_FRAGMENT} and its neighbours. */
    public static int fragmentWord(Memory m, long at) {
        return m.getUnsignedShortBe(at + FRAGMENT_OFFSET);
    }

    /** Stores flags and fragment offset. */
    public static void fragmentWord(Memory m, long at, int word) {
        m.putShortBe(at + FRAGMENT_OFFSET, word);
    }

    /** True if no router may fragment the packet. */
    public static boolean dontFragment(Memory m, long at) {
        return (fragmentWord(m, at) & DONT_FRAGMENT) != 0;
    }

    /** Stores the flag. */
    public static void dontFragment(Memory m, long at, boolean flag) {
        fragmentWord(m, at, fragmentWord(m, at) & ~DONT_FRAGMENT | (flag ? DONT_FRAGMENT : 0));
    }

    /** True if this is a fragment and not the last. */
    public static boolean moreFragments(Memory m, long at) {
        return (fragmentWord(m, at) & MORE_FRAGMENTS) != 0;
    }

    /** Stores the flag. */
    public static void moreFragments(Memory m, long at, boolean flag) {
        fragmentWord(m, at, fragmentWord(m, at) & ~MORE_FRAGMENTS | (flag ? MORE_FRAGMENTS : 0));
    }

    /** Where in the payload of the whole packet this fragment belongs, in bytes. */
    public static int fragmentOffset(Memory m, long at) {
        return (fragmentWord(m, at) & FRAGMENT_OFFSET_MASK) * 8;
    }

    /** Stores the fragment offset: bytes, a multiple of 8 up to 65528. */
    public static void fragmentOffset(Memory m, long at, int bytes) {
        fragmentWord(m, at, fragmentWord(m, at) & ~FRAGMENT_OFFSET_MASK | bytes >>> 3 & FRAGMENT_OFFSET_MASK);
    }

    /** True if this is a part of a packet: the first, one between, or the last. */
    public static boolean isFragment(Memory m, long at) {
        return (fragmentWord(m, at) & (MORE_FRAGMENTS | FRAGMENT_OFFSET_MASK)) != 0;
    }

    /** Hops left. */
    public static int ttl(Memory m, long at) {
        return m.getUnsignedByte(at + TTL_OFFSET);
    }

    /** Stores the hops left. */
    public static void ttl(Memory m, long at, int hops) {
        m.putByte(at + TTL_OFFSET, (byte) hops);
    }

    /** What the payload is: a value of {@link IpProtocol}. */
    public static int protocol(Memory m, long at) {
        return m.getUnsignedByte(at + PROTOCOL_OFFSET);
    }

    /** Stores the protocol. */
    public static void protocol(Memory m, long at, int protocol) {
        m.putByte(at + PROTOCOL_OFFSET, (byte) protocol);
    }

    /** Checksum of the header, as stored. */
    public static int checksum(Memory m, long at) {
        return m.getUnsignedShortBe(at + CHECKSUM_OFFSET);
    }

    /** Stores the checksum. */
    public static void checksum(Memory m, long at, int checksum) {
        m.putShortBe(at + CHECKSUM_OFFSET, checksum);
    }

    /** Source address. */
    public static int source(Memory m, long at) {
        return m.getIntBe(at + SOURCE_OFFSET);
    }

    /** Stores the source address. */
    public static void source(Memory m, long at, int address) {
        m.putIntBe(at + SOURCE_OFFSET, address);
    }

    /** Destination address. */
    public static int destination(Memory m, long at) {
        return m.getIntBe(at + DESTINATION_OFFSET);
    }

    /** Stores the destination address. */
    public static void destination(Memory m, long at, int address) {
        m.putIntBe(at + DESTINATION_OFFSET, address);
    }
}
