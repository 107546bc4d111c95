package org.netdev4j.models.ena.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.netdev4j.net.PacketBuilder;

/** Segmentation, against one that the test does with arrays, and judged by tshark. */
class TsoTest {
    private static final int DF = 1 << 4;
    private static final int TSO = 1 << 7;
    private static final int L3_CSUM = 1 << 13;
    private static final int L4_CSUM = 1 << 14;
    private static final int PARTIAL = 1 << 17;
    private static final int CWR = 0x80;
    private static final int ECE = 0x40;
    private static final int ACK = 0x10;
    private static final int PSH = 8;
    private static final int FIN = 1;

    @TempDir
    private Path directory;

    private final IoRig rig = new IoRig();
    private final TxSide tx = rig.tx(256);

    @AfterEach
    void close() {
        rig.close();
    }

    /** What is asked for: the packet, where its headers are, and what the descriptor says. */
    private record Big(byte[] frame, int l3, int l3Length, int l4Length, int mss, int word1) {
        boolean v6() {
            return (word1 & 0xf) == 11;
        }

        int headers() {
            return l3 + l3Length + l4Length;
        }
    }

    private static Big big(PacketBuilder builder, int tags, boolean v6, int tcpHeader, int mss) {
        int l3 = 14 + 4 * tags;
        int word1 = (v6 ? 11 : 8 | L3_CSUM) | 12 << 8 | DF | TSO | L4_CSUM;
        return new Big(builder.bytes(), l3, v6 ? 40 : 20, tcpHeader, mss, word1);
    }

    private List<byte[]> send(Big big, int... cuts) {
        rig.wire.sent.clear();
        tx.meta(TxSide.FIRST, big.mss, big.l3, big.l3Length, big.l4Length / 4);
        int from = 0;
        for (int i = 0; i <= cuts.length; i++) {
            int to = i == cuts.length ? big.frame.length : cuts[i];
            while (from < to) {
                int length = Math.min(to - from, 0xffff);
                tx.data((from == 0 ? TxSide.COMP_REQ : 0) | (from + length == big.frame.length ? TxSide.LAST : 0),
                    rig.put(Arrays.copyOfRange(big.frame, from, from + length)), length, from == 0 ? 3 : 0,
                    from == 0 ? big.word1 : 0);
                from += length;
            }
        }
        tx.go();
        assertEquals(List.of(), rig.halted);
        assertEquals(List.of(3), tx.completed());
        return List.copyOf(rig.wire.sent);
    }

    /** The segments that must come, by RFC 9293, 791, 8200 and 3168. */
    private static List<byte[]> cut(Big big) {
        List<byte[]> segments = new ArrayList<>();
        int payload = big.frame.length - big.headers();
        int count = Math.max(1, (payload + big.mss - 1) / big.mss);
        int l4 = big.l3 + big.l3Length;
        for (int i = 0; i < count; i++) {
            int from = big.headers() + i * big.mss;
            int to = Math.min(from + big.mss, big.frame.length);
            byte[] s = new byte[big.headers() + to - from];
            System.arraycopy(big.frame, 0, s, 0, big.headers());
            System.arraycopy(big.frame, from, s, big.headers(), to - from);
            if (big.v6()) {
                put16(s, big.l3 + 4, s.length - big.l3 - 40);
            } else {
                put16(s, big.l3 + 2, s.length - big.l3);
                put16(s, big.l3 + 4, get16(s, big.l3 + 4) + i);
                put16(s, big.l3 + 10, 0);
                put16(s, big.l3 + 10, ~Frames.sum(s, big.l3, l4, 0));
            }
            long sequence = ((long) get16(s, l4 + 4) << 16 | get16(s, l4 + 6)) + (long) i * big.mss;
            put16(s, l4 + 4, (int) (sequence >> 16));
            put16(s, l4 + 6, (int) sequence);
            if (i != 0) {
                s[l4 + 13] &= (byte) ~CWR;
            }
            if (i != count - 1) {
                s[l4 + 13] &= ~(FIN | PSH);
            }
            int pseudo = Frames.sum(s, big.l3 + (big.v6() ? 8 : 12), big.l3 + (big.v6() ? 40 : 20), 6 + s.length - l4);
            put16(s, l4 + 16, 0);
            put16(s, l4 + 16, ~Frames.sum(s, l4, s.length, pseudo));
            segments.add(s);
        }
        return segments;
    }

    private static int get16(byte[] b, int at) {
        return (b[at] & 0xff) << 8 | b[at + 1] & 0xff;
    }

    private static void put16(byte[] b, int at, int value) {
        b[at] = (byte) (value >> 8);
        b[at + 1] = (byte) value;
    }

