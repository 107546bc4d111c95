package org.netdev4j.conformance.cases;

import static org.netdev4j.api.NetBuf.RX_IP_CHECKSUM_BAD;
import static org.netdev4j.api.NetBuf.RX_IP_CHECKSUM_GOOD;
import static org.netdev4j.api.NetBuf.RX_L4_CHECKSUM_BAD;
import static org.netdev4j.api.NetBuf.RX_L4_CHECKSUM_GOOD;

import org.netdev4j.api.Capability;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Check;
import org.netdev4j.conformance.ConformanceCase;
import org.netdev4j.conformance.Received;
import org.netdev4j.conformance.frame.Frame;
import org.netdev4j.conformance.frame.Packet;

/** Offloads: checksums verified on the way in. */
final class RxChecksumCases {
    private static int flagsOf(Bench bench, Frame frame) {
        bench.far().send(frame);
        Received packet = bench.rx(0).expect(frame).get(0);
        int flags = packet.flags() & OffloadFlags.RX_CHECKSUMS;
        Check.that((flags & OffloadFlags.RX_IP) != OffloadFlags.RX_IP,
            "a packet is flagged as IP good and bad at once");
        Check.that((flags & OffloadFlags.RX_L4) != OffloadFlags.RX_L4,
            "a packet is flagged as L4 good and bad at once");
        return flags;
    }

    private static void expect(Bench bench, Frame frame, int wanted, String what) {
        int flags = flagsOf(bench, frame);
        Check.that(flags == wanted, what + " is flagged " + OffloadFlags.describe(flags) + ", should be "
            + OffloadFlags.describe(wanted));
    }

    private static Frame random(Bench bench, boolean ipv6, boolean tcp) {
        Packet packet = bench.toDevice().randomAddresses(ipv6, bench.random())
            .payload(1 + bench.random().nextInt(900), bench.random());
        return (tcp ? packet.tcp(bench.random().nextInt(65536), 80) : packet.udp(bench.random().nextInt(65536), 53))
            .build();
    }

    private static String name(boolean ipv6, boolean tcp) {
        return (tcp ? "TCP" : "UDP") + " over " + (ipv6 ? "IPv6" : "IPv4");
    }

    @ConformanceCase(id = "OF-020",
        value = "Good packets, TCP and UDP over IPv4 and IPv6, are flagged good.",
        needs = Capability.RX_CHECKSUM,
        source = "selftests csum.py: rx tcp, rx udp; NEEDS-ENA 45: grid of protocols and checksums",
        ifItFails = "look at which status bits say that a checksum was checked, and which that it was right")
    void good(Bench bench) {
        bench.up(1);
        for (int i = 0; i < 60; i++) {
            boolean ipv6 = i % 4 >= 2;
            expect(bench, random(bench, ipv6, i % 2 == 0), (ipv6 ? 0 : RX_IP_CHECKSUM_GOOD) | RX_L4_CHECKSUM_GOOD,
                "good " + name(ipv6, i % 2 == 0));
        }
    }

    @ConformanceCase(id = "OF-021",
        value = "Packets with a wrong TCP or UDP checksum are delivered and flagged bad, never good.",
        needs = Capability.RX_CHECKSUM,
        source = "NEEDS-ENA 45; "
            + "selftests csum.py: rx tcp bad, rx udp bad; [DTS checksum_offload]: L4 bad; ENA fix D "
            + "b2d2f1cf89, fa4bb70252: false bad",
        ifItFails = "a checksum is good only if it was checked and is right; a bad packet is the application's to drop")
    void badTransport(Bench bench) {
        bench.up(1);
        for (int i = 0; i < 24; i++) {
            boolean ipv6 = i % 4 >= 2;
            Frame bad = random(bench, ipv6, i % 2 == 0).withBadL4Checksum();
            expect(bench, bad, (ipv6 ? 0 : RX_IP_CHECKSUM_GOOD) | RX_L4_CHECKSUM_BAD, name(ipv6, i % 2 == 0)
                + " with a wrong checksum");
        }
    }

