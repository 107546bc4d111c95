package org.netdev4j.conformance.cases;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.TxQueueConfig;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Check;
import org.netdev4j.conformance.ConformanceCase;
import org.netdev4j.conformance.Fault;
import org.netdev4j.conformance.FaultKind;
import org.netdev4j.conformance.frame.Frame;
import org.netdev4j.conformance.frame.FrameDiff;

/** Transmit: chains of buffers, and packets that cannot be sent. */
final class TransmitLimitCases {
    // Behind all that a device may take inline: what fits in there may not count as a buffer.
    private static final int FIRST_CUT = 300;
    @ConformanceCase(id = "TX-020",
        value = "A packet in several buffers leaves as one frame, wherever it is cut.",
        needs = Capability.TX_SCATTER_GATHER,
        source = "QEMU virtio-net-test: chains from 64; ENA #329, #274, #360: headers that spill into a second "
            + "buffer; NEEDS-ENA 34",
        ifItFails = "look at buffers that end inside a header, and at buffers of one byte")
    void chains(Bench bench) {
        bench.up(1);
        int most = Math.min(bench.info().maxTxSegments(), 8);
        for (int i = 0; i < 60; i++) {
            Frame frame = bench.fromDevice().payload(30 + bench.random().nextInt(900), bench.random()).build();
            int[] cuts = new int[1 + bench.random().nextInt(most - 1)];
            for (int c = 0; c < cuts.length; c++) {
                cuts[c] = 1 + bench.random().nextInt(frame.length() - 1);
            }
            cuts = Arrays.stream(cuts).sorted().distinct().toArray();
            bench.tx(0).send(bench.chain(frame.bytes(), cuts));
            Check.sameFrame(frame.bytes(), bench.far().receiveOne("a frame given as a chain"),
                "frame given in buffers cut at " + Arrays.toString(cuts));
        }
        bench.tx(0).finish();
    }

    @ConformanceCase(id = "TX-021",
        value = "A header may be cut at every byte, in an Ethernet, IPv4 and TCP header alike.",
        needs = Capability.TX_SCATTER_GATHER,
        source = "ENA PR #360: TCP header spilling into a fragment; microsoft "
            + "virtio-win/kvm-guest-drivers-windows#1090",
        ifItFails = "what is pushed inline or parsed must be gathered over buffers, not read from the first alone")
    void cutInHeaders(Bench bench) {
        bench.up(1);
        Frame frame = bench.fromDevice().tcp(1, 2).payload(100, bench.random()).build();
        for (int cut = 1; cut <= frame.payloadAt() + 1; cut++) {
            bench.tx(0).send(bench.chain(frame.bytes(), cut));
            Check.sameFrame(frame.bytes(), bench.far().receiveOne("a frame given as a chain"), "frame cut at byte "
                + cut);
        }
        bench.tx(0).finish();
    }

    @ConformanceCase(id = "TX-022",
        value = "A chain of the most buffers is sent; one with one more is freed and counted, and does not block "
            + "those behind it.",
        needs = Capability.TX_SCATTER_GATHER,
        source = "NEEDS-ENA 35; "
            + "ENA fix L2.15: \"too many Tx buffers\" condition wrong; ENA fix D18.08: more segments than the "
            + "device takes; contract TxQueue.transmit()",
        ifItFails = "look at the comparison with maxTxSegments, and at a slot that the header takes for itself")
    void mostSegments(Bench bench) {
        bench.up(1);
        int most = Math.min(bench.info().maxTxSegments(), 64);
        Frame frame = bench.fromDevice().payload(400, bench.random()).build();
        bench.tx(0).send(bench.chain(frame.bytes(), cuts(FIRST_CUT, most - 1)));
        bench.far().expect(frame);
        Check.require(most == bench.info().maxTxSegments(),
            "needs a device with a limit of at most 64 buffers in a chain; this one takes "
            + bench.info().maxTxSegments());
        rejected(bench, List.of(bench.chain(frame.bytes(), cuts(FIRST_CUT, most))), "a chain of " + (most + 1) + " "
            + "buffers, where "
            + most + " are the most");
    }

    private static int[] cuts(int first, int count) {
        int[] cuts = new int[count];
        for (int i = 0; i < count; i++) {
            cuts[i] = first + i;
        }
        return cuts;
    }

