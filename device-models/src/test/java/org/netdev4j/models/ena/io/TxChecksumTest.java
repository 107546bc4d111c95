package org.netdev4j.models.ena.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.netdev4j.net.PacketBuilder;

/**
 * Checksums that the device fills in. Frames of the builder are right already: the test spoils them and wants them back.
 */
class TxChecksumTest {
    private static final int IPV4 = 8;
    private static final int IPV6 = 11;
    private static final int TCP = 12 << 8;
    private static final int UDP = 13 << 8;
    private static final int DF = 1 << 4;
    private static final int L3_CSUM = 1 << 13;
    private static final int L4_CSUM = 1 << 14;
    private static final int PARTIAL = 1 << 17;

    private final IoRig rig = new IoRig();
    private final TxSide tx = rig.tx(64);

    @AfterEach
    void close() {
        rig.close();
    }

    private byte[] send(byte[] frame, int l3Offset, int l3Length, int word1) {
        rig.wire.sent.clear();
        tx.meta(TxSide.FIRST, 0, l3Offset, l3Length, 0);
        // In two buffers, so that headers are split.
        int cut = Math.min(l3Offset + l3Length + 3, frame.length - 1);
        tx.data(TxSide.COMP_REQ, rig.put(Arrays.copyOf(frame, cut)), cut, tx.tail & 63, word1);
        tx.data(TxSide.LAST, rig.put(Arrays.copyOfRange(frame, cut, frame.length)), frame.length - cut, 0, 0);
        tx.go();
        assertEquals(1, tx.completed().size());
        assertEquals(List.of(), rig.halted);
        return rig.wire.sent.isEmpty() ? null : rig.wire.sent.get(0);
    }

    private static byte[] spoilt(byte[] frame, int at, int value) {
        byte[] copy = frame.clone();
        copy[at] = (byte) (value >> 8);
        copy[at + 1] = (byte) value;
        return copy;
    }

    private static int pseudo(byte[] frame, int l3, boolean v6, int protocol, int l4Length) {
        return Frames.sum(frame, l3 + (v6 ? 8 : 12), l3 + (v6 ? 40 : 20), protocol + l4Length);
    }

    private void both(PacketBuilder builder, boolean v6, boolean tcp, int tags) {
        byte[] right = builder.bytes();
        int l3 = 14 + 4 * tags;
        int l4 = l3 + (v6 ? 40 : 20);
        int field = l4 + (tcp ? 16 : 6);
        int word1 = (v6 ? IPV6 : IPV4) | (tcp ? TCP : UDP) | DF | L4_CSUM;
        assertArrayEquals(right, send(spoilt(right, field, 0x1234), l3, l4 - l3, word1), "full");
        int sum = pseudo(right, l3, v6, tcp ? 6 : 17, right.length - l4);
        assertArrayEquals(right, send(spoilt(right, field, sum), l3, l4 - l3, word1 | PARTIAL), "partial");
    }

    @Test
    void fillsIn_fullAndPartial() {
        for (int tags = 0; tags <= 2; tags++) {
            int[] vlans = Arrays.copyOf(new int[] {5, 9}, tags);
            for (int length : new int[] {0, 1, 2, 7, 1000, 1001}) {
                byte[] payload = Frames.payload(length);
                both(Frames.out().vlan(vlans).ipv4(Frames.IP_2, Frames.IP_1).udp(7, 9).payload(payload), false, false, tags);
                both(Frames.out().vlan(vlans).ipv6(Frames.IP6_2, Frames.IP6_1).udp(7, 9).payload(payload), true, false,
                    tags);
                both(Frames.out().vlan(vlans).ipv4(Frames.IP_2, Frames.IP_1).tcp(7, 9, 1, 2, 16).payload(payload),
                    false, true, tags);
                both(Frames.out().vlan(vlans).ipv6(Frames.IP6_2, Frames.IP6_1).tcp(7, 9, 1, 2, 16).payload(payload),
                    true, true, tags);
            }
        }
        assertEquals(0, rig.io.counters().badOffloads);
        assertEquals(0, rig.io.counters().dfMismatches);
    }

