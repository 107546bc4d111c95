package org.netdev4j.net;

import org.netdev4j.platform.memory.Memory;

/**
 * Ethernet II header [IEEE 802.3-2022 §3.1.1; RFC 894].
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------------------------------------------------------+
 * |                      Destination address                      |
 * +                               +-------------------------------+
 * |                               |                               |
 * +-------------------------------+                               +
 * |                        Source address                         |
 * +-------------------------------+-------------------------------+
 * |           EtherType           |
 * +-------------------------------+
 * </pre>
 */
public final class Ethernet {
    /** Destination address, 6 bytes. */
    public static final int DESTINATION_OFFSET = 0;
    /** Source address, 6 bytes. */
    public static final int SOURCE_OFFSET = 6;
    /** EtherType, or the length of an IEEE 802.3 frame, 2 bytes. */
    public static final int ETHER_TYPE_OFFSET = 12;
    /** Bytes of the header, without VLAN tags. */
    public static final int HEADER_LENGTH = 14;
    /** Bytes of an address. */
    public static final int ADDRESS_LENGTH = 6;
    /** Shortest frame on a real wire in bytes, without FCS [IEEE 802.3-2022 §4A.4.2: 64 with it]. */
    public static final int SHORTEST_FRAME = 60;

    private Ethernet() {
    }

    /** True if the header lies in {@code available} bytes; see the guarantee in the package's documentation. */
    public static boolean check(Memory m, long at, int available) {
        return available >= HEADER_LENGTH;
    }

    /** Destination address, in the low 48 bits. */
    public static long destination(Memory m, long at) {
        return address(m, at + DESTINATION_OFFSET);
    }

    /** Stores the destination address. */
    public static void destination(Memory m, long at, long address) {
        address(m, at + DESTINATION_OFFSET, address);
    }

    /** Source address, in the low 48 bits. */
    public static long source(Memory m, long at) {
        return address(m, at + SOURCE_OFFSET);
    }

    /** Stores the source address. */
    public static void source(Memory m, long at, long address) {
        address(m, at + SOURCE_OFFSET, address);
    }

    /** What follows the header: a value of {@link EtherType} or, below {@link EtherType#LOWEST}, a length. */
    public static int etherType(Memory m, long at) {
        return m.getUnsignedShortBe(at + ETHER_TYPE_OFFSET);
    }

    /** Stores the EtherType. */
    public static void etherType(Memory m, long at, int etherType) {
        m.putShortBe(at + ETHER_TYPE_OFFSET, etherType);
    }

    /** Makes the destination the source and the other way round, as one does to answer a frame. */
    public static void swapAddresses(Memory m, long at) {
        long destination = destination(m, at);
        destination(m, at, source(m, at));
        source(m, at, destination);
    }

    /** Copies destination and source, 12 bytes, from one frame to another. The two must not overlap. */
    public static void copyAddresses(Memory from, long fromAt, Memory to, long toAt) {
        from.copyTo(fromAt, to, toAt, 2 * ADDRESS_LENGTH);
    }

    /** An Ethernet address anywhere in memory, in the low 48 bits. */
    public static long address(Memory m, long at) {
        return (long) m.getUnsignedShortBe(at) << 32 | m.getIntBe(at + 2) & 0xffff_ffffL;
    }

    /** Stores the low 48 bits as an Ethernet address anywhere in memory. */
    public static void address(Memory m, long at, long address) {
        m.putShortBe(at, (int) (address >>> 32));
        m.putIntBe(at + 2, (int) address);
    }

    /** True if the address, in the low 48 bits, names a group, which includes broadcast. */
    public static boolean isMulticast(long address) {
        return (address & MacAddress.GROUP_BIT) != 0;
    }
}
