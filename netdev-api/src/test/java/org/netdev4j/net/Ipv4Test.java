package org.netdev4j.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.netdev4j.platform.memory.Memory;

class Ipv4Test {
    private static final int AT = 14;

    @Test
    void reads() {
        try (Memory m = Bytes.of(Captured.PORT_UNREACHABLE)) {
            assertTrue(Ipv4.check(m, AT, 20));
            assertEquals(4, Ipv4.version(m, AT));
            assertEquals(20, Ipv4.headerLength(m, AT));
            assertEquals(0x30, Ipv4.dscp(m, AT));
            assertEquals(0, Ipv4.ecn(m, AT));
            assertEquals(0x3b, Ipv4.totalLength(m, AT));
            assertEquals(0xc0dd, Ipv4.identification(m, AT));
            assertEquals(0, Ipv4.fragmentWord(m, AT));
            assertFalse(Ipv4.dontFragment(m, AT));
            assertFalse(Ipv4.isFragment(m, AT));
            assertEquals(64, Ipv4.ttl(m, AT));
            assertEquals(IpProtocol.ICMP, Ipv4.protocol(m, AT));
            assertEquals(0xa488, Ipv4.checksum(m, AT));
            assertEquals(Captured.IP_2, Ipv4.source(m, AT));
            assertEquals(Captured.IP_1, Ipv4.destination(m, AT));
        }
    }

    @Test
    void readsOptions() {
        try (Memory m = Bytes.of(Captured.ECHO_WITH_OPTIONS)) {
            assertEquals(60, Ipv4.headerLength(m, AT));
            assertTrue(Ipv4.check(m, AT, 60));
            assertFalse(Ipv4.check(m, AT, 59));
            assertTrue(Ipv4.dontFragment(m, AT));
            assertFalse(Ipv4.isFragment(m, AT));
        }
    }

    @Test
    void readsFragments() {
        try (Memory first = Bytes.of(Captured.FIRST_FRAGMENT_HEADERS); Memory last = Bytes.of(Captured.LAST_FRAGMENT)) {
            assertTrue(Ipv4.isFragment(first, AT));
            assertTrue(Ipv4.moreFragments(first, AT));
            assertEquals(0, Ipv4.fragmentOffset(first, AT));
            assertTrue(Ipv4.isFragment(last, AT));
            assertFalse(Ipv4.moreFragments(last, AT));
            assertEquals(1480, Ipv4.fragmentOffset(last, AT));
        }
    }

    @Test
    void writes() {
        try (Memory m = Bytes.filled(28)) {
            Ipv4.headerLength(m, 4, 20);
            Ipv4.dscp(m, 4, 0x30);
            Ipv4.ecn(m, 4, 0);
            Ipv4.totalLength(m, 4, 0x3b);
            Ipv4.identification(m, 4, 0xc0dd);
            Ipv4.fragmentWord(m, 4, 0);
            Ipv4.ttl(m, 4, 64);
            Ipv4.protocol(m, 4, IpProtocol.ICMP);
            Ipv4.checksum(m, 4, 0xa488);
            Ipv4.source(m, 4, Captured.IP_2);
            Ipv4.destination(m, 4, Captured.IP_1);
            assertEquals("a5a5a5a5" + "45c0003bc0dd00004001a4880a4d00020a4d0001" + "a5a5a5a5", Bytes.hex(m, 0, 28));
        }
    }

    @Test
    void writesSharedBytes_withoutTouchingNeighbours() {
        try (Memory m = Bytes.of("4500002c622f40004001c4050a4d00010a4d0002")) {
            Ipv4.headerLength(m, 0, 60);
            Ipv4.dscp(m, 0, 0x2e);
            Ipv4.ecn(m, 0, 3);
            assertEquals("4fbb002c622f4000", Bytes.hex(m, 0, 8));
            Ipv4.dscp(m, 0, 0);
            assertEquals(3, Ipv4.ecn(m, 0));
            Ipv4.dontFragment(m, 0, false);
            Ipv4.moreFragments(m, 0, true);
            Ipv4.fragmentOffset(m, 0, 1480);
            assertEquals("20b9", Bytes.hex(m, 6, 2));
            Ipv4.dontFragment(m, 0, true);
            Ipv4.moreFragments(m, 0, false);
            assertEquals("40b9", Bytes.hex(m, 6, 2));
            Ipv4.fragmentOffset(m, 0, 65528);
            assertEquals("5fff", Bytes.hex(m, 6, 2));
        }
    }

    @Test
    void check_refusesShortWrongVersionAndShortHeader() {
        try (Memory m = Bytes.of("4500002c622f40004001c4050a4d00010a4d0002")) {
            assertTrue(Ipv4.check(m, 0, 20));
            assertFalse(Ipv4.check(m, 0, 19));
            assertFalse(Ipv4.check(m, 0, 0));
            m.putByte(0, (byte) 0x65);
            assertFalse(Ipv4.check(m, 0, 20));
            m.putByte(0, (byte) 0x44);
            assertFalse(Ipv4.check(m, 0, 20));
            m.putByte(0, (byte) 0x46);
            assertFalse(Ipv4.check(m, 0, 20));
        }
    }
}
