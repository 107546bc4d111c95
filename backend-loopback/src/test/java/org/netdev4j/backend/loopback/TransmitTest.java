package org.netdev4j.backend.loopback;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.NetBuf;
import org.netdev4j.net.PacketBuilder;
import org.netdev4j.net.Tcp;

class TransmitTest {
    private static final int IP4_CHECKSUM = 14 + 10;

    @Test
    void transmit_putsFramesOnTheWireInOrder_andFreesThem() {
        try (Nic nic = Nic.running(1)) {
            NetBuf[] packets = new NetBuf[40];
            long bytes = 0;
            for (int i = 0; i < packets.length; i++) {
                packets[i] = nic.packet(Frames.udp4(i));
                bytes += packets[i].length();
            }
            int before = nic.pool.inUse();

            assertEquals(40 | BurstStatus.MORE, nic.transmit(0, packets));

            assertEquals(0, nic.device.txQueue(0).pending());
            assertEquals(before - 40, nic.pool.inUse());
            List<byte[]> arrived = nic.farGetsAll();
            assertEquals(40, arrived.size());
            for (int i = 0; i < 40; i++) {
                assertArrayEquals(Frames.udp4(i), arrived.get(i));
            }
            assertEquals(40, nic.device.statistics().opackets());
            assertEquals(bytes, nic.device.statistics().obytes());
            assertEquals(0, nic.device.txQueue(0).reclaim(100));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 13, 64, 1000})
    void chain_isSentAsOneFrame(int part) {
        try (Nic nic = Nic.running(1)) {
            byte[] frame = Frames.udp4(part == 1 ? 20 : 700);

            nic.send(nic.chain(frame, Math.max(part, frame.length / 60)));

            assertArrayEquals(frame, nic.farGets());
        }
    }

    // ---- checksums

    private static NetBuf asking(NetBuf packet, int flags, int l3) {
        packet.setFlags(flags);
        packet.headerLengths(14, l3, 0);
        return packet;
    }