    @Test
    void fillsInHeaderChecksum_withOptions() {
        byte[] right = Frames.hex("""
            020000000002 020000000001 0800
            4f 00 007c 6230 4000 40 01 8757 0a4d0001 0a4d0002
            01 072708 0a4d0001 00000000000000000000000000000000000000000000000000000000 00000000
            08 00 5abf 2646 0001 8352016b000000002b6908000000 0000
            101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637""");
        assertArrayEquals(right, send(spoilt(right, 24, 0xffff), 14, 60, IPV4 | DF | L3_CSUM));
    }

    @Test
    void leavesOtherChecksumsAlone() {
        byte[] right = Frames.out().ipv4(Frames.IP_2, Frames.IP_1).udp(7, 9).payload(Frames.payload(30)).bytes();
        byte[] spoilt = spoilt(spoilt(right, 24, 0x1111), 40, 0x2222);
        assertArrayEquals(spoilt(right, 24, 0x1111), send(spoilt, 14, 20, IPV4 | UDP | DF | L4_CSUM));
        assertArrayEquals(spoilt(right, 40, 0x2222), send(spoilt, 14, 20, IPV4 | UDP | DF | L3_CSUM));
        assertArrayEquals(right, send(spoilt, 14, 20, IPV4 | UDP | DF | L3_CSUM | L4_CSUM));
        assertArrayEquals(spoilt, send(spoilt, 14, 20, IPV4 | UDP | DF));
    }

    @Test
    void writesOnes_whereUdpSumsToZero() {
        byte[] frame = Frames.out().ipv4(Frames.IP_2, Frames.IP_1).udp(7, 9).payload((byte) 0, (byte) 0).bytes();
        int sum = Frames.sum(spoilt(frame, 40, 0), 34, frame.length, pseudo(frame, 14, false, 17, 10));
        byte[] zero = spoilt(frame, 42, 0xffff - sum);
        assertEquals("ffff", Frames.hex(Arrays.copyOfRange(send(zero, 14, 20, IPV4 | UDP | DF | L4_CSUM), 40, 42)));
    }

    @Test
    void countsNoPadding() {
        byte[] right = Frames.out().ipv4(Frames.IP_2, Frames.IP_1).udp(7, 9).payload((byte) 1).bytes();
        byte[] padded = Arrays.copyOf(right, 60);
        Arrays.fill(padded, right.length, 60, (byte) 0x77);
        assertArrayEquals(padded, send(spoilt(padded, 40, 0), 14, 20, IPV4 | UDP | DF | L4_CSUM));
    }

    @Test
    void takesTheFieldForThePseudoHeader_ifItOffersNoMore() {
        rig.settings.txOffloads = 1 | 1 << 1 | 1 << 3;
        byte[] right = Frames.out().ipv4(Frames.IP_2, Frames.IP_1).udp(7, 9).payload((byte) 1).bytes();
        byte[] seeded = spoilt(right, 40, pseudo(right, 14, false, 17, 9));
        assertArrayEquals(right, send(seeded, 14, 20, IPV4 | UDP | DF | L4_CSUM));
    }

    @Test
    void fillsInWithRoutingHeader_fromPartialSum() {
        // The pseudo header's destination is the final one, which only the driver knows.
        byte[] right = Frames.hex("""
            020000000001 020000000002 86dd
            60000000 0025 2b 40 fd000077000000000000000000000002 fd000077000000000000000000000009
            11 02 00 01 00000000 fd000077000000000000000000000001
            0007 0009 000d 0000 0102030405""");
        int sum = Frames.sum(right, 22, 38, 17 + 13);
        sum = Frames.sum(right, 62, 78, sum);
        int checksum = ~Frames.sum(right, 78, right.length, sum) & 0xffff;
        assertArrayEquals(spoilt(right, 84, checksum), send(spoilt(right, 84, sum), 14, 64, IPV6 | UDP | DF | L4_CSUM
            | PARTIAL));
    }

    @Test
    void cachesMetadata_untilItChanges() {
        byte[] right = Frames.out().ipv4(Frames.IP_2, Frames.IP_1).udp(7, 9).payload(Frames.payload(30)).bytes();
        send(right, 14, 20, IPV4 | UDP | DF | L4_CSUM);
        tx.data(TxSide.ONLY, rig.put(spoilt(right, 40, 0x3333)), right.length, 1, IPV4 | UDP | DF | L4_CSUM);
        tx.go();
        assertArrayEquals(right, rig.wire.sent.get(1));
        assertEquals(List.of(1), tx.completed());

        byte[] tagged = Frames.out().vlan(7).ipv4(Frames.IP_2, Frames.IP_1).udp(7, 9).payload(Frames.payload(30)).bytes();
        assertArrayEquals(tagged, send(spoilt(tagged, 44, 0), 18, 20, IPV4 | UDP | DF | L4_CSUM));
    }

