package org.netdev4j.net;

import org.netdev4j.platform.memory.Memory;

/**
 * Address Resolution Protocol packet for IPv4 over Ethernet [RFC 826].
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------------------------------+-------------------------------+
 * |   Hardware type = 1           |   Protocol type = 0x0800      |
 * +---------------+---------------+-------------------------------+
 * |  HW len = 6   | Proto len = 4 |           Operation           |
 * +---------------+---------------+-------------------------------+
 * |                    Sender hardware address                    |
 * +                               +-------------------------------+
 * |                               |    Sender protocol address    |
 * +-------------------------------+-------------------------------+
 * |      (continued)              |                               |
 * +-------------------------------+                               +
 * |                    Target hardware address                    |
 * +---------------------------------------------------------------+
 * |                    Target protocol address                    |
 * +---------------------------------------------------------------+
 * </pre>
 */
public final class Arp {
    /** Hardware type, 2 bytes: 1 is Ethernet. */
    public static final int HARDWARE_TYPE_OFFSET = 0;
    /** Protocol type, 2 bytes: an EtherType. */
    public static final int PROTOCOL_TYPE_OFFSET = 2;
    /** Length of a hardware address, 1 byte. */
    public static final int HARDWARE_LENGTH_OFFSET = 4;
    /** Length of a protocol address, 1 byte. */
    public static final int PROTOCOL_LENGTH_OFFSET = 5;
    /** Operation, 2 bytes. */
    public static final int OPERATION_OFFSET = 6;
    /** Sender's Ethernet address, 6 bytes. */
    public static final int SENDER_MAC_OFFSET = 8;
    /** Sender's IPv4 address, 4 bytes. */
    public static final int SENDER_IP_OFFSET = 14;
    /** Target's Ethernet address, 6 bytes. */
    public static final int TARGET_MAC_OFFSET = 18;
    /** Target's IPv4 address, 4 bytes. */
    public static final int TARGET_IP_OFFSET = 24;
    /** Bytes of the packet. */
    public static final int LENGTH = 28;

    /** Operation: who has the target's IPv4 address? */
    public static final int REQUEST = 1;
    /** Operation: the sender has. */
    public static final int REPLY = 2;

    // Hardware type 1, protocol type 0x0800, lengths 6 and 4: the first six bytes of every packet of this class.
    private static final int TYPES = 0x0001_0800;
    private static final int LENGTHS = 0x0604;

    private Arp() {
    }

    /**
     * True if the packet lies in {@code available} bytes and is for IPv4 over Ethernet (other kinds have other offsets);
     * see the guarantee in the package's documentation.
     */
    public static boolean check(Memory m, long at, int available) {
        return available >= LENGTH
            && m.getIntBe(at + HARDWARE_TYPE_OFFSET) == TYPES
            && m.getUnsignedShortBe(at + HARDWARE_LENGTH_OFFSET) == LENGTHS;
    }

    /** Writes the whole packet, {@link #LENGTH} bytes. */
    public static void write(Memory m, long at, int operation, long senderMac, int senderIp, long targetMac, int targetIp) {
        m.putIntBe(at + HARDWARE_TYPE_OFFSET, TYPES);
        m.putShortBe(at + HARDWARE_LENGTH_OFFSET, LENGTHS);
        operation(m, at, operation);
        senderMac(m, at, senderMac);
        senderIp(m, at, senderIp);
        targetMac(m, at, targetMac);
        targetIp(m, at, targetIp);
    }

    /** {@link #REQUEST}, {@link #REPLY}, or what the sender invented. */
    public static int operation(Memory m, long at) {
        return m.getUnsignedShortBe(at + OPERATION_OFFSET);
    }

    /** Stores the operation. */
    public static void operation(Memory m, long at, int operation) {
        m.putShortBe(at + OPERATION_OFFSET, operation);
    }

    /** Sender's Ethernet address, in the low 48 bits. */
    public static long senderMac(Memory m, long at) {
        return Ethernet.address(m, at + SENDER_MAC_OFFSET);
    }

    /** Stores the sender's Ethernet address. */
    public static void senderMac(Memory m, long at, long address) {
        Ethernet.address(m, at + SENDER_MAC_OFFSET, address);
    }

    /** Sender's IPv4 address; 0 in a probe [RFC 5227 §2.1.1]. */
    public static int senderIp(Memory m, long at) {
        return m.getIntBe(at + SENDER_IP_OFFSET);
    }

    /** Stores the sender's IPv4 address. */
    public static void senderIp(Memory m, long at, int address) {
        m.putIntBe(at + SENDER_IP_OFFSET, address);
    }

    /** Target's Ethernet address, in the low 48 bits; ignored in a request. */
    public static long targetMac(Memory m, long at) {
        return Ethernet.address(m, at + TARGET_MAC_OFFSET);
    }

    /** Stores the target's Ethernet address. */
    public static void targetMac(Memory m, long at, long address) {
        Ethernet.address(m, at + TARGET_MAC_OFFSET, address);
    }

    /** Target's IPv4 address. */
    public static int targetIp(Memory m, long at) {
        return m.getIntBe(at + TARGET_IP_OFFSET);
    }

    /** Stores the target's IPv4 address. */
    public static void targetIp(Memory m, long at, int address) {
        m.putIntBe(at + TARGET_IP_OFFSET, address);
    }
}
