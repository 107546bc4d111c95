package org.netdev4j.net;

import org.netdev4j.platform.memory.Memory;

/**
 * An option of a neighbour discovery message, and the walk over them [RFC 4861 §4.6].
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * |     Type      |    Length     |                               |
 * +---------------+---------------+                               +
 * |   Link-layer address: 6 bytes from byte 2                     |
 * |   MTU: reserved, then the MTU in bytes 4 to 7                 |
 * |   Prefix: length, flags, valid and preferred lifetime,        |
 * |           reserved, prefix in bytes 16 to 31                  |
 * +---------------------------------------------------------------+
 *  Length: in units of 8 bytes, type and length included; never 0.
 * </pre>
 *
 * <p>To go over the options of a message that {@link Icmpv6#check} accepted, with {@code n} bytes:
 * {@snippet :
 * int first = Icmpv6.fixedLength(Icmpv6.type(m, at));
 * if (NdpOption.check(m, at + first, n - first)) {
 *     int option = NdpOption.find(m, at + first, n - first, NdpOption.SOURCE_LINK_ADDRESS);
 *     long mac = option < 0 ? 0 : NdpOption.linkAddress(m, at + first + option);
 * }
 * }
 */
public final class NdpOption {
    /** Type, 1 byte. */
    public static final int TYPE_OFFSET = 0;
    /** Length in units of 8 bytes, 1 byte. */
    public static final int LENGTH_OFFSET = 1;
    /** Link-layer address, 6 bytes. */
    public static final int LINK_ADDRESS_OFFSET = 2;
    /** MTU, 4 bytes. */
    public static final int MTU_OFFSET = 4;
    /** Length of the prefix in bits, 1 byte. */
    public static final int PREFIX_LENGTH_OFFSET = 2;
    /** Prefix flags, 1 byte. */
    public static final int PREFIX_FLAGS_OFFSET = 3;
    /** Valid lifetime, 4 bytes. */
    public static final int VALID_LIFETIME_OFFSET = 4;
    /** Prefix, 16 bytes. */
    public static final int PREFIX_OFFSET = 16;
    /** Bytes of the shortest option, which are those of one with an Ethernet address, and of one with an MTU. */
    public static final int SHORTEST = 8;
    /** Bytes of a prefix option. */
    public static final int PREFIX_INFORMATION_LENGTH = 32;

    /** Type: the sender's Ethernet address. */
    public static final int SOURCE_LINK_ADDRESS = 1;
    /** Type: the target's Ethernet address. */
    public static final int TARGET_LINK_ADDRESS = 2;
    /** Type: a prefix of this link. */
    public static final int PREFIX_INFORMATION = 3;
    /** Type: the link's MTU. */
    public static final int MTU = 5;

    private NdpOption() {
    }

    /**
     * True if {@code available} bytes are a chain of whole options, which includes none: no length is 0, none goes beyond
     * {@code available}, and those with a type listed here are as long as it needs. A message with
     * other options must be dropped [RFC 4861 §6.1, §7.1].
     */
    public static boolean check(Memory m, long at, int available) {
        int offset = 0;
        while (offset < available) {
            int left = available - offset;
            if (left < SHORTEST) {
                return false;
            }
            int length = length(m, at + offset);
            int shortest = type(m, at + offset) == PREFIX_INFORMATION ? PREFIX_INFORMATION_LENGTH : SHORTEST;
            if (length < shortest || length > left) {
                return false;
            }
            offset += length;
        }
        return true;
    }

    /**
     * Finds the first option of a type in a chain that {@link #check} accepted.
     *
     * @return its offset from {@code at}, or -1
     */
    public static int find(Memory m, long at, int available, int type) {
        for (int offset = 0; offset < available; offset += length(m, at + offset)) {
            if (type(m, at + offset) == type) {
                return offset;
            }
        }
        return -1;
    }

    /** What kind of option it is. */
    public static int type(Memory m, long at) {
        return m.getUnsignedByte(at + TYPE_OFFSET);
    }

    /** Stores the type. */
    public static void type(Memory m, long at, int type) {
        m.putByte(at + TYPE_OFFSET, (byte) type);
    }

    /** Bytes of the option: what is stored, times 8. */
    public static int length(Memory m, long at) {
        return m.getUnsignedByte(at + LENGTH_OFFSET) * 8;
    }

    /** Stores the length: bytes, a multiple of 8. */
    public static void length(Memory m, long at, int bytes) {
        m.putByte(at + LENGTH_OFFSET, (byte) (bytes >>> 3));
    }

    /** Link-layer address options: an Ethernet address in the low 48 bits. */
    public static long linkAddress(Memory m, long at) {
        return Ethernet.address(m, at + LINK_ADDRESS_OFFSET);
    }

    /** Writes a whole link-layer address option, 8 bytes. */
    public static void linkAddress(Memory m, long at, int type, long address) {
        type(m, at, type);
        length(m, at, SHORTEST);
        Ethernet.address(m, at + LINK_ADDRESS_OFFSET, address);
    }

    /** MTU option: bytes. */
    public static long mtu(Memory m, long at) {
        return m.getIntBe(at + MTU_OFFSET) & 0xffff_ffffL;
    }

    /** Prefix option: leading bits of the prefix that count. */
    public static int prefixLength(Memory m, long at) {
        return m.getUnsignedByte(at + PREFIX_LENGTH_OFFSET);
    }

    /** Prefix option: 0x80 if addresses with the prefix are on this link, 0x40 if one may make an address from it. */
    public static int prefixFlags(Memory m, long at) {
        return m.getUnsignedByte(at + PREFIX_FLAGS_OFFSET);
    }

    /** Prefix option: seconds for which the prefix is valid; all ones for ever. */
    public static long validLifetime(Memory m, long at) {
        return m.getIntBe(at + VALID_LIFETIME_OFFSET) & 0xffff_ffffL;
    }

    /** Prefix option: first 8 bytes of the prefix. */
    public static long prefixHigh(Memory m, long at) {
        return m.getLongBe(at + PREFIX_OFFSET);
    }

    /** Prefix option: last 8 bytes of the prefix. */
    public static long prefixLow(Memory m, long at) {
        return m.getLongBe(at + PREFIX_OFFSET + 8);
    }
}