    private static void same(List<byte[]> wanted, List<byte[]> got) {
        assertEquals(wanted.size(), got.size());
        for (int i = 0; i < wanted.size(); i++) {
            assertArrayEquals(wanted.get(i), got.get(i), "segment " + i);
        }
    }

    private static PacketBuilder tcp4(int port, int flags, int payload) {
        return Frames.out().identification(0xfffe).ipv4(Frames.IP_2, Frames.IP_1).tcp(port, 50_000, 0xffff_f000, 5, flags)
            .payload(Frames.payload(payload));
    }

    private static PacketBuilder tcp6(int port, int flags, int payload) {
        return Frames.out().ipv6(Frames.IP6_2, Frames.IP6_1).tcp(port, 50_000, 7, 5, flags).payload(Frames.payload(payload));
    }

    @Test
    void segments_asTheTestDoes() {
        byte[] options = Frames.hex("0101080a749d3a590629d39f");
        for (int payload : new int[] {0, 1, 999, 1000, 1001, 2000, 12_345}) {
            same(cut(big(tcp4(41_000, ACK | PSH | FIN, payload), 0, false, 20, 1000)),
                send(big(tcp4(41_000, ACK | PSH | FIN, payload), 0, false, 20, 1000)));
            same(cut(big(tcp6(41_001, ACK | PSH, payload), 0, true, 20, 1000)),
                send(big(tcp6(41_001, ACK | PSH, payload), 0, true, 20, 1000)));
            Big tagged = big(tcp4(41_002, ACK | CWR | ECE, payload).vlan(5, 9).tcpOptions(options), 2, false, 32, 1000);
            same(cut(tagged), send(tagged));
        }
        assertEquals(21, rig.io.counters().tsoPackets);
        assertEquals(0, rig.io.counters().badOffloads);
    }

    @Test
    void segments_headersThatAreSplitAnywhere() {
        Big big = big(tcp4(41_000, ACK, 3000).tcpOptions(Frames.hex("0101080a749d3a590629d39f")), 0, false, 32, 1448);
        for (int at = 1; at < 70; at++) {
            same(cut(big), send(big, at));
        }
        same(cut(big), send(big, 1, 2, 14, 33, 34, 35, 66, 67));
    }

    @Test
    void segments_withIpOptions() {
        byte[] plain = tcp4(41_000, ACK, 2500).bytes();
        byte[] frame = new byte[plain.length + 8];
        System.arraycopy(plain, 0, frame, 0, 34);
        Arrays.fill(frame, 34, 42, (byte) 1);
        System.arraycopy(plain, 34, frame, 42, plain.length - 34);
        frame[14] = 0x47;
        Big big = new Big(frame, 14, 28, 20, 700, 8 | 12 << 8 | DF | TSO | L3_CSUM | L4_CSUM);
        same(cut(big), send(big));
    }

    @Test
    void segments_withIpv6ExtensionHeaders() {
        byte[] plain = tcp6(41_000, ACK, 2500).bytes();
        byte[] frame = new byte[plain.length + 8];
        System.arraycopy(plain, 0, frame, 0, 54);
        System.arraycopy(Frames.hex("0600010400000000"), 0, frame, 54, 8);
        System.arraycopy(plain, 54, frame, 62, plain.length - 54);
        frame[20] = 60;
        Big big = new Big(frame, 14, 48, 20, 700, 11 | 12 << 8 | DF | TSO | L4_CSUM);
        same(cut(big), send(big));
    }

    @Test
    void segments_64KiB_ofBothVersions() {
        Big v4 = big(tcp4(41_000, ACK | PSH, 65_495), 0, false, 20, 8948);
        same(cut(v4), send(v4, 54, 4000));
        Big v6 = big(tcp6(41_001, ACK | PSH, 65_495), 0, true, 20, 8928);
        same(cut(v6), send(v6, 74));
        Big small = big(tcp4(41_002, ACK | PSH, 65_000), 0, false, 20, 536);
        same(cut(small), send(small));
    }

    @Test
    void usesPartialSum_withoutLength() {
        Big big = big(tcp6(41_000, ACK, 5000), 0, true, 20, 1000);
        byte[] seeded = big.frame.clone();
        put16(seeded, 14 + 40 + 16, Frames.sum(seeded, 22, 54, 6));
        same(cut(big), send(new Big(seeded, 14, 40, 20, 1000, big.word1 | PARTIAL)));
        // Without the flag, what is in the field does not count.
        put16(seeded, 14 + 40 + 16, 0x1234);
        same(cut(big), send(new Big(seeded, 14, 40, 20, 1000, big.word1)));
    }

