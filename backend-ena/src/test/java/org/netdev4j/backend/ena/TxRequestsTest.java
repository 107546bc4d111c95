package org.netdev4j.backend.ena;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.netdev4j.api.PacketMeta.TX_IPV4;
import static org.netdev4j.api.PacketMeta.TX_IPV6;
import static org.netdev4j.api.PacketMeta.TX_IP_CHECKSUM;
import static org.netdev4j.api.PacketMeta.TX_TCP_CHECKSUM;
import static org.netdev4j.api.PacketMeta.TX_TSO;
import static org.netdev4j.api.PacketMeta.TX_UDP_CHECKSUM;
import static org.netdev4j.api.PacketMeta.TX_VLAN;

import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.Coalescing;
import org.netdev4j.api.NetBuf;

/** What packets ask for, as the device reads it. */
class TxRequestsTest {
    private static final int DF = 1 << 4;
    private static final int TSO_EN = 1 << 7;
    private static final int L3_CSUM = 1 << 13;
    private static final int L4_CSUM = 1 << 14;
    private static final int PARTIAL = 1 << 17;
    private static final int IP4 = 8;
    private static final int IP6 = 11;
    private static final int TCP_INDEX = 12 << 8;
    private static final int UDP_INDEX = 13 << 8;

    private final Rig rig = new Rig();
    private final EnaTxQueue tx = rig.tx(64);

    @AfterEach
    void close() {
        rig.close();
    }

    private NetBuf asking(byte[] frame, int flags, int l2, int l3, int l4, int... cuts) {
        NetBuf packet = rig.packet(frame, cuts);
        packet.setFlags(flags);
        packet.headerLengths(l2, l3, l4);
        return packet;
    }

    private TxStub.Sent sent(NetBuf packet) {
        rig.send(tx, packet);
        assertEquals(1, rig.txDevice.sent.size(), () -> "refused: " + describe());
        TxStub.Sent out = rig.txDevice.sent.get(0);
        rig.txDevice.completeAll();
        tx.reap(9);
        return out;
    }

    private String describe() {
        EnaTxStats s = rig.context.txStats(0);
        return "bad " + s.badRequest + " off " + s.offloadOff + " long " + s.tooLong + " buffers " + s.tooManyBuffers;
    }

    private void refused(NetBuf packet) {
        long before = rig.txCounters.errors;
        rig.send(tx, packet);
        assertEquals(before + 1, rig.txCounters.errors);
        assertEquals(0, rig.txDevice.sent.size());
        assertEquals(0, rig.pool.inUse());
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    @DisplayName("ENA 33: DF mirrors the header of IPv4")
    void ipv4(boolean df) {
        TxStub.Sent both = sent(asking(Headers.ipv4(20, Headers.UDP, df, 30), TX_IPV4 | TX_IP_CHECKSUM | TX_UDP_CHECKSUM,
            14, 20, 8));
        assertEquals(IP4 | UDP_INDEX | L3_CSUM | L4_CSUM | (df ? DF : 0), both.word1());
        assertEquals(new TxStub.Meta(0, 20, 14, 0), both.meta());

        TxStub.Sent tcp = sent(asking(Headers.ipv4(60, Headers.TCP, df, 30), TX_IPV4 | TX_TCP_CHECKSUM, 14, 60, 20));
        assertEquals(IP4 | TCP_INDEX | L4_CSUM | (df ? DF : 0), tcp.word1());
        assertEquals(new TxStub.Meta(0, 60, 14, 0), tcp.meta());

        TxStub.Sent header = sent(asking(Headers.ipv4(24, 99, df, 30), TX_IP_CHECKSUM, 14, 24, 0));
        assertEquals(IP4 | L3_CSUM | (df ? DF : 0), header.word1());
    }

    @Test
    @DisplayName("ENA 33: DF is 1 for IPv6")
    void ipv6() {
        TxStub.Sent udp = sent(asking(Headers.ipv6(Headers.UDP, 30), TX_IPV6 | TX_UDP_CHECKSUM, 14, 40, 8));
        assertEquals(IP6 | UDP_INDEX | L4_CSUM | DF, udp.word1());
        assertEquals(new TxStub.Meta(0, 40, 14, 0), udp.meta());
        TxStub.Sent extended = sent(asking(Headers.withExtension(Headers.ipv6(Headers.TCP, 30), 60),
            TX_IPV6 | TX_TCP_CHECKSUM, 14, 48, 20));
        assertEquals(new TxStub.Meta(0, 48, 14, 0), extended.meta());
    }

    @Test
    void tso_asksForAllChecksums() {
        NetBuf packet = asking(Headers.ipv4(20, Headers.TCP, true, 3020), TX_IPV4 | TX_TSO, 14, 20, 20, 1000, 2000);
        packet.setSegmentSize(1447);
        TxStub.Sent out = sent(packet);
        assertEquals(IP4 | TCP_INDEX | L3_CSUM | L4_CSUM | TSO_EN | DF, out.word1());
        assertEquals(new TxStub.Meta(1447, 20, 14, 5), out.meta());

        NetBuf v6 = asking(Headers.ipv6(Headers.TCP, 3020), TX_IPV6 | TX_TSO | TX_TCP_CHECKSUM, 14, 40, 20, 1100, 2200);
        v6.setSegmentSize(1);
        out = sent(v6);
        assertEquals(IP6 | TCP_INDEX | L4_CSUM | TSO_EN | DF, out.word1());
        assertEquals(new TxStub.Meta(1, 40, 14, 5), out.meta());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1023, 1024, 1025, 8191, 9000, 16383})
    @DisplayName("the MSS is split over two words")
    void tso_mss(int mss) {
        rig.settings(20_000, true);
        NetBuf packet = asking(Headers.ipv4(20, Headers.TCP, true, 1400), TX_IPV4 | TX_TSO, 14, 20, 20);
        packet.setSegmentSize(mss);
        assertEquals(mss, sent(packet).meta().mss());
    }

