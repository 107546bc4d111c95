package org.netdev4j.net;

import org.netdev4j.platform.memory.Memory;

/**
 * Verifies and completes the checksums of a parsed frame, as an adapter with checksum offload does.
 *
 * <p>Any thread may call it. It allocates nothing. Parameters everywhere: {@code at} is the first byte of the frame, and the
 * {@link ParsedPacket} is what {@link PacketParser#parse} found in it.
 */
public final class PacketChecksums {
    /** In what {@link #verify} returns: the IPv4 header's checksum is right. */
    public static final int L3_GOOD = 1;
    /** In what {@link #verify} returns: the IPv4 header's checksum is wrong. */
    public static final int L3_BAD = 2;
    /** In what {@link #verify} returns: the checksum of TCP, UDP, ICMP or ICMPv6 is right. */
    public static final int L4_GOOD = 4;
    /** In what {@link #verify} returns: the checksum of TCP, UDP, ICMP or ICMPv6 is wrong. */
    public static final int L4_BAD = 8;

    private PacketChecksums() {
    }

    /**
     * Verifies what can be verified.
     *
     * @return flags, ored. Neither flag of layer 3 without an IPv4 header (IPv6 has no checksum there). Neither flag of
     *     layer 4 for a fragment, another protocol, a malformed or routed packet, and UDP over IPv4 that has no checksum
     */
    public static int verify(Memory m, long at, ParsedPacket p) {
        int result = 0;
        if (p.ipVersion == 4) {
            result = Checksum.ipv4HeaderOk(m, at + p.l2Length) ? L3_GOOD : L3_BAD;
        }
        if (!covers(p) || noneSent(m, at, p)) {
            return result;
        }
        return result | (l4Ok(m, at, p) ? L4_GOOD : L4_BAD);
    }

    private static boolean noneSent(Memory m, long at, ParsedPacket p) {
        return p.l4Protocol == IpProtocol.UDP && p.ipVersion == 4 && Udp.checksum(m, at + p.l4Offset) == 0;
    }

    private static boolean l4Ok(Memory m, long at, ParsedPacket p) {
        long l4 = at + p.l4Offset;
        int length = p.l4TotalLength();
        int pseudo = pseudo(m, at, p);
        return switch (p.l4Protocol) {
            case IpProtocol.TCP -> Checksum.tcpOk(m, l4, length, pseudo);
            case IpProtocol.UDP -> Checksum.udpOk(m, l4, length, pseudo);
            case IpProtocol.ICMP -> Checksum.icmpOk(m, l4, length);
            default -> Checksum.icmpv6Ok(m, l4, length, pseudo);
        };
    }

    /** Stores the IPv4 header's checksum. Returns false and does nothing if there is no such header. */
    public static boolean completeL3(Memory m, long at, ParsedPacket p) {
        if (p.ipVersion != 4) {
            return false;
        }
        long ip = at + p.l2Length;
        Ipv4.checksum(m, ip, Checksum.ipv4Header(m, ip));
        return true;
    }

    /**
     * Stores the checksum of TCP, UDP, ICMP or ICMPv6. Returns false and does nothing for a fragment, another protocol, or
     * a malformed or routed packet.
     */
    public static boolean completeL4(Memory m, long at, ParsedPacket p) {
        if (!covers(p)) {
            return false;
        }
        long l4 = at + p.l4Offset;
        int length = p.l4TotalLength();
        int pseudo = pseudo(m, at, p);
        switch (p.l4Protocol) {
            case IpProtocol.TCP -> Tcp.checksum(m, l4, Checksum.tcp(m, l4, length, pseudo));
            case IpProtocol.UDP -> Udp.checksum(m, l4, Checksum.udp(m, l4, length, pseudo));
            case IpProtocol.ICMP -> Icmp.checksum(m, l4, Checksum.icmp(m, l4, length));
            default -> Icmpv6.checksum(m, l4, Checksum.icmpv6(m, l4, length, pseudo));
        }
        return true;
    }

    /** Sum of the pseudo header; 0 for ICMP, which has none, and without a whole packet of layer 4. */
    public static int pseudo(Memory m, long at, ParsedPacket p) {
        int length = p.l4TotalLength();
        if (length == 0 || p.l4Protocol == IpProtocol.ICMP) {
            return Checksum.EMPTY;
        }
        long ip = at + p.l2Length;
        return p.ipVersion == 4
            ? Checksum.pseudoIpv4(m, ip, p.l4Protocol, length)
            : Checksum.pseudoIpv6(m, ip, p.l4Protocol, length);
    }

    // True if there is a checksum of layer 4 that covers what is there.
    private static boolean covers(ParsedPacket p) {
        return p.l4TotalLength() != 0 && !p.fragment && !p.routed;
    }
}
