package org.netdev4j.conformance.cases;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.netdev4j.api.Capability;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Check;
import org.netdev4j.conformance.ConformanceCase;
import org.netdev4j.conformance.frame.Frame;

/** Offloads: TCP segmentation. */
final class TsoCases {
    private static final int FIN = 0x01;
    private static final int PSH = 0x08;
    private static final int ACK = 0x10;
    private static final int CWR = 0x80;
    private static final int LAST_ONLY = FIN | PSH;

    private static NetBuf asking(NetBuf packet, Frame frame, int size) {
        packet.setFlags(NetBuf.TX_TSO | (frame.ipVersion() == 4 ? NetBuf.TX_IPV4 : NetBuf.TX_IPV6));
        packet.headerLengths(frame.l2(), frame.l3(), frame.l4());
        if (size > 0) {
            packet.setSegmentSize(size);
        }
        return packet;
    }

    private static Frame big(Bench bench, boolean ipv6, int payload, int flags) {
        return bench.fromDevice().randomAddresses(ipv6, bench.random()).tcp(4000, 80).tcpState(0xffff_f000, flags)
            .unpadded()
            .payload(payload, bench.random()).build();
    }

    /** Checks all segments of a packet. */
    private static void segments(Bench bench, Frame whole, int size) {
        byte[] payload = whole.payload();
        int count = Math.max(1, (payload.length + size - 1) / size);
        List<Frame> frames = new ArrayList<>();
        bench.far().receive(count).forEach(bytes -> frames.add(Frame.parse(bytes)));
        for (int i = 0; i < count; i++) {
            Frame segment = frames.get(i);
            String what = "segment " + i + " of " + count + " (payload " + payload.length + ", segment size " + size
                + ")";
            byte[] expected = Arrays.copyOfRange(payload, i * size, Math.min(payload.length, (i + 1) * size));
            Check.that(segment.ipVersion() == whole.ipVersion() && segment.protocol() == Frame.TCP, what
                + " is no TCP packet over IPv" + whole.ipVersion());
            Check.equal(whole.l2() + whole.l3() + whole.l4() + expected.length,
                Math.min(segment.length(), segment.l2() + segment.ipBytes()), "length of " + what);
            Check.that(Arrays.equals(expected, segment.payload()), what + " does not have its part of the payload");
            headers(whole, segment, i, count, size, what);
        }
        bench.far().expectNothing("all " + count + " segments had come already");
    }

    private static void headers(Frame whole, Frame segment, int i, int count, int size, String what) {
        Check.equal(whole.dword(whole.l4At() + 4) + i * size, segment.dword(segment.l4At() + 4), "sequence number of "
            + what);
        int flags = whole.bytes()[whole.l4At() + 13] & 0xff;
        int expected = flags & ~(i < count - 1 ? LAST_ONLY : 0) & ~(i > 0 ? CWR : 0);
        Check.equal(expected, segment.bytes()[segment.l4At() + 13] & 0xff, "TCP flags of " + what);
        if (whole.ipVersion() == 4) {
            Check.that(segment.ipChecksumGood(), "the IPv4 header checksum of " + what + " is wrong");
            Check.equal(whole.word(whole.l2() + 4) + i & 0xffff, segment.word(segment.l2() + 4),
                "IPv4 identification of " + what);
        }
        Check.that(segment.l4ChecksumGood(), "the TCP checksum of " + what + " is wrong");
        int headers = whole.payloadAt();
        for (int at = 0; at < headers; at++) {
            if (!changes(whole, at)) {
                Check.equal(whole.bytes()[at], segment.bytes()[at], "byte " + at + " of the headers of " + what);
            }
        }
    }

    private static boolean changes(Frame whole, int at) {
        int ip = at - whole.l2();
        int tcp = at - whole.l4At();
        boolean inIp = whole.ipVersion() == 4 ? ip >= 2 && ip < 6 || ip == 10 || ip == 11 : ip == 4 || ip == 5;
        return inIp || tcp >= 4 && tcp < 8 || tcp == 13 || tcp == 16 || tcp == 17;
    }

