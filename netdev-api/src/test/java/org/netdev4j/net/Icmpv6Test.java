package org.netdev4j.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.netdev4j.platform.memory.Memory;

/** ICMPv6 messages and neighbour discovery options on literal bytes, both ways. */
class Icmpv6Test {
    private static final int AT = 54;

    @Test
    void readsEcho() {
        try (Memory m = Bytes.of(Captured.ECHO_REQUEST_6)) {
            assertTrue(Icmpv6.check(m, AT, 8));
            assertFalse(Icmpv6.check(m, AT, 7));
            assertEquals(Icmpv6.ECHO_REQUEST, Icmpv6.type(m, AT));
            assertEquals(0, Icmpv6.code(m, AT));
            assertEquals(0x312e, Icmpv6.checksum(m, AT));
            assertEquals(0x2648, Icmpv6.identifier(m, AT));
            assertEquals(1, Icmpv6.sequence(m, AT));
        }
    }

    @Test
    void writesEcho() {
        try (Memory m = Bytes.filled(10)) {
            Icmpv6.type(m, 1, Icmpv6.ECHO_REQUEST);
            Icmpv6.code(m, 1, 0);
            Icmpv6.checksum(m, 1, 0x312e);
            Icmpv6.identifier(m, 1, 0x2648);
            Icmpv6.sequence(m, 1, 1);
            assertEquals("a5" + "8000312e26480001" + "a5", Bytes.hex(m, 0, 10));
        }
    }

    @Test
    void readsErrors() {
        try (Memory m = Bytes.of(Captured.PORT_UNREACHABLE_6)) {
            assertEquals(Icmpv6.UNREACHABLE, Icmpv6.type(m, AT));
            assertEquals(Icmpv6.PORT_UNREACHABLE, Icmpv6.code(m, AT));
            assertTrue(Ipv6.check(m, AT + Icmpv6.DATA_OFFSET, 40));
        }
        // RFC 4443 §3.2: type 2, code 0, MTU 1280.
        try (Memory m = Bytes.of("0200 0000 00000500")) {
            assertEquals(Icmpv6.PACKET_TOO_BIG, Icmpv6.type(m, 0));
            assertEquals(1280, Icmpv6.mtu(m, 0));
            Icmpv6.mtu(m, 0, 0xffff_ffffL);
            assertEquals(0xffff_ffffL, Icmpv6.mtu(m, 0));
        }
    }

    @Test
    void readsNeighbourSolicitation() {
        try (Memory m = Bytes.of(Captured.NEIGHBOUR_SOLICITATION)) {
            assertTrue(Icmpv6.check(m, AT, 24));
            assertFalse(Icmpv6.check(m, AT, 23));
            assertEquals(Captured.NET, Icmpv6.targetHigh(m, AT));
            assertEquals(2, Icmpv6.targetLow(m, AT));
            assertTrue(NdpOption.check(m, AT + 24, 8));
            assertEquals(0, NdpOption.find(m, AT + 24, 8, NdpOption.SOURCE_LINK_ADDRESS));
            assertEquals(-1, NdpOption.find(m, AT + 24, 8, NdpOption.TARGET_LINK_ADDRESS));
            assertEquals(Captured.MAC_1, NdpOption.linkAddress(m, AT + 24));
        }
    }

    @Test
    void writesNeighbourSolicitation() {
        try (Memory m = Bytes.filled(34); Memory captured = Bytes.of(Captured.NEIGHBOUR_SOLICITATION)) {
            Icmpv6.type(m, 1, Icmpv6.NEIGHBOUR_SOLICITATION);
            Icmpv6.code(m, 1, 0);
            Icmpv6.checksum(m, 1, 0x7ca9);
            Icmpv6.clearReserved(m, 1);
            Icmpv6.target(m, 1, Captured.NET, 2);
            NdpOption.linkAddress(m, 25, NdpOption.SOURCE_LINK_ADDRESS, Captured.MAC_1);
            assertEquals("a5" + Bytes.hex(captured, AT, 32) + "a5", Bytes.hex(m, 0, 34));
        }
    }

