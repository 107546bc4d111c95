package org.netdev4j.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.netdev4j.platform.memory.Memory;

/** The fixed header, the walk over extension headers, the fragment header. */
class Ipv6Test {
    private static final int AT = 14;
    private static final int AFTER = AT + Ipv6.HEADER_LENGTH;

    @Test
    void reads() {
        try (Memory m = Bytes.of(Captured.UDP_6)) {
            assertTrue(Ipv6.check(m, AT, 40));
            assertFalse(Ipv6.check(m, AT, 39));
            assertEquals(6, Ipv6.version(m, AT));
            assertEquals(0, Ipv6.trafficClass(m, AT));
            assertEquals(0xc8672, Ipv6.flowLabel(m, AT));
            assertEquals(13, Ipv6.payloadLength(m, AT));
            assertEquals(IpProtocol.UDP, Ipv6.nextHeader(m, AT));
            assertEquals(64, Ipv6.hopLimit(m, AT));
            assertEquals(Captured.NET, Ipv6.sourceHigh(m, AT));
            assertEquals(1, Ipv6.sourceLow(m, AT));
            assertEquals(Captured.NET, Ipv6.destinationHigh(m, AT));
            assertEquals(2, Ipv6.destinationLow(m, AT));
        }
    }

    @Test
    void check_refusesOtherVersions() {
        try (Memory m = Bytes.of(Captured.UDP_6)) {
            m.putByte(AT, (byte) 0x45);
            assertFalse(Ipv6.check(m, AT, 53));
        }
    }

    @Test
    void writes() {
        try (Memory m = Bytes.filled(48); Memory captured = Bytes.of(Captured.UDP_6)) {
            Ipv6.versionClassFlow(m, 4, 0, 0xc8672);
            Ipv6.payloadLength(m, 4, 13);
            Ipv6.nextHeader(m, 4, IpProtocol.UDP);
            Ipv6.hopLimit(m, 4, 64);
            Ipv6.source(m, 4, Captured.NET, 1);
            Ipv6.destination(m, 4, Captured.NET, 2);
            assertEquals("a5a5a5a5" + Bytes.hex(captured, AT, 40) + "a5a5a5a5", Bytes.hex(m, 0, 48));
        }
    }

    @Test
    void writesSharedWord_withoutTouchingNeighbours() {
        try (Memory m = Bytes.filled(4)) {
            Ipv6.versionClassFlow(m, 0, 0xff, 0xf_ffff);
            assertEquals("6fffffff", Bytes.hex(m, 0, 4));
            Ipv6.versionClassFlow(m, 0, 0xff, 0);
            assertEquals("6ff00000", Bytes.hex(m, 0, 4));
            Ipv6.flowLabel(m, 0, 0xabcde);
            assertEquals("6ffabcde", Bytes.hex(m, 0, 4));
            Ipv6.trafficClass(m, 0, 0x12);
            assertEquals("612abcde", Bytes.hex(m, 0, 4));
            assertEquals(0x12, Ipv6.trafficClass(m, 0));
        }
    }

    @Test
    void walk_goesPastOptions() {
        try (Memory m = Bytes.of(Captured.UDP_6_WITH_EXTENSIONS)) {
            long walk = Ipv6Extensions.walk(m, AFTER, 29, Ipv6.nextHeader(m, AT));
            assertEquals(16, Ipv6Extensions.length(walk));
            assertEquals(IpProtocol.UDP, Ipv6Extensions.protocol(walk));
            assertFalse(Ipv6Extensions.isMalformed(walk));
            assertFalse(Ipv6Extensions.isFragment(walk));
            assertFalse(Ipv6Extensions.hasFragmentHeader(walk));
            assertFalse(Ipv6Extensions.isRouted(walk));
            assertEquals(-1, Ipv6Extensions.fragmentHeader(walk));
            assertEquals(IpProtocol.DESTINATION_OPTIONS, Ipv6Extensions.nextHeader(m, AFTER));
            assertEquals(8, Ipv6Extensions.headerLength(m, AFTER, IpProtocol.HOP_BY_HOP));
        }
    }

    @Test
    void walk_stopsAtOnce_withoutExtensions() {
        try (Memory m = Bytes.of("00")) {
            long walk = Ipv6Extensions.walk(m, 0, 0, IpProtocol.NO_NEXT_HEADER);
            assertEquals(0, Ipv6Extensions.length(walk));
            assertEquals(IpProtocol.NO_NEXT_HEADER, Ipv6Extensions.protocol(walk));
            assertFalse(Ipv6Extensions.isMalformed(walk));
        }
    }

    @Test
    void walk_findsFragments() {
        try (Memory first = Bytes.of(Captured.FIRST_FRAGMENT_6_HEADERS);
            Memory last = Bytes.of(Captured.LAST_FRAGMENT_6_HEADERS)) {
            long walk = Ipv6Extensions.walk(first, AFTER, 16, IpProtocol.FRAGMENT);
            assertTrue(Ipv6Extensions.isFragment(walk));
            assertFalse(Ipv6Extensions.isLaterFragment(walk));
            assertEquals(0, Ipv6Extensions.fragmentHeader(walk));
            assertEquals(8, Ipv6Extensions.length(walk));
            assertEquals(IpProtocol.ICMPV6, Ipv6Extensions.protocol(walk));

            walk = Ipv6Extensions.walk(last, AFTER, 8, IpProtocol.FRAGMENT);
            assertTrue(Ipv6Extensions.isFragment(walk));
            assertTrue(Ipv6Extensions.isLaterFragment(walk));
            assertEquals(8, Ipv6Extensions.length(walk));
            assertEquals(IpProtocol.ICMPV6, Ipv6Extensions.protocol(walk));
        }
    }