    static Stream<Arguments> unfinished() {
        int ip4 = NetBuf.TX_IPV4;
        int ip6 = NetBuf.TX_IPV6;
        PacketBuilder from4 = Frames.fromNic().ipv4(Frames.IP4, Frames.IP4_PEER);
        PacketBuilder from6 = Frames.fromNic().ipv6(Frames.IP6, Frames.IP6_PEER);
        byte[] tcp4 = from4.tcp(1, 2, 3, 4, Tcp.ACK).payload(Frames.bytes(333)).bytes();
        byte[] udp4 = from4.udp(1, 2).payload(Frames.bytes(332)).bytes();
        byte[] tcp6 = from6.tcp(1, 2, 3, 4, Tcp.ACK).payload(Frames.bytes(333)).bytes();
        byte[] udp6 = from6.udp(1, 2).payload(Frames.bytes(1)).bytes();
        int ip = NetBuf.TX_IPV4 | NetBuf.TX_IP_CHECKSUM;
        return Stream.of(
            Arguments.of("ip", tcp4, ip, 20, new int[] {IP4_CHECKSUM}),
            Arguments.of("tcp4", tcp4, ip4 | NetBuf.TX_TCP_CHECKSUM, 20, new int[] {50}),
            Arguments.of("ip and tcp4", tcp4, ip | NetBuf.TX_TCP_CHECKSUM, 20, new int[] {IP4_CHECKSUM, 50}),
            Arguments.of("ip and udp4", udp4, ip | NetBuf.TX_UDP_CHECKSUM, 20, new int[] {IP4_CHECKSUM, 40}),
            Arguments.of("tcp6", tcp6, ip6 | NetBuf.TX_TCP_CHECKSUM, 40, new int[] {70}),
            Arguments.of("udp6", udp6, ip6 | NetBuf.TX_UDP_CHECKSUM, 40, new int[] {60}));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unfinished")
    void checksums_areFilledIn_whateverStoodThere(String what, byte[] whole, int flags, int l3, int[] fields) {
        try (Nic nic = Nic.running(1)) {
            byte[] damaged = whole;
            for (int field : fields) {
                damaged = Frames.with(damaged, field, 0xdead);
            }

            nic.send(asking(nic.packet(damaged), flags, l3));
            nic.send(asking(nic.chain(damaged, 41), flags, l3));

            assertArrayEquals(whole, nic.farGets());
            assertArrayEquals(whole, nic.farGets());
        }
    }

    @Test
    void checksum_behindATag_withATagInserted() {
        try (Nic nic = Nic.running(1)) {
            byte[] whole = Frames.fromNic().vlan(6).ipv4(Frames.IP4, Frames.IP4_PEER).udp(1, 2).payload(Frames.bytes(50))
                .bytes();
            NetBuf packet = nic.packet(Frames.with(whole, 18 + 20 + 6, 0xbeef));
            packet.setFlags(NetBuf.TX_IPV4 | NetBuf.TX_UDP_CHECKSUM | NetBuf.TX_VLAN);
            packet.setVlanTci(5);
            packet.headerLengths(18, 20, 8);

            nic.send(packet);

            assertArrayEquals(Frames.tagged(whole, 5), nic.farGets());
        }
    }

    @Test
    void udpChecksumOfZero_isSentAsOnes() {
        try (Nic nic = Nic.running(1)) {
            // The last two bytes of payload are chosen so that the sum over everything is all ones.
            byte[] frame = Frames.fromNic().ipv4(Frames.IP4, Frames.IP4_PEER).udp(1, 2).payload(new byte[10]).bytes();
            frame = Frames.with(frame, frame.length - 2, Frames.word(frame, 40));

            nic.send(asking(nic.packet(frame), NetBuf.TX_IPV4 | NetBuf.TX_UDP_CHECKSUM, 20));

            assertArrayEquals(Frames.with(frame, 40, 0xffff), nic.farGets());
        }
    }

    // ---- packets that can never be sent

    interface Change {
        NetBuf make(Nic nic);
    }

    private static NetBuf udp(Nic nic, int flags, int l2, int l3, int l4) {
        NetBuf packet = nic.packet(Frames.udp4(100));
        packet.setFlags(flags);
        packet.headerLengths(l2, l3, l4);
        return packet;
    }

    private static NetBuf tso(Nic nic, byte[] frame, int flags, int l4, int size) {
        NetBuf packet = nic.packet(frame);
        packet.setFlags(flags | NetBuf.TX_TSO);
        packet.headerLengths(14, (flags & NetBuf.TX_IPV6) != 0 ? 40 : 20, l4);
        if (size > 0) {
            packet.setSegmentSize(size);
        }
        return packet;
    }

    private static NetBuf vlan(Nic nic) {
        NetBuf packet = nic.packet(Frames.udp4(10));
        packet.setFlags(NetBuf.TX_VLAN);
        return packet;
    }

    private static Nic without(Nic nic, Capability offload) {
        nic.device.setOffload(offload, false);
        return nic;
    }

    private static Arguments bad(String what, String statistic, Change change) {
        return Arguments.of(what, statistic, change);
    }

    static Stream<Arguments> unsendable() {
        int ip4 = NetBuf.TX_IPV4;
        int udp = NetBuf.TX_UDP_CHECKSUM;
        return Stream.of(
            bad("empty", "too_short", nic -> nic.packet(new byte[0])),
            bad("13 bytes", "too_short", nic -> nic.packet(new byte[13])),
            bad("one byte over the MTU", "too_long", nic -> nic.packet(Frames.plain(Nic.PEER, 1515))),
            bad("one byte over the MTU, tagged", "too_long",
                nic -> nic.packet(Frames.tagged(Frames.plain(Nic.PEER, 1515), 3))),
            bad("two buffers, over the MTU", "too_long", nic -> nic.chain(Frames.plain(Nic.PEER, 1515), 1000)),
            bad("70000 bytes", "too_long", nic -> nic.chain(new byte[70_000], 2048)),
            bad("65 buffers", "too_many_buffers", nic -> nic.chain(Frames.plain(Nic.PEER, 65 * 4), 4)),
            bad("chain, gathering off", "too_many_buffers",
                nic -> without(nic, Capability.TX_SCATTER_GATHER).chain(Frames.udp4(100), 60)),
            bad("vlan off", "offload_off", nic -> vlan(without(nic, Capability.TX_VLAN_INSERT))),
            bad("ip off", "offload_off",
                nic -> udp(without(nic, Capability.TX_IPV4_CHECKSUM), ip4 | NetBuf.TX_IP_CHECKSUM, 14, 20, 8)),
            bad("udp4 off", "offload_off", nic -> udp(without(nic, Capability.TX_L4_CHECKSUM_IPV4), ip4 | udp, 14, 20, 8)),
            bad("udp6 off", "offload_off",
                nic -> udp(without(nic, Capability.TX_L4_CHECKSUM_IPV6), NetBuf.TX_IPV6 | udp, 14, 40, 8)),
            bad("tso4 off", "offload_off", nic -> tso(without(nic, Capability.TX_TSO_IPV4), Frames.tcp4(100), ip4, 20, 50)),
            bad("tso6 off", "offload_off",
                nic -> tso(without(nic, Capability.TX_TSO_IPV6), Frames.tcp6(100), NetBuf.TX_IPV6, 20, 50)),
            bad("no header lengths", "bad_headers", nic -> udp(nic, ip4 | udp, 0, 0, 0)),
            bad("wrong l2", "bad_headers", nic -> udp(nic, ip4 | udp, 18, 20, 8)),
            bad("wrong l3", "bad_headers", nic -> udp(nic, ip4 | udp, 14, 24, 8)),
            bad("headers beyond the packet", "bad_headers", nic -> udp(nic, ip4 | udp, 255, 511, 255)),
            bad("no IP version", "bad_headers", nic -> udp(nic, udp, 14, 20, 8)),
            bad("both IP versions", "bad_headers", nic -> udp(nic, ip4 | NetBuf.TX_IPV6 | udp, 14, 20, 8)),
            bad("IPv6 asked, IPv4 there", "bad_headers", nic -> udp(nic, NetBuf.TX_IPV6 | udp, 14, 20, 8)),
            bad("TCP asked, UDP there", "bad_headers", nic -> udp(nic, ip4 | NetBuf.TX_TCP_CHECKSUM, 14, 20, 8)),
            bad("TCP and UDP asked", "bad_headers", nic -> udp(nic, ip4 | udp | NetBuf.TX_TCP_CHECKSUM, 14, 20, 8)),
            bad("IP checksum of IPv6", "bad_headers", nic -> asking(nic.packet(Frames.udp6(9)), NetBuf.TX_IP_CHECKSUM, 40)),
            bad("checksum without IP", "bad_headers",
                nic -> asking(nic.packet(Frames.plain(Nic.PEER, 60)), NetBuf.TX_IP_CHECKSUM, 20)),
            bad("fragment", "bad_headers",
                nic -> asking(nic.packet(Frames.with(Frames.udp4(64), 20, 0x2000)), ip4 | udp, 20)),
            bad("IP length beyond the packet", "bad_headers",
                nic -> asking(nic.packet(Frames.with(Frames.udp4(64), 16, 500)), ip4 | udp, 20)),
            bad("tso of udp", "bad_headers", nic -> tso(nic, Frames.udp4(100), ip4, 8, 50)),
            bad("tso with a wrong TCP header length", "bad_headers", nic -> tso(nic, Frames.tcp4(100), ip4, 24, 50)),
            bad("tso of nothing", "bad_segment_size", nic -> tso(nic, Frames.tcp4(100), ip4, 20, 0)),
            bad("tso beyond the MTU", "bad_segment_size",
                nic -> {
                    nic.device.setMtu(500);
                    return tso(nic, Frames.tcp4(1000), ip4, 20, 461);
                }));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unsendable")
    void packetThatCannotBeSent_isTakenFreedAndCounted_andBlocksNone(String what, String statistic, Change change) {
        try (Nic nic = new Nic()) {
            nic.start(DeviceConfig.queues(1));
            int before = nic.pool.inUse();
            NetBuf bad = change.make(nic);
            NetBuf good = nic.packet(Frames.udp4(5));

            assertEquals(2, BurstStatus.count(nic.transmit(0, bad, good)));

            assertEquals(before, nic.pool.inUse());
            assertArrayEquals(Frames.udp4(5), nic.farGets());
            assertEquals(0, nic.farGets().length);
            assertEquals(1, nic.device.statistics().oerrors());
            assertEquals(1, nic.device.statistics().opackets());
            assertEquals(1, nic.counted("tx_q0_err_" + statistic));
        }
    }

    @Test
    void mtu_boundsWhatIsSent_asItStandsNow() {
        try (Nic nic = Nic.running(1)) {
            for (int mtu : new int[] {68, 1500, 9216, 100}) {
                nic.device.setMtu(mtu);
                for (int tags = 0; tags <= 2; tags++) {
                    byte[] frame = Frames.plain(Nic.PEER, 14 + mtu);
                    for (int i = 0; i < tags; i++) {
                        frame = Frames.tagged(frame, i);
                    }
                    nic.send(nic.chain(frame, 2048));
                    assertArrayEquals(frame, nic.farGets());
                }
            }
        }
    }

    @Test
    void linkDown_losesPackets_andCountsThem() {
        try (Nic nic = Nic.running(1)) {
            nic.cable.setLink(false);
            nic.send(nic.packet(Frames.udp4(1)));
            nic.cable.setLink(true);
            nic.send(nic.packet(Frames.udp4(2)));

            assertArrayEquals(Frames.udp4(2), nic.farGets());
            assertEquals(1, nic.device.statistics().oerrors());
            assertEquals(1, nic.counted("tx_q0_err_link_down"));
            assertFalse(nic.device.txQueue(0).pending() > 0);
        }
    }
}