    @Test
    void neighbourAdvertisement_readsAndWrites() {
        try (Memory captured = Bytes.of(Captured.NEIGHBOUR_ADVERTISEMENT); Memory m = Bytes.filled(34)) {
            assertEquals(Icmpv6.NEIGHBOUR_ADVERTISEMENT, Icmpv6.type(captured, AT));
            assertEquals(Icmpv6.SOLICITED | Icmpv6.OVERRIDE, Icmpv6.neighbourFlags(captured, AT));
            assertEquals(0, NdpOption.find(captured, AT + 24, 8, NdpOption.TARGET_LINK_ADDRESS));

            Icmpv6.type(m, 1, Icmpv6.NEIGHBOUR_ADVERTISEMENT);
            Icmpv6.code(m, 1, 0);
            Icmpv6.checksum(m, 1, 0x1b35);
            Icmpv6.neighbourFlags(m, 1, Icmpv6.SOLICITED | Icmpv6.OVERRIDE);
            Icmpv6.target(m, 1, Captured.NET, 2);
            NdpOption.linkAddress(m, 25, NdpOption.TARGET_LINK_ADDRESS, Captured.MAC_2);
            assertEquals("a5" + Bytes.hex(captured, AT, 32) + "a5", Bytes.hex(m, 0, 34));
        }
    }

    @Test
    void readsRouterAdvertisement() {
        try (Memory m = Bytes.of(Captured.ROUTER_ADVERTISEMENT)) {
            assertTrue(Icmpv6.check(m, AT, 16));
            assertFalse(Icmpv6.check(m, AT, 15));
            assertEquals(Icmpv6.ROUTER_ADVERTISEMENT, Icmpv6.type(m, AT));
            assertEquals(64, Icmpv6.routerHopLimit(m, AT));
            assertEquals(Icmpv6.MANAGED | Icmpv6.OTHER_CONFIGURATION, Icmpv6.routerFlags(m, AT));
            assertEquals(1800, Icmpv6.routerLifetime(m, AT));
            assertEquals(30_000, Icmpv6.reachableTime(m, AT));
            assertEquals(1000, Icmpv6.retransmissionTimer(m, AT));

            int options = AT + Icmpv6.fixedLength(Icmpv6.ROUTER_ADVERTISEMENT);
            assertTrue(NdpOption.check(m, options, 48));
            assertEquals(0, NdpOption.find(m, options, 48, NdpOption.SOURCE_LINK_ADDRESS));
            assertEquals(8, NdpOption.find(m, options, 48, NdpOption.MTU));
            assertEquals(16, NdpOption.find(m, options, 48, NdpOption.PREFIX_INFORMATION));
            assertEquals(1500, NdpOption.mtu(m, options + 8));
            assertEquals(32, NdpOption.length(m, options + 16));
            assertEquals(64, NdpOption.prefixLength(m, options + 16));
            assertEquals(0xc0, NdpOption.prefixFlags(m, options + 16));
            assertEquals(2_592_000, NdpOption.validLifetime(m, options + 16));
            assertEquals(Captured.NET, NdpOption.prefixHigh(m, options + 16));
            assertEquals(0, NdpOption.prefixLow(m, options + 16));
        }
    }

    @Test
    void writesRouterAdvertisement() {
        try (Memory m = Bytes.filled(18)) {
            Icmpv6.type(m, 1, Icmpv6.ROUTER_ADVERTISEMENT);
            Icmpv6.code(m, 1, 0);
            Icmpv6.checksum(m, 1, 0xa550);
            Icmpv6.routerHopLimit(m, 1, 64);
            Icmpv6.routerFlags(m, 1, 0xc0);
            Icmpv6.routerLifetime(m, 1, 1800);
            Icmpv6.reachableTime(m, 1, 30_000);
            Icmpv6.retransmissionTimer(m, 1, 1000);
            assertEquals("a5" + "8600a55040c0070800007530000003e8" + "a5", Bytes.hex(m, 0, 18));
        }
    }

    @Test
    void routerSolicitation_needsNoMoreThanItsHeader() {
        try (Memory m = Bytes.of(Captured.ROUTER_SOLICITATION)) {
            assertTrue(Icmpv6.check(m, AT, 8));
            int options = AT + Icmpv6.fixedLength(Icmpv6.ROUTER_SOLICITATION);
            assertTrue(NdpOption.check(m, options, 8));
            assertEquals(Captured.MAC_1, NdpOption.linkAddress(m, options));
        }
    }

    @Test
    void optionCheck_acceptsNone() {
        try (Memory m = Bytes.of("00")) {
            assertTrue(NdpOption.check(m, 0, 0));
            assertEquals(-1, NdpOption.find(m, 0, 0, NdpOption.MTU));
        }
    }

    @Test
    void optionCheck_refusesZeroLengthCutAndShortOnes() {
        for (String bad : new String[] {
            "0100020000000001", // length 0
            "01010200000000", // seven bytes
            "0102020000000001", // says 16, has 8
            "0101020000000001 05", // one byte of another
            "0301404000000000" // a prefix option of 8 bytes
        }) {
            try (Memory m = Bytes.of(bad)) {
                assertFalse(NdpOption.check(m, 0, (int) m.size()), bad);
            }
        }
    }
}
