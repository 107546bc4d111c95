package org.netdev4j.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.netdev4j.platform.memory.Memory;

/** TCP, UDP and ICMP on literal bytes, both ways. */
class L4HeadersTest {
    private static final int AT = 34;
    private static final String A5 = "a5a5a5a5";

    @Test
    void tcp_reads() {
        try (Memory m = Bytes.of(Captured.TCP_PUSH)) {
            assertTrue(Tcp.check(m, AT, 32));
            assertFalse(Tcp.check(m, AT, 31));
            assertEquals(49274, Tcp.sourcePort(m, AT));
            assertEquals(5001, Tcp.destinationPort(m, AT));
            assertEquals(0x8ca91728, Tcp.sequence(m, AT));
            assertEquals(0x37c9c078, Tcp.acknowledgment(m, AT));
            assertEquals(32, Tcp.headerLength(m, AT));
            assertEquals(Tcp.PSH | Tcp.ACK, Tcp.flags(m, AT));
            assertEquals(63, Tcp.window(m, AT));
            assertEquals(0x40a4, Tcp.checksum(m, AT));
            assertEquals(0, Tcp.urgentPointer(m, AT));
        }
        try (Memory m = Bytes.of(Captured.TCP_SYN)) {
            assertEquals(40, Tcp.headerLength(m, AT));
            assertEquals(Tcp.SYN, Tcp.flags(m, AT));
        }
    }

    @Test
    void tcp_writes() {
        try (Memory m = Bytes.filled(28); Memory captured = Bytes.of(Captured.TCP_PUSH)) {
            Tcp.sourcePort(m, 4, 49274);
            Tcp.destinationPort(m, 4, 5001);
            Tcp.sequence(m, 4, 0x8ca91728);
            Tcp.acknowledgment(m, 4, 0x37c9c078);
            Tcp.headerLengthAndFlags(m, 4, 32, Tcp.PSH | Tcp.ACK);
            Tcp.window(m, 4, 63);
            Tcp.checksum(m, 4, 0x40a4);
            Tcp.urgentPointer(m, 4, 0);
            assertEquals(A5 + Bytes.hex(captured, AT, 20) + A5, Bytes.hex(m, 0, 28));
        }
    }

    @Test
    void tcp_flagsHaveTheirBits() {
        int[] flags = {Tcp.FIN, Tcp.SYN, Tcp.RST, Tcp.PSH, Tcp.ACK, Tcp.URG, Tcp.ECE, Tcp.CWR, Tcp.AE};
        for (int i = 0; i < flags.length; i++) {
            assertEquals(1 << i, flags[i]);
        }
    }

    @Test
    void tcp_writesSharedBytes_withoutTouchingNeighbours() {
        try (Memory m = Bytes.filled(20)) {
            Tcp.headerLengthAndFlags(m, 0, 60, Tcp.AE | Tcp.FIN);
            assertEquals("f101", Bytes.hex(m, 12, 2));
            Tcp.flags(m, 0, Tcp.CWR);
            assertEquals("f080", Bytes.hex(m, 12, 2));
            m.putByte(12, (byte) 0xfe);
            Tcp.headerLength(m, 0, 20);
            assertEquals("5e80", Bytes.hex(m, 12, 2));
            Tcp.flags(m, 0, Tcp.AE);
            assertEquals("5f00", Bytes.hex(m, 12, 2));
        }
    }

    @Test
    void tcp_check_refusesShortHeaders() {
        try (Memory m = Bytes.of("c07a13898ca917280000000040100000000000000000")) {
            assertFalse(Tcp.check(m, 0, 22));
            m.putByte(12, (byte) 0x50);
            assertTrue(Tcp.check(m, 0, 20));
            assertFalse(Tcp.check(m, 0, 19));
            m.putByte(12, (byte) 0x60);
            assertFalse(Tcp.check(m, 0, 22));
        }
    }

    @Test
    void udp_readsAndWrites() {
        try (Memory m = Bytes.of(Captured.UDP); Memory written = Bytes.filled(16)) {
            assertTrue(Udp.check(m, AT, 8));
            assertFalse(Udp.check(m, AT, 7));
            assertEquals(4000, Udp.sourcePort(m, AT));
            assertEquals(4001, Udp.destinationPort(m, AT));
            assertEquals(11, Udp.length(m, AT));
            assertEquals(0xf895, Udp.checksum(m, AT));

            Udp.sourcePort(written, 4, 4000);
            Udp.destinationPort(written, 4, 4001);
            Udp.length(written, 4, 11);
            Udp.checksum(written, 4, 0xf895);
            assertEquals(A5 + "0fa00fa1000bf895" + A5, Bytes.hex(written, 0, 16));
        }
    }

    @Test
    void icmp_readsEcho() {
        try (Memory m = Bytes.of(Captured.ECHO_REQUEST)) {
            assertTrue(Icmp.check(m, AT, 8));
            assertFalse(Icmp.check(m, AT, 7));
            assertEquals(Icmp.ECHO_REQUEST, Icmp.type(m, AT));
            assertEquals(0, Icmp.code(m, AT));
            assertEquals(0x8ca4, Icmp.checksum(m, AT));
            assertEquals(0x2645, Icmp.identifier(m, AT));
            assertEquals(1, Icmp.sequence(m, AT));
        }
        try (Memory m = Bytes.of(Captured.ECHO_REPLY)) {
            assertEquals(Icmp.ECHO_REPLY, Icmp.type(m, AT));
        }
    }

    @Test
    void icmp_readsUnreachable() {
        try (Memory m = Bytes.of(Captured.PORT_UNREACHABLE)) {
            assertEquals(Icmp.UNREACHABLE, Icmp.type(m, AT));
            assertEquals(Icmp.PORT_UNREACHABLE, Icmp.code(m, AT));
            assertEquals(Captured.IP_1, Ipv4.source(m, AT + Icmp.DATA_OFFSET));
        }
        // RFC 1191 §4: type 3, code 4, two unused bytes, MTU 1400.
        try (Memory m = Bytes.of("0304 0000 0000 0578")) {
            assertEquals(Icmp.FRAGMENTATION_NEEDED, Icmp.code(m, 0));
            assertEquals(1400, Icmp.nextHopMtu(m, 0));
        }
    }

    @Test
    void icmp_writes() {
        try (Memory m = Bytes.filled(16)) {
            Icmp.type(m, 4, Icmp.ECHO_REQUEST);
            Icmp.code(m, 4, 0);
            Icmp.checksum(m, 4, 0x8ca4);
            Icmp.identifier(m, 4, 0x2645);
            Icmp.sequence(m, 4, 1);
            assertEquals(A5 + "08008ca426450001" + A5, Bytes.hex(m, 0, 16));
            Icmp.nextHopMtu(m, 4, 1400);
            assertEquals(A5 + "08008ca400000578" + A5, Bytes.hex(m, 0, 16));
        }
    }
}
