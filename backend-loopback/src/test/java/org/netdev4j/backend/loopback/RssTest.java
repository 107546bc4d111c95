package org.netdev4j.backend.loopback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.FlowType;
import org.netdev4j.api.HashField;
import org.netdev4j.api.HashFunction;
import org.netdev4j.api.InvalidConfigurationException;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.RssConfig;
import org.netdev4j.net.IpProtocol;
import org.netdev4j.net.Ipv4Address;
import org.netdev4j.net.Ipv6Address;
import org.netdev4j.net.MacAddress;
import org.netdev4j.net.PacketBuilder;
import org.netdev4j.net.Tcp;
import org.netdev4j.net.Toeplitz;

class RssTest {
    private static final int QUEUES = 4;

    /** Receives the only packet that waits, which must be on the queue that the table has for its hash; frees it. */
    private static void assertHashed(Nic nic, int hash) {
        int[] table = nic.device.rss().table();
        NetBuf packet = nic.receiveOne(table[hash & table.length - 1]);
        assertEquals(Integer.toHexString(hash), Integer.toHexString(packet.hash()));
        assertTrue(packet.hasFlags(NetBuf.RX_HASH));
        packet.free();
    }

    private static void assertNotHashed(Nic nic) {
        NetBuf packet = nic.receiveOne(nic.device.rss().table()[0]);
        assertFalse(packet.hasFlags(NetBuf.RX_HASH));
        packet.free();
    }

    // All rows of Microsoft, "Verifying the RSS Hash Calculation" [MS-RSS].
    @ParameterizedTest
    @CsvSource({
        "161.142.100.80, 1766,  66.9.149.187,   2794,  323e8fc2, 51ccc178",
        "65.69.140.83,   4739,  199.92.111.2,   14230, d718262a, c626b0ea",
        "12.22.207.184,  38024, 24.19.198.95,   12898, d2d0a5de, 5c2b394a",
        "209.142.163.6,  2217,  38.27.205.30,   48228, 82989176, afc7327f",
        "202.188.127.2,  1303,  153.39.163.191, 44251, 5d1809c5, 10e828a2"})
    void ipv4_hashesAsMicrosoftsSuite(String to, int toPort, String from, int fromPort, String addresses, String ports) {
        try (Nic nic = Nic.running(QUEUES)) {
            PacketBuilder builder = Frames.toNic().ipv4(Ipv4Address.parse(from), Ipv4Address.parse(to));

            nic.farSends(builder.protocol(99).payload(new byte[40]).bytes());
            assertHashed(nic, Integer.parseUnsignedInt(addresses, 16));
            nic.farSends(builder.tcp(fromPort, toPort, 1, 2, Tcp.ACK).bytes());
            assertHashed(nic, Integer.parseUnsignedInt(ports, 16));
            nic.farSends(builder.udp(fromPort, toPort).bytes());
            assertHashed(nic, Integer.parseUnsignedInt(ports, 16));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "3ffe:2501:200:3::1,       1766,  3ffe:2501:200:1fff::7,               2794,  2cc18cd5, 40207d3d",
        "ff02::1,                  4739,  3ffe:501:8::260:97ff:fe40:efab,      14230, 0f0c461c, dde51bbf",
        "fe80::200:f8ff:fe21:67cf, 38024, 3ffe:1900:4545:3:200:f8ff:fe21:67cf, 44251, 4b61e985, 02d1feef"})
    void ipv6_hashesAsMicrosoftsSuite(String to, int toPort, String from, int fromPort, String addresses, String ports) {
        try (Nic nic = Nic.running(QUEUES)) {
            PacketBuilder builder = Frames.toNic().ipv6(Ipv6Address.parse(from), Ipv6Address.parse(to));

            nic.farSends(builder.protocol(99).payload(new byte[40]).bytes());
            assertHashed(nic, Integer.parseUnsignedInt(addresses, 16));
            nic.farSends(builder.tcp(fromPort, toPort, 1, 2, Tcp.ACK).bytes());
            assertHashed(nic, Integer.parseUnsignedInt(ports, 16));
            nic.farSends(builder.vlan(5).udp(fromPort, toPort).bytes());
            assertHashed(nic, Integer.parseUnsignedInt(ports, 16));
        }
    }

    @Test
    void fragments_areHashedByAddresses_alsoTheFirst() {
        try (Nic nic = Nic.running(QUEUES)) {
            byte[] whole = Frames.toNic().ipv4(Ipv4Address.parse("66.9.149.187"), Ipv4Address.parse("161.142.100.80"))
                .udp(2794, 1766).payload(Frames.bytes(64)).bytes();

            nic.farSends(Frames.with(whole, 20, 0x2000));
            assertHashed(nic, 0x323e8fc2);
            nic.farSends(Frames.with(whole, 20, 9));
            assertHashed(nic, 0x323e8fc2);
        }
    }