    @Test
    void cachesNothing_thatIsNotToBeStored() {
        byte[] right = Frames.out().ipv4(Frames.IP_2, Frames.IP_1).udp(7, 9).payload(Frames.payload(30)).bytes();
        tx.raw(1 << 14 | 1 << 20 | TxSide.META | TxSide.FIRST | tx.phase(), 0, 20 | 14 << 8, 0);
        tx.data(TxSide.LAST | TxSide.COMP_REQ, rig.put(spoilt(right, 40, 0)), right.length, 1, IPV4 | UDP | DF | L4_CSUM);
        tx.go();
        assertArrayEquals(right, rig.wire.sent.get(0));
        tx.data(TxSide.ONLY, rig.put(right), right.length, 1, IPV4 | UDP | DF | L4_CSUM);
        tx.go();
        assertEquals(List.of("offload asked for before any meta descriptor"), rig.halted);
    }

    @Test
    void forgetsMetadata_withTheQueue() {
        byte[] right = Frames.out().ipv4(Frames.IP_2, Frames.IP_1).udp(7, 9).payload(Frames.payload(30)).bytes();
        send(right, 14, 20, IPV4 | UDP | DF | L4_CSUM);
        rig.io.reset();
        TxSide again = rig.tx(64);
        again.data(TxSide.ONLY, rig.put(right), right.length, 1, IPV4 | UDP | DF | L4_CSUM);
        again.go();
        assertEquals(List.of("offload asked for before any meta descriptor"), rig.halted);
    }

    @Test
    void countsDfBit_thatIsNotTheHeaders() {
        byte[] right = Frames.out().ipv4(Frames.IP_2, Frames.IP_1).udp(7, 9).payload(Frames.payload(30)).bytes();
        assertArrayEquals(right, send(right, 14, 20, IPV4 | UDP | L4_CSUM));
        assertEquals(1, rig.io.counters().dfMismatches);
    }

    @Test
    void dropsAndCompletes_whatDoesNotFit() {
        byte[] v4 = Frames.out().ipv4(Frames.IP_2, Frames.IP_1).udp(7, 9).payload(Frames.payload(30)).bytes();
        byte[] v6 = Frames.out().ipv6(Frames.IP6_2, Frames.IP6_1).udp(7, 9).payload(Frames.payload(30)).bytes();
        byte[] fragment = spoilt(v4, 20, 0x2000);
        byte[] cut = Arrays.copyOf(v4, v4.length - 1);
        byte[][] frames = {v4, v4, v4, v6, v6, v4, v4, v4, v4, fragment, cut, v6};
        int[][] asked = {
            {14, 20, UDP | L4_CSUM}, {14, 24, IPV4 | UDP | L4_CSUM}, {16, 20, IPV4 | UDP | L4_CSUM},
            {14, 20, IPV6 | UDP | L4_CSUM},
            {14, 20, IPV4 | UDP | L4_CSUM}, {255, 255, IPV4 | UDP | L4_CSUM}, {0, 0, IPV4 | L3_CSUM},
            {14, 20, IPV4 | L4_CSUM},
            {14, 20, IPV4 | 23 << 8 | L4_CSUM}, {14, 20, IPV4 | UDP | L4_CSUM}, {14, 20, IPV4 | UDP | L4_CSUM},
            {14, 40, IPV6 | L3_CSUM}};
        for (int i = 0; i < frames.length; i++) {
            assertEquals(null, send(frames[i], asked[i][0], asked[i][1], asked[i][2] | DF), "case " + i);
        }
        assertEquals(frames.length, rig.io.counters().badOffloads);
        assertEquals(frames.length, rig.io.counters().txDrops);
        rig.settings.txOffloads = 0;
        assertEquals(null, send(v4, 14, 20, IPV4 | UDP | L4_CSUM | DF));
        assertEquals(null, send(v4, 14, 20, IPV4 | L3_CSUM | DF));
    }
}
