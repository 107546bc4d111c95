package org.netdev4j.backend.ena;

import org.netdev4j.api.NetBuf;
import org.netdev4j.backend.ena.spec.ProtoIndex;
import org.netdev4j.backend.ena.spec.TxDescriptor;
import org.netdev4j.backend.ena.spec.TxMetaDescriptor;
import org.netdev4j.net.Checksum;
import org.netdev4j.net.EtherType;
import org.netdev4j.net.Ethernet;
import org.netdev4j.net.IpProtocol;

/**
 * Turns what a packet asks for into what its descriptors say, and finds packets that can never be sent. A device stops
 * the whole queue for a request that has no sense in its packet, so none gets that far. For the queue's thread.
 */
final class TxRequests {
    /** Most bytes of IP packet given to TSO. */
    static final int MAX_TSO_IP = 65_535;

    private static final int L4_CHECKSUM = NetBuf.TX_TCP_CHECKSUM | NetBuf.TX_UDP_CHECKSUM;
    private static final int IPV4_HEADER = 20;
    private static final int IPV4_TOTAL_LENGTH = 2;
    private static final int IPV4_PROTOCOL = 9;
    private static final int IPV4_FRAGMENT = 6;
    private static final int IPV4_DF = 0x4000;
    private static final int IPV4_PARTS = 0x3fff;
    private static final int IPV4_ADDRESSES = 12;
    private static final int IPV6_HEADER = 40;
    private static final int IPV6_PAYLOAD_LENGTH = 4;
    private static final int IPV6_ADDRESSES = 8;
    private static final int TCP_HEADER = 20;
    private static final int TCP_DATA_OFFSET = 12;
    private static final int TCP_CHECKSUM = 16;
    private static final int UDP_HEADER = 8;
    private static final int UDP_CHECKSUM = 6;

    private final EnaTxStats stats;
    private boolean fullIpv4;
    private boolean fullIpv6;

    TxRequests(EnaTxStats stats) {
        this.stats = stats;
    }

    void prepare(QueueTerms terms) {
        fullIpv4 = terms.fullChecksumIpv4();
        fullIpv6 = terms.fullChecksumIpv6();
    }

    /**
     * Works out length, offloads and metadata of a packet, which stays as it is.
     *
     * @return false, counted by its reason, if the packet can never be sent
     */
    boolean take(NetBuf packet, QueueSettings settings, TxWork work) {
        boolean single = packet.next() == null;
        int bytes = single ? packet.length() : packet.packetLength();
        work.bytes = bytes;
        if (bytes < Ethernet.HEADER_LENGTH) {
            stats.tooShort++;
            return false;
        }
        if (!single && !settings.gathers()) {
            stats.tooManyBuffers++;
            return false;
        }
        int requests = packet.flags() & NetBuf.TX_REQUESTS;
        if (requests != 0) {
            return request(packet, settings, work, requests);
        }
        work.offloads = 0;
        work.meta = TxWork.NO_META;
        work.pseudo = TxWork.NO_PSEUDO;
        if (bytes > settings.mtu() + Ethernet.HEADER_LENGTH
            && bytes - HeaderBytes.l2Length(packet, bytes) > settings.mtu()) {
            stats.tooLong++;
            return false;
        }
        return true;
    }