    @Test
    void fragments_haveFieldsOfTheirOwn() {
        try (Nic nic = Nic.running(QUEUES)) {
            nic.device.setRss(nic.device.rss().withFields(FlowType.IPV4_FRAGMENT, EnumSet.of(HashField.L3_SOURCE)));
            byte[] frame = Frames.with(Frames.flow(3), 20, 0x2000);
            byte[] source = new byte[4];
            System.arraycopy(frame, 26, source, 0, 4);

            nic.farSends(frame);

            assertHashed(nic, Toeplitz.hash(nic.device.rss().key(), source));
        }
    }

    // A first fragment of IPv6 has its ports, but they do not count: those behind it have none.
    @Test
    void firstFragmentOfIpv6_isHashedByAddresses() {
        try (Nic nic = Nic.running(QUEUES)) {
            byte[] fragment = new byte[48];
            fragment[0] = IpProtocol.UDP;
            fragment[3] = 1;
            fragment[9] = 1;
            fragment[13] = 40;
            byte[] frame = Frames.toNic().ipv6(Frames.IP6_PEER, Frames.IP6).protocol(IpProtocol.FRAGMENT).payload(fragment)
                .bytes();
            byte[] addresses = new byte[32];
            System.arraycopy(frame, 22, addresses, 0, 32);

            nic.farSends(frame);

            assertHashed(nic, Toeplitz.hash(nic.device.rss().key(), addresses));
        }
    }

    // What a longer input before left in the scratch memory does not count.
    @Test
    void shortInput_afterALongOne_isHashedAlone() {
        try (Nic nic = Nic.running(QUEUES)) {
            nic.device.setRss(nic.device.rss().withFields(FlowType.IPV6_UDP,
                EnumSet.of(HashField.L3_SOURCE, HashField.L3_DESTINATION, HashField.L4_SOURCE)));
            byte[] long34 = Frames.udp6(10);
            byte[] input = new byte[34];
            System.arraycopy(long34, 22, input, 0, 34);
            nic.farSends(long34);
            assertHashed(nic, Toeplitz.hash(nic.device.rss().key(), input));

            byte[] plain = Frames.plain(Nic.MAC, 60);
            nic.farSends(plain);
            assertHashed(nic, Toeplitz.hash(nic.device.rss().key(), Arrays.copyOf(plain, 12)));
        }
    }

    @Test
    void framesWithoutIp_areHashedByTheirAddresses() {
        try (Nic nic = Nic.running(QUEUES)) {
            byte[] frame = Frames.plain(Nic.MAC, 60);
            byte[] input = new byte[12];
            System.arraycopy(frame, 0, input, 0, 12);

            nic.farSends(frame);

            assertHashed(nic, Toeplitz.hash(nic.device.rss().key(), input));
        }
    }

    // The input is the chosen fields one after another.
    @ParameterizedTest
    @CsvSource({
        "L3_SOURCE,                             0, 4",
        "L3_DESTINATION,                        4, 4",
        "L4_SOURCE,                             8, 2",
        "L4_DESTINATION,                        10, 2",
        "L3_DESTINATION+L4_SOURCE,              4, 6",
        "L4_SOURCE+L4_DESTINATION,              8, 4",
        "L3_SOURCE+L3_DESTINATION+L4_SOURCE,    0, 10"})
    void setRss_changesWhatIsHashed(String fields, int at, int length) {
        try (Nic nic = Nic.running(QUEUES)) {
            Set<HashField> set = EnumSet.noneOf(HashField.class);
            for (String field : fields.split("\\+")) {
                set.add(HashField.valueOf(field));
            }
            nic.device.setRss(nic.device.rss().withFields(FlowType.IPV4_UDP, set));
            byte[] frame = Frames.flow(7);
            byte[] input = new byte[length];
            System.arraycopy(frame, 26 + at, input, 0, length);

            nic.farSends(frame);

            assertHashed(nic, Toeplitz.hash(nic.device.rss().key(), input));
        }
    }

    @Test
    void setRss_hashesIpv6DestinationAndPort() {
        try (Nic nic = Nic.running(QUEUES)) {
            nic.device.setRss(nic.device.rss().withFields(FlowType.IPV6_TCP,
                EnumSet.of(HashField.L3_DESTINATION, HashField.L4_DESTINATION)));
            byte[] frame = Frames.tcp6(10);
            byte[] input = new byte[18];
            System.arraycopy(frame, 38, input, 0, 16);
            System.arraycopy(frame, 56, input, 16, 2);

            nic.farSends(frame);

            assertHashed(nic, Toeplitz.hash(nic.device.rss().key(), input));
        }
    }

    @Test
    void setRss_withoutFields_givesNoHashAndEntryZero() {
        try (Nic nic = Nic.running(QUEUES)) {
            int[] table = RssConfig.evenTable(128, QUEUES);
            table[0] = 3;
            nic.device.setRss(nic.device.rss().withTable(table).withFields(FlowType.IPV4_UDP, Set.of()));

            nic.farSends(Frames.flow(7));

            assertNotHashed(nic);
        }
    }

