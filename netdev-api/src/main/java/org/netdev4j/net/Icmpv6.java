package org.netdev4j.net;

import org.netdev4j.platform.memory.Memory;

/**
 * ICMPv6 message [RFC 4443] and the four of neighbour discovery [RFC 4861 §4.1 to §4.4].
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * |     Type      |     Code      |           Checksum            |
 * +---------------+---------------+-------------------------------+
 * |    Echo: identifier           |    Echo: sequence number      |
 * |    Packet too big: MTU, 4 bytes                               |
 * |    Router advertisement: hop limit, flags, router lifetime    |
 * |    Neighbour advertisement: R S O flags, then reserved        |
 * |    Others: reserved                                           |
 * +---------------------------------------------------------------+
 * |    Echo: data. Errors: the packet that caused them            |
 * |    Neighbour solicitation, advertisement: target, 16 bytes    |
 * |    Router advertisement: reachable time, retransmission timer |
 * +---------------------------------------------------------------+
 * |    Neighbour discovery: options, see NdpOption                |
 * +---------------------------------------------------------------+
 * </pre>
 *
 * <p>The checksum, over pseudo header and message, is computed and verified by {@link Checksum#icmpv6} and
 * {@link Checksum#icmpv6Ok}.
 *
 * <p>A receiver of neighbour discovery must also see that the hop limit is 255, the code 0, and the checksum right
 * [RFC 4861 §6.1, §7.1]; {@link #check} sees only to the lengths.
 */
public final class Icmpv6 {
    /** Type, 1 byte. */
    public static final int TYPE_OFFSET = 0;
    /** Code, 1 byte. */
    public static final int CODE_OFFSET = 1;
    /** Checksum, 2 bytes. */
    public static final int CHECKSUM_OFFSET = 2;
    /** Second word, 4 bytes: reserved in most messages; a sender writes zero. */
    public static final int RESERVED_OFFSET = 4;
    /** Identifier, 2 bytes, in echo messages. */
    public static final int IDENTIFIER_OFFSET = 4;
    /** Sequence number, 2 bytes, in echo messages. */
    public static final int SEQUENCE_OFFSET = 6;
    /** MTU, 4 bytes, in "packet too big". */
    public static final int MTU_OFFSET = 4;
    /** Flags, 1 byte, in a neighbour advertisement. */
    public static final int NEIGHBOUR_FLAGS_OFFSET = 4;
    /** Hop limit, 1 byte, in a router advertisement. */
    public static final int ROUTER_HOP_LIMIT_OFFSET = 4;
    /** Flags, 1 byte, in a router advertisement. */
    public static final int ROUTER_FLAGS_OFFSET = 5;
    /** Router lifetime, 2 bytes, in a router advertisement. */
    public static final int ROUTER_LIFETIME_OFFSET = 6;
    /** Echo data, or the packet that caused the error. */
    public static final int DATA_OFFSET = 8;
    /** Target address, 16 bytes, in neighbour solicitation and advertisement. */
    public static final int TARGET_OFFSET = 8;
    /** Reachable time, 4 bytes, in a router advertisement. */
    public static final int REACHABLE_TIME_OFFSET = 8;
    /** Retransmission timer, 4 bytes, in a router advertisement. */
    public static final int RETRANSMISSION_TIMER_OFFSET = 12;
    /** Bytes that every defined message has. */
    public static final int HEADER_LENGTH = 8;

    /** Type: destination unreachable. */
    public static final int UNREACHABLE = 1;
    /** Type: too long for the next hop. */
    public static final int PACKET_TOO_BIG = 2;
    /** Type: hop limit or reassembly time ran out. */
    public static final int TIME_EXCEEDED = 3;
    /** Type: a header field is wrong. */
    public static final int PARAMETER_PROBLEM = 4;
    /** Type: please send the data back. */
    public static final int ECHO_REQUEST = 128;
    /** Type: answer to an echo request. */
    public static final int ECHO_REPLY = 129;
    /** Type: which routers are there? */
    public static final int ROUTER_SOLICITATION = 133;
    /** Type: a router is here. */
    public static final int ROUTER_ADVERTISEMENT = 134;
    /** Type: who has the target address? */
    public static final int NEIGHBOUR_SOLICITATION = 135;
    /** Type: the sender has. */
    public static final int NEIGHBOUR_ADVERTISEMENT = 136;

    /** Code of {@link #UNREACHABLE}: nobody listens at the port. */
    public static final int PORT_UNREACHABLE = 4;

    /** In {@link #neighbourFlags}: the sender is a router. */
    public static final int ROUTER = 0x80;
    /** In {@link #neighbourFlags}: answers a solicitation. */
    public static final int SOLICITED = 0x40;
    /** In {@link #neighbourFlags}: replaces what the receiver has cached. */
    public static final int OVERRIDE = 0x20;
    /** In {@link #routerFlags}: addresses come from DHCPv6. */
    public static final int MANAGED = 0x80;
    /** In {@link #routerFlags}: other configuration comes from DHCPv6. */
    public static final int OTHER_CONFIGURATION = 0x40;

    private Icmpv6() {
    }

    /**
     * True if the fixed part of a message of its type lies in {@code available} bytes (8 for types not listed here); see the
     * guarantee in the package's documentation, which here is for the getters of its type. Options have a check of their
     * own: {@link NdpOption#check}.
     */
    public static boolean check(Memory m, long at, int available) {
        return available >= HEADER_LENGTH && available >= fixedLength(type(m, at));
    }

    /** Bytes of a message's fixed part; in neighbour discovery the options begin there. */
    public static int fixedLength(int type) {
        return switch (type) {
            case ROUTER_ADVERTISEMENT -> 16;
            case NEIGHBOUR_SOLICITATION, NEIGHBOUR_ADVERTISEMENT -> 24;
            default -> HEADER_LENGTH;
        };
    }