    @Test
    @DisplayName("ENA 33: where DF is clear the device wants the pseudo header's sum for TSO, without a length")
    void tso_withoutDf_bringsThePseudoHeaderSum() {
        NetBuf packet = asking(Headers.ipv4(20, Headers.TCP, false, 1400), TX_IPV4 | TX_TSO, 14, 20, 20, 51);
        packet.setSegmentSize(500);
        TxStub.Sent out = sent(packet);
        assertEquals(0, out.word1() & (DF | PARTIAL));
        assertEquals(0x0a00 + 0x0001 + 0xc0a8 + 0x0102 + 6, Headers.get(out.bytes(), 14 + 20 + 16));
    }

    @Test
    @DisplayName("ENA 33: a device without full checksums gets the pseudo header's sum, wherever the field lies")
    void partialChecksums() {
        tx.drain();
        rig.partialChecksums();
        rig.startTx(tx);
        byte[] udp4 = Headers.ipv4(20, Headers.UDP, true, 31);
        for (int cut : new int[] {14, 30, 40, 41, 42}) {
            TxStub.Sent out = sent(asking(udp4, TX_IPV4 | TX_UDP_CHECKSUM, 14, 20, 8, cut));
            assertEquals(IP4 | UDP_INDEX | L4_CSUM | PARTIAL | DF, out.word1());
            assertEquals(0x0a00 + 0x0001 + 0xc0a8 + 0x0102 + 17 + 31, Headers.get(out.bytes(), 14 + 20 + 6));
            byte[] rest = out.bytes().clone();
            Headers.put(rest, 40, Headers.get(udp4, 40));
            assertArrayEquals(udp4, rest, "nothing else is touched");
        }
        TxStub.Sent tcp6 = sent(asking(Headers.ipv6(Headers.TCP, 100), TX_IPV6 | TX_TCP_CHECKSUM, 14, 40, 20));
        assertEquals(PARTIAL, tcp6.word1() & PARTIAL);
        assertEquals(0x2000 + 1 + 0x2000 + 2 + 6 + 100, Headers.get(tcp6.bytes(), 54 + 16));
    }

    @Test
    @DisplayName("ENA 33: bytes behind the IP packet, put there so that the frame has its 60, are not summed up")
    void partialChecksums_doNotCountPadding() {
        tx.drain();
        rig.partialChecksums();
        rig.startTx(tx);
        byte[] v4 = Arrays.copyOf(Headers.ipv4(20, Headers.UDP, true, 16), 60);
        assertEquals(0x0a00 + 0x0001 + 0xc0a8 + 0x0102 + 17 + 16,
            Headers.get(sent(asking(v4, TX_IPV4 | TX_UDP_CHECKSUM, 14, 20, 8)).bytes(), 40));
        byte[] v6 = Arrays.copyOf(Headers.withExtension(Headers.ipv6(Headers.UDP, 8), 60), 90);
        assertEquals(0x2000 + 1 + 0x2000 + 2 + 17 + 8,
            Headers.get(sent(asking(v6, TX_IPV6 | TX_UDP_CHECKSUM, 14, 48, 8)).bytes(), 62 + 6));
    }

