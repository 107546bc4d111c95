package org.netdev4j.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.netdev4j.platform.memory.Memory;

class SegmenterTest {
    private static final MacAddress MAC_1 = new MacAddress(Captured.MAC_1);
    private static final MacAddress MAC_2 = new MacAddress(Captured.MAC_2);

    private final Segmenter segmenter = new Segmenter();

    static PacketBuilder tcp4(int flags) {
        return new PacketBuilder(MAC_1, MAC_2).ipv4(new Ipv4Address(Captured.IP_1), new Ipv4Address(Captured.IP_2))
            .identification(0xfffe).tcp(4000, 80, 0xffff_fff0, 9, flags);
    }

    /** All segments of a frame, each checked against the room that was promised. */
    private List<byte[]> cut(byte[] frame, int mss) {
        List<byte[]> all = new ArrayList<>();
        try (Memory m = Bytes.filled(frame.length + 5)) {
            m.copyFrom(5, frame, 0, frame.length);
            int segments = segmenter.start(m, 5, frame.length, mss);
            assertEquals(segments != 0, segmenter.hasNext());
            while (segmenter.hasNext()) {
                int room = segmenter.longestSegment();
                try (Memory out = Bytes.filled(room + 2)) {
                    int n = segmenter.next(out, 1);
                    assertEquals("a5", Bytes.hex(out, 0, 1));
                    assertEquals("a5", Bytes.hex(out, n + 1L, 1));
                    all.add(out.bytes(1, n));
                }
            }
            assertEquals(segments, all.size());
            assertEquals(0, segmenter.next(m, 0));
            assertEquals(Bytes.hex(frame), Bytes.hex(m, 5, frame.length), "the frame stays as it was");
        }
        return all;
    }

    @Test
    void tcp_writesEachFieldOfEachSegment() {
        byte[] frame = tcp4(Tcp.ACK | Tcp.PSH | Tcp.FIN | Tcp.CWR | Tcp.ECE)
            .payload(Bytes.parse("00112233445566778899")).bytes();

        List<byte[]> segments = cut(frame, 4);

        // By hand: lengths 44, 44, 42; identification fffe, ffff, 0000; sequence fffffff0, +4, +8; flags D0, 50, 59.
        assertEquals(List.of("4500002cfffe4000", "4500002cffff4000", "4500002a00004000"), hex(segments, 14, 22));
        assertEquals(List.of("fffffff0", "fffffff4", "fffffff8"), hex(segments, 38, 42));
        assertEquals(List.of("50d0", "5050", "5059"), hex(segments, 46, 48));
        assertEquals(List.of("00112233", "44556677", "8899"), hex(segments, 54, 58));
    }

    private static List<String> hex(List<byte[]> frames, int from, int to) {
        return frames.stream().map(f -> Bytes.hex(Arrays.copyOfRange(f, from, Math.min(to, f.length)))).toList();
    }

    @Test
    void tcp_oneSegment_whenThePayloadFits() {
        byte[] frame = tcp4(Tcp.ACK | Tcp.PSH | Tcp.CWR).payload(Bytes.parse("00112233")).bytes();
        assertEquals(List.of(Bytes.hex(frame)), cut(frame, 4).stream().map(Bytes::hex).toList());
        assertEquals(List.of(Bytes.hex(frame)), cut(frame, Integer.MAX_VALUE).stream().map(Bytes::hex).toList());
        byte[] empty = tcp4(Tcp.ACK | Tcp.FIN).bytes();
        assertEquals(List.of(Bytes.hex(empty)), cut(empty, 1460).stream().map(Bytes::hex).toList());
    }

    @Test
    void tcp_doesNotLookAtLengthsAndChecksums() {
        byte[] frame = tcp4(Tcp.ACK).payload(new byte[100]).bytes();
        byte[] vague = frame.clone();
        for (int at : new int[] {16, 17, 24, 25, 50, 51}) {
            vague[at] = 0x77;
        }
        List<String> expected = cut(frame, 30).stream().map(Bytes::hex).toList();
        assertEquals(expected, cut(vague, 30).stream().map(Bytes::hex).toList());
    }

    @Test
    void tcp_cutsMoreThanIpCanSay() {
        byte[] frame = Arrays.copyOf(tcp4(Tcp.ACK).bytes(), 54 + 200_000);
        List<byte[]> segments = cut(frame, 1460);
        assertEquals(137, segments.size());
        assertEquals(54 + 200_000 % 1460, segments.getLast().length);
        assertEquals((short) (0xfffe + 136), (short) ((segments.getLast()[18] & 0xff) << 8 | segments.getLast()[19] & 0xff));
        assertEquals(segments.size(), segments.stream().filter(s -> new SegmentOracle(s).isLegal()).count());
    }