    /** What kind of message it is; below 128 an error. */
    public static int type(Memory m, long at) {
        return m.getUnsignedByte(at + TYPE_OFFSET);
    }

    /** Stores the type. */
    public static void type(Memory m, long at, int type) {
        m.putByte(at + TYPE_OFFSET, (byte) type);
    }

    /** What the type means in detail. */
    public static int code(Memory m, long at) {
        return m.getUnsignedByte(at + CODE_OFFSET);
    }

    /** Stores the code. */
    public static void code(Memory m, long at, int code) {
        m.putByte(at + CODE_OFFSET, (byte) code);
    }

    /** Checksum, as stored. */
    public static int checksum(Memory m, long at) {
        return m.getUnsignedShortBe(at + CHECKSUM_OFFSET);
    }

    /** Stores the checksum. */
    public static void checksum(Memory m, long at, int checksum) {
        m.putShortBe(at + CHECKSUM_OFFSET, checksum);
    }

    /** Echo: which pinger this belongs to. */
    public static int identifier(Memory m, long at) {
        return m.getUnsignedShortBe(at + IDENTIFIER_OFFSET);
    }

    /** Stores the identifier. */
    public static void identifier(Memory m, long at, int identifier) {
        m.putShortBe(at + IDENTIFIER_OFFSET, identifier);
    }

    /** Echo: which of its pings. */
    public static int sequence(Memory m, long at) {
        return m.getUnsignedShortBe(at + SEQUENCE_OFFSET);
    }

    /** Stores the sequence number. */
    public static void sequence(Memory m, long at, int sequence) {
        m.putShortBe(at + SEQUENCE_OFFSET, sequence);
    }

    /** Packet too big: longest packet in bytes that the next hop takes. */
    public static long mtu(Memory m, long at) {
        return m.getIntBe(at + MTU_OFFSET) & 0xffff_ffffL;
    }

    /** Stores the MTU. */
    public static void mtu(Memory m, long at, long bytes) {
        m.putIntBe(at + MTU_OFFSET, (int) bytes);
    }

    /** Neighbour advertisement: {@link #ROUTER}, {@link #SOLICITED}, {@link #OVERRIDE}, ored. */
    public static int neighbourFlags(Memory m, long at) {
        return m.getUnsignedByte(at + NEIGHBOUR_FLAGS_OFFSET);
    }

    /** Stores the flags, and zero in the three reserved bytes after them. */
    public static void neighbourFlags(Memory m, long at, int flags) {
        m.putIntBe(at + NEIGHBOUR_FLAGS_OFFSET, flags << 24);
    }

    /** Neighbour solicitation and advertisement: first 8 bytes of the target address. */
    public static long targetHigh(Memory m, long at) {
        return m.getLongBe(at + TARGET_OFFSET);
    }

    /** Neighbour solicitation and advertisement: last 8 bytes of the target address. */
    public static long targetLow(Memory m, long at) {
        return m.getLongBe(at + TARGET_OFFSET + 8);
    }

    /** Stores the target address. */
    public static void target(Memory m, long at, long high, long low) {
        Ipv6.address(m, at + TARGET_OFFSET, high, low);
    }

    /** Stores zero in the second word, as the sender of a solicitation must. */
    public static void clearReserved(Memory m, long at) {
        m.putIntBe(at + RESERVED_OFFSET, 0);
    }

    /** Router advertisement: hop limit for packets to come; 0 is "not said". */
    public static int routerHopLimit(Memory m, long at) {
        return m.getUnsignedByte(at + ROUTER_HOP_LIMIT_OFFSET);
    }

    /** Stores the hop limit. */
    public static void routerHopLimit(Memory m, long at, int hops) {
        m.putByte(at + ROUTER_HOP_LIMIT_OFFSET, (byte) hops);
    }

    /** Router advertisement: {@link #MANAGED}, {@link #OTHER_CONFIGURATION}, and flags that others defined, ored. */
    public static int routerFlags(Memory m, long at) {
        return m.getUnsignedByte(at + ROUTER_FLAGS_OFFSET);
    }

    /** Stores the flags. */
    public static void routerFlags(Memory m, long at, int flags) {
        m.putByte(at + ROUTER_FLAGS_OFFSET, (byte) flags);
    }

    /** Router advertisement: seconds for which the sender is a default router; 0 if it is none. */
    public static int routerLifetime(Memory m, long at) {
        return m.getUnsignedShortBe(at + ROUTER_LIFETIME_OFFSET);
    }

    /** Stores the lifetime. */
    public static void routerLifetime(Memory m, long at, int seconds) {
        m.putShortBe(at + ROUTER_LIFETIME_OFFSET, seconds);
    }

    /** Router advertisement: milliseconds that a neighbour counts as reachable; 0 is "not said". */
    public static long reachableTime(Memory m, long at) {
        return m.getIntBe(at + REACHABLE_TIME_OFFSET) & 0xffff_ffffL;
    }

    /** Stores the reachable time. */
    public static void reachableTime(Memory m, long at, long millis) {
        m.putIntBe(at + REACHABLE_TIME_OFFSET, (int) millis);
    }

    /** Router advertisement: milliseconds between solicitations; 0 is "not said". */
    public static long retransmissionTimer(Memory m, long at) {
        return m.getIntBe(at + RETRANSMISSION_TIMER_OFFSET) & 0xffff_ffffL;
    }

    /** Stores the retransmission timer. */
    public static void retransmissionTimer(Memory m, long at, long millis) {
        m.putIntBe(at + RETRANSMISSION_TIMER_OFFSET, (int) millis);
    }
}
