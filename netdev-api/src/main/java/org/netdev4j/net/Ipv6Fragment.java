package org.netdev4j.net;

import org.netdev4j.platform.memory.Memory;

/**
 * IPv6 fragment header [RFC 8200 §4.5].
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------+---+-+
 * |  Next header  |   Reserved    |     Fragment offset     |Res|M|
 * +---------------+---------------+-------------------------+---+-+
 * |                        Identification                         |
 * +---------------------------------------------------------------+
 * </pre>
 */
public final class Ipv6Fragment {
    /** Next header, 1 byte. */
    public static final int NEXT_HEADER_OFFSET = 0;
    /** Reserved, 1 byte. */
    public static final int RESERVED_OFFSET = 1;
    /** Fragment offset and flags, 2 bytes. */
    public static final int FRAGMENT_OFFSET = 2;
    /** Identification, 4 bytes. */
    public static final int IDENTIFICATION_OFFSET = 4;
    /** Bytes of the header. */
    public static final int HEADER_LENGTH = 8;

    private static final int OFFSET_MASK = 0xfff8;
    private static final int MORE = 1;

    private Ipv6Fragment() {
    }

    /** True if the header lies in {@code available} bytes; see the guarantee in the package's documentation. */
    public static boolean check(Memory m, long at, int available) {
        return available >= HEADER_LENGTH;
    }

    /** Writes the whole header, {@link #HEADER_LENGTH} bytes. The offset is in bytes, a multiple of 8. */
    public static void write(Memory m, long at, int nextHeader, int fragmentOffset, boolean more, int identification) {
        nextHeader(m, at, nextHeader);
        m.putByte(at + RESERVED_OFFSET, (byte) 0);
        m.putShortBe(at + FRAGMENT_OFFSET, fragmentOffset & OFFSET_MASK | (more ? MORE : 0));
        identification(m, at, identification);
    }

    /** What the packet holds before it was cut, behind the headers that each fragment has: a value of {@link IpProtocol}. */
    public static int nextHeader(Memory m, long at) {
        return m.getUnsignedByte(at + NEXT_HEADER_OFFSET);
    }

    /** Stores the next header. */
    public static void nextHeader(Memory m, long at, int protocol) {
        m.putByte(at + NEXT_HEADER_OFFSET, (byte) protocol);
    }

    /** Where in the whole packet's fragmentable part this fragment belongs, in bytes. */
    public static int fragmentOffset(Memory m, long at) {
        return m.getUnsignedShortBe(at + FRAGMENT_OFFSET) & OFFSET_MASK;
    }

    /** Stores the fragment offset: bytes, a multiple of 8. */
    public static void fragmentOffset(Memory m, long at, int bytes) {
        int word = m.getUnsignedShortBe(at + FRAGMENT_OFFSET);
        m.putShortBe(at + FRAGMENT_OFFSET, word & ~OFFSET_MASK | bytes & OFFSET_MASK);
    }

    /** True if this is not the last fragment. */
    public static boolean moreFragments(Memory m, long at) {
        return (m.getUnsignedShortBe(at + FRAGMENT_OFFSET) & MORE) != 0;
    }

    /** Stores the flag. */
    public static void moreFragments(Memory m, long at, boolean flag) {
        int word = m.getUnsignedShortBe(at + FRAGMENT_OFFSET);
        m.putShortBe(at + FRAGMENT_OFFSET, word & ~MORE | (flag ? MORE : 0));
    }

    /** True if this is a part of a packet; false for an atomic fragment, which is the whole of it [RFC 6946]. */
    public static boolean isFragment(Memory m, long at) {
        return (m.getUnsignedShortBe(at + FRAGMENT_OFFSET) & (OFFSET_MASK | MORE)) != 0;
    }

    /** What ties fragments together. */
    public static int identification(Memory m, long at) {
        return m.getIntBe(at + IDENTIFICATION_OFFSET);
    }

    /** Stores the identification. */
    public static void identification(Memory m, long at, int identification) {
        m.putIntBe(at + IDENTIFICATION_OFFSET, identification);
    }
}
