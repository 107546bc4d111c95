package org.netdev4j.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.netdev4j.net.ParsedPacket.Problem;
import org.netdev4j.platform.memory.Memory;

class PacketParserTest {
    private final ParsedPacket p = new ParsedPacket();

    private boolean parse(String frame) {
        return parse(Bytes.parse(frame));
    }

    private boolean parse(byte[] frame) {
        try (Memory m = Bytes.of(frame)) {
            boolean good = PacketParser.parse(m, 0, frame.length, p);
            assertEquals(good, !p.isMalformed());
            return good;
        }
    }

    /** What is where: version, offsets and lengths of layers 2 to 4 and the payload, padding. */
    private void assertLayout(int version, int l3, int l3Length, int protocol, int l4, int l4Length, int payload,
        int payloadLength, int padding) {
        int[] expected = {version, l3, l3Length, protocol, l4, l4Length, payload, payloadLength, padding};
        int[] found = {p.ipVersion(), p.l3Offset(), p.l3Length(), p.l4Protocol(), p.l4Offset(), p.l4Length(),
            p.payloadOffset(), p.payloadLength(), p.padding()};
        assertEquals(Arrays.toString(expected), Arrays.toString(found), p::toString);
    }

    @Test
    void arp_hasL2Only() {
        assertTrue(parse(Captured.ARP_REQUEST));
        assertEquals(EtherType.ARP, p.etherType());
        assertEquals(0, p.vlanCount());
        assertLayout(0, 14, 0, -1, 0, 0, 14, 28, 0);
        assertEquals(0, p.ipEnd());
    }

    @Test
    void udpOverIpv4() {
        assertTrue(parse(Captured.UDP));
        assertEquals(EtherType.IPV4, p.etherType());
        assertLayout(4, 14, 20, 17, 34, 8, 42, 3, 0);
        assertTrue(p.hasPorts());
        assertEquals(11, p.l4TotalLength());
        assertEquals(45, p.ipEnd());
        assertEquals(45, p.frameLength());
    }

    @Test
    void tcpOverIpv4_withOptions() {
        assertTrue(parse(Captured.TCP_PUSH));
        assertLayout(4, 14, 20, 6, 34, 32, 66, 9, 0);
        assertEquals(Tcp.PSH | Tcp.ACK, p.tcpFlags());
        assertTrue(p.hasPorts());
    }

    @Test
    void tcpOverIpv6() {
        assertTrue(parse(Captured.TCP_PUSH_6));
        assertLayout(6, 14, 40, 6, 54, 32, 86, 10, 0);
        assertEquals(Tcp.PSH | Tcp.ACK, p.tcpFlags());
    }

    @Test
    void icmp_withIpOptions() {
        assertTrue(parse(Captured.ECHO_WITH_OPTIONS));
        assertLayout(4, 14, 60, 1, 74, 8, 82, 56, 0);
        assertFalse(p.hasPorts());
    }

    @Test
    void icmpv6() {
        assertTrue(parse(Captured.ECHO_REQUEST_6));
        assertLayout(6, 14, 40, 58, 54, 8, 62, 16, 0);
        assertTrue(parse(Captured.MULTICAST_REPORT));
        assertLayout(6, 14, 48, 58, 62, 8, 70, 20, 0);
    }

    @Test
    void icmpOfTheOtherVersion_isPayload() {
        byte[] frame = Bytes.parse(Captured.ECHO_REQUEST_6);
        frame[20] = IpProtocol.ICMP;
        assertTrue(parse(frame));
        assertLayout(6, 14, 40, 1, 54, 0, 54, 24, 0);
    }

    @Test
    void extensionHeaders_belongToL3() {
        assertTrue(parse(Captured.UDP_6_WITH_EXTENSIONS));
        assertLayout(6, 14, 56, 17, 70, 8, 78, 5, 0);
        assertFalse(p.isFragment());
        assertFalse(p.isRouted());
    }

    @Test
    void oneTag() {
        assertTrue(parse(Captured.TAGGED));
        assertEquals(1, p.vlanCount());
        assertEquals(0x6005, p.outerTci());
        assertEquals(0x6005, p.innerTci());
        assertEquals(EtherType.IPV4, p.etherType());
        assertLayout(4, 18, 20, 17, 38, 8, 46, 3, 0);
    }

    @Test
    void twoTags() {
        assertTrue(parse(Captured.TAGGED_TWICE));
        assertEquals(2, p.vlanCount());
        assertEquals(0x3064, p.outerTci());
        assertEquals(0x00c8, p.innerTci());
        assertLayout(4, 22, 20, 17, 42, 8, 50, 3, 0);
    }