    @ConformanceCase(id = "OF-040",
        value = "A large TCP packet over IPv4 is cut into segments whose headers and checksums are right.",
        needs = {Capability.TX_TSO_IPV4, Capability.TX_SCATTER_GATHER},
        source = "selftests tso.py; [DTS tx_preparation]; [amzn-drivers ena_netdev.c, ena_tx_csum]; Linux "
            + "net/ipv4/tcp_offload.c: FIN and PSH in the last segment",
        ifItFails = "length, identification, sequence number, flags and checksums change from segment to segment; "
            + "nothing else does")
    void ipv4(Bench bench) {
        bench.up(1);
        for (int payload : new int[] {1, 999, 1000, 1001, 2000, 5432, 20_000}) {
            Frame frame = big(bench, false, payload, ACK | PSH | FIN);
            bench.tx(0).send(asking(bench.packet(frame.bytes()), frame, 1000));
            segments(bench, frame, 1000);
        }
        bench.tx(0).finish();
    }

    @ConformanceCase(id = "OF-041",
        value = "A large TCP packet over IPv6 is cut into segments whose headers and checksums are right.",
        needs = {Capability.TX_TSO_IPV6, Capability.TX_SCATTER_GATHER},
        source = "selftests tso.py; [DPDK ena_ethdev.c]; RFC 8200",
        ifItFails = "the payload length of IPv6 does not count the fixed header, and there is no identification")
    void ipv6(Bench bench) {
        bench.up(1);
        for (int payload : new int[] {1, 1219, 1220, 1221, 10_000}) {
            Frame frame = big(bench, true, payload, ACK | PSH);
            bench.tx(0).send(asking(bench.packet(frame.bytes()), frame, 1220));
            segments(bench, frame, 1220);
        }
        bench.tx(0).finish();
    }

    @ConformanceCase(id = "OF-042",
        value = "Segment sizes from 1 byte to the MTU all work.",
        needs = {Capability.TX_TSO_IPV4, Capability.TX_SCATTER_GATHER},
        source = "[amzn-drivers ena_eth_com.c]: ENA's MSS is split over two words, bits 13:10 in another; [DTS "
            + "tx_preparation]",
        ifItFails = "look at the width of the field for the segment size")
    void sizes(Bench bench) {
        bench.up(1);
        for (int size : new int[] {1, 7, 64, 536, 1023, 1024, 1025, 1460}) {
            if (size + 40 <= bench.device().mtu()) {
                Frame frame = big(bench, false, Math.min(size * 12 + 3, 12_000), ACK);
                bench.tx(0).send(asking(bench.packet(frame.bytes()), frame, size));
                segments(bench, frame, size);
            }
        }
        bench.tx(0).finish();
    }

    @ConformanceCase(id = "OF-043",
        value = "Headers with options, cut over buffers anywhere, are repeated in each segment.",
        needs = {Capability.TX_TSO_IPV4, Capability.TX_SCATTER_GATHER},
        source = "NEEDS-ENA 34; "
            + "ENA fix L2.1.0, D20.05: headers over 96 bytes; ENA #329, #274: header that spills into a fragment",
        ifItFails = "gather the header over buffers; its length is l2 + l3 + l4 of the request, up to 134 bytes here")
    void headersOverBuffers(Bench bench) {
        bench.up(1);
        Frame frame = bench.fromDevice().tag(9).ipOptions(40).tcp(1, 2).tcpOptions(40).tcpState(7, ACK)
            .payload(3000, bench.random()).build();
        for (int cut : new int[] {1, 13, 14, 40, 95, 96, 97, frame.payloadAt() - 1, frame.payloadAt(), frame.payloadAt()
            + 1}) {
            bench.tx(0).send(asking(bench.chain(frame.bytes(), cut, cut + 1500), frame, 700));
            segments(bench, frame, 700);
        }
        bench.tx(0).finish();
    }

    @ConformanceCase(id = "OF-044",
        value = "The largest packet that the device says it can cut is cut.",
        needs = {Capability.TX_TSO_IPV4, Capability.TX_SCATTER_GATHER},
        source = "selftests tso.py; QEMU virtio-net-test: up to NET_BUFSIZE; contract DeviceInfo.maxTsoLength()",
        ifItFails = "look at lengths above 32767 taken as negative, and at a length field of 16 bits")
    void largest(Bench bench) {
        bench.up(1);
        int most = Math.min(bench.info().maxTsoLength(), 65_535 + 14);
        Frame frame = big(bench, false, most - 54, ACK | PSH);
        bench.tx(0).send(asking(bench.packet(poolFor(bench, most), frame.bytes()), frame, 1400));
        segments(bench, frame, 1400);
        bench.tx(0).finish();
    }

