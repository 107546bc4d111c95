package org.netdev4j.net;

import org.netdev4j.net.ParsedPacket.Problem;
import org.netdev4j.platform.memory.Memory;

/**
 * Finds the headers of a frame, once, and checks every length against the frame's.
 *
 * <p>Any thread may call it, for its own {@link ParsedPacket}. It allocates nothing, reads nothing outside the frame, and
 * throws nothing for what a frame contains.
 */
public final class PacketParser {
    /** Tags that the parser goes past; a third one is the payload's EtherType, and what follows is not looked at. */
    public static final int MOST_TAGS = 2;

    private PacketParser() {
    }

    /**
     * Parses an Ethernet frame without FCS.
     *
     * @param at     first byte of the frame
     * @param length its bytes, which the memory holds; less than a header is a malformed frame, not an error
     * @param into   where the findings go; what it held is forgotten
     * @return true if nothing is wrong with the frame, as far as this parser knows its protocols
     */
    public static boolean parse(Memory m, long at, int length, ParsedPacket into) {
        parse(m, at, length, into, true);
        return into.problem == Problem.NONE;
    }

    /**
     * As above, but takes the frame's length for that of IP and UDP. Such is a frame that asks for segmentation: its
     * length fields hold anything, and it may be longer than they can say.
     *
     * @return true if nothing is wrong with the frame but its length fields
     */
    public static boolean parseUnsegmented(Memory m, long at, int length, ParsedPacket into) {
        parse(m, at, length, into, false);
        return into.problem == Problem.NONE;
    }

    private static void parse(Memory m, long at, int length, ParsedPacket p, boolean lengthsCount) {
        p.reset(length);
        if (!parseL2(m, at, length, p)) {
            p.problem = Problem.L2_HEADER;
            return;
        }
        p.payloadOffset = p.l2Length;
        p.payloadLength = length - p.l2Length;
        if (p.etherType == EtherType.IPV4) {
            parseIpv4(m, at, p, lengthsCount);
        } else if (p.etherType == EtherType.IPV6) {
            parseIpv6(m, at, p, lengthsCount);
        }
        if (p.problem != Problem.NONE) {
            p.payloadLength = 0;
        }
    }

    private static boolean parseL2(Memory m, long at, int length, ParsedPacket p) {
        if (!Ethernet.check(m, at, length)) {
            return false;
        }
        int type = Ethernet.etherType(m, at);
        int offset = Ethernet.HEADER_LENGTH;
        int tags = 0;
        int outer = 0;
        int inner = 0;
        while (tags < MOST_TAGS && Vlan.isTag(type)) {
            if (!Vlan.check(m, at + offset, length - offset)) {
                return false;
            }
            inner = Vlan.tci(m, at + offset);
            outer = tags == 0 ? inner : outer;
            type = Vlan.etherType(m, at + offset);
            offset += Vlan.HEADER_LENGTH;
            tags++;
        }
        p.etherType = type;
        p.vlanCount = tags;
        p.outerTci = outer;
        p.innerTci = inner;
        p.l2Length = offset;
        return true;
    }

    private static void parseIpv4(Memory m, long at, ParsedPacket p, boolean lengthsCount) {
        long ip = at + p.l2Length;
        int available = p.frameLength - p.l2Length;
        if (!Ipv4.check(m, ip, available)) {
            p.problem = Problem.IP_HEADER;
            return;
        }
        p.ipVersion = 4;
        p.l3Length = Ipv4.headerLength(m, ip);
        int total = lengthsCount ? Ipv4.totalLength(m, ip) : available;
        p.payloadOffset += p.l3Length;
        if (total < p.l3Length || total > available) {
            p.problem = Problem.IP_LENGTH;
            return;
        }
        p.fragment = Ipv4.isFragment(m, ip);
        p.laterFragment = Ipv4.fragmentOffset(m, ip) != 0;
        p.ipEnd = p.l2Length + total;
        parseL4(m, at, p, Ipv4.protocol(m, ip), lengthsCount);
    }

