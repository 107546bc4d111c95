package org.netdev4j.conformance.cases;

import static org.netdev4j.api.NetBuf.RX_VLAN_STRIPPED;

import java.util.List;
import org.netdev4j.api.Capability;
import org.netdev4j.api.NetBuf;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Check;
import org.netdev4j.conformance.ConformanceCase;
import org.netdev4j.conformance.Received;
import org.netdev4j.conformance.frame.Frame;

/** Offloads: VLAN tags put in and taken out. */
final class VlanCases {
    private static final int[] TCIS = {1, 0x0064, 0x2064, 0xeffe, 0x1ffe, 0xf001, 0};

    private static NetBuf asking(Bench bench, Frame frame, int tci) {
        NetBuf packet = bench.packet(frame.bytes());
        packet.setFlags(NetBuf.TX_VLAN);
        packet.setVlanTci(tci);
        return packet;
    }

    @ConformanceCase(id = "OF-060",
        value = "A tag is put in behind the addresses, with priority, DEI and id as asked.",
        needs = Capability.TX_VLAN_INSERT,
        source = "[DTS vlan]: insertion; IEEE 802.1Q §9.6",
        ifItFails = "the TCI is 16 bits: look for a mask of 12")
    void insert(Bench bench) {
        bench.up(1);
        for (int tci : TCIS) {
            Frame frame = bench.fromDevice().payload(60, bench.random()).build();
            bench.tx(0).send(asking(bench, frame, tci));
            Check.sameFrame(frame.withTag(tci).bytes(), bench.far().receiveOne("a frame to be tagged"),
                "frame with tag 0x" + Integer.toHexString(tci));
        }
        bench.tx(0).finish();
    }

    @ConformanceCase(id = "OF-061",
        value = "A tag put into a frame that has one becomes the outer one.",
        needs = Capability.TX_VLAN_INSERT,
        source = "[DTS dual_vlan, qinq]: insertion of a second tag; IEEE 802.1ad",
        ifItFails = "the tag goes in at byte 12, whatever is there")
    void insertSecond(Bench bench) {
        bench.up(1);
        Frame frame = bench.fromDevice().tag(0x3007).payload(60, bench.random()).build();
        bench.tx(0).send(asking(bench, frame, 0x00c8));
        bench.far().expect(frame.withTag(0x00c8));
    }

    @ConformanceCase(id = "OF-062",
        value = "A tag and checksums can be asked for at once; the header lengths are those before the tag.",
        needs = {Capability.TX_VLAN_INSERT, Capability.TX_L4_CHECKSUM_IPV4},
        source = "[DTS dual_vlan]: all combinations; contract NetBuf.headerLengths()",
        ifItFails = "fill in the checksum before the tag, or add its 4 bytes to the offsets")
    void insertAndChecksum(Bench bench) {
        bench.up(1);
        for (int i = 0; i < 4; i++) {
            Frame frame = bench.fromDevice().tcp(1, 2).payload(81 + i, bench.random()).build();
            NetBuf packet = TxChecksumCases.asking(bench, frame, false, true);
            packet.addFlags(NetBuf.TX_VLAN);
            packet.setVlanTci(0x2100 + i);
            bench.tx(0).send(packet);
            bench.far().expect(frame.withTag(0x2100 + i));
        }
    }

    @ConformanceCase(id = "OF-063",
        value = "Each segment of a cut packet gets the tag.",
        needs = {Capability.TX_VLAN_INSERT, Capability.TX_TSO_IPV4},
        source = "[DTS dual_vlan]; Linux selftests tso.py over VLAN",
        ifItFails = "look at segments after the first")
    void insertAndTso(Bench bench) {
        bench.up(1);
        Frame frame = bench.fromDevice().tcp(1, 2).payload(1500, bench.random()).build();
        NetBuf packet = bench.packet(frame.bytes());
        packet.setFlags(NetBuf.TX_TSO | NetBuf.TX_IPV4 | NetBuf.TX_VLAN);
        packet.headerLengths(frame.l2(), frame.l3(), frame.l4());
        packet.setSegmentSize(500);
        packet.setVlanTci(0x4321);
        bench.tx(0).send(packet);
        for (byte[] bytes : bench.far().receive(3)) {
            Frame segment = Frame.parse(bytes);
            Check.equal(0x8100_4321L, segment.dword(12) & 0xffff_ffffL,
                "bytes 12 to 15 of a segment, which are its tag,");
            Check.that(segment.ipChecksumGood() && segment.l4ChecksumGood(), "a tagged segment has wrong checksums");
            Check.equal(500, segment.payload().length, "payload of a tagged segment");
        }
    }