    private boolean request(NetBuf packet, QueueSettings settings, TxWork work, int requests) {
        boolean ipv6 = (packet.flags() & NetBuf.TX_IPV6) != 0;
        boolean ipv4 = (packet.flags() & NetBuf.TX_IPV4) != 0;
        boolean tso = (requests & NetBuf.TX_TSO) != 0;
        int l4 = requests & L4_CHECKSUM;
        if (l4 == L4_CHECKSUM || tso && l4 == NetBuf.TX_UDP_CHECKSUM || ipv4 && ipv6 || (tso || l4 != 0) && !ipv4 && !ipv6) {
            stats.badRequest++;
            return false;
        }
        if ((requests & ~(ipv6 ? settings.ipv6Requests() : settings.ipv4Requests())) != 0) {
            stats.offloadOff++;
            return false;
        }
        int protocol = tso || l4 == NetBuf.TX_TCP_CHECKSUM ? IpProtocol.TCP : l4 == 0 ? 0 : IpProtocol.UDP;
        if (!headersFit(packet, work.bytes, tso, protocol)
            || !(ipv6 ? isIpv6(packet, protocol) : isIpv4(packet, protocol))
            || !tso && protocol != 0 && !transportFits(packet, work.bytes, ipv6, protocol)) {
            stats.badRequest++;
            return false;
        }
        if (work.bytes - packet.l2Length() > (tso ? MAX_TSO_IP : settings.mtu())) {
            stats.tooLong++;
            return false;
        }
        if (tso && !canCut(packet, settings)) {
            stats.badRequest++;
            return false;
        }
        encode(packet, work, requests, ipv6, protocol);
        return true;
    }

    /** A packet is sent: puts the sum of the pseudo header into it, if the device wants that. */
    static void finish(NetBuf packet, TxWork work) {
        if (work.pseudo != TxWork.NO_PSEUDO) {
            boolean ipv6 = (packet.flags() & NetBuf.TX_IPV6) != 0;
            boolean udp = (packet.flags() & NetBuf.TX_UDP_CHECKSUM) != 0;
            putPseudo(packet, ipv6, udp ? IpProtocol.UDP : IpProtocol.TCP, work.pseudo);
        }
    }

    /** True if the header lengths are possible, lie in the packet, and fit the fields of a meta descriptor. */
    private static boolean headersFit(NetBuf packet, int bytes, boolean tso, int protocol) {
        int l3 = packet.l3Length();
        int l4 = switch (protocol) {
            case IpProtocol.TCP -> tso ? Math.max(TCP_HEADER, packet.l4Length()) : TCP_HEADER;
            case IpProtocol.UDP -> UDP_HEADER;
            default -> 0;
        };
        int headers = packet.l2Length() + l3 + l4;
        return l3 >= IPV4_HEADER && l3 <= TxMetaDescriptor.MAX_L3 && packet.l2Length() >= Ethernet.HEADER_LENGTH
            && (tso ? headers < bytes : headers <= bytes) && packet.l2Length() == HeaderBytes.l2Length(packet, bytes);
    }

    private static boolean isIpv4(NetBuf packet, int protocol) {
        int ip = packet.l2Length();
        int l3 = packet.l3Length();
        return HeaderBytes.getShort(packet, ip - Short.BYTES) == EtherType.IPV4
            && HeaderBytes.getByte(packet, ip) == (0x40 | l3 >> 2) && (l3 & 3) == 0
            && (protocol == 0 || HeaderBytes.getByte(packet, ip + IPV4_PROTOCOL) == protocol
            && (HeaderBytes.getShort(packet, ip + IPV4_FRAGMENT) & IPV4_PARTS) == 0);
    }

    private static boolean isIpv6(NetBuf packet, int protocol) {
        int ip = packet.l2Length();
        return HeaderBytes.getShort(packet, ip - Short.BYTES) == EtherType.IPV6
            && HeaderBytes.getByte(packet, ip) >> 4 == 6
            && HeaderBytes.ipv6Leads(packet, ip, packet.l3Length(), protocol);
    }

    /** True if the transport header and what follows lie where the network header says: a frame may be padded behind it. */
    private static boolean transportFits(NetBuf packet, int bytes, boolean ipv6, int protocol) {
        int length = transportLength(packet, ipv6);
        return length >= (protocol == IpProtocol.TCP ? TCP_HEADER : UDP_HEADER)
            && packet.l2Length() + packet.l3Length() + length <= bytes;
    }