    @Test
    void udp_makesDatagrams() {
        byte[] frame = new PacketBuilder(MAC_1, MAC_2).vlan(7)
            .ipv6(Ipv6Address.parse("fd00::1"), Ipv6Address.parse("fd00::2")).udp(1, 2).payload(new byte[25]).bytes();
        List<byte[]> datagrams = cut(frame, 10);
        assertEquals(List.of(76, 76, 71), datagrams.stream().map(d -> d.length).toList());
        assertEquals(List.of(18, 18, 13), datagrams.stream().map(d -> (int) d[63]).toList()); // UDP length
        assertTrue(datagrams.stream().allMatch(d -> new SegmentOracle(d).isLegal()));
    }

    @Test
    void keepsIpOptionsAndExtensionHeaders() {
        byte[] options = Arrays.copyOf(Bytes.parse(Captured.ECHO_WITH_OPTIONS), 138);
        options[23] = IpProtocol.UDP;
        assertEquals(6, cut(options, 10).size());
        byte[] extensions = Arrays.copyOf(Bytes.parse(Captured.UDP_6_WITH_EXTENSIONS), 138);
        List<byte[]> segments = cut(extensions, 40);
        assertEquals(2, segments.size());
        for (byte[] segment : segments) {
            assertEquals("3c00050200000100" + "1100010400000000", Bytes.hex(segment).substring(108, 140));
        }
        for (byte[] segment : cut(options, 10)) {
            assertEquals(Bytes.hex(options).substring(68, 148), Bytes.hex(segment).substring(68, 148));
            assertTrue(new SegmentOracle(segment).isLegal());
        }
    }

    @Test
    void start_refusesWhatCannotBeCut() {
        assertRefused(Bytes.parse(Captured.ARP_REQUEST), 100);
        assertRefused(Bytes.parse(Captured.ECHO_REQUEST), 100);
        assertRefused(Bytes.parse(Captured.LAST_FRAGMENT), 100);
        assertRefused(Bytes.parse("0102"), 100);
        assertRefused(Bytes.parse(Captured.TCP_PUSH), 0);
        assertRefused(Bytes.parse(Captured.TCP_PUSH), -1);
        byte[] firstFragment = Bytes.parse(Captured.TCP_PUSH);
        firstFragment[20] = 0x20;
        assertRefused(firstFragment, 4);
        // IPv6 with a fragment header that says "the whole packet", and with a routing header that has a segment left.
        String ip6 = "020000000002 020000000001 86dd 60000000 0018 %s 40 %s %s";
        String addresses = "fd000077000000000000000000000001";
        assertRefused(Bytes.parse(ip6.formatted("2c", addresses, addresses)
            + "11 00 0000 00000001 0fa00fa1 0010 0000 0102030405060708"), 4);
        assertRefused(Bytes.parse(ip6.formatted("2b", addresses, addresses)
            + "11 00 04 01 00000000 0fa00fa1 0010 0000 0102030405060708"), 4);
    }

    @Test
    void start_refusesSegmentsThatIpCannotSay() {
        byte[] frame = Arrays.copyOf(tcp4(Tcp.ACK).bytes(), 54 + 70_000);
        assertRefused(frame, 65_535 - 39);
        assertEquals(2, cut(frame, 65_535 - 40).size());
        PacketBuilder udp6 = new PacketBuilder(MAC_1, MAC_2).ipv6(Ipv6Address.ANY, Ipv6Address.ANY).udp(1, 2);
        byte[] frame6 = Arrays.copyOf(udp6.bytes(), 70_000);
        assertRefused(frame6, 65_535 - 7);
        assertEquals(2, cut(frame6, 65_535 - 8).size());
    }

    private void assertRefused(byte[] frame, int mss) {
        try (Memory m = Bytes.of(frame); Memory before = Bytes.of(Captured.TCP_PUSH)) {
            segmenter.start(before, 0, (int) before.size(), 4);
            assertEquals(0, segmenter.start(m, 0, frame.length, mss));
            assertFalse(segmenter.hasNext());
            assertEquals(0, segmenter.next(m, 0));
        }
    }

    @Test
    void start_forgetsTheFrameBefore() {
        try (Memory first = Bytes.of(tcp4(Tcp.ACK).payload(new byte[50]).bytes());
            Memory second = Bytes.of(Captured.TCP_PUSH); Memory out = Bytes.filled(200)) {
            segmenter.start(first, 0, (int) first.size(), 10);
            segmenter.next(out, 0);
            assertEquals(1, segmenter.start(second, 0, (int) second.size(), 10));
            assertEquals(75, segmenter.next(out, 0));
            assertEquals(Captured.TCP_PUSH.replaceAll("\\s", ""), Bytes.hex(out, 0, 75));
            assertFalse(segmenter.hasNext());
        }
    }

    @Test
    void nothingToDo_atFirst() {
        assertFalse(segmenter.hasNext());
    }
}
