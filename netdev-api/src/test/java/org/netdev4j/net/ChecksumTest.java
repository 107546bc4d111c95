package org.netdev4j.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.netdev4j.platform.memory.Memory;

class ChecksumTest {
    @Test
    void sum_ofRfc1071Example() {
        // RFC 1071 §3: the sum of these is ddf2.
        try (Memory m = Bytes.of("0001f203f4f5f6f7")) {
            assertEquals(0xddf2, Checksum.sum(m, 0, 8));
            assertEquals(0x220d, Checksum.finish(Checksum.sum(m, 0, 8)));
            // §3 splits it after three bytes: 0001 f2, then 03 f4f5 f6f7 at an odd offset.
            assertEquals(0xddf2, Checksum.append(Checksum.sum(m, 0, 3), 3, Checksum.sum(m, 3, 5)));
        }
    }

    @Test
    void sum_keepsAllCarries() {
        // All ones: as many carries as there can be, over more than the lengths of one packet.
        try (Memory m = Bytes.filled(70_001)) {
            m.fill(0, 70_001, (byte) 0xff);
            assertEquals(0xffff, Checksum.sum(m, 0, 70_000));
            assertEquals(0xff00, Checksum.sum(m, 0, 70_001));
            m.fill(0, 70_001, (byte) 0);
            assertEquals(Checksum.EMPTY, Checksum.sum(m, 0, 70_001));
            assertEquals(Checksum.EMPTY, Checksum.sum(m, 0, 0));
        }
    }

    @Test
    void fold_addsFourParts_andTheirCarries() {
        assertEquals(0xffff, Checksum.fold(-1L));
        assertEquals(0xffff, Checksum.fold(0xffff_ffffL));
        assertEquals(1, Checksum.fold(0x1_0000L));
        assertEquals(1, Checksum.fold(1L << 48));
        assertEquals(4, Checksum.fold(0x0001_0001_0001_0001L));
        assertEquals(0xfffe, Checksum.fold(0xffff_ffff_ffff_fffeL));
        assertEquals(1, Checksum.fold(0xffff_ffff_ffff_0001L));
    }

    @Test
    void update_ofRfc1624Example() {
        // RFC 1624 §4: checksum DD2F, a word changes from 5555 to 3285; the right answer is 0000, which the older equation
        // missed.
        assertEquals(0x0000, Checksum.update(0xdd2f, 0x5555, 0x3285));
    }

    @Test
    void ipv4Header_asLinuxComputedIt() {
        for (String frame : new String[] {Captured.ECHO_REQUEST, Captured.ECHO_WITH_OPTIONS, Captured.TCP_SYN,
            Captured.UDP}) {
            try (Memory m = Bytes.of(frame)) {
                int stored = Ipv4.checksum(m, 14);
                assertTrue(Checksum.ipv4HeaderOk(m, 14));
                Ipv4.checksum(m, 14, 0xbeef);
                assertFalse(Checksum.ipv4HeaderOk(m, 14));
                assertEquals(stored, Checksum.ipv4Header(m, 14));
            }
        }
    }

    @Test
    void tcp_asLinuxComputedIt() {
        try (Memory m = Bytes.of(Captured.TCP_PUSH)) {
            int pseudo = Checksum.pseudoIpv4(m, 14, IpProtocol.TCP, 41);
            assertTrue(Checksum.tcpOk(m, 34, 41, pseudo));
            Tcp.checksum(m, 34, 0xbeef);
            assertFalse(Checksum.tcpOk(m, 34, 41, pseudo));
            assertEquals(0x40a4, Checksum.tcp(m, 34, 41, pseudo));
        }
        try (Memory m = Bytes.of(Captured.TCP_PUSH_6)) {
            int pseudo = Checksum.pseudoIpv6(m, 14, IpProtocol.TCP, 42);
            assertTrue(Checksum.tcpOk(m, 54, 42, pseudo));
            Tcp.checksum(m, 54, 0xbeef);
            assertEquals(0x1e55, Checksum.tcp(m, 54, 42, pseudo));
        }
    }