    @ConformanceCase(id = "OF-022",
        value = "A wrong IPv4 header checksum is flagged, and the packet is delivered.",
        needs = Capability.RX_CHECKSUM,
        source = "[DTS checksum_offload]: L3 bad; [amzn-drivers ena_admin_defs.h]",
        ifItFails = "look at the L3 error bit; the transport may then be checked or not, but not flagged bad")
    void badIpHeader(Bench bench) {
        bench.up(1);
        for (int i = 0; i < 10; i++) {
            int flags = flagsOf(bench, random(bench, false, i % 2 == 0).withBadIpChecksum());
            Check.that((flags & (RX_IP_CHECKSUM_BAD | RX_L4_CHECKSUM_BAD)) == RX_IP_CHECKSUM_BAD,
                "a packet with a wrong IPv4 header checksum is flagged " + OffloadFlags.describe(flags)
                    + ", should be IP bad, and its L4 not bad");
        }
    }

    @ConformanceCase(id = "OF-023",
        value = "Fragments are not flagged good or bad: their transport checksum cannot be checked.",
        needs = Capability.RX_CHECKSUM,
        source = "NEEDS-ENA 45; "
            + "ENA fix D19.11: fragmented packets must be UNKNOWN; [amzn-drivers ena_netdev.c, ena_rx_checksum]",
        ifItFails = "look at the fragment bit before the L4 bits")
    void fragments(Bench bench) {
        bench.up(1);
        Frame first = bench.toDevice().fragment(0x2000).udp(5, 6).payload(96, bench.random()).build();
        Frame middle = bench.toDevice().fragment(0x2000 | 13).udp(5, 6).payload(96, bench.random()).build();
        Frame last = bench.toDevice().fragment(26).protocol(Frame.TCP).payload(31, bench.random()).build();
        for (Frame frame : new Frame[] {first, middle, last}) {
            int flags = flagsOf(bench, frame);
            OffloadFlags.none(flags, OffloadFlags.RX_L4, "a fragment");
            OffloadFlags.none(flags, RX_IP_CHECKSUM_BAD, "a fragment with a right header checksum");
        }
    }

    @ConformanceCase(id = "OF-024",
        value = "Packets that are neither TCP nor UDP have no L4 flag, and what is no IP has none at all.",
        needs = Capability.RX_CHECKSUM,
        source = "NEEDS-ENA 45; "
            + "ENA fix D f66055c756: packets other than TCP and UDP flagged bad; DPDK ena: checksum of other "
            + "protocols is unknown",
        ifItFails = "flag only what was checked")
    void otherProtocols(Bench bench) {
        bench.up(1);
        for (int protocol : new int[] {1, 47, 50, 58, 89, 132, 253}) {
            int v4 = flagsOf(bench, bench.toDevice().protocol(protocol).payload(64, bench.random()).build());
            Check.equal(RX_IP_CHECKSUM_GOOD, v4, "flags of protocol " + protocol + " over IPv4 ("
                + OffloadFlags.describe(v4) + ")");
            int v6 = flagsOf(bench, bench.toDevice().ip6().protocol(protocol).payload(64, bench.random()).build());
            Check.equal(0, v6, "flags of protocol " + protocol + " over IPv6 (" + OffloadFlags.describe(v6) + ")");
        }
        for (int type : new int[] {0x0806, 0x88b5, 0x88cc}) {
            int flags = flagsOf(bench, bench.toDevice().raw(type).payload(46, bench.random()).build());
            OffloadFlags.none(flags, OffloadFlags.RX_CHECKSUMS, "a frame of type 0x" + Integer.toHexString(type));
        }
    }

    @ConformanceCase(id = "OF-025",
        value = "A UDP packet over IPv4 without a checksum is not flagged bad.",
        needs = Capability.RX_CHECKSUM,
        source = "NEEDS-ENA 45; "
            + "RFC 768: zero means none; selftests csum.py: udp zero checksum",
        ifItFails = "a checksum of 0 was not checked")
    void noUdpChecksum(Bench bench) {
        bench.up(1);
        for (int i = 0; i < 5; i++) {
            Frame frame = random(bench, false, false);
            int flags = flagsOf(bench, frame.withWord(frame.l4ChecksumAt(), 0));
            OffloadFlags.none(flags, RX_L4_CHECKSUM_BAD, "a UDP packet without a checksum");
        }
    }

