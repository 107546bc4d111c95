package org.netdev4j.conformance.cases;

import java.util.List;
import org.netdev4j.api.Capability;
import org.netdev4j.api.NetBuf;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Check;
import org.netdev4j.conformance.ConformanceCase;
import org.netdev4j.conformance.frame.Frame;
import org.netdev4j.conformance.frame.Packet;

/** Offloads: checksums filled in on the way out. */
final class TxChecksumCases {
    /** Flags with which a packet asks for its transport checksum. */
    static int l4Request(Frame frame) {
        return (frame.protocol() == Frame.TCP ? NetBuf.TX_TCP_CHECKSUM : NetBuf.TX_UDP_CHECKSUM)
            | (frame.ipVersion() == 4 ? NetBuf.TX_IPV4 : NetBuf.TX_IPV6);
    }

    /** The frame with garbage where checksums are to be filled in, and the request for them. */
    static NetBuf asking(Bench bench, Frame frame, boolean ip, boolean l4) {
        Frame spoilt = frame;
        if (ip) {
            spoilt = spoilt.withWord(frame.ipChecksumAt(), bench.random().nextInt());
        }
        if (l4) {
            spoilt = spoilt.withWord(frame.l4ChecksumAt(), bench.random().nextInt());
        }
        NetBuf packet = bench.packet(spoilt.bytes());
        return ask(packet, frame, ip, l4);
    }

    private static NetBuf ask(NetBuf packet, Frame frame, boolean ip, boolean l4) {
        packet.setFlags((ip ? NetBuf.TX_IP_CHECKSUM | NetBuf.TX_IPV4 : 0) | (l4 ? l4Request(frame) : 0));
        packet.headerLengths(frame.l2(), frame.l3(), frame.l4());
        return packet;
    }

    private static void filled(Bench bench, Frame frame, boolean ip, boolean l4, String what) {
        bench.tx(0).send(asking(bench, frame, ip, l4));
        Frame came = Frame.parse(bench.far().receiveOne(what));
        if (ip) {
            Check.equal(frame.word(frame.ipChecksumAt()), came.word(frame.ipChecksumAt()), "IPv4 header checksum of "
                + what);
        }
        if (l4) {
            Check.equal(frame.word(frame.l4ChecksumAt()), came.word(frame.l4ChecksumAt()), "transport checksum of "
                + what);
        }
        Check.sameFrame(frame.bytes(), came.bytes(), what);
    }

    @ConformanceCase(id = "OF-001",
        value = "The IPv4 header checksum is filled in, with and without options.",
        needs = Capability.TX_IPV4_CHECKSUM,
        source = "[DTS checksum_offload]: tx insert; RFC 791; [amzn-drivers ena_netdev.c, ena_tx_csum]",
        ifItFails = "the header is l3 bytes long, not always 20; the field itself counts as zero")
    void ipHeader(Bench bench) {
        bench.up(1);
        for (int options = 0; options <= 40; options += 4) {
            Frame frame = bench.fromDevice().ipOptions(options).payload(50 + options, bench.random()).build();
            filled(bench, frame, true, false, "a packet with " + options + " bytes of IPv4 options");
        }
    }

    @ConformanceCase(id = "OF-002",
        value = "TCP and UDP checksums over IPv4 are filled in, for odd and even lengths.",
        needs = Capability.TX_L4_CHECKSUM_IPV4,
        source = "selftests csum.py: 100 random packets; [DTS checksum_offload]; contract NetBuf.TX_TCP_CHECKSUM: "
            + "what stands in the field is ignored",
        ifItFails = "partial or full: if the device wants the pseudo-header sum in the field, put it there; an "
            + "odd last byte is padded with zero")
    void transportIpv4(Bench bench) {
        bench.up(1);
        for (int i = 0; i < 100; i++) {
            Frame frame = random(bench, false, i);
            filled(bench, frame, false, true, "packet " + i + " (" + (i % 2 == 0 ? "TCP" : "UDP") + ", "
                + frame.payload().length + " bytes of payload)");
        }
    }