    @Test
    @DisplayName("ENA 33: a device without full checksums wants the sum for TSO too, without a length")
    void partialChecksums_withTso() {
        tx.drain();
        rig.partialChecksums();
        rig.startTx(tx);
        NetBuf packet = asking(Headers.ipv6(Headers.TCP, 1300), TX_IPV6 | TX_TSO, 14, 40, 20);
        packet.setSegmentSize(500);
        TxStub.Sent out = sent(packet);
        assertEquals(0, out.word1() & PARTIAL);
        assertEquals(0x2000 + 1 + 0x2000 + 2 + 6, Headers.get(out.bytes(), 54 + 16));
    }

    @Test
    void lengthsThatLie_areRefused() {
        byte[] v4 = Headers.ipv4(20, Headers.UDP, true, 100);
        for (int total : new int[] {0, 19, 27, 121, 0xffff}) {
            Headers.put(v4, 16, total);
            refused(asking(v4, TX_IPV4 | TX_UDP_CHECKSUM, 14, 20, 8));
        }
        byte[] v6 = Headers.ipv6(Headers.TCP, 100);
        for (int payload : new int[] {0, 19, 101, 0xffff}) {
            Headers.put(v6, 18, payload);
            refused(asking(v6, TX_IPV6 | TX_TCP_CHECKSUM, 14, 40, 20));
        }
        Headers.put(v4, 16, 28);
        sent(asking(v4, TX_IPV4 | TX_UDP_CHECKSUM, 14, 20, 8));
        Headers.put(v6, 18, 20);
        sent(asking(v6, TX_IPV6 | TX_TCP_CHECKSUM, 14, 40, 20));
    }

    @Test
    void aPacketThatIsNotTaken_staysAsItIs() {
        tx.drain();
        rig.partialChecksums();
        rig.startTx(tx);
        byte[] frame = Headers.ipv4(20, Headers.UDP, true, 31);
        NetBuf[] packets = new NetBuf[64];
        for (int i = 0; i < 64; i++) {
            packets[i] = asking(frame, TX_IPV4 | TX_UDP_CHECKSUM, 14, 20, 8);
        }
        // The first brings metadata: two descriptors.
        assertEquals(62, BurstStatus.count(tx.submit(packets, 0, 64)));
        assertArrayEquals(frame, packets[62].packetBytes());
        assertArrayEquals(frame, packets[63].packetBytes());
        packets[62].free();
        packets[63].free();
    }

    @Test
    @DisplayName("ENA 32: metadata is sent when it changes, and is what the device has when it does not")
    void metaCache() {
        byte[] frame = Headers.ipv4(20, Headers.UDP, true, 30);
        byte[] tagged = Headers.tagged(frame, 0x8100);
        assertTrue(sent(asking(frame, TX_IPV4 | TX_UDP_CHECKSUM, 14, 20, 8)).broughtMeta());
        assertFalse(sent(asking(frame, TX_IPV4 | TX_UDP_CHECKSUM, 14, 20, 8)).broughtMeta());
        TxStub.Sent plain = sent(rig.packet(frame));
        assertFalse(plain.broughtMeta());
        assertEquals(0, plain.word1(), "what a packet does not ask for it does not get");
        assertFalse(sent(asking(frame, TX_IPV4 | TX_IP_CHECKSUM, 14, 20, 0)).broughtMeta());
        assertTrue(sent(asking(tagged, TX_IPV4 | TX_UDP_CHECKSUM, 18, 20, 8)).broughtMeta());
        TxStub.Sent again = sent(asking(frame, TX_IPV4 | TX_UDP_CHECKSUM, 14, 20, 8));
        assertEquals(new TxStub.Meta(0, 20, 14, 0), again.meta());
        assertTrue(again.broughtMeta());
    }