    @Test
    void walk_takesAtomicFragmentForTheWholePacket() {
        // Destination options, then a fragment header with offset 0 and M clear.
        try (Memory m = Bytes.of("2c 00 010400000000  11 00 0000 00000007")) {
            long walk = Ipv6Extensions.walk(m, 0, 16, IpProtocol.DESTINATION_OPTIONS);
            assertFalse(Ipv6Extensions.isFragment(walk));
            assertTrue(Ipv6Extensions.hasFragmentHeader(walk));
            assertEquals(8, Ipv6Extensions.fragmentHeader(walk));
            assertEquals(16, Ipv6Extensions.length(walk));
        }
    }

    @Test
    void walk_doesNotReadWhatALaterFragmentHolds() {
        // The fragment header announces destination options, but a later fragment begins in the middle of something.
        try (Memory m = Bytes.of("3c 00 0009 00000007 ff ff ffff ffffffff")) {
            long walk = Ipv6Extensions.walk(m, 0, 16, IpProtocol.FRAGMENT);
            assertEquals(8, Ipv6Extensions.length(walk));
            assertEquals(IpProtocol.DESTINATION_OPTIONS, Ipv6Extensions.protocol(walk));
            assertFalse(Ipv6Extensions.isMalformed(walk));
        }
    }

    @Test
    void walk_goesPastRoutingAndAuthentication() {
        // Routing: 24 bytes, type 2, one segment left. Authentication: length 4 is 24 bytes [RFC 4302 §2.2].
        String routing = "33 02 02 01 00000000 fd000077000000000000000000000009";
        String authentication = "06 04 0000 00000001 00000002 000000000000000000000000";
        try (Memory m = Bytes.of(routing + authentication)) {
            long walk = Ipv6Extensions.walk(m, 0, 48, IpProtocol.ROUTING);
            assertTrue(Ipv6Extensions.isRouted(walk));
            assertEquals(48, Ipv6Extensions.length(walk));
            assertEquals(IpProtocol.TCP, Ipv6Extensions.protocol(walk));

            m.putByte(3, (byte) 0);
            assertFalse(Ipv6Extensions.isRouted(Ipv6Extensions.walk(m, 0, 48, IpProtocol.ROUTING)));
        }
    }

    @Test
    void walk_isMalformed_whenCut() {
        for (int available = 0; available < 16; available++) {
            try (Memory m = Bytes.of(Bytes.parse("3c00050200000100" + "1100010400000000"))) {
                long walk = Ipv6Extensions.walk(m, 0, available, IpProtocol.HOP_BY_HOP);
                assertTrue(Ipv6Extensions.isMalformed(walk), "available=" + available);
                assertEquals(available < 8 ? 0 : 8, Ipv6Extensions.length(walk));
                assertEquals(available < 8 ? IpProtocol.HOP_BY_HOP : IpProtocol.DESTINATION_OPTIONS,
                    Ipv6Extensions.protocol(walk));
            }
        }
    }

    @Test
    void walk_isMalformed_whenLengthGoesBeyond() {
        try (Memory m = Bytes.of("11 01 010400000000")) {
            assertTrue(Ipv6Extensions.isMalformed(Ipv6Extensions.walk(m, 0, 8, IpProtocol.DESTINATION_OPTIONS)));
        }
    }

    @Test
    void walk_stopsAfterSixteenHeaders() {
        try (Memory m = Bytes.of("3c00010400000000".repeat(17))) {
            long walk = Ipv6Extensions.walk(m, 0, 136, IpProtocol.DESTINATION_OPTIONS);
            assertEquals(128, Ipv6Extensions.length(walk));
            assertEquals(IpProtocol.DESTINATION_OPTIONS, Ipv6Extensions.protocol(walk));
            assertFalse(Ipv6Extensions.isMalformed(walk));
        }
    }

    @Test
    void walk_doesNotGoPastEncryption() {
        try (Memory m = Bytes.of("00000001 00000001 ffff")) {
            long walk = Ipv6Extensions.walk(m, 0, 10, IpProtocol.ESP);
            assertEquals(0, Ipv6Extensions.length(walk));
            assertEquals(IpProtocol.ESP, Ipv6Extensions.protocol(walk));
        }
    }

    @Test
    void fragment_reads() {
        try (Memory m = Bytes.of(Captured.LAST_FRAGMENT_6_HEADERS)) {
            assertTrue(Ipv6Fragment.check(m, AFTER, 8));
            assertFalse(Ipv6Fragment.check(m, AFTER, 7));
            assertEquals(IpProtocol.ICMPV6, Ipv6Fragment.nextHeader(m, AFTER));
            assertEquals(1448, Ipv6Fragment.fragmentOffset(m, AFTER));
            assertFalse(Ipv6Fragment.moreFragments(m, AFTER));
            assertTrue(Ipv6Fragment.isFragment(m, AFTER));
            assertEquals(0xc0d9092b, Ipv6Fragment.identification(m, AFTER));
        }
    }

    @Test
    void fragment_writes() {
        try (Memory m = Bytes.filled(10)) {
            Ipv6Fragment.write(m, 1, IpProtocol.ICMPV6, 1448, false, 0xc0d9092b);
            assertEquals("a5" + "3a0005a8c0d9092b" + "a5", Bytes.hex(m, 0, 10));
            Ipv6Fragment.moreFragments(m, 1, true);
            Ipv6Fragment.fragmentOffset(m, 1, 8);
            Ipv6Fragment.nextHeader(m, 1, 6);
            Ipv6Fragment.identification(m, 1, 1);
            assertEquals("a5" + "0600000900000001" + "a5", Bytes.hex(m, 0, 10));
            Ipv6Fragment.moreFragments(m, 1, false);
            assertEquals(8, Ipv6Fragment.fragmentOffset(m, 1));
        }
    }
}
