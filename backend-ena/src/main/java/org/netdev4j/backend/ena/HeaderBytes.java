package org.netdev4j.backend.ena;

import org.netdev4j.api.NetBuf;
import org.netdev4j.net.EtherType;
import org.netdev4j.net.Ethernet;
import org.netdev4j.net.IpProtocol;
import org.netdev4j.net.Vlan;

/**
 * Bytes of a packet's headers, in whichever of its buffers they lie. Offsets count from the start of the packet and are
 * inside it.
 */
final class HeaderBytes {
    private static final int ETHER_TYPE = 12;
    private static final int MOST_TAGS = 2;
    private static final int IPV6_HEADER = 40;
    private static final int IPV6_NEXT_HEADER = 6;

    private HeaderBytes() {
    }

    /** One byte, widened. */
    static int getByte(NetBuf packet, int offset) {
        NetBuf part = packet;
        int at = offset;
        while (at >= part.length()) {
            at -= part.length();
            part = part.next();
        }
        return part.getByte(at);
    }

    /** Two bytes in network order, widened. */
    static int getShort(NetBuf packet, int offset) {
        return offset + 2 <= packet.length() ? packet.getShort(offset)
            : getByte(packet, offset) << 8 | getByte(packet, offset + 1);
    }

    /** Two bytes in network order. */
    static void putShort(NetBuf packet, int offset, int value) {
        putByte(packet, offset, value >> 8);
        putByte(packet, offset + 1, value);
    }

    private static void putByte(NetBuf packet, int offset, int value) {
        NetBuf part = packet;
        int at = offset;
        while (at >= part.length()) {
            at -= part.length();
            part = part.next();
        }
        part.putByte(at, value);
    }

    /** Bytes of Ethernet header and up to two tags of a packet of {@code bytes}, at least 14. */
    static int l2Length(NetBuf packet, int bytes) {
        int l2 = Ethernet.HEADER_LENGTH;
        for (int tags = 0; tags < MOST_TAGS && l2 + Vlan.HEADER_LENGTH <= bytes
            && Vlan.isTag(getShort(packet, ETHER_TYPE + tags * Vlan.HEADER_LENGTH)); tags++) {
            l2 += Vlan.HEADER_LENGTH;
        }
        return l2;
    }

    /**
     * True if an IPv6 header and the extension headers behind it are {@code l3} bytes and lead to {@code protocol}. Not
     * so for fragments, which have no checksum of their own, and for packets with a routing header, whose pseudo header
     * a device cannot know. What lies at {@code l3} is inside the packet.
     */
    static boolean ipv6Leads(NetBuf packet, int ip, int l3, int protocol) {
        int next = l3 < IPV6_HEADER ? -1 : getByte(packet, ip + IPV6_NEXT_HEADER);
        int at = IPV6_HEADER;
        while (at < l3 && (next == IpProtocol.HOP_BY_HOP || next == IpProtocol.DESTINATION_OPTIONS)) {
            next = getByte(packet, ip + at);
            at += getByte(packet, ip + at + 1) + 1 << 3;
        }
        return at == l3 && next == protocol;
    }
}