    private static int transportLength(NetBuf packet, boolean ipv6) {
        int ip = packet.l2Length();
        int total = ipv6 ? IPV6_HEADER + HeaderBytes.getShort(packet, ip + IPV6_PAYLOAD_LENGTH)
            : HeaderBytes.getShort(packet, ip + IPV4_TOTAL_LENGTH);
        return total - packet.l3Length();
    }

    /** True if the TCP header is as long as it says, and the segments fit the MTU and the field. */
    private static boolean canCut(NetBuf packet, QueueSettings settings) {
        int headers = packet.l3Length() + packet.l4Length();
        int mss = packet.segmentSize();
        int tcp = packet.l2Length() + packet.l3Length();
        return packet.l4Length() >= TCP_HEADER
            && packet.l4Length() == HeaderBytes.getByte(packet, tcp + TCP_DATA_OFFSET) >> 4 << 2
            && mss > 0 && mss <= TxMetaDescriptor.MAX_MSS && headers + mss <= settings.mtu();
    }

    private void encode(NetBuf packet, TxWork work, int requests, boolean ipv6, int protocol) {
        boolean tso = (requests & NetBuf.TX_TSO) != 0;
        int l2 = packet.l2Length();
        boolean df = ipv6 || (HeaderBytes.getShort(packet, l2 + IPV4_FRAGMENT) & IPV4_DF) != 0;
        // DF stands for the header's flag in IPv4, and is set for all else [AMZN ena_eth_io_defs.h].
        int offloads = df ? TxDescriptor.DF : 0;
        if (!ipv6 && (tso || (requests & NetBuf.TX_IP_CHECKSUM) != 0)) {
            offloads |= TxDescriptor.L3_CSUM_EN;
        }
        work.pseudo = TxWork.NO_PSEUDO;
        int l4Index = ProtoIndex.UNKNOWN;
        if (protocol != 0) {
            l4Index = protocol == IpProtocol.TCP ? ProtoIndex.L4_TCP : ProtoIndex.L4_UDP;
            offloads |= TxDescriptor.L4_CSUM_EN;
            boolean full = ipv6 ? fullIpv6 : fullIpv4;
            if (tso) {
                offloads |= TxDescriptor.TSO_EN;
                if (!full || !df) {
                    // The sum without a length, which differs from segment to segment. The device wants it also where DF is
                    // clear [DPDK ena_ethdev.c, eth_ena_prep_pkts].
                    work.pseudo = 0;
                }
            } else if (!full) {
                offloads |= TxDescriptor.L4_CSUM_PARTIAL;
                work.pseudo = transportLength(packet, ipv6);
            }
        }
        work.offloads = offloads | TxDescriptor.protocols(ipv6 ? ProtoIndex.L3_IPV6 : ProtoIndex.L3_IPV4, l4Index);
        int mss = tso ? packet.segmentSize() : 0;
        int l4Words = tso ? packet.l4Length() >> 2 : 0;
        work.meta = (long) mss << Integer.SIZE
            | TxMetaDescriptor.word2(mss, l2, packet.l3Length(), l4Words) & 0xffff_ffffL;
    }

    /** Puts the sum of the pseudo header where the checksum will be. */
    private static void putPseudo(NetBuf packet, boolean ipv6, int protocol, int l4Length) {
        int ip = packet.l2Length();
        int from = ip + (ipv6 ? IPV6_ADDRESSES : IPV4_ADDRESSES);
        int words = ipv6 ? 16 : 4;
        long sum = protocol + (l4Length & 0xffff) + (l4Length >>> 16);
        for (int i = 0; i < words; i++) {
            sum += HeaderBytes.getShort(packet, from + 2 * i);
        }
        int field = ip + packet.l3Length() + (protocol == IpProtocol.TCP ? TCP_CHECKSUM : UDP_CHECKSUM);
        HeaderBytes.putShort(packet, field, Checksum.fold(sum));
    }
}