    /** Packets that cannot be sent are taken, freed and counted, and what is behind them leaves. */
    static void rejected(Bench bench, List<NetBuf> bad, String what) {
        bench.tx(0).finish();
        bench.far().drain();
        int inUse = bench.pool().inUse() - bad.stream().filter(packet -> packet.pool() == bench.pool())
            .mapToInt(NetBuf::segments).sum();
        long before = bench.device().statistics().oerrors();
        Frame marker = bench.fromDevice().udp(9, 9).payload(8, bench.random()).build();
        List<NetBuf> burst = new ArrayList<>(bad);
        burst.add(bench.packet(marker.bytes()));
        bench.tx(0).send(burst.toArray(NetBuf[]::new));
        byte[] first = bench.far().receiveOne("the frame behind " + what);
        if (!FrameDiff.difference(marker.bytes(), first).isEmpty()) {
            Check.fail(what + " must not be sent, but a frame of " + first.length + " bytes came");
        }
        bench.tx(0).finish();
        Check.equal(bad.size(), bench.device().statistics().oerrors() - before, "oerrors counted for " + what);
        Check.equal(inUse, bench.pool().inUse(), "buffers in use after " + what);
    }

    @ConformanceCase(id = "TX-023",
        value = "A frame longer than the MTU allows is freed and counted, not sent and not cut.",
        source = "contract TxQueue.transmit(): too long; [DTS mtu, vf_jumboframe]: over the limit; RFC 2544",
        ifItFails = "compare with MTU + 14 bytes and two tags before anything is written to a descriptor")
    void tooLong(Bench bench) {
        bench.up(1);
        int limit = bench.device().mtu() + 14 + 8;
        Check.require(limit + 1 <= bench.pool().dataRoom() || bench.info().has(Capability.TX_SCATTER_GATHER),
            "needs buffers of more than " + limit + " bytes, or capability TX_SCATTER_GATHER");
        for (int length : new int[] {limit + 1, limit + 100}) {
            Frame frame = bench.fromDevice().frameLength(length, bench.random()).build();
            rejected(bench, List.of(bench.packet(frame.bytes())), "a frame of " + length + " bytes at MTU "
                + bench.device().mtu());
        }
    }

    @ConformanceCase(id = "TX-024",
        value = "A packet of no bytes is freed and counted, alone and as the last of a burst.",
        source = "contract TxQueue.transmit(); unikraft/unikraft#626: buffers of length zero; [DPDK ena_ethdev.c, "
            + "ena_tx_map_mbuf]: zero-length buffer after the header was pushed",
        ifItFails = "a length of 0 means 65536 to some devices (ENA's receive side does): never write it to a "
            + "descriptor")
    void empty(Bench bench) {
        bench.up(1);
        rejected(bench, List.of(bench.pool().allocate()), "an empty packet");
        rejected(bench, List.of(bench.pool().allocate(), bench.pool().allocate()), "two empty packets");
    }

    @ConformanceCase(id = "TX-025",
        value = "If the last packet of a burst cannot be sent, the others leave nevertheless.",
        source = "NEEDS-ENA 31; "
            + "ENA fix L2.12: last packet of a burst dropped, earlier ones stuck because the doorbell was "
            + "never rung",
        ifItFails = "ring the doorbell whenever something was written since the last time, however the burst ended")
    void lastIsBad(Bench bench) {
        bench.up(1);
        List<Frame> good = Exchange.framesFromDevice(bench, 5, 100);
        NetBuf[] burst = new NetBuf[6];
        for (int i = 0; i < 5; i++) {
            burst[i] = bench.packet(good.get(i).bytes());
        }
        burst[5] = bench.pool().allocate();
        Check.equal(6, BurstStatus.count(bench.device().txQueue(0).transmit(burst, 0, 6)),
            "packets taken of a burst whose last cannot be sent");
        bench.far().expect(good);
        bench.tx(0).finish();
        Check.equal(1, bench.device().statistics().oerrors(), "oerrors");
    }

    @ConformanceCase(id = "TX-026",
        value = "A packet with less headroom than the device needs is freed and counted; one with just as much is "
            + "sent.",
        source = "[UK netdev_core.h, nb_encap_tx]; contract DeviceInfo.txHeadroom()",
        ifItFails = "check the headroom before the header is put in front: it would land in another buffer")
    void headroom(Bench bench) {
        int need = bench.info().txHeadroom();
        Check.require(need > 0, "needs a device that asks for headroom; this one asks for none");
        bench.up(1);
        Frame frame = bench.fromDevice().payload(50, bench.random()).build();
        bench.tx(0).send(withHeadroom(bench, frame, need));
        bench.far().expect(frame);
        rejected(bench, List.of(withHeadroom(bench, frame, need - 1)), "a packet with " + (need - 1)
            + " bytes of headroom, where " + need + " are needed");
    }

    private static NetBuf withHeadroom(Bench bench, Frame frame, int headroom) {
        NetBuf packet = bench.pool().allocate();
        packet.setData(headroom, frame.length());
        packet.copyFrom(0, frame.bytes(), 0, frame.length());
        return packet;
    }

