package org.netdev4j.net;

import org.netdev4j.platform.memory.Memory;

/**
 * The extension headers between the fixed IPv6 header and the upper layer [RFC 8200 §4; RFC 4302 §2 for authentication].
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * |  Next header  |    Length     |                               |
 * +---------------+---------------+                               +
 * |     Options, addresses: what the kind of header holds ...     |
 * +---------------------------------------------------------------+
 *  Length: in units of 8 bytes without the first 8; in units of 4 bytes without the first 8 for authentication; none for
 *  the fragment header, which always has 8 bytes and is Ipv6Fragment.
 * </pre>
 *
 * <p>Encapsulating security payload ends the walk: nothing behind it can be read.
 */
public final class Ipv6Extensions {
    /** Next header, 1 byte. */
    public static final int NEXT_HEADER_OFFSET = 0;
    /** Length, 1 byte; reserved in a fragment header. */
    public static final int LENGTH_OFFSET = 1;
    /** Segments left, 1 byte, in a routing header [RFC 8200 §4.4]. */
    public static final int SEGMENTS_LEFT_OFFSET = 3;
    /** Bytes that each extension header has at least. */
    public static final int SHORTEST_HEADER = 8;
    /**
     * A walk goes past no more headers than this, so that a hostile packet costs little; RFC 8504 §5.3 allows a limit. The
     * protocol of a walk that stops here is that of the extension header after the last one.
     */
    public static final int MOST_HEADERS = 16;

    // What walk() returns: length in bits 0-15, offset of the fragment header in 16-31 (0xffff: none), protocol in 32-39,
    // flags.
    private static final int NO_FRAGMENT_HEADER = 0xffff;
    private static final long MALFORMED = 1L << 40;
    private static final long FRAGMENT = 1L << 41;
    private static final long LATER_FRAGMENT = 1L << 42;
    private static final long ROUTED = 1L << 43;

    private Ipv6Extensions() {
    }

    /** True for a header that {@link #walk} goes past. */
    public static boolean isExtension(int protocol) {
        return switch (protocol) {
            case IpProtocol.HOP_BY_HOP, IpProtocol.ROUTING, IpProtocol.FRAGMENT, IpProtocol.AUTHENTICATION,
                IpProtocol.DESTINATION_OPTIONS -> true;
            default -> false;
        };
    }

    /** What follows the extension header at {@code at}: a value of {@link IpProtocol}. */
    public static int nextHeader(Memory m, long at) {
        return m.getUnsignedByte(at + NEXT_HEADER_OFFSET);
    }

    /** Stores the next header. */
    public static void nextHeader(Memory m, long at, int protocol) {
        m.putByte(at + NEXT_HEADER_OFFSET, (byte) protocol);
    }

    /**
     * Bytes of the extension header at {@code at}.
     *
     * @param kind which header it is: what the header before it announced
     */
    public static int headerLength(Memory m, long at, int kind) {
        return switch (kind) {
            case IpProtocol.FRAGMENT -> Ipv6Fragment.HEADER_LENGTH;
            case IpProtocol.AUTHENTICATION -> (m.getUnsignedByte(at + LENGTH_OFFSET) + 2) * 4;
            default -> (m.getUnsignedByte(at + LENGTH_OFFSET) + 1) * 8;
        };
    }

    /**
     * Goes past the extension headers. Reads nothing beyond {@code available} bytes and throws nothing, whatever they
     * contain.
     *
     * @param at          first byte after the fixed header
     * @param available   bytes of the packet from there on
     * @param firstHeader next header of the fixed header
     * @return what was found, for the methods below that take a {@code walk}
     */
    public static long walk(Memory m, long at, int available, int firstHeader) {
        int kind = firstHeader;
        int length = 0;
        int fragmentAt = NO_FRAGMENT_HEADER;
        long flags = 0;
        for (int count = 0; count < MOST_HEADERS && isExtension(kind); count++) {
            long header = at + length;
            int left = available - length;
            if (left < SHORTEST_HEADER || headerLength(m, header, kind) > left) {
                return result(length, fragmentAt, kind, flags | MALFORMED);
            }
            if (kind == IpProtocol.ROUTING && m.getByte(header + SEGMENTS_LEFT_OFFSET) != 0) {
                flags |= ROUTED;
            } else if (kind == IpProtocol.FRAGMENT) {
                fragmentAt = length;
                flags |= Ipv6Fragment.isFragment(m, header) ? FRAGMENT : 0;
                if (Ipv6Fragment.fragmentOffset(m, header) != 0) {
                    return result(length + Ipv6Fragment.HEADER_LENGTH, fragmentAt, nextHeader(m, header),
                        flags | LATER_FRAGMENT);
                }
            }
            length += headerLength(m, header, kind);
            kind = nextHeader(m, header);
        }
        return result(length, fragmentAt, kind, flags);
    }

    // Fits: sixteen headers of at most 2048 bytes each.
    private static long result(int length, int fragmentAt, int protocol, long flags) {
        return flags | (long) protocol << 32 | (long) fragmentAt << 16 | length;
    }

    /** Bytes of all extension headers gone past. */
    public static int length(long walk) {
        return (int) walk & 0xffff;
    }

    /** What follows them; for a malformed chain, the header that is broken. */
    public static int protocol(long walk) {
        return (int) (walk >>> 32) & 0xff;
    }

    /** True if a header does not lie in the bytes available. */
    public static boolean isMalformed(long walk) {
        return (walk & MALFORMED) != 0;
    }

    /** True if there is a fragment header, also one that says "this is the whole packet" [RFC 6946]. */
    public static boolean hasFragmentHeader(long walk) {
        return fragmentHeader(walk) >= 0;
    }

    /** Offset of the last fragment header from where the walk began, or -1. */
    public static int fragmentHeader(long walk) {
        int offset = (int) (walk >>> 16) & 0xffff;
        return offset == NO_FRAGMENT_HEADER ? -1 : offset;
    }

    /** True if the packet is a part of another: the first, one between, or the last. */
    public static boolean isFragment(long walk) {
        return (walk & FRAGMENT) != 0;
    }

    /** True if the packet is a part of another, and not the first: no upper-layer header follows. */
    public static boolean isLaterFragment(long walk) {
        return (walk & LATER_FRAGMENT) != 0;
    }

    /**
     * True if a routing header has segments left. The pseudo header then has the address of the <em>last</em> segment, not
     * the destination in the fixed header [RFC 8200 §8.1].
     */
    public static boolean isRouted(long walk) {
        return (walk & ROUTED) != 0;
    }
}
