package org.netdev4j.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.netdev4j.platform.memory.Memory;

class PacketChecksumsTest {
    private static final int L3_GOOD = PacketChecksums.L3_GOOD;
    private static final int L3_BAD = PacketChecksums.L3_BAD;
    private static final int L4_GOOD = PacketChecksums.L4_GOOD;
    private static final int L4_BAD = PacketChecksums.L4_BAD;

    private final ParsedPacket p = new ParsedPacket();

    private int verify(byte[] frame) {
        try (Memory m = Bytes.filled(frame.length + 3)) {
            m.copyFrom(3, frame, 0, frame.length);
            PacketParser.parse(m, 3, frame.length, p);
            return PacketChecksums.verify(m, 3, p);
        }
    }

    private int verify(String frame) {
        return verify(Bytes.parse(frame));
    }

    @Test
    void verify_acceptsWhatLinuxSent() {
        for (String frame : new String[] {Captured.UDP, Captured.TCP_SYN, Captured.TCP_PUSH, Captured.ECHO_REQUEST,
            Captured.TAGGED, Captured.ECHO_WITH_OPTIONS, Captured.PORT_UNREACHABLE, Captured.TAGGED_TWICE,
            Captured.UDP + "000000"}) {
            assertEquals(L3_GOOD | L4_GOOD, verify(frame), frame);
        }
        for (String frame : new String[] {Captured.UDP_6, Captured.TCP_PUSH_6, Captured.ECHO_REQUEST_6,
            Captured.MULTICAST_REPORT, Captured.UDP_6_WITH_EXTENSIONS, Captured.ROUTER_ADVERTISEMENT,
            Captured.ROUTER_SOLICITATION}) {
            assertEquals(L4_GOOD, verify(frame), frame);
        }
    }

    @Test
    void verify_findsEveryDamagedByte() {
        for (String captured : new String[] {Captured.UDP, Captured.TCP_PUSH, Captured.UDP_6, Captured.TCP_PUSH_6,
            Captured.ECHO_REQUEST, Captured.ECHO_REQUEST_6}) {
            byte[] good = Bytes.parse(captured);
            int l3 = verify(good) & L3_GOOD;
            for (int at = p.payloadOffset(); at < good.length; at++) {
                byte[] bad = good.clone();
                bad[at] ^= 0x10;
                assertEquals(l3 | L4_BAD, verify(bad), "byte " + at);
            }
        }
        byte[] frame = Bytes.parse(Captured.UDP);
        frame[22]++; // TTL: in no pseudo header
        assertEquals(L3_BAD | L4_GOOD, verify(frame));
        frame = Bytes.parse(Captured.ECHO_REQUEST);
        frame[29]++; // source address: ICMP has no pseudo header
        assertEquals(L3_BAD | L4_GOOD, verify(frame));
    }

    @Test
    void verify_saysNothing_whereThereIsNothing() {
        assertEquals(0, verify(Captured.ARP_REQUEST));
        assertEquals(L3_GOOD, verify(Captured.UDP_WITHOUT_CHECKSUM));
        assertEquals(L3_GOOD, verify(Captured.LAST_FRAGMENT));
        assertEquals(L3_GOOD, verify(Arrays.copyOf(Bytes.parse(Captured.FIRST_FRAGMENT_HEADERS), 1514)));
        assertEquals(0, verify(Arrays.copyOf(Bytes.parse(Captured.FIRST_FRAGMENT_6_HEADERS), 1510)));
        byte[] cut = Bytes.parse(Captured.UDP);
        assertEquals(L3_GOOD, verify(Arrays.copyOf(cut, cut.length - 1)));
        assertEquals(0, verify(Arrays.copyOf(cut, 20)));
        // A routing header with a segment left: the destination of the pseudo header is elsewhere.
        assertEquals(0, verify("""
            020000000002 020000000001 86dd
            60000000 0020 2b 40 fd000077000000000000000000000001 fd000077000000000000000000000002
            11 02 02 01 00000000 fd000077000000000000000000000009 0fa0 0fa1 0008 1234"""));
    }

    @Test
    void verify_refusesUdpOverIpv6_withoutChecksum() {
        byte[] frame = Bytes.parse(Captured.UDP_6);
        frame[60] = 0;
        frame[61] = 0;
        assertEquals(L4_BAD, verify(frame));
    }

    @Test
    void complete_storesWhatLinuxSent() {
        for (String captured : new String[] {Captured.UDP, Captured.TCP_PUSH, Captured.ECHO_REQUEST, Captured.UDP_6,
            Captured.TCP_PUSH_6, Captured.NEIGHBOUR_SOLICITATION, Captured.UDP_6_WITH_EXTENSIONS, Captured.TAGGED_TWICE}) {
            byte[] frame = Bytes.parse(captured);
            try (Memory m = Bytes.of(frame)) {
                PacketParser.parse(m, 0, frame.length, p);
                int field = p.l4Offset() + switch (p.l4Protocol()) {
                    case IpProtocol.TCP -> Tcp.CHECKSUM_OFFSET;
                    case IpProtocol.UDP -> Udp.CHECKSUM_OFFSET;
                    default -> Icmp.CHECKSUM_OFFSET;
                };
                m.putShortBe(field, 0xbeef);
                if (p.ipVersion() == 4) {
                    Ipv4.checksum(m, p.l3Offset(), 0xbeef);
                }

                assertEquals(p.ipVersion() == 4, PacketChecksums.completeL3(m, 0, p));
                assertTrue(PacketChecksums.completeL4(m, 0, p));

                assertEquals(Bytes.hex(frame), Bytes.hex(m, 0, frame.length));
            }
        }
    }

    @Test
    void complete_changesNothing_whereThereIsNothing() {
        for (String captured : new String[] {Captured.ARP_REQUEST, Captured.LAST_FRAGMENT}) {
            byte[] frame = Bytes.parse(captured);
            try (Memory m = Bytes.of(frame)) {
                PacketParser.parse(m, 0, frame.length, p);
                assertFalse(PacketChecksums.completeL4(m, 0, p));
                assertEquals(p.ipVersion() == 4, PacketChecksums.completeL3(m, 0, p));
                assertEquals(Bytes.hex(frame), Bytes.hex(m, 0, frame.length));
            }
        }
    }

    @Test
    void pseudo_isWhatACompletingDeviceAddsTo() {
        for (String captured : new String[] {Captured.UDP, Captured.TCP_PUSH_6}) {
            byte[] frame = Bytes.parse(captured);
            try (Memory m = Bytes.of(frame)) {
                PacketParser.parse(m, 0, frame.length, p);
                int stored = p.l4Offset() + (p.l4Protocol() == IpProtocol.TCP ? Tcp.CHECKSUM_OFFSET : Udp.CHECKSUM_OFFSET);
                int right = m.getUnsignedShortBe(stored);
                m.putShortBe(stored, PacketChecksums.pseudo(m, 0, p));
                assertEquals(right, Checksum.finish(Checksum.sum(m, p.l4Offset(), p.l4TotalLength())));
            }
        }
        verify(Captured.ECHO_REQUEST);
        try (Memory m = Bytes.of(Captured.ECHO_REQUEST)) {
            assertEquals(Checksum.EMPTY, PacketChecksums.pseudo(m, 0, p));
        }
    }
}