    @ConformanceCase(id = "OF-003",
        value = "TCP and UDP checksums over IPv6 are filled in, for odd and even lengths.",
        needs = Capability.TX_L4_CHECKSUM_IPV6,
        source = "selftests csum.py: 100 random packets; RFC 8200 §8.1",
        ifItFails = "look at the pseudo-header of IPv6: addresses of 16 bytes, length of 32 bits")
    void transportIpv6(Bench bench) {
        bench.up(1);
        for (int i = 0; i < 100; i++) {
            Frame frame = random(bench, true, i);
            filled(bench, frame, false, true, "packet " + i + " (" + (i % 2 == 0 ? "TCP" : "UDP") + ", "
                + frame.payload().length + " bytes of payload)");
        }
    }

    private static Frame random(Bench bench, boolean ipv6, int i) {
        Packet packet = bench.fromDevice().randomAddresses(ipv6, bench.random())
            .payload(bench.random().nextInt(1200), bench.random());
        int source = bench.random().nextInt(0x10000);
        return (i % 2 == 0 ? packet.tcp(source, i).tcpOptions(4 * (i % 11)) : packet.udp(source, i)).build();
    }

    @ConformanceCase(id = "OF-004",
        value = "Both IPv4 checksums are filled in at once.",
        needs = {Capability.TX_IPV4_CHECKSUM, Capability.TX_L4_CHECKSUM_IPV4},
        source = "[DTS checksum_offload]",
        ifItFails = "look at flags that exclude one another where they should be combined")
    void both(Bench bench) {
        bench.up(1);
        for (int i = 0; i < 20; i++) {
            filled(bench, random(bench, false, i), true, true, "packet " + i);
        }
    }

    @ConformanceCase(id = "OF-005",
        value = "A UDP checksum that works out to 0 is sent as 0xffff.",
        needs = Capability.TX_L4_CHECKSUM_IPV4,
        source = "RFC 768: an all zero checksum means that the transmitter generated none; selftests csum.py: tx "
            + "udp zero-checksum",
        ifItFails = "after the complement, replace 0 by 0xffff for UDP")
    void udpZero(Bench bench) {
        bench.up(1);
        filled(bench, zeroSum(bench.fromDevice()), false, true, "a UDP packet over IPv4 whose checksum works out to 0");
        if (bench.info().has(Capability.TX_L4_CHECKSUM_IPV6)) {
            filled(bench, zeroSum(bench.fromDevice().ip6()), false, true,
                "a UDP packet over IPv6 whose checksum works out to 0");
        }
    }

    /** A packet whose two bytes of payload make the checksum 0, sent as 0xffff. */
    private static Frame zeroSum(Packet packet) {
        Frame frame = packet.payload(new byte[10]).build();
        return frame.withWord(frame.payloadAt(), frame.word(frame.l4ChecksumAt())).withChecksums();
    }

    @ConformanceCase(id = "OF-006",
        value = "Checksums are filled in behind one and two VLAN tags.",
        needs = {Capability.TX_IPV4_CHECKSUM, Capability.TX_L4_CHECKSUM_IPV4},
        source = "[DTS checksum_offload]: with VLAN; [amzn-drivers fbsd/ena_datapath.c]: drivers that parse the "
            + "Ethernet header themselves",
        ifItFails = "use the l2 length of the request")
    void behindTags(Bench bench) {
        bench.up(1);
        filled(bench, bench.fromDevice().tag(100).tcp(1, 2).payload(99, bench.random()).build(), true, true,
            "a packet with a tag");
        filled(bench, bench.fromDevice().tag(100).tag(200).payload(99, bench.random()).build(), true, true,
            "a packet with two tags");
    }

    @ConformanceCase(id = "OF-007",
        value = "Checksums are filled in over a chain, cut at odd places too.",
        needs = {Capability.TX_IPV4_CHECKSUM, Capability.TX_L4_CHECKSUM_IPV4, Capability.TX_SCATTER_GATHER},
        source = "NEEDS-ENA 34: headers over buffers; RFC 1071 §2: sums of odd parts are swapped",
        ifItFails = "a sum over a part that begins at an odd offset must have its bytes swapped")
    void overChains(Bench bench) {
        bench.up(1);
        for (int i = 0; i < 30; i++) {
            Frame frame = random(bench, false, i);
            Frame spoilt = frame.withWord(frame.l4ChecksumAt(), 0xbeef).withWord(frame.ipChecksumAt(), 0xdead);
            int first = 1 + bench.random().nextInt(frame.payloadAt());
            int second = first + 1 + bench.random().nextInt(Math.max(1, frame.length() - first - 1));
            NetBuf packet = ask(second < frame.length() ? bench.chain(spoilt.bytes(), first, second)
                : bench.chain(spoilt.bytes(), first), frame, true, true);
            bench.tx(0).send(packet);
            Check.sameFrame(frame.bytes(), bench.far().receiveOne("a chain"), "packet in buffers cut at " + first
                + " and " + second);
        }
    }