    @Test
    void thirdTag_isNotLookedAt() {
        assertTrue(parse("020000000002 020000000001 88a8 0001 8100 0002 8100 0003 0800 45"));
        assertEquals(2, p.vlanCount());
        assertEquals(EtherType.VLAN, p.etherType());
        assertLayout(0, 22, 0, -1, 0, 0, 22, 5, 0);
    }

    @Test
    void lengthField_isNoEtherType() {
        // A spanning tree frame: IEEE 802.3 length 0x26, LLC 42 42 03.
        assertTrue(parse("0180c2000000 020000000001 0026 424203"));
        assertEquals(0x26, p.etherType());
        assertTrue(p.etherType() < EtherType.LOWEST);
    }

    @Test
    void paddingIsNotPayload() {
        assertTrue(parse(Captured.UDP + "00".repeat(15)));
        assertLayout(4, 14, 20, 17, 34, 8, 42, 3, 15);
        assertEquals(45, p.ipEnd());
        assertEquals(60, p.frameLength());
    }

    @Test
    void udpShorterThanIp_hasLessPayload() {
        byte[] frame = Bytes.parse(Captured.UDP);
        frame[39] = 9;
        assertTrue(parse(frame));
        assertLayout(4, 14, 20, 17, 34, 8, 42, 1, 0);
        assertEquals(9, p.l4TotalLength());
    }

    @Test
    void firstFragment_hasL4Header() {
        assertTrue(parse(Arrays.copyOf(Bytes.parse(Captured.FIRST_FRAGMENT_HEADERS), 1514)));
        assertTrue(p.isFragment());
        assertTrue(p.isFirstFragment());
        assertLayout(4, 14, 20, 1, 34, 8, 42, 1472, 0);
        assertTrue(parse(Arrays.copyOf(Bytes.parse(Captured.FIRST_FRAGMENT_6_HEADERS), 1510)));
        assertTrue(p.isFragment());
        assertTrue(p.isFirstFragment());
        assertLayout(6, 14, 48, 58, 62, 8, 70, 1440, 0);
    }

    @Test
    void firstFragmentOfUdp_mayClaimMoreThanItHas() {
        byte[] frame = Bytes.parse(Captured.UDP);
        frame[20] = 0x20;
        frame[38] = 0x10;
        assertTrue(parse(frame));
        assertTrue(p.isFirstFragment());
        assertTrue(p.hasPorts());
        assertLayout(4, 14, 20, 17, 34, 8, 42, 3, 0);
    }

    @Test
    void tinyFirstFragment_isLegalInIpv4() {
        // 8 bytes of TCP: ports and sequence number only.
        byte[] frame = Arrays.copyOf(Bytes.parse(Captured.TCP_SYN), 42);
        frame[17] = 28;
        frame[20] = 0x20;
        assertTrue(parse(frame));
        assertTrue(p.isFirstFragment());
        assertFalse(p.hasPorts());
        assertLayout(4, 14, 20, 6, 34, 0, 34, 8, 0);
    }

    @Test
    void laterFragment_hasNoL4Header() {
        assertTrue(parse(Captured.LAST_FRAGMENT));
        assertTrue(p.isFragment());
        assertFalse(p.isFirstFragment());
        assertLayout(4, 14, 20, 1, 34, 0, 34, 128, 0);
        assertEquals(0, p.l4TotalLength());
        assertTrue(parse(Arrays.copyOf(Bytes.parse(Captured.LAST_FRAGMENT_6_HEADERS), 222)));
        assertTrue(p.isFragment());
        assertFalse(p.isFirstFragment());
        assertLayout(6, 14, 48, 58, 62, 0, 62, 160, 0);
    }

    @Test
    void routingHeader_isTold() {
        assertTrue(parse("""
            020000000002 020000000001 86dd
            60000000 0020 2b 40 fd000077000000000000000000000001 fd000077000000000000000000000002
            11 02 02 01 00000000 fd000077000000000000000000000009 0fa0 0fa1 0008 0000"""));
        assertTrue(p.isRouted());
        assertLayout(6, 14, 64, 17, 78, 8, 86, 0, 0);
    }

    @Test
    void malformed_atEachLength_ofACutFrame() {
        byte[] whole = Bytes.parse(Captured.TAGGED_TWICE);
        for (int length = 0; length < whole.length; length++) {
            assertFalse(parse(length == 0 ? new byte[] {0} : Arrays.copyOf(whole, length)), "length=" + length);
            Problem expected = length < 22 ? Problem.L2_HEADER : length < 42 ? Problem.IP_HEADER : Problem.IP_LENGTH;
            assertEquals(expected, p.problem(), "length=" + length);
            assertEquals(0, p.payloadLength());
            assertEquals(0, p.l4Length());
            assertEquals(expected == Problem.IP_LENGTH ? 4 : 0, p.ipVersion());
        }
    }

