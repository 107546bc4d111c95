package org.netdev4j.conformance.cases;

import java.util.Arrays;
import java.util.List;
import org.netdev4j.api.DeviceState;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.Statistics;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Check;
import org.netdev4j.conformance.ConformanceCase;
import org.netdev4j.conformance.Received;
import org.netdev4j.conformance.frame.Frame;
import org.netdev4j.conformance.frame.FrameDiff;

/**
 * Hostile input: frames and requests that no honest peer or application would make. Nothing here needs a fault of the
 * device.
 */
final class HostileFrameCases {
    /**
     * Sends a frame that may be dropped, and a marker that may not; what comes before the marker must be the frame,
     * whole.
     */
    private static void survives(Bench bench, byte[] frame, String what) {
        Frame marker = bench.toDevice().udp(9, 9).payload(new byte[] {1, 2, 3}).build();
        bench.far().send(frame);
        bench.far().send(marker);
        List<Received> before = bench.rx(0).takeUntil(marker);
        Check.that(before.size() <= 1, what + ": " + before.size() + " packets were received for one frame");
        before.forEach(packet -> Check.sameFrame(frame, packet.bytes(), what));
        Check.equal(DeviceState.RUNNING, bench.device().state(), "state after " + what);
    }

    @ConformanceCase(id = "HO-001",
        value = "Frames of random bytes are delivered whole or dropped, and traffic goes on.",
        source = "QEMU generic_fuzz, virtio_net_fuzz; smoltcp fuzzing",
        ifItFails = "every length and offset that comes from a frame must be checked against the frame's length")
    void randomBytes(Bench bench) {
        bench.up(1);
        for (int i = 0; i < 400; i++) {
            byte[] frame = new byte[14 + bench.random().nextInt(200)];
            bench.random().nextBytes(frame);
            byte[] head = bench.toDevice().build().bytes();
            System.arraycopy(head, 0, frame, 0, i % 2 == 0 ? 14 : 12);
            survives(bench, frame, "frame " + i + " of random bytes");
        }
    }

    @ConformanceCase(id = "HO-002",
        value = "Good frames with some bits turned, or cut short, are delivered whole or dropped, and traffic goes on.",
        source = "QEMU fuzz-e1000e-test; smoltcp fuzzing; selftests csum.py: damaged packets",
        ifItFails = "look at header lengths that run over the end: IHL, data offset, extension headers, total length")
    void mutations(Bench bench) {
        bench.up(1);
        for (int i = 0; i < 400; i++) {
            byte[] frame = RssCases.flow(bench, i).bytes().clone();
            for (int k = 0; k < 1 + i % 4; k++) {
                int at = 12 + bench.random().nextInt(frame.length - 12);
                frame[at] ^= (byte) (1 << bench.random().nextInt(8));
            }
            if (i % 3 == 0) {
                frame = Arrays.copyOf(frame, 14 + bench.random().nextInt(frame.length - 14));
            }
            survives(bench, frame, "frame " + i + " with bits turned");
        }
    }

    @ConformanceCase(id = "HO-003",
        value = "Headers that lie about lengths do not lead beyond the frame.",
        source = "CVE-2020-10756 and others: lengths taken from packets; RFC 791, RFC 8200: what a length may be",
        ifItFails = "a total length above what is there, a header length below the least, a chain of extension "
            + "headers without end")
    void lies(Bench bench) {
        bench.up(1);
        Frame v4 = bench.toDevice().tcp(1, 2).payload(100, bench.random()).build();
        Frame v6 = bench.toDevice().ip6().extension().udp(1, 2).payload(100, bench.random()).build();
        List<Frame> lies = List.of(v4.withWord(16, 0xffff), v4.withWord(16, 0), v4.withWord(16, 19),
            v4.withByte(14, 0x40), v4.withByte(14, 0x4f),
            v4.withByte(14, 0x65), v4.withByte(v4.l4At() + 12, 0xf0), v4.withByte(v4.l4At() + 12, 0x00),
                v4.withWord(20, 0x1fff), v4.withWord(20, 0x3fff),
            v6.withWord(18, 0xffff), v6.withWord(18, 0), v6.withByte(55, 0xff), v6.withByte(54, 0), v6.withByte(54, 44),
                v6.withByte(54, 43),
            v6.withByte(20, 0), v6.withWord(v6.l4At() + 4, 0xffff), v6.withWord(v6.l4At() + 4, 3));
        for (int i = 0; i < lies.size(); i++) {
            survives(bench, lies.get(i).bytes(), "lie " + i);
            survives(bench, lies.get(i).withTag(0x0fff).withTag(5).bytes(), "lie " + i + " behind two tags");
        }
    }

    @ConformanceCase(id = "HO-004",
        value = "Random requests on random packets: each packet is sent or counted as an error, and traffic goes on.",
        source = "[DTS mdd, malicious_driver_event_indication]; virtio: driver requirements for csum_start and "
            + "gso; smoltcp fuzzing",
        ifItFails = "check flags, header lengths and segment size together, before anything is written to a descriptor")
    void randomRequests(Bench bench) {
        bench.up(1);
        Statistics before = bench.device().statistics();
        int count = 400;
        for (int i = 0; i < count; i++) {
            NetBuf packet = bench.packet(RssCases.flow(bench, i).bytes());
            packet.setFlags(bench.random().nextInt() & (NetBuf.TX_REQUESTS | NetBuf.TX_IPV4 | NetBuf.TX_IPV6 | 0x7f));
            packet.headerLengths(bench.random().nextInt(64), bench.random().nextInt(100), bench.random().nextInt(80));
            packet.setSegmentSize(1 + bench.random().nextInt(200));
            packet.setVlanTci(bench.random().nextInt(65536));
            bench.tx(0).send(packet);
            bench.far().drain();
        }
        bench.tx(0).finish();
        Statistics now = bench.device().statistics().since(before);
        Check.equal(count, now.opackets() + now.oerrors(), "opackets and oerrors together, for " + count
            + " packets with random requests");
        Check.equal(DeviceState.RUNNING, bench.device().state(), "state after random requests");
        Frame marker = bench.fromDevice().udp(9, 9).payload(30, bench.random()).build();
        bench.tx(0).send(marker);
        bench.await("a good frame behind packets with random requests",
            () -> bench.far().poll().filter(frame -> FrameDiff.difference(marker.bytes(), frame).isEmpty())
                .isPresent());
    }
}