    @ConformanceCase(id = "OF-064",
        value = "A tag asked for while the offload is off, or lacking, is not forgotten: the packet is freed and "
            + "counted.",
        source = "contract TxQueue.transmit(): an offload that is off; DPDK ixgbevf 15ce76460a: frames that leak "
            + "into another VLAN",
        ifItFails = "a frame sent without its tag reaches a network that it must not reach")
    void insertOff(Bench bench) {
        bench.up(1);
        if (bench.info().has(Capability.TX_VLAN_INSERT)) {
            bench.device().setOffload(Capability.TX_VLAN_INSERT, false);
        }
        Frame frame = bench.fromDevice().payload(60, bench.random()).build();
        TransmitLimitCases.rejected(bench, List.of(asking(bench, frame, 100)),
            "a request for a tag while TX_VLAN_INSERT is off");
    }

    private static Received received(Bench bench, Frame frame) {
        bench.far().send(frame);
        return bench.rx(0).takeOne("a frame");
    }

    @ConformanceCase(id = "OF-065",
        value = "A tag is taken out, and priority, DEI and id are told.",
        needs = Capability.RX_VLAN_STRIP,
        source = "[DTS vlan]: strip; [DTS dual_vlan]: priority kept",
        ifItFails = "the TCI is 16 bits; the frame is 4 bytes shorter; its flag belongs to the same packet")
    void strip(Bench bench) {
        bench.up(1);
        bench.device().setOffload(Capability.RX_VLAN_STRIP, true);
        for (int tci : TCIS) {
            Frame plain = bench.toDevice().payload(60, bench.random()).build();
            Received packet = received(bench, plain.withTag(tci));
            Check.that(packet.has(RX_VLAN_STRIPPED), "a frame with tag 0x" + Integer.toHexString(tci)
                + " is not flagged as stripped");
            Check.sameFrame(plain.bytes(), packet.bytes(), "frame whose tag was taken out");
            Check.equal(tci, packet.vlanTci(), "the tag told");
        }
        Frame untagged = bench.toDevice().payload(60, bench.random()).build();
        Received packet = received(bench, untagged);
        Check.that(!packet.hasAny(RX_VLAN_STRIPPED), "an untagged frame is flagged as stripped");
        Check.sameFrame(untagged.bytes(), packet.bytes(), "untagged frame");
    }

    @ConformanceCase(id = "OF-066",
        value = "Of two tags the outer is taken out, and the inner stays.",
        needs = Capability.RX_VLAN_STRIP,
        source = "[DTS qinq]: strip matrix; IEEE 802.1ad",
        ifItFails = "take out one tag, once")
    void stripOuter(Bench bench) {
        bench.up(1);
        bench.device().setOffload(Capability.RX_VLAN_STRIP, true);
        Frame inner = bench.toDevice().tag(0x5123).payload(60, bench.random()).build();
        Received packet = received(bench, inner.withTag(0x00c8));
        Check.sameFrame(inner.bytes(), packet.bytes(), "frame whose outer tag was taken out");
        Check.equal(0x00c8, packet.vlanTci(), "the tag told");
    }

    @ConformanceCase(id = "OF-067",
        value = "Unless it is switched on, tags stay in the frame and nothing is flagged.",
        source = "contract DeviceConfig.offloads(): strip is not among the standard; [DTS vlan]: without strip",
        ifItFails = "a device that always strips must have its tag put back")
    void noStrip(Bench bench) {
        bench.up(1);
        for (int tci : TCIS) {
            Frame tagged = bench.toDevice().tag(tci).payload(60, bench.random()).build();
            Received packet = received(bench, tagged);
            Check.sameFrame(tagged.bytes(), packet.bytes(), "tagged frame");
            Check.that(!packet.hasAny(RX_VLAN_STRIPPED), "a frame is flagged as stripped that has its tag");
        }
    }

    @ConformanceCase(id = "OF-068",
        value = "Checksums of a frame are checked the same when its tag is taken out.",
        needs = {Capability.RX_VLAN_STRIP, Capability.RX_CHECKSUM},
        source = "[DTS checksum_offload]: with VLAN and strip",
        ifItFails = "look at the offsets after the tag is gone")
    void stripAndChecksum(Bench bench) {
        bench.up(1);
        bench.device().setOffload(Capability.RX_VLAN_STRIP, true);
        Frame good = bench.toDevice().tcp(1, 2).payload(71, bench.random()).build();
        int flags = received(bench, good.withTag(3)).flags();
        OffloadFlags.none(flags, NetBuf.RX_L4_CHECKSUM_BAD | NetBuf.RX_IP_CHECKSUM_BAD,
            "a good frame whose tag was taken out");
        flags = received(bench, good.withBadL4Checksum().withTag(3)).flags();
        OffloadFlags.none(flags, NetBuf.RX_L4_CHECKSUM_GOOD, "a bad frame whose tag was taken out");
    }
}