    @Test
    void malformed_atEachLength_ofACutIpv6Frame() {
        byte[] whole = Bytes.parse(Captured.UDP_6_WITH_EXTENSIONS);
        for (int length = 54; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertFalse(parse(cut));
            assertEquals(Problem.IP_LENGTH, p.problem(), "length=" + length);

            cut[19] = (byte) (length - 54); // now the payload length says so too
            assertFalse(parse(cut));
            Problem expected = length < 70 ? Problem.EXTENSION_HEADER : length < 78 ? Problem.L4_HEADER : Problem.UDP_LENGTH;
            assertEquals(expected, p.problem(), "length=" + length);
            assertEquals(length, p.ipEnd());
            assertEquals(0, p.payloadLength());
            assertEquals(expected == Problem.EXTENSION_HEADER ? -1 : 17, p.l4Protocol());
        }
    }

    @Test
    void malformed_headers() {
        assertProblem(Problem.IP_HEADER, Captured.UDP, 14, 0x65); // version
        assertProblem(Problem.IP_HEADER, Captured.UDP, 14, 0x44); // header length 16
        assertProblem(Problem.IP_HEADER, Captured.UDP, 14, 0x4f); // header length beyond the frame
        assertProblem(Problem.IP_LENGTH, Captured.UDP, 17, 19); // total length below the header's
        assertProblem(Problem.IP_LENGTH, Captured.UDP, 17, 32); // one byte more than there is
        assertProblem(Problem.IP_HEADER, Captured.UDP_6, 14, 0x40);
        assertProblem(Problem.IP_LENGTH, Captured.UDP_6, 19, 14);
        assertProblem(Problem.L4_HEADER, Captured.UDP, 17, 27); // seven bytes of UDP
        assertProblem(Problem.UDP_LENGTH, Captured.UDP, 39, 7);
        assertProblem(Problem.UDP_LENGTH, Captured.UDP, 39, 12);
        assertProblem(Problem.UDP_LENGTH, Captured.UDP, 38, 1);
        assertProblem(Problem.L4_HEADER, Captured.TCP_PUSH, 46, 0x40); // data offset 16
        assertProblem(Problem.L4_HEADER, Captured.TCP_PUSH, 46, 0xf0); // data offset beyond the packet
        assertProblem(Problem.L4_HEADER, Captured.ECHO_REQUEST, 17, 27);
        assertProblem(Problem.L4_HEADER, Captured.ECHO_REQUEST_6, 19, 7);
        assertProblem(Problem.EXTENSION_HEADER, Captured.UDP_6_WITH_EXTENSIONS, 55, 3);
    }

    private void assertProblem(Problem problem, String captured, int at, int value) {
        byte[] frame = Bytes.parse(captured);
        frame[at] = (byte) value;
        assertFalse(parse(frame));
        assertEquals(problem, p.problem());
        assertEquals(0, p.payloadLength());
        assertEquals(0, p.l4TotalLength());
    }

    @Test
    void parseUnsegmented_takesTheFramesLength() {
        byte[] frame = Bytes.parse(Captured.TCP_PUSH);
        frame[16] = 0;
        frame[17] = 0;
        try (Memory m = Bytes.of(frame)) {
            assertFalse(PacketParser.parse(m, 0, frame.length, p));
            assertTrue(PacketParser.parseUnsegmented(m, 0, frame.length, p));
            assertLayout(4, 14, 20, 6, 34, 32, 66, 9, 0);
        }
        frame = Bytes.parse(Captured.UDP_6);
        frame[19] = 0;
        frame[59] = 0;
        try (Memory m = Bytes.of(frame)) {
            assertTrue(PacketParser.parseUnsegmented(m, 0, frame.length, p));
            assertLayout(6, 14, 40, 17, 54, 8, 62, 5, 0);
        }
    }

    @Test
    void forgetsTheFrameBefore() {
        ParsedPacket fresh = new ParsedPacket();
        assertEquals(0, fresh.frameLength());
        for (String before : new String[] {Captured.TAGGED_TWICE, Captured.TCP_PUSH_6, Captured.LAST_FRAGMENT}) {
            parse(before);
            parse(new byte[] {1, 2, 3});
            assertEquals(Problem.L2_HEADER, p.problem());
            assertEquals(0, p.vlanCount() + p.outerTci() + p.innerTci() + p.l2Length() + p.etherType() + p.tcpFlags());
            assertFalse(p.isFragment() || p.isRouted() || p.hasPorts());
            assertLayout(fresh.ipVersion(), 0, 0, -1, 0, 0, 0, 0, 0);
        }
    }
}
