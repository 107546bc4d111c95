package org.netdev4j.net;

import org.netdev4j.platform.memory.Memory;

/**
 * ICMP message [RFC 792; RFC 1191 §4 for the MTU; numbers: IANA, "ICMP Parameters"].
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * |     Type      |     Code      |           Checksum            |
 * +---------------+---------------+-------------------------------+
 * |    Echo: identifier           |    Echo: sequence number      |
 * |    Unreachable: unused        |    Unreachable: next-hop MTU  |
 * +-------------------------------+-------------------------------+
 * |    Echo: data. Errors: the IP header and first bytes of what caused them ...
 * +---------------------------------------------------------------+
 * </pre>
 *
 * <p>The checksum, over the whole message without any pseudo header, is computed and verified by {@link Checksum#icmp} and
 * {@link Checksum#icmpOk}.
 */
public final class Icmp {
    /** Type, 1 byte. */
    public static final int TYPE_OFFSET = 0;
    /** Code, 1 byte. */
    public static final int CODE_OFFSET = 1;
    /** Checksum, 2 bytes. */
    public static final int CHECKSUM_OFFSET = 2;
    /** Identifier, 2 bytes, in echo messages. */
    public static final int IDENTIFIER_OFFSET = 4;
    /** Sequence number, 2 bytes, in echo messages. */
    public static final int SEQUENCE_OFFSET = 6;
    /** MTU of the next hop, 2 bytes, in "fragmentation needed". */
    public static final int NEXT_HOP_MTU_OFFSET = 6;
    /** Echo data, or the packet that caused the error. */
    public static final int DATA_OFFSET = 8;
    /** Bytes before the data. */
    public static final int HEADER_LENGTH = 8;

    /** Type: answer to an echo request. */
    public static final int ECHO_REPLY = 0;
    /** Type: destination unreachable. */
    public static final int UNREACHABLE = 3;
    /** Type: redirect. */
    public static final int REDIRECT = 5;
    /** Type: please send the data back. */
    public static final int ECHO_REQUEST = 8;
    /** Type: TTL or reassembly time ran out. */
    public static final int TIME_EXCEEDED = 11;
    /** Type: a header field is wrong. */
    public static final int PARAMETER_PROBLEM = 12;

    /** Code of {@link #UNREACHABLE}: no route to the host. */
    public static final int HOST_UNREACHABLE = 1;
    /** Code of {@link #UNREACHABLE}: nobody takes the protocol. */
    public static final int PROTOCOL_UNREACHABLE = 2;
    /** Code of {@link #UNREACHABLE}: nobody listens at the port. */
    public static final int PORT_UNREACHABLE = 3;
    /** Code of {@link #UNREACHABLE}: too long for the next hop, and must not be fragmented. */
    public static final int FRAGMENTATION_NEEDED = 4;

    private Icmp() {
    }

    /** True if the first 8 bytes lie in {@code available} bytes; see the guarantee in the package's documentation. */
    public static boolean check(Memory m, long at, int available) {
        return available >= HEADER_LENGTH;
    }

    /** What kind of message it is. */
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

    /** Checksum of the message, as stored. */
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

    /** Fragmentation needed: longest packet in bytes that the next hop takes; 0 from routers older than RFC 1191. */
    public static int nextHopMtu(Memory m, long at) {
        return m.getUnsignedShortBe(at + NEXT_HOP_MTU_OFFSET);
    }

    /** Stores the next hop's MTU, and zero in the two unused bytes before it. */
    public static void nextHopMtu(Memory m, long at, int bytes) {
        m.putIntBe(at + IDENTIFIER_OFFSET, bytes & 0xffff);
    }
}