    @Test
    void setRss_withAnotherKey_changesTheHash() {
        try (Nic nic = Nic.running(QUEUES)) {
            byte[] key = Toeplitz.symmetricKey(40);
            nic.device.setRss(nic.device.rss().withKey(key));
            byte[] frame = Frames.flow(7);
            byte[] input = new byte[12];
            System.arraycopy(frame, 26, input, 0, 12);

            nic.farSends(frame);

            assertHashed(nic, Toeplitz.hash(key, input));
        }
    }

    @Test
    void setRss_withCrc32_hashesWithIt() {
        try (Nic nic = Nic.running(QUEUES)) {
            nic.device.setRss(nic.device.rss().withFunction(HashFunction.CRC32));
            byte[] frame = Frames.flow(7);
            CRC32 crc = new CRC32();
            crc.update(ByteBuffer.wrap(frame, 26, 12));

            nic.farSends(frame);

            assertHashed(nic, (int) crc.getValue());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 16, 512})
    void setRss_takesTablesOfManySizes(int size) {
        try (Nic nic = Nic.running(QUEUES)) {
            int[] table = new int[size];
            for (int i = 0; i < size; i++) {
                table[i] = (i * 3 + 1) % QUEUES;
            }
            nic.device.setRss(nic.device.rss().withTable(table));
            for (int flow = 0; flow < 50; flow++) {
                byte[] frame = Frames.flow(flow);
                byte[] input = new byte[12];
                System.arraycopy(frame, 26, input, 0, 12);

                nic.farSends(frame);

                assertHashed(nic, Toeplitz.hash(nic.device.rss().key(), input));
            }
        }
    }

    @Test
    void setRss_refusesWhatTheDeviceLacks() {
        try (Nic nic = Nic.running(QUEUES)) {
            RssConfig now = nic.device.rss();
            assertThrows(InvalidConfigurationException.class, () -> nic.device.setRss(now.withTable(new int[1024])));
            assertThrows(InvalidConfigurationException.class, () -> nic.device.setRss(now.withTable(0, 4)));
            assertThrows(InvalidConfigurationException.class, () -> nic.device.setRss(now.withKey(new byte[52])));
            assertThrows(InvalidConfigurationException.class,
                () -> nic.device.setRss(now.withFields(FlowType.IPV4, EnumSet.of(HashField.L4_SOURCE))));
            assertEquals(now, nic.device.rss());
        }
    }

    @Test
    void flows_spreadOverAllQueues() {
        try (Nic nic = Nic.running(16)) {
            for (int flow = 0; flow < 256; flow++) {
                nic.farSends(Frames.flow(flow));
            }
            int total = 0;
            for (int queue = 0; queue < 16; queue++) {
                int here = nic.drain(queue);
                assertTrue(here > 0, "queue " + queue + " got nothing");
                total += here;
            }
            assertEquals(256, total + nic.device.statistics().imissed());
        }
    }

    @Test
    void hashOffload_off_steersStill() {
        try (Nic nic = Nic.running(QUEUES)) {
            nic.device.setOffload(Capability.RSS_HASH, false);

            nic.farSends(Frames.toNic().ipv4(Ipv4Address.parse("66.9.149.187"), Ipv4Address.parse("161.142.100.80"))
                .tcp(2794, 1766, 1, 2, Tcp.ACK).bytes());

            int[] table = nic.device.rss().table();
            NetBuf packet = nic.receiveOne(table[0x51ccc178 & table.length - 1]);
            assertFalse(packet.hasFlags(NetBuf.RX_HASH));
            packet.free();
        }
    }

    @Test
    void hash_isGivenOnOneQueueToo() {
        try (Nic nic = Nic.running(1)) {
            nic.farSends(Frames.toNic().ipv4(Ipv4Address.parse("66.9.149.187"), Ipv4Address.parse("161.142.100.80"))
                .tcp(2794, 1766, 1, 2, Tcp.ACK).bytes());

            assertHashed(nic, 0x51ccc178);
        }
    }

    @Test
    void configure_withFewerQueues_steersToThoseLeft() {
        try (Nic nic = Nic.running(QUEUES)) {
            nic.device.stop();
            nic.start(DeviceConfig.queues(2));

            for (int flow = 0; flow < 60; flow++) {
                nic.farSends(Frames.flow(flow));
            }

            assertEquals(60, nic.drain(0) + nic.drain(1));
        }
    }

    @Test
    void broadcast_isSpreadToo() {
        try (Nic nic = Nic.running(QUEUES)) {
            byte[] frame = Frames.plain(MacAddress.BROADCAST, 60);
            byte[] input = new byte[12];
            System.arraycopy(frame, 0, input, 0, 12);

            nic.farSends(frame);

            assertHashed(nic, Toeplitz.hash(nic.device.rss().key(), input));
        }
    }
}