    private static void parseIpv6(Memory m, long at, ParsedPacket p, boolean lengthsCount) {
        long ip = at + p.l2Length;
        int available = p.frameLength - p.l2Length - Ipv6.HEADER_LENGTH;
        if (!Ipv6.check(m, ip, available + Ipv6.HEADER_LENGTH)) {
            p.problem = Problem.IP_HEADER;
            return;
        }
        p.ipVersion = 6;
        p.l3Length = Ipv6.HEADER_LENGTH;
        int total = lengthsCount ? Ipv6.payloadLength(m, ip) : available;
        p.payloadOffset += p.l3Length;
        if (total > available) {
            p.problem = Problem.IP_LENGTH;
            return;
        }
        p.ipEnd = p.l2Length + Ipv6.HEADER_LENGTH + total;
        long walk = Ipv6Extensions.walk(m, ip + Ipv6.HEADER_LENGTH, total, Ipv6.nextHeader(m, ip));
        p.fragment = Ipv6Extensions.isFragment(walk);
        p.laterFragment = Ipv6Extensions.isLaterFragment(walk);
        p.fragmentHeader = Ipv6Extensions.hasFragmentHeader(walk);
        p.routed = Ipv6Extensions.isRouted(walk);
        if (Ipv6Extensions.isMalformed(walk)) {
            p.problem = Problem.EXTENSION_HEADER;
            return;
        }
        p.l3Length += Ipv6Extensions.length(walk);
        parseL4(m, at, p, Ipv6Extensions.protocol(walk), lengthsCount);
    }

    private static void parseL4(Memory m, long at, ParsedPacket p, int protocol, boolean lengthsCount) {
        p.l4Protocol = protocol;
        p.l4Offset = p.l2Length + p.l3Length;
        p.payloadOffset = p.l4Offset;
        p.payloadLength = p.ipEnd - p.l4Offset;
        if (p.laterFragment) {
            return;
        }
        long l4 = at + p.l4Offset;
        int available = p.payloadLength;
        switch (protocol) {
            case IpProtocol.TCP -> {
                if (l4Header(p, Tcp.check(m, l4, available))) {
                    p.tcpFlags = Tcp.flags(m, l4);
                    l4Length(p, Tcp.headerLength(m, l4));
                }
            }
            case IpProtocol.UDP -> {
                if (l4Header(p, Udp.check(m, l4, available))) {
                    l4Length(p, Udp.HEADER_LENGTH);
                    if (lengthsCount) {
                        udpLength(p, Udp.length(m, l4), available);
                    }
                }
            }
            case IpProtocol.ICMP, IpProtocol.ICMPV6 -> {
                boolean own = protocol == (p.ipVersion == 4 ? IpProtocol.ICMP : IpProtocol.ICMPV6);
                if (own && l4Header(p, available >= Icmp.HEADER_LENGTH)) {
                    l4Length(p, Icmp.HEADER_LENGTH);
                }
            }
            default -> {
                // Another protocol: its header counts as payload.
            }
        }
    }

    // A first fragment of IPv4 may be as short as 8 bytes; one of IPv6 has all headers [RFC 8200 §4.5].
    private static boolean l4Header(ParsedPacket p, boolean good) {
        if (!good && !(p.fragment && p.ipVersion == 4)) {
            p.problem = Problem.L4_HEADER;
        }
        return good;
    }

    private static void l4Length(ParsedPacket p, int length) {
        p.l4Length = length;
        p.payloadOffset += length;
        p.payloadLength -= length;
    }

    // The first fragment of a datagram has the length of the whole, and less of it.
    private static void udpLength(ParsedPacket p, int length, int available) {
        if (length < Udp.HEADER_LENGTH || length > available && !p.fragment) {
            p.problem = Problem.UDP_LENGTH;
        } else if (!p.fragment) {
            p.payloadLength = length - Udp.HEADER_LENGTH;
        }
    }
}