    @ConformanceCase(id = "TX-027",
        value = "A frame shorter than 60 bytes leaves as it is, or padded with zeros: what is behind the data in "
            + "its buffer stays secret.",
        source = "CVE-2003-0001 (Etherleak): NIC drivers padded with old memory; RFC 1042: padding should be zero",
        ifItFails = "clear the bytes that are added, or let the device pad")
    void shortFrame(Bench bench) {
        bench.up(1);
        for (int length : new int[] {14, 15, 42, 59}) {
            Frame before = bench.fromDevice().payload(300, bench.random()).build();
            Exchange.transmit(bench, 0, List.of(before));
            Frame frame = bench.fromDevice().raw(0x88b5).unpadded().payload(length - 14, bench.random()).build();
            NetBuf packet = bench.packet(frame.bytes());
            int behind = packet.append(60);
            for (int i = 0; i < 60; i++) {
                packet.putByte(behind + i, 0xa5);
            }
            packet.trimEnd(60);
            bench.tx(0).send(packet);
            Check.sameFrame(frame.bytes(), bench.far().receiveOne("a frame of " + length + " bytes"), "frame of "
                + length + " bytes");
        }
        bench.tx(0).finish();
    }

    @ConformanceCase(id = "TX-028",
        value = "Chains fill a small ring many times over, and nothing is lost, overtaken or sent twice.",
        needs = Capability.TX_SCATTER_GATHER,
        source = "NEEDS-ENA 30; "
            + "ENA fix D8a90f3d8d0: free-space check before the burst ignored segments; ENA fix D a467e8f37a: "
            + "one slot must stay empty; DPDK virtio 787091b9d5",
        ifItFails = "count the descriptors that a packet needs, not packets, before it is taken")
    void chainsInSmallRing(Bench bench) {
        int ring = bench.info().txRing().min();
        bench.device().configure(DeviceConfig.queues(1));
        bench.device().setupTxQueue(0, new TxQueueConfig(ring));
        bench.device().start();
        int segments = Math.min(Math.min(bench.info().maxTxSegments(), 7), Math.max(2, ring / 4));
        int count = 4 * ring / segments + 5;
        List<Frame> frames = Exchange.framesFromDevice(bench, count, 200);
        NetBuf[] packets = new NetBuf[count];
        for (int i = 0; i < count; i++) {
            packets[i] = bench.chain(frames.get(i).bytes(), cuts(1, i % segments));
        }
        bench.tx(0).send(packets);
        bench.far().expect(frames);
        bench.tx(0).finish(bench.pool(), 0);
    }

    @ConformanceCase(id = "TX-029",
        value = "While the link is down transmit neither hangs nor keeps buffers, and once it is up frames pass again.",
        faults = FaultKind.LINK_FLAP,
        source = "NEEDS-ENA 17: link events at awkward times; DPDK ixgbevf 91546fb62e: link down and up; [DTS "
            + "shutdown_api]",
        ifItFails = "completions must come, or the ring must be emptied, when the link is down; and nothing must "
            + "wait for a link that is up already")
    void linkDown(Bench bench) {
        bench.up(1);
        Exchange.bothWays(bench, 5);
        bench.inject(Fault.once(FaultKind.LINK_FLAP).withValue(0));
        List<Frame> lost = Exchange.framesFromDevice(bench, 3 * bench.device().txQueue(0).ringSize(), 50);
        for (int i = 0; i < lost.size(); i++) {
            NetBuf[] one = {bench.packet(lost.get(i).bytes())};
            if (BurstStatus.count(bench.device().txQueue(0).transmit(one, 0, 1)) == 0) {
                NetBufPool.free(one, 0, 1);
            }
        }
        bench.inject(Fault.once(FaultKind.LINK_FLAP).withValue(1));
        Frame marker = bench.fromDevice().udp(9, 9).build();
        bench.tx(0).send(marker);
        bench.await("a frame sent after the link came back",
            () -> bench.far().poll().filter(frame -> FrameDiff.difference(marker.bytes(), frame).isEmpty())
                .isPresent());
        bench.tx(0).finish();
    }

    @ConformanceCase(id = "TX-030",
        value = "Tagged frames leave with their tags, one or two, at the full MTU.",
        source = "[DTS mtu, dual_vlan]; IEEE 802.1Q: tags do not count towards the MTU",
        ifItFails = "look at a limit of 1514 or 1518 bytes")
    void tagged(Bench bench) {
        bench.up(1);
        int longest = bench.device().mtu() + 14;
        List<Frame> frames = List.of(bench.fromDevice().tag(0x2064).frameLength(longest + 4, bench.random()).build(),
            bench.fromDevice().tag(100).tag(0xe0c8).frameLength(longest + 8, bench.random()).build(),
            bench.fromDevice().tag(1).payload(10, bench.random()).build());
        Exchange.transmit(bench, 0, frames);
    }
}