    @Test
    void wantsPartialSum_withoutDf() {
        byte[] frame = tcp4(41_000, ACK, 5000).bytes();
        put16(frame, 20, 0);
        put16(frame, 34 + 16, Frames.sum(frame, 26, 34, 6));
        int word1 = 8 | 12 << 8 | TSO | L3_CSUM | L4_CSUM;
        Big big = new Big(frame, 14, 20, 20, 1000, word1);
        same(cut(big), send(big));
        assertEquals(0, rig.io.counters().dfMismatches);
        byte[] unprepared = frame.clone();
        put16(unprepared, 34 + 16, 0);
        List<byte[]> wrong = send(new Big(unprepared, 14, 20, 20, 1000, word1));
        assertNotEquals(get16(cut(big).get(0), 50), get16(wrong.get(0), 50), "the field counts");
    }

    @Test
    void leavesHeaderChecksum_thatWasNotAskedFor() {
        Big big = big(tcp4(41_000, ACK, 2000), 0, false, 20, 1000);
        List<byte[]> sent = send(new Big(big.frame, 14, 20, 20, 1000, big.word1 & ~L3_CSUM));
        assertEquals(get16(big.frame, 24), get16(sent.get(1), 24));
    }

    @Test
    void keepsCwrInAll_ifEcnIsNotOffered() {
        rig.settings.txOffloads &= ~(1 << 7);
        List<byte[]> sent = send(big(tcp4(41_000, ACK | CWR, 2000), 0, false, 20, 1000));
        assertEquals(CWR, sent.get(1)[47] & CWR);
    }

    @Test
    void dpdkNamesNoProtocol() {
        Big big = big(tcp4(41_000, ACK, 2000), 0, false, 20, 1000);
        same(cut(big), send(new Big(big.frame, 14, 20, 20, 1000, 8 | DF | TSO | L3_CSUM)));
    }

    @Test
    void refuses_whatCannotBeCut() {
        byte[] frame = tcp4(41_000, ACK, 2000).bytes();
        int word1 = 8 | 12 << 8 | DF | TSO | L3_CSUM | L4_CSUM;
        assertEquals(0, send(new Big(frame, 14, 20, 20, 0, word1)).size(), "no MSS");
        assertEquals(0, send(new Big(frame, 14, 20, 24, 1000, word1)).size(), "another TCP header length");
        assertEquals(0, send(new Big(frame, 14, 20, 20, 1000, 8 | 13 << 8 | DF | TSO)).size(), "UDP");
        rig.settings.mtu = 1039;
        assertEquals(0, send(new Big(frame, 14, 20, 20, 1000, word1)).size(), "MTU");
        rig.settings.mtu = 1040;
        assertEquals(2, send(new Big(frame, 14, 20, 20, 1000, word1)).size());
        rig.settings.txOffloads &= ~(1 << 5);
        assertEquals(0, send(new Big(frame, 14, 20, 20, 1000, word1)).size(), "not offered");
        assertEquals(5, rig.io.counters().badOffloads);
    }

    @Test
    void greatestMss_comesFromBothWords() {
        rig.settings.mtu = 17_000;
        Big big = big(tcp6(41_000, ACK, 40_000), 0, true, 20, 16_383);
        same(cut(big), send(big));
    }

    @Test
    void waitsForTheWire_betweenSegments() {
        Big big = big(tcp4(41_000, ACK, 10_000), 0, false, 20, 1000);
        rig.wire.full = true;
        tx.meta(TxSide.FIRST, 1000, 14, 20, 5);
        tx.data(TxSide.LAST | TxSide.COMP_REQ, rig.put(big.frame), big.frame.length, 3, big.word1);
        tx.go();
        rig.wire.full = false;
        rig.pass(30_000);
        same(cut(big), rig.wire.sent);
    }

    @Test
    void tsharkFindsNothingWrong() throws Exception {
        Tshark tshark = new Tshark(directory);
        List<byte[]> frames = new ArrayList<>();
        byte[] options = Frames.hex("0101080a749d3a590629d39f");
        frames.addAll(send(big(tcp4(42_000, ACK | PSH, 65_495), 0, false, 20, 1460)));
        frames.addAll(send(big(tcp6(42_001, ACK | PSH | CWR, 65_495), 0, true, 20, 1440)));
        frames.addAll(send(big(tcp4(42_002, ACK, 30_000).vlan(7).tcpOptions(options), 1, false, 32, 1448), 3, 50));
        frames.addAll(send(big(tcp6(42_003, ACK, 30_000).vlan(7, 8).tcpOptions(options), 2, true, 32, 8900), 80));
        tshark.judge(frames);
        // The judge is awake.
        frames.get(3)[60] ^= 1;
        assertEquals(1, tshark.complaints(frames));
    }
}
