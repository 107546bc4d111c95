package org.netdev4j.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.netdev4j.platform.memory.Memory;

/** Ethernet, VLAN and ARP on literal bytes, both ways. */
class L2HeadersTest {
    private static final String A5 = "a5a5a5a5";

    @Test
    void ethernet_reads() {
        try (Memory m = Bytes.of(Captured.ARP_REQUEST)) {
            assertTrue(Ethernet.check(m, 0, 14));
            assertFalse(Ethernet.check(m, 0, 13));
            assertEquals(0xffff_ffff_ffffL, Ethernet.destination(m, 0));
            assertEquals(Captured.MAC_1, Ethernet.source(m, 0));
            assertEquals(EtherType.ARP, Ethernet.etherType(m, 0));
            assertTrue(Ethernet.isMulticast(Ethernet.destination(m, 0)));
            assertFalse(Ethernet.isMulticast(Ethernet.source(m, 0)));
        }
    }

    @Test
    void ethernet_writes() {
        try (Memory m = Bytes.filled(22)) {
            Ethernet.destination(m, 4, 0x0102_0304_0506L);
            Ethernet.source(m, 4, 0xf1f2_f3f4_f5f6L);
            Ethernet.etherType(m, 4, 0x86dd);
            assertEquals(A5 + "010203040506" + "f1f2f3f4f5f6" + "86dd" + A5, Bytes.hex(m, 0, 22));
        }
    }

    @Test
    void ethernet_swapsAndCopiesAddresses() {
        try (Memory m = Bytes.of("010203040506 f1f2f3f4f5f6 0800"); Memory other = Bytes.filled(14)) {
            Ethernet.swapAddresses(m, 0);
            Ethernet.copyAddresses(m, 0, other, 1);

            assertEquals("f1f2f3f4f5f60102030405060800", Bytes.hex(m, 0, 14));
            assertEquals("a5f1f2f3f4f5f6010203040506a5", Bytes.hex(other, 0, 14));
        }
    }

    @Test
    void vlan_reads() {
        try (Memory m = Bytes.of(Captured.TAGGED_TWICE)) {
            assertTrue(Vlan.isTag(Ethernet.etherType(m, 0)));
            assertTrue(Vlan.check(m, 14, 4));
            assertFalse(Vlan.check(m, 14, 3));
            assertEquals(0x3064, Vlan.tci(m, 14));
            assertEquals(1, Vlan.priority(m, 14));
            assertTrue(Vlan.dropEligible(m, 14));
            assertEquals(100, Vlan.id(m, 14));
            assertTrue(Vlan.isTag(Vlan.etherType(m, 14)));
            assertEquals(200, Vlan.id(m, 18));
            assertFalse(Vlan.dropEligible(m, 18));
            assertEquals(0, Vlan.priority(m, 18));
            assertFalse(Vlan.isTag(Vlan.etherType(m, 18)));
        }
    }

    @Test
    void vlan_writes() {
        try (Memory m = Bytes.filled(12)) {
            Vlan.tci(m, 4, Vlan.tci(3, false, 5));
            Vlan.etherType(m, 4, 0x0800);
            assertEquals(A5 + "6005" + "0800" + A5, Bytes.hex(m, 0, 12));

            Vlan.priority(m, 4, 1);
            assertEquals(A5 + "2005" + "0800" + A5, Bytes.hex(m, 0, 12));
            Vlan.priority(m, 4, 7);
            assertEquals(A5 + "e005" + "0800" + A5, Bytes.hex(m, 0, 12));
            Vlan.dropEligible(m, 4, true);
            assertEquals(A5 + "f005" + "0800" + A5, Bytes.hex(m, 0, 12));
            Vlan.id(m, 4, 0xabc);
            Vlan.dropEligible(m, 4, false);
            assertEquals(A5 + "eabc" + "0800" + A5, Bytes.hex(m, 0, 12));
        }
    }

    @Test
    void vlan_insertsAndRemovesTags() {
        String plain = Captured.UDP.replaceAll("\\s", "");
        String twice = Captured.TAGGED_TWICE.replaceAll("\\s", "");
        try (Memory m = Bytes.of("a5a5a5a5a5a5a5a5" + plain)) {
            long inner = Vlan.insert(m, 8, EtherType.VLAN, 200);
            long outer = Vlan.insert(m, inner, EtherType.SERVICE_VLAN, Vlan.tci(1, true, 100));
            assertEquals(0, outer);
            assertEquals(twice, Bytes.hex(m, 0, 53));

            assertEquals(8, Vlan.remove(m, Vlan.remove(m, 0)));
            assertEquals(plain, Bytes.hex(m, 8, 45));
        }
    }

    @Test
    void arp_reads() {
        try (Memory m = Bytes.of(Captured.ARP_REPLY)) {
            assertTrue(Arp.check(m, 14, 28));
            assertFalse(Arp.check(m, 14, 27));
            assertEquals(Arp.REPLY, Arp.operation(m, 14));
            assertEquals(Captured.MAC_2, Arp.senderMac(m, 14));
            assertEquals(Captured.IP_2, Arp.senderIp(m, 14));
            assertEquals(Captured.MAC_1, Arp.targetMac(m, 14));
            assertEquals(Captured.IP_1, Arp.targetIp(m, 14));
        }
    }

    @Test
    void arp_writes() {
        try (Memory m = Bytes.filled(36); Memory captured = Bytes.of(Captured.ARP_REQUEST)) {
            Arp.write(m, 4, Arp.REQUEST, Captured.MAC_1, Captured.IP_1, 0, Captured.IP_2);
            assertEquals(A5 + Bytes.hex(captured, 14, 28) + A5, Bytes.hex(m, 0, 36));
        }
    }

    @Test
    void arp_refusesOtherKinds() {
        for (int at : new int[] {14, 15, 16, 17, 18, 19}) {
            try (Memory m = Bytes.of(Captured.ARP_REQUEST)) {
                m.putByte(at, (byte) 0x55);
                assertFalse(Arp.check(m, 14, 28), "byte " + at);
            }
        }
    }
}