    @ConformanceCase(id = "OF-026",
        value = "Padding behind a short packet does not disturb its checksum.",
        needs = Capability.RX_CHECKSUM,
        source = "IEEE 802.3: frames are padded to 60 bytes; Linux pskb_trim_rcsum: padding out of the sum",
        ifItFails = "the packet ends where the IP header says, not where the frame does")
    void padding(Bench bench) {
        bench.up(1);
        for (boolean tcp : new boolean[] {true, false}) {
            Packet packet = bench.toDevice().payload(new byte[] {1});
            Frame frame = (tcp ? packet.tcp(1, 2) : packet.udp(1, 2)).build();
            for (int i = frame.l2() + frame.ipBytes(); i < frame.length(); i++) {
                frame = frame.withByte(i, 0x77);
            }
            expect(bench, frame, RX_IP_CHECKSUM_GOOD | RX_L4_CHECKSUM_GOOD, "a short " + name(false, tcp)
                + " packet with padding that is not zero");
        }
    }

    @ConformanceCase(id = "OF-027",
        value = "Packets with VLAN tags are flagged right or not at all, never wrongly.",
        needs = Capability.RX_CHECKSUM,
        source = "[DTS checksum_offload]: with VLAN; [amzn-drivers ena_eth_io_defs.h]: src_vlan_cnt",
        ifItFails = "if the device does not look behind tags, say nothing of checksums")
    void behindTags(Bench bench) {
        bench.up(1);
        for (int i = 0; i < 12; i++) {
            Frame plain = random(bench, i % 2 == 0, i % 3 == 0);
            Frame good = i % 4 < 2 ? plain.withTag(5) : plain.withTag(6).withTag(7);
            int flags = flagsOf(bench, good);
            OffloadFlags.none(flags, RX_L4_CHECKSUM_BAD | RX_IP_CHECKSUM_BAD, "a good packet behind tags");
            flags = flagsOf(bench, good.withBadL4Checksum());
            OffloadFlags.none(flags, RX_L4_CHECKSUM_GOOD, "a packet behind tags with a wrong TCP or UDP checksum");
        }
    }

    @ConformanceCase(id = "OF-028",
        value = "IPv4 options, TCP options and IPv6 extension headers do not lead to wrong flags.",
        needs = Capability.RX_CHECKSUM,
        source = "[amzn-drivers ena_netdev.c, ena_tx_csum]; RFC 8200 §4",
        ifItFails = "header lengths are in the packet; where the device does not follow them, say nothing")
    void options(Bench bench) {
        bench.up(1);
        Frame[] frames = {bench.toDevice().ipOptions(40).tcp(1, 2).payload(9, bench.random()).build(),
            bench.toDevice().ipOptions(4).payload(90, bench.random()).build(),
            bench.toDevice().tcp(1, 2).tcpOptions(40).payload(19, bench.random()).build(),
            bench.toDevice().ip6().extension().udp(1, 2).payload(29, bench.random()).build()};
        for (Frame frame : frames) {
            int flags = flagsOf(bench, frame);
            OffloadFlags.none(flags, RX_L4_CHECKSUM_BAD | RX_IP_CHECKSUM_BAD, "a good packet with options");
            flags = flagsOf(bench, frame.withBadL4Checksum());
            OffloadFlags.none(flags, RX_L4_CHECKSUM_GOOD, "a packet with options and a wrong TCP or UDP checksum");
        }
    }

    @ConformanceCase(id = "OF-029",
        value = "While the offload is off nothing is flagged.",
        needs = Capability.RX_CHECKSUM,
        source = "Linux ethtool -K rx; [DTS checksum_offload]: off",
        ifItFails = "look at when the offloads in effect reach the receive queue")
    void off(Bench bench) {
        bench.up(1);
        bench.device().setOffload(Capability.RX_CHECKSUM, false);
        expect(bench, random(bench, false, true), 0, "a good packet while RX_CHECKSUM is off");
        expect(bench, random(bench, false, false).withBadL4Checksum(), 0, "a bad packet while RX_CHECKSUM is off");
        bench.device().setOffload(Capability.RX_CHECKSUM, true);
        expect(bench, random(bench, false, true), RX_IP_CHECKSUM_GOOD | RX_L4_CHECKSUM_GOOD,
            "a good packet after RX_CHECKSUM was switched on again");
    }
}
