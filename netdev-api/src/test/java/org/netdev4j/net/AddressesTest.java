package org.netdev4j.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.platform.RandomSource;

class AddressesTest {
    @Test
    void mac_parsesBothForms() {
        assertEquals(0x0200_0000_0001L, MacAddress.parse("02:00:00:00:00:01").value());
        assertEquals(0xabcd_ef01_2345L, MacAddress.parse("AB-cd-EF-01-23-45").value());
        assertEquals("ab:cd:ef:01:23:45", MacAddress.parse("AB-cd-EF-01-23-45").toString());
        assertEquals(MacAddress.BROADCAST, MacAddress.parse("ff:ff:ff:ff:ff:ff"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "02:00:00:00:00", "02:00:00:00:00:01:02", "02:00:00-00:00:01", "2:0:0:0:0:1", 
        "02:00:00:00:00:0g", "020000000001", " 02:00:00:00:00:01", "02:00:00:00:00:01\n", "+2:00:00:00:00:01"})
    void mac_refusesOtherForms_andSaysWhichItTakes(String text) {
        String message = assertThrows(IllegalArgumentException.class, () -> MacAddress.parse(text)).getMessage();
        assertEquals("\"" + text + "\" is not a MAC address: expected six pairs of hex digits, as 02:00:00:00:00:01 or "
            + "02-00-00-00-00-01", message);
    }

    @Test
    void mac_hasKinds() {
        assertTrue(MacAddress.BROADCAST.isBroadcast());
        assertTrue(MacAddress.BROADCAST.isMulticast());
        assertTrue(MacAddress.parse("33:33:00:00:00:01").isMulticast());
        assertFalse(MacAddress.parse("33:33:00:00:00:01").isBroadcast());
        assertTrue(MacAddress.parse("02:00:00:00:00:01").isLocal());
        assertFalse(MacAddress.parse("00:1b:21:00:00:01").isLocal());
        assertTrue(MacAddress.parse("00:1b:21:00:00:01").isStation());
        assertFalse(MacAddress.parse("01:00:5e:00:00:01").isStation());
        assertFalse(MacAddress.ZERO.isStation());
    }

    @Test
    void mac_convertsToAndFromBytes() {
        byte[] bytes = Bytes.parse("00 f1f2f3f4f5f6 00");
        MacAddress mac = MacAddress.of(bytes, 1);
        assertEquals("f1:f2:f3:f4:f5:f6", mac.toString());
        assertArrayEquals(Bytes.parse("f1f2f3f4f5f6"), mac.bytes());
    }

    @Test
    void mac_refusesMoreThan48Bits() {
        assertEquals("MAC address has more than 48 bits: value=0x1000000000000",
            assertThrows(IllegalArgumentException.class, () -> new MacAddress(1L << 48)).getMessage());
    }

    @Test
    void mac_random_isLocalUnicastAndVaries() {
        RandomSource random = RandomSource.seeded(7);
        Set<MacAddress> seen = new HashSet<>();
        long ones = 0;
        long zeros = 0;
        for (int i = 0; i < 1000; i++) {
            MacAddress mac = MacAddress.random(random);
            assertTrue(mac.isLocal() && mac.isStation());
            ones |= mac.value();
            zeros |= ~mac.value();
            seen.add(mac);
        }
        assertEquals(1000, seen.size());
        assertEquals(0xfeff_ffff_ffffL, ones);
        assertEquals(0xfdff_ffff_ffffL, zeros & 0xffff_ffff_ffffL);
        assertEquals(MacAddress.random(RandomSource.seeded(7)), MacAddress.random(RandomSource.seeded(7)));
        assertNotEquals(MacAddress.random(RandomSource.seeded(7)), MacAddress.random(RandomSource.seeded(8)));
    }

    @Test
    void ipv4_parsesAndPrints() {
        assertEquals(0x0a4d_0002, Ipv4Address.parse("10.77.0.2").value());
        assertEquals(Ipv4Address.of(255, 255, 255, 255), Ipv4Address.parse("255.255.255.255"));
        assertEquals("192.0.2.1", Ipv4Address.of(192, 0, 2, 1).toString());
        assertEquals("0.0.0.0", Ipv4Address.ANY.toString());
        assertTrue(Ipv4Address.parse("255.255.255.255").isBroadcast());
        assertTrue(Ipv4Address.parse("224.0.0.1").isMulticast());
        assertTrue(Ipv4Address.parse("239.255.255.255").isMulticast());
        assertFalse(Ipv4Address.parse("240.0.0.0").isMulticast());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.77.0", "10.77.0.2.3", "10.77.0.256", "10.77.0.02", "10.77.0.-1", "10.77.0.+1", 
        "10.77..2", "localhost", "0x0a.1.1.1", "10.77.0.2 ", "1", "10.77.0.\u0662"})
    void ipv4_refusesOtherForms(String text) {
        String message = assertThrows(IllegalArgumentException.class, () -> Ipv4Address.parse(text)).getMessage();
        assertTrue(message.startsWith("\"" + text + "\" is not an IPv4 address: expected four numbers"), message);
    }