    @Test
    @DisplayName("ENA 32: a queue that was made anew has no metadata in the device")
    void metaCache_isForgottenWithTheQueue() {
        byte[] frame = Headers.ipv4(20, Headers.UDP, true, 30);
        sent(asking(frame, TX_IPV4 | TX_UDP_CHECKSUM, 14, 20, 8));
        tx.drain();
        rig.startTx(tx);
        assertTrue(sent(asking(frame, TX_IPV4 | TX_UDP_CHECKSUM, 14, 20, 8)).broughtMeta());
    }

    @Test
    @DisplayName("ENA 32: a refused packet leaves the cache as it was")
    void metaCache_isNotFilledByARefusedPacket() {
        tx.drain();
        rig.terms(Optional.empty(), 2, 4, true, false);
        rig.startTx(tx);
        byte[] frame = Headers.ipv4(20, Headers.UDP, true, 30);
        refused(asking(frame, TX_IPV4 | TX_UDP_CHECKSUM, 14, 20, 8, 10, 20));
        assertTrue(sent(asking(frame, TX_IPV4 | TX_UDP_CHECKSUM, 14, 20, 8)).broughtMeta());
    }

    @Test
    @DisplayName("ENA 34: headers cut over buffers at every byte")
    void headersOverBuffers() {
        byte[] frame = Headers.tagged(Headers.ipv4(60, Headers.TCP, true, 90), 0x88a8);
        for (int cut = 1; cut < 18 + 60 + 21; cut++) {
            TxStub.Sent out = sent(asking(frame, TX_IPV4 | TX_TCP_CHECKSUM | TX_IP_CHECKSUM, 18, 60, 20, cut));
            assertEquals(IP4 | TCP_INDEX | L3_CSUM | L4_CSUM | DF, out.word1());
            assertEquals(new TxStub.Meta(0, 60, 18, 0), out.meta());
        }
    }

    @Test
    @DisplayName("ENA 36: each offload by itself: the others off")
    void offloadsAreTold() {
        byte[] v4 = Headers.ipv4(20, Headers.TCP, true, 300);
        byte[] v6 = Headers.ipv6(Headers.TCP, 300);
        int[] v4Requests = {TX_IP_CHECKSUM, TX_TCP_CHECKSUM, TX_TSO};
        for (int on : v4Requests) {
            rig.context.settings(new QueueSettings(1500, on, 0, true, true, true, true, Coalescing.NONE));
            for (int asked : v4Requests) {
                NetBuf packet = asking(v4, TX_IPV4 | asked, 14, 20, 20);
                packet.setSegmentSize(100);
                if (asked == on) {
                    sent(packet);
                } else {
                    refused(packet);
                }
            }
            refused(asking(v6, TX_IPV6 | TX_TCP_CHECKSUM, 14, 40, 20));
        }
        rig.settings(1500, true);
        refused(asking(v4, TX_IPV4 | TX_VLAN, 14, 20, 20));
    }

    @Test
    void packetsWithBuffers_areRefused_whileScatterGatherIsOff() {
        rig.context.settings(new QueueSettings(1500, 0, 0, false, true, true, true, Coalescing.NONE));
        refused(rig.packet(new byte[80], 40));
        sent(rig.packet(new byte[80]));
    }

    @Test
    void requestsWithoutSense_areRefused() {
        byte[] tcp = Headers.ipv4(20, Headers.TCP, true, 300);
        byte[] udp = Headers.ipv4(20, Headers.UDP, true, 300);
        byte[] v6 = Headers.ipv6(Headers.UDP, 300);
        refused(asking(tcp, TX_TCP_CHECKSUM, 14, 20, 20));
        refused(asking(tcp, TX_IPV4 | TX_IPV6 | TX_TCP_CHECKSUM, 14, 20, 20));
        refused(asking(tcp, TX_IPV4 | TX_TCP_CHECKSUM | TX_UDP_CHECKSUM, 14, 20, 20));
        refused(asking(tcp, TX_IPV4 | TX_UDP_CHECKSUM, 14, 20, 8));
        refused(asking(udp, TX_IPV4 | TX_TCP_CHECKSUM, 14, 20, 20));
        refused(asking(tcp, TX_IPV6 | TX_TCP_CHECKSUM, 14, 40, 20));
        refused(asking(v6, TX_IPV4 | TX_UDP_CHECKSUM, 14, 40, 8));
        refused(asking(v6, TX_IPV6 | TX_IP_CHECKSUM, 14, 40, 8));
        refused(asking(tcp, TX_IPV4 | TX_TCP_CHECKSUM, 0, 0, 0));
        refused(asking(tcp, TX_IPV4 | TX_TCP_CHECKSUM, 14, 24, 20));
        refused(asking(tcp, TX_IPV4 | TX_TCP_CHECKSUM, 18, 20, 20));
        refused(asking(tcp, TX_IPV4 | TX_TCP_CHECKSUM, 14, 508, 8));
        refused(asking(Headers.ipv4(20, Headers.TCP, true, 19), TX_IPV4 | TX_TCP_CHECKSUM, 14, 20, 0));
        refused(asking(Headers.ipv4(20, Headers.UDP, true, 7), TX_IPV4 | TX_UDP_CHECKSUM, 14, 20, 0));
        assertEquals(13, rig.context.txStats(0).badRequest);
        assertEquals(1, rig.context.txStats(0).offloadOff);
    }