    @Test
    void udp_asLinuxComputedIt() {
        try (Memory m = Bytes.of(Captured.UDP)) {
            int pseudo = Checksum.pseudoIpv4(m, 14, IpProtocol.UDP, 11);
            assertTrue(Checksum.udpOk(m, 34, 11, pseudo));
            Udp.checksum(m, 34, 0xbeef);
            assertFalse(Checksum.udpOk(m, 34, 11, pseudo));
            assertEquals(0xf895, Checksum.udp(m, 34, 11, pseudo));
        }
        try (Memory m = Bytes.of(Captured.UDP_6_WITH_EXTENSIONS)) {
            int pseudo = Checksum.pseudoIpv6(m, 14, IpProtocol.UDP, 13);
            assertTrue(Checksum.udpOk(m, 70, 13, pseudo));
            Udp.checksum(m, 70, 0);
            assertFalse(Checksum.udpOk(m, 70, 13, pseudo));
            assertEquals(0xa1ce, Checksum.udp(m, 70, 13, pseudo));
        }
    }

    @Test
    void udp_sendsOnes_whenTheChecksumIsZero() {
        // Two bytes of payload that bring the sum of everything but the checksum to ffff, whose complement is 0.
        try (Memory m = Bytes.of(Captured.UDP)) {
            int others = Checksum.add(Checksum.pseudoIpv4(m, 14, IpProtocol.UDP, 11), Checksum.sum(m, 34, 6));
            m.putByte(44, (byte) 0);
            m.putShortBe(42, ~others & 0xffff);

            int checksum = Checksum.udp(m, 34, 11, Checksum.pseudoIpv4(m, 14, IpProtocol.UDP, 11));

            assertEquals(0xffff, checksum);
            Udp.checksum(m, 34, checksum);
            assertTrue(Checksum.udpOk(m, 34, 11, Checksum.pseudoIpv4(m, 14, IpProtocol.UDP, 11)));
            Udp.checksum(m, 34, 0); // the same sum, but it says that there is no checksum
            assertFalse(Checksum.udpOk(m, 34, 11, Checksum.pseudoIpv4(m, 14, IpProtocol.UDP, 11)));
            assertEquals(0xffff, Checksum.zeroToOnes(0));
            assertEquals(1, Checksum.zeroToOnes(1));
        }
    }

    @Test
    void icmp_asLinuxComputedIt() {
        try (Memory m = Bytes.of(Captured.ECHO_REQUEST)) {
            assertTrue(Checksum.icmpOk(m, 34, 24));
            Icmp.checksum(m, 34, 0xbeef);
            assertFalse(Checksum.icmpOk(m, 34, 24));
            assertEquals(0x8ca4, Checksum.icmp(m, 34, 24));
        }
    }

    @Test
    void icmp_ofZeros_isOnes() {
        // The one message that tells the two zeros apart: the sum of nothing but zeros is 0, its complement ffff.
        try (Memory m = Bytes.of("0000 5555 00000000 0000")) {
            assertEquals(0xffff, Checksum.icmp(m, 0, 10));
            Icmp.checksum(m, 0, 0xffff);
            assertTrue(Checksum.icmpOk(m, 0, 10));
            Icmp.checksum(m, 0, 0);
            assertFalse(Checksum.icmpOk(m, 0, 10));
        }
    }

    @Test
    void icmpv6_asLinuxComputedIt() {
        for (String frame : new String[] {Captured.ECHO_REQUEST_6, Captured.NEIGHBOUR_SOLICITATION,
            Captured.ROUTER_ADVERTISEMENT, Captured.PORT_UNREACHABLE_6}) {
            try (Memory m = Bytes.of(frame)) {
                int length = Ipv6.payloadLength(m, 14);
                int pseudo = Checksum.pseudoIpv6(m, 14, IpProtocol.ICMPV6, length);
                int stored = Icmpv6.checksum(m, 54);
                assertTrue(Checksum.icmpv6Ok(m, 54, length, pseudo));
                Icmpv6.checksum(m, 54, 0xbeef);
                assertFalse(Checksum.icmpv6Ok(m, 54, length, pseudo));
                assertEquals(stored, Checksum.icmpv6(m, 54, length, pseudo));
            }
        }
    }
}
