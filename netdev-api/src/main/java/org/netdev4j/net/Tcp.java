package org.netdev4j.net;

import org.netdev4j.platform.memory.Memory;

/**
 * TCP header [RFC 9293 §3.1; RFC 3168 §6.1 for CWR and ECE; RFC 9768 for AE].
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------------------------------+-------------------------------+
 * |          Source port          |       Destination port        |
 * +-------------------------------+-------------------------------+
 * |                        Sequence number                        |
 * +---------------------------------------------------------------+
 * |                    Acknowledgment number                      |
 * +-------+-----+-+-+-+-+-+-+-+-+-+-------------------------------+
 * | Data  |Res. |A|C|E|U|A|P|R|S|F|                               |
 * |offset |     |E|W|C|R|C|S|S|Y|I|            Window             |
 * |       |     | |R|E|G|K|H|T|N|N|                               |
 * +-------+-----+-+-+-+-+-+-+-+-+-+-------------------------------+
 * |           Checksum            |        Urgent pointer         |
 * +-------------------------------+-------------------------------+
 * |                 Options, 0 to 40 bytes ...                    |
 * +---------------------------------------------------------------+
 * </pre>
 *
 * <p>The checksum, over pseudo header, header and payload, is computed and verified by {@link Checksum#tcp} and
 * {@link Checksum#tcpOk}.
 */
public final class Tcp {
    /** Source port, 2 bytes. */
    public static final int SOURCE_PORT_OFFSET = 0;
    /** Destination port, 2 bytes. */
    public static final int DESTINATION_PORT_OFFSET = 2;
    /** Sequence number, 4 bytes. */
    public static final int SEQUENCE_OFFSET = 4;
    /** Acknowledgment number, 4 bytes. */
    public static final int ACKNOWLEDGMENT_OFFSET = 8;
    /** Data offset, reserved bits and flags, 2 bytes. */
    public static final int DATA_OFFSET_FLAGS_OFFSET = 12;
    /** Window, 2 bytes. */
    public static final int WINDOW_OFFSET = 14;
    /** Checksum, 2 bytes. */
    public static final int CHECKSUM_OFFSET = 16;
    /** Urgent pointer, 2 bytes. */
    public static final int URGENT_POINTER_OFFSET = 18;
    /** Options, if any. */
    public static final int OPTIONS_OFFSET = 20;
    /** Bytes of the header without options. */
    public static final int HEADER_LENGTH = 20;
    /** Bytes of the header with all options it can have. */
    public static final int LONGEST_HEADER = 60;

    /** Flag: the sender will send no more. */
    public static final int FIN = 0x001;
    /** Flag: the sequence number is the first. */
    public static final int SYN = 0x002;
    /** Flag: the connection is gone. */
    public static final int RST = 0x004;
    /** Flag: hand the data on at once. */
    public static final int PSH = 0x008;
    /** Flag: the acknowledgment number counts. */
    public static final int ACK = 0x010;
    /** Flag: the urgent pointer counts. */
    public static final int URG = 0x020;
    /** Flag: the sender has seen congestion marks. */
    public static final int ECE = 0x040;
    /** Flag: the sender has slowed down. */
    public static final int CWR = 0x080;
    /** Flag: accurate ECN. */
    public static final int AE = 0x100;

    private static final int FLAGS_MASK = 0x1ff;

    private Tcp() {
    }

    /**
     * True if the header length is at least 20 and the header with its options lies in {@code available} bytes; see the
     * guarantee in the package's documentation.
     */
    public static boolean check(Memory m, long at, int available) {
        if (available < HEADER_LENGTH) {
            return false;
        }
        int headerLength = headerLength(m, at);
        return headerLength >= HEADER_LENGTH && headerLength <= available;
    }

    /** Source port. */
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

    /** Sequence number of the first payload byte, or of SYN; all 32 bits. */
    public static int sequence(Memory m, long at) {
        return m.getIntBe(at + SEQUENCE_OFFSET);
    }

    /** Stores the sequence number. */
    public static void sequence(Memory m, long at, int sequence) {
        m.putIntBe(at + SEQUENCE_OFFSET, sequence);
    }

    /** Next sequence number that the sender expects; all 32 bits. */
    public static int acknowledgment(Memory m, long at) {
        return m.getIntBe(at + ACKNOWLEDGMENT_OFFSET);
    }

    /** Stores the acknowledgment number. */
    public static void acknowledgment(Memory m, long at, int acknowledgment) {
        m.putIntBe(at + ACKNOWLEDGMENT_OFFSET, acknowledgment);
    }

    /** Bytes of the header with options: 20 to 60 in a legal header. */
    public static int headerLength(Memory m, long at) {
        return (m.getUnsignedByte(at + DATA_OFFSET_FLAGS_OFFSET) >>> 4) * 4;
    }

    /** Stores the header's length, a multiple of 4 from 20 to 60. */
    public static void headerLength(Memory m, long at, int bytes) {
        int word = m.getUnsignedShortBe(at + DATA_OFFSET_FLAGS_OFFSET);
        m.putShortBe(at + DATA_OFFSET_FLAGS_OFFSET, word & 0x0fff | (bytes >>> 2) << 12);
    }

    /** The nine flags, ored: {@link #FIN} and its neighbours. */
    public static int flags(Memory m, long at) {
        return m.getUnsignedShortBe(at + DATA_OFFSET_FLAGS_OFFSET) & FLAGS_MASK;
    }

    /** Stores all nine flags. */
    public static void flags(Memory m, long at, int flags) {
        int word = m.getUnsignedShortBe(at + DATA_OFFSET_FLAGS_OFFSET);
        m.putShortBe(at + DATA_OFFSET_FLAGS_OFFSET, word & ~FLAGS_MASK | flags & FLAGS_MASK);
    }

    /** Stores header length and flags, and zero in the reserved bits between them, whatever was there. */
    public static void headerLengthAndFlags(Memory m, long at, int bytes, int flags) {
        m.putShortBe(at + DATA_OFFSET_FLAGS_OFFSET, (bytes >>> 2) << 12 | flags & FLAGS_MASK);
    }

    /** Window as on the wire, not scaled. */
    public static int window(Memory m, long at) {
        return m.getUnsignedShortBe(at + WINDOW_OFFSET);
    }

    /** Stores the window. */
    public static void window(Memory m, long at, int window) {
        m.putShortBe(at + WINDOW_OFFSET, window);
    }

    /** Checksum, as stored. */
    public static int checksum(Memory m, long at) {
        return m.getUnsignedShortBe(at + CHECKSUM_OFFSET);
    }

    /** Stores the checksum. */
    public static void checksum(Memory m, long at, int checksum) {
        m.putShortBe(at + CHECKSUM_OFFSET, checksum);
    }

    /** Urgent pointer; counts with {@link #URG} only. */
    public static int urgentPointer(Memory m, long at) {
        return m.getUnsignedShortBe(at + URGENT_POINTER_OFFSET);
    }

    /** Stores the urgent pointer. */
    public static void urgentPointer(Memory m, long at, int pointer) {
        m.putShortBe(at + URGENT_POINTER_OFFSET, pointer);
    }
}
