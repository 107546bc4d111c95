package org.netdev4j.models.ena.io;

import org.netdev4j.backend.ena.spec.OffloadConfig;
import org.netdev4j.backend.ena.spec.ProtoIndex;
import org.netdev4j.backend.ena.spec.TxDescriptor;
import org.netdev4j.net.Checksum;
import org.netdev4j.net.IpProtocol;
import org.netdev4j.net.Ipv4;
import org.netdev4j.net.Ipv6;
import org.netdev4j.net.Tcp;
import org.netdev4j.net.Udp;
import org.netdev4j.platform.memory.Memory;

/**
 * Checks what a packet's descriptors ask for against the packet, and fills in checksums. The headers are where the meta
 * descriptor says; a request that does not fit the packet is refused.
 *
 * <p>The checksum field of TCP and UDP is taken for the sum of the pseudo header if the descriptor says so, if the device
 * offers no more than that, and for TSO over IPv4 without DF, where DPDK knows that the device wants it [DPDK
 * ena_ethdev.c].
 */
final class TxOffload {
    private final IoContext io;
    private Memory frame;
    private int length;
    private boolean ipv4;
    private boolean tcp;
    private boolean partial;
    private int l3;
    private int l4;
    private int l4Length;
    private int headers;

    TxOffload(IoContext io) {
        this.io = io;
    }

    /** True if {@link #check} found IPv4, else IPv6. */
    boolean isIpv4() {
        return ipv4;
    }

    /** True if the checksum field holds the sum of the pseudo header. */
    boolean isPartial() {
        return partial;
    }

    /** Offset of the network header. */
    int l3() {
        return l3;
    }

    /** Offset of the transport header. */
    int l4() {
        return l4;
    }

    /** For TSO: bytes of all headers. */
    int headers() {
        return headers;
    }

    /**
     * Checks a request.
     *
     * @return what does not fit, or null
     */
    String check(TxRequest request, Memory memory, int frameLength) {
        frame = memory;
        length = frameLength;
        if (!request.has(TxRequest.OFFLOADS)) {
            return null;
        }
        String wrong = checkL3(request);
        if (wrong == null && request.has(TxDescriptor.TSO_EN | TxDescriptor.L4_CSUM_EN)) {
            wrong = checkL4(request);
        }
        return wrong;
    }

    private String checkL3(TxRequest request) {
        l3 = request.meta.l3Offset;
        int l3Length = request.meta.l3Length;
        l4 = l3 + l3Length;
        ipv4 = TxDescriptor.l3Proto(request.word1) == ProtoIndex.L3_IPV4;
        if (!ipv4 && TxDescriptor.l3Proto(request.word1) != ProtoIndex.L3_IPV6) {
            return "offload for a protocol that is not IP";
        }
        if (l4 > length || l3Length < (ipv4 ? Ipv4.HEADER_LENGTH : Ipv6.HEADER_LENGTH)) {
            return "network header that does not lie in the packet";
        }
        if (Ipv4.version(frame, l3) != (ipv4 ? 4 : 6) || ipv4 && Ipv4.headerLength(frame, l3) != l3Length) {
            return "no such network header where the meta descriptor says";
        }
        if (ipv4 && Ipv4.dontFragment(frame, l3) != request.has(TxDescriptor.DF)) {
            io.counters.dfMismatches++;
        }
        if (request.has(TxDescriptor.L3_CSUM_EN) && (!ipv4 || !offers(OffloadConfig.TX_L3_CSUM_IPV4))) {
            return "header checksum that the device does not fill in";
        }
        return null;
    }

    private String checkL4(TxRequest request) {
        boolean tso = request.has(TxDescriptor.TSO_EN);
        int protocol = TxDescriptor.l4Proto(request.word1);
        // DPDK names no protocol with TSO, which is TCP.
        tcp = tso || protocol == ProtoIndex.L4_TCP;
        if (tso ? protocol == ProtoIndex.L4_UDP : !tcp && protocol != ProtoIndex.L4_UDP) {
            return "offload for a transport protocol that the device does not know";
        }
        if (l4 + (tcp ? Tcp.HEADER_LENGTH : Udp.HEADER_LENGTH) > length) {
            return "transport header that does not lie in the packet";
        }
        if (ipv4 && Ipv4.isFragment(frame, l3)) {
            return "transport checksum of a fragment";
        }
        boolean part = offers(ipv4 ? OffloadConfig.TX_L4_IPV4_CSUM_PART : OffloadConfig.TX_L4_IPV6_CSUM_PART);
        boolean full = offers(ipv4 ? OffloadConfig.TX_L4_IPV4_CSUM_FULL : OffloadConfig.TX_L4_IPV6_CSUM_FULL);
        if (!part && !full) {
            return "transport checksum that the device does not fill in";
        }
        partial = !full || request.has(TxDescriptor.L4_CSUM_PARTIAL) || tso && ipv4 && !request.has(TxDescriptor.DF);
        return tso ? checkTso(request) : checkLength();
    }

    private String checkTso(TxRequest request) {
        if (!offers(ipv4 ? OffloadConfig.TX_TSO_IPV4 : OffloadConfig.TX_TSO_IPV6)) {
            return "segmentation that the device does not do";
        }
        int header = request.meta.l4Words * Integer.BYTES;
        headers = l4 + header;
        if (headers > length || header != Tcp.headerLength(frame, l4)) {
            return "TCP header of another length than the meta descriptor says";
        }
        if (request.meta.mss == 0 || headers - l3 + Math.min(request.meta.mss, length - headers) > io.settings.mtu) {
            return "segments that the MTU does not allow";
        }
        return null;
    }

    // Without TSO the IP header says how much the checksum covers; the rest is padding.
    private String checkLength() {
        int ip = ipv4 ? Ipv4.totalLength(frame, l3) : Ipv6.HEADER_LENGTH + Ipv6.payloadLength(frame, l3);
        l4Length = ip - (l4 - l3);
        if (l3 + ip > length || l4Length < (tcp ? Tcp.HEADER_LENGTH : Udp.HEADER_LENGTH)) {
            return "IP length that the packet does not have";
        }
        return null;
    }

    private boolean offers(int bit) {
        return (io.settings.txOffloads & bit) != 0;
    }

    /** Fills in what a packet without TSO asked for. */
    void insert(TxRequest request) {
        if (request.has(TxDescriptor.L3_CSUM_EN)) {
            Ipv4.checksum(frame, l3, Checksum.ipv4Header(frame, l3));
            io.counters.checksums++;
        }
        if (request.has(TxDescriptor.L4_CSUM_EN)) {
            int seed = partial ? field() : pseudo(frame, l3, l4Length);
            if (tcp) {
                Tcp.checksum(frame, l4, Checksum.tcp(frame, l4, l4Length, seed));
            } else {
                Udp.checksum(frame, l4, Checksum.udp(frame, l4, l4Length, seed));
            }
            io.counters.checksums++;
        }
    }

    private int field() {
        return tcp ? Tcp.checksum(frame, l4) : Udp.checksum(frame, l4);
    }

    /** Sum of the pseudo header of a packet whose network header is at {@code ip} in {@code m}. */
    int pseudo(Memory m, int ip, int transportLength) {
        int protocol = tcp ? IpProtocol.TCP : IpProtocol.UDP;
        return ipv4 ? Checksum.pseudoIpv4(m, ip, protocol, transportLength)
            : Checksum.pseudoIpv6(m, ip, protocol, transportLength);
    }
}