    /** Buffers so large that a packet of this length has no more of them than the device takes. */
    private static NetBufPool poolFor(Bench bench, int length) {
        int room = Math.min(60_000, length / Math.max(1, bench.info().maxTxSegments() - 1) + 1);
        return bench.newPool(64, Math.max(bench.pool().dataRoom(), room), true);
    }

    @ConformanceCase(id = "OF-048",
        value = "A packet larger than the device says it can cut is freed and counted.",
        needs = {Capability.TX_TSO_IPV4, Capability.TX_SCATTER_GATHER},
        source = "contract DeviceInfo.maxTsoLength(); [DTS tx_preparation]: refused before it is sent",
        ifItFails = "compare the length of the whole chain with maxTsoLength of info()")
    void tooLarge(Bench bench) {
        bench.up(1);
        int length = bench.info().maxTsoLength() + 1;
        Check.require(length <= 500_000, "needs a device that cuts packets of at most 500000 bytes");
        NetBufPool pool = poolFor(bench, length);
        Frame frame = big(bench, false, length - 54, ACK);
        TransmitLimitCases.rejected(bench, List.of(asking(bench.packet(pool, frame.bytes()), frame, 1400)),
            "a packet of " + length + " bytes for TSO");
        Check.equal(0, pool.inUse(), "buffers in use after a packet that is too large for TSO");
    }

    @ConformanceCase(id = "OF-045",
        value = "A request with no segment size, or while the offload is off, is freed and counted.",
        needs = Capability.TX_TSO_IPV4,
        source = "contract TxQueue.transmit(); ENA reset reason 17: malformed Tx descriptor",
        ifItFails = "a segment size of 0 divides by zero, in the driver or in the device")
    void refused(Bench bench) {
        bench.up(1);
        Frame frame = big(bench, false, 1200, ACK);
        TransmitLimitCases.rejected(bench, List.of(asking(bench.packet(frame.bytes()), frame, 0)),
            "a TSO request without a segment size");
        bench.device().setOffload(Capability.TX_TSO_IPV4, false);
        TransmitLimitCases.rejected(bench, List.of(asking(bench.packet(frame.bytes()), frame, 500)),
            "a TSO request while TX_TSO_IPV4 is off");
    }

    @ConformanceCase(id = "OF-046",
        value = "CWR is in the first segment only.",
        needs = Capability.TX_TSO_IPV4,
        source = "RFC 3168 §6.1.2; [amzn-drivers ena_admin_defs.h]: TSO with ECN",
        ifItFails = "a sender that says CWR once must not be understood to say it for each segment")
    void cwr(Bench bench) {
        bench.up(1);
        Frame frame = big(bench, false, 1800, ACK | CWR | PSH);
        bench.tx(0).send(asking(bench.packet(frame.bytes()), frame, 600));
        segments(bench, frame, 600);
    }

    @ConformanceCase(id = "OF-047",
        value = "Packets with and without TSO in one burst keep their order.",
        needs = {Capability.TX_TSO_IPV4, Capability.TX_SCATTER_GATHER},
        source = "ENA fix F2.4.1, L2.2.4: meta descriptor caching; [amzn-drivers ena_eth_com.c]: cached meta must "
            + "be forgotten",
        ifItFails = "look at offload state kept from one packet to the next")
    void mixed(Bench bench) {
        bench.up(1);
        for (int i = 0; i < 5; i++) {
            Frame small = bench.fromDevice().udp(i, 1).payload(40, bench.random()).build();
            Frame large = big(bench, false, 3000 + i, ACK);
            bench.tx(0).send(bench.packet(small.bytes()), asking(bench.packet(large.bytes()), large, 800 + i),
                bench.packet(small.bytes()));
            bench.far().expect(small);
            Frame first = Frame.parse(bench.far().receiveOne("a segment"));
            Check.equal(large.payloadAt() + 800 + i, first.length(), "length of the first segment");
            bench.far().receive((3000 + i + 799 + i) / (800 + i) - 1);
            bench.far().expect(small);
        }
    }
}
