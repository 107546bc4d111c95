package org.netdev4j.net;

import org.netdev4j.platform.memory.Memory;

/**
 * UDP header [RFC 768].
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------------------------------+-------------------------------+
 * |          Source port          |       Destination port        |
 * +-------------------------------+-------------------------------+
 * |            Length             |           Checksum            |
 * +-------------------------------+-------------------------------+
 * </pre>
 *
 * <p>The checksum, over pseudo header, header and payload, is computed and verified by {@link Checksum#udp} and
 * {@link Checksum#udpOk}.
 */
public final class Udp {
    /** Source port, 2 bytes. */
    public static final int SOURCE_PORT_OFFSET = 0;
    /** Destination port, 2 bytes. */
    public static final int DESTINATION_PORT_OFFSET = 2;
    /** Length, 2 bytes. */
    public static final int LENGTH_OFFSET = 4;
    /** Checksum, 2 bytes. */
    public static final int CHECKSUM_OFFSET = 6;
    /** Bytes of the header. */
    public static final int HEADER_LENGTH = 8;

    private Udp() {
    }

    /**
     * True if the header lies in {@code available} bytes; see the guarantee in the package's documentation. The length
     * field is not looked at: it may be less than 8 or more than there is.
     */
    public static boolean check(Memory m, long at, int available) {
        return available >= HEADER_LENGTH;
    }

    /** Source port; 0 if the sender wants no answer. */
    public static int sourcePort(Memory m, long at) {
        return m.getUnsignedShortBe(at + SOURCE_PORT_OFFSET);
    }

    /** Stores the source port. */
    public static void sourcePort(Memory m, long at, int port) {
        m.putShortBe(at + SOURCE_PORT_OFFSET, port);
    }

    /** Destination port. */
    public static int destinationPort(Memory m, long at) {
        return m.getUnsignedShortBe(at + DESTINATION_PORT_OFFSET);
    }

    /** Stores the destination port. */
    public static void destinationPort(Memory m, long at, int port) {
        m.putShortBe(at + DESTINATION_PORT_OFFSET, port);
    }

    /** Bytes of header and payload; at least 8 in a legal datagram. */
    public static int length(Memory m, long at) {
        return m.getUnsignedShortBe(at + LENGTH_OFFSET);
    }

    /** Stores the length. */
    public static void length(Memory m, long at, int bytes) {
        m.putShortBe(at + LENGTH_OFFSET, bytes);
    }

    /** Checksum as stored; 0 if the sender made none, which only IPv4 allows. */
    public static int checksum(Memory m, long at) {
        return m.getUnsignedShortBe(at + CHECKSUM_OFFSET);
    }

    /** Stores the checksum. */
    public static void checksum(Memory m, long at, int checksum) {
        m.putShortBe(at + CHECKSUM_OFFSET, checksum);
    }
}