    @ConformanceCase(id = "OF-008",
        value = "Without a request nothing in a packet is changed, however wrong its checksums are.",
        source = "NEEDS-ENA 36; "
            + "ENA fix D40e7c02155: flag test with & instead of a comparison; [DTS checksum_offload]: insert off",
        ifItFails = "look at flags kept from the packet before, as in a cached meta descriptor")
    void unasked(Bench bench) {
        bench.up(1);
        boolean able = bench.info().has(Capability.TX_L4_CHECKSUM_IPV4);
        for (int i = 0; i < 10; i++) {
            if (able) {
                filled(bench, random(bench, false, i), false, true, "a packet that asks");
            }
            Frame bad = random(bench, false, i).withBadIpChecksum().withBadL4Checksum();
            bench.tx(0).send(bad);
            Check.sameFrame(bad.bytes(), bench.far().receiveOne("a packet that asks for nothing"),
                "packet that asks for nothing");
        }
    }

    @ConformanceCase(id = "OF-009",
        value = "A request for an offload that is off, or that the device lacks, is freed and counted, not sent "
            + "with a wrong checksum.",
        source = "contract TxQueue.transmit(): an offload that is off; contract: it never pretends",
        ifItFails = "check the requests of each packet against the offloads in effect")
    void offloadOff(Bench bench) {
        bench.up(1);
        for (Capability offload : List.of(Capability.TX_IPV4_CHECKSUM, Capability.TX_L4_CHECKSUM_IPV4,
            Capability.TX_L4_CHECKSUM_IPV6)) {
            if (bench.info().has(offload)) {
                bench.device().setOffload(offload, false);
            }
            Frame frame = random(bench, offload == Capability.TX_L4_CHECKSUM_IPV6, 0);
            boolean ip = offload == Capability.TX_IPV4_CHECKSUM;
            TransmitLimitCases.rejected(bench, List.of(asking(bench, frame, ip, !ip)), "a request while " + offload
                + " is off");
        }
    }

    @ConformanceCase(id = "OF-010",
        value = "A request that has no sense in its packet is freed and counted, and does not block those behind it.",
        needs = Capability.TX_L4_CHECKSUM_IPV4,
        source = "contract TxQueue.transmit(): an offload that has no sense in it; [DTS mdd]: malicious "
            + "descriptors stop the queue; ENA reset reason 17",
        ifItFails = "check header lengths against the packet's before they go into a descriptor: a real device "
            + "stops the queue for them")
    void senseless(Bench bench) {
        bench.up(1);
        Frame frame = random(bench, false, 0);
        NetBuf noVersion = asking(bench, frame, false, true);
        noVersion.setFlags(NetBuf.TX_TCP_CHECKSUM);
        TransmitLimitCases.rejected(bench, List.of(noVersion), "a TCP checksum request without TX_IPV4 or TX_IPV6");
        NetBuf beyond = asking(bench, bench.fromDevice().payload(10, bench.random()).build(), false, true);
        beyond.headerLengths(14, 508, 8);
        TransmitLimitCases.rejected(bench, List.of(beyond), "a request with headers longer than the packet");
        NetBuf without = asking(bench, frame, false, true);
        without.headerLengths(0, 0, 0);
        TransmitLimitCases.rejected(bench, List.of(without), "a request without header lengths");
    }

    @ConformanceCase(id = "OF-011",
        value = "Checksums are filled in behind an IPv6 extension header.",
        needs = Capability.TX_L4_CHECKSUM_IPV6,
        source = "RFC 8200 §8.1: the pseudo-header has the upper-layer protocol; contract NetBuf.headerLengths(): "
            + "with extension headers",
        ifItFails = "the next header of the fixed header is that of the extension, not TCP or UDP")
    void extensionHeader(Bench bench) {
        bench.up(1);
        filled(bench, bench.fromDevice().ip6().extension().tcp(3, 4).payload(77, bench.random()).build(), false, true,
            "a TCP packet behind an extension header");
        filled(bench, bench.fromDevice().ip6().extension().udp(3, 4).payload(78, bench.random()).build(), false, true,
            "a UDP packet behind an extension header");
    }
}