    // The first eight are examples of RFC 4291 §2.2 and RFC 5952 §1 and §4.
    @ParameterizedTest
    @CsvSource({
        "2001:DB8:0:0:8:800:200C:417A, 20010db800000000, 00080800200c417a, 2001:db8::8:800:200c:417a",
        "FF01:0:0:0:0:0:0:101,         ff01000000000000, 0000000000000101, ff01::101",
        "::1,                          0000000000000000, 0000000000000001, ::1",
        "::,                           0000000000000000, 0000000000000000, ::",
        "0:0:0:0:0:FFFF:129.144.52.38, 0000000000000000, 0000ffff81903426, ::ffff:8190:3426",
        "::13.1.68.3,                  0000000000000000, 000000000d014403, ::d01:4403",
        "2001:db8:0:0:1:0:0:1,         20010db800000000, 0001000000000001, 2001:db8::1:0:0:1",
        "2001:db8:0:1:1:1:1:1,         20010db800000001, 0001000100010001, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1,           2001000000000001, 0000000000000001, 2001:0:0:1::1",
        "1:2:3:4:5:6:7::,              0001000200030004, 0005000600070000, 1:2:3:4:5:6:7:0",
        "::2:3:4:5:6:7:8,              0000000200030004, 0005000600070008, 0:2:3:4:5:6:7:8",
        "fe80::,                       fe80000000000000, 0000000000000000, fe80::",
        "1:2:3:4:5:6:1.2.3.4,          0001000200030004, 0005000601020304, 1:2:3:4:5:6:102:304"})
    void ipv6_parsesAndPrints(String text, String high, String low, String printed) {
        Ipv6Address address = Ipv6Address.parse(text);
        assertEquals(Long.parseUnsignedLong(high, 16), address.high());
        assertEquals(Long.parseUnsignedLong(low, 16), address.low());
        assertEquals(printed, address.toString());
        assertEquals(address, Ipv6Address.parse(printed));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "1:2:3:4::5:6:7:8",
        "1::2::3", ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:", "12345::", "g::", "1.2.3.4::", "::1.2.3.4:5", "::1.2.3", "::1.2.3.256",
        "fe80::1%eth0", "::1 ", "ip6-localhost", "1:2:3:4:5:6:7:1.2.3.4", "::-1"})
    void ipv6_refusesOtherForms(String text) {
        String message = assertThrows(IllegalArgumentException.class, () -> Ipv6Address.parse(text)).getMessage();
        assertTrue(message.startsWith("\"" + text + "\" is not an IPv6 address: expected eight groups"), message);
    }

    @Test
    void ipv6_hasKindsAndGroups() {
        assertTrue(Ipv6Address.ALL_NODES.isMulticast());
        assertEquals("ff02::1", Ipv6Address.ALL_NODES.toString());
        assertTrue(Ipv6Address.parse("fe80::1").isLinkLocal());
        assertTrue(Ipv6Address.parse("febf::1").isLinkLocal());
        assertFalse(Ipv6Address.parse("fec0::1").isLinkLocal());
        // RFC 4291 §2.7.1: the example there.
        Ipv6Address group = Ipv6Address.parse("4037::01:800:200E:8C6C").solicitedNode();
        assertEquals("ff02::1:ff0e:8c6c", group.toString());
        assertEquals("33:33:ff:0e:8c:6c", group.multicastMac().toString());
    }
}