    @Test
    @DisplayName("ENA 45: a fragment has no checksum of layer 4 to fill in")
    void fragmentsAndRoutedPackets_areRefused() {
        byte[] fragment = Headers.ipv4(20, Headers.UDP, false, 300);
        Headers.put(fragment, 20, 0x2000);
        refused(asking(fragment, TX_IPV4 | TX_UDP_CHECKSUM, 14, 20, 8));
        Headers.put(fragment, 20, 0x00b9);
        refused(asking(fragment, TX_IPV4 | TX_UDP_CHECKSUM, 14, 20, 8));
        sent(asking(fragment, TX_IPV4 | TX_IP_CHECKSUM, 14, 20, 8));
        byte[] v6 = Headers.ipv6(Headers.UDP, 300);
        refused(asking(Headers.withExtension(v6, 43), TX_IPV6 | TX_UDP_CHECKSUM, 14, 48, 8));
        refused(asking(Headers.withExtension(v6, 44), TX_IPV6 | TX_UDP_CHECKSUM, 14, 48, 8));
        refused(asking(Headers.withExtension(v6, 0), TX_IPV6 | TX_UDP_CHECKSUM, 14, 46, 8));
        sent(asking(Headers.withExtension(v6, 0), TX_IPV6 | TX_UDP_CHECKSUM, 14, 48, 8));
    }

    @Test
    void tsoWithoutSense_isRefused() {
        rig.settings(1500, true);
        byte[] tcp = Headers.ipv4(20, Headers.TCP, true, 1400);
        refused(asking(tcp, TX_IPV4 | TX_TSO, 14, 20, 20));
        refused(tso(tcp, 20, 1461));
        refused(tso(tcp, 24, 500));
        refused(tso(tcp, 0, 500));
        refused(tso(Headers.ipv4(20, Headers.TCP, true, 20), 20, 500));
        refused(tso(Headers.ipv4(20, Headers.UDP, true, 1400), 8, 500));
        sent(tso(tcp, 20, 1460));
        sent(tso(Headers.ipv4(20, Headers.TCP, true, 21), 20, 500));
        rig.settings(60_000, true);
        refused(tso(tcp, 20, 16_384));
    }

    private NetBuf tso(byte[] frame, int l4, int mss) {
        NetBuf packet = asking(frame, TX_IPV4 | TX_TSO, 14, 20, l4);
        packet.setSegmentSize(mss);
        return packet;
    }

    @Test
    void tso_takesTheLargestIpPacket() {
        try (Rig large = new Rig(16, 60_000)) {
            EnaTxQueue queue = large.tx(16);
            for (int excess = 0; excess < 2; excess++) {
                NetBuf packet = large.packet(Headers.ipv4(20, Headers.TCP, true, 65_515 + excess), 40_000);
                packet.setFlags(TX_IPV4 | TX_TSO);
                packet.headerLengths(14, 20, 20);
                packet.setSegmentSize(1460);
                large.send(queue, packet);
            }
            assertEquals(1, large.txDevice.sent.size());
            assertEquals(1, large.context.txStats(0).tooLong);
        }
    }

    @Test
    void aRequestDoesNotLiftTheMtu() {
        rig.settings(200, true);
        sent(asking(Headers.ipv4(20, Headers.UDP, true, 180), TX_IPV4 | TX_UDP_CHECKSUM, 14, 20, 8));
        refused(asking(Headers.ipv4(20, Headers.UDP, true, 181), TX_IPV4 | TX_UDP_CHECKSUM, 14, 20, 8));
    }
}
