package org.netdev4j.models.ena.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.netdev4j.backend.ena.spec.FlowRule;
import org.netdev4j.net.Ipv4Address;
import org.netdev4j.net.Ipv6Address;

/** Hashes and the queues that they, or rules, choose. */
class RssTest {
    private static final int L2_DA = 1;
    private static final int L2_SA = 1 << 1;
    private static final int L3_DA = 1 << 2;
    private static final int L3_SA = 1 << 3;
    private static final int L4_DP = 1 << 4;
    private static final int L4_SP = 1 << 5;
    private static final int L3 = L3_DA | L3_SA;
    private static final int L3_L4 = L3 | L4_DP | L4_SP;
    private static final byte[] MICROSOFT =
        Frames.hex("6d5a56da255b0ec24167253d43a38fb0d0ca2bcbae7b30b477cb2da38030f20c6a42b73bbeac01fa");

    private final IoRig rig = new IoRig();
    private final List<RxSide> queues = new ArrayList<>();

    RssTest() {
        for (int i = 0; i < 4; i++) {
            queues.add(rig.rx(256));
            queues.get(i).fill(200, 256);
        }
        // The device's key has its bytes the other way round.
        for (int i = 0; i < 40; i++) {
            rig.settings.rssKey[i] = MICROSOFT[39 - i];
        }
        int[] fields = {L3_L4, L3_L4, L3_L4, L3_L4, L3, L3, L3, L2_DA | L2_SA, 0, 0};
        System.arraycopy(fields, 0, rig.settings.rssFields, 0, fields.length);
        rig.settings.rssTable = new int[128];
        for (int i = 0; i < 128; i++) {
            rig.settings.rssTable[i] = queues.get(i % 4).sq;
        }
        rig.io.settingsChanged();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    /** The hash of a frame, which must have come to the queue that its hash chooses. */
    private int hash(byte[] frame) {
        rig.wire.arriving.add(frame);
        rig.run();
        for (int i = 0; i < 4; i++) {
            RxSide.Entry entry = queues.get(i).next();
            if (entry != null) {
                assertEquals(entry.hash() & 3, i, "queue of hash " + Integer.toHexString(entry.hash()));
                return entry.hash();
            }
        }
        throw new AssertionError("the frame came nowhere");
    }

    private static byte[] tcp4(String from, int fromPort, String to, int toPort) {
        return Frames.in().ipv4(Ipv4Address.parse(from), Ipv4Address.parse(to)).tcp(fromPort, toPort, 1, 2, 16).bytes();
    }

    private static byte[] tcp6(String from, int fromPort, String to, int toPort) {
        return Frames.in().ipv6(Ipv6Address.parse(from), Ipv6Address.parse(to)).tcp(fromPort, toPort, 1, 2, 16).bytes();
    }

    @Test
    void toeplitz_givesMicrosoftsVectors() {
        assertEquals(0x51ccc178, hash(tcp4("66.9.149.187", 2794, "161.142.100.80", 1766)));
        assertEquals(0xc626b0ea, hash(tcp4("199.92.111.2", 14230, "65.69.140.83", 4739)));
        assertEquals(0x40207d3d, hash(tcp6("3ffe:2501:200:1fff::7", 2794, "3ffe:2501:200:3::1", 1766)));
        assertEquals(0x323e8fc2, hash(Frames.in().ipv4(Ipv4Address.parse("66.9.149.187"),
            Ipv4Address.parse("161.142.100.80"))
            .echoRequest(1, 2).bytes()));
        assertEquals(0x2cc18cd5, hash(Frames.in().ipv6(Ipv6Address.parse("3ffe:2501:200:1fff::7"),
            Ipv6Address.parse("3ffe:2501:200:3::1")).echoRequest(1, 2).bytes()));
    }

    @Test
    void toeplitz_startsFromTheInitialValue() {
        rig.settings.rssInitValue = -1;
        assertEquals(~0x51ccc178, hash(tcp4("66.9.149.187", 2794, "161.142.100.80", 1766)));
    }

    @Test
    void toeplitz_givesWhatAmazonSaysThatTheDeviceDoes() {
        // [AMZN kernel/linux/ena/ENA_Linux_Best_Practices.rst, "Configuring RSS"]: Linux gives the device the bytes of the
        // key as they are, DPDK the other way round; an initial value of all ones is added.
        byte[] key = Frames.hex("77d1c934a4c9bd876e35dd17b2e3239e396d8a932a95b4723ab37f568edeb60197af3b2f3a70e704");
        byte[] frame = tcp4("1.2.3.4", 7000, "1.2.3.5", 7000);
        System.arraycopy(key, 0, rig.settings.rssKey, 0, 40);
        rig.io.settingsChanged();
        assertEquals(0xa4a1471a, hash(frame));
        rig.settings.rssInitValue = -1;
        assertEquals(0x5b5eb8e5, hash(frame));
        for (int i = 0; i < 40; i++) {
            rig.settings.rssKey[i] = key[39 - i];
        }
        rig.settings.rssInitValue = 0;
        rig.io.settingsChanged();
        assertEquals(0xa9828bd4, hash(frame));
    }

    @Test
    void crc32_isEthernets_overTheFields() {
        rig.settings.rssFunction = EnaSettings.CRC32;
        rig.settings.rssInitValue = -1;
        CRC32 crc = new CRC32();
        crc.update(Frames.hex("420995bb a18e6450 0aea 06e6"));
        assertEquals((int) crc.getValue(), hash(tcp4("66.9.149.187", 2794, "161.142.100.80", 1766)));
        rig.settings.rssInitValue = 0;
        assertNotEquals((int) crc.getValue(), hash(tcp4("66.9.149.187", 2794, "161.142.100.80", 1766)));
        CRC32 l2 = new CRC32();
        l2.update(Frames.hex("020000000002020000000001"));
        rig.settings.rssInitValue = -1;
        assertEquals((int) l2.getValue(), hash(Frames.in().etherType(0x88b5).payload(Frames.payload(46)).bytes()));
    }

    @Test
    void fieldsOfEachKind_areItsOwn() {
        rig.settings.rssFunction = EnaSettings.CRC32;
        rig.settings.rssInitValue = -1;
        int[] fields = rig.settings.rssFields;
        fields[0] = L4_SP;
        fields[1] = L4_DP;
        fields[2] = L3_SA;
        fields[3] = L3_DA | L4_SP;
        fields[4] = L3_DA;
        fields[6] = L3_SA | L4_SP;
        fields[7] = L2_SA;
        byte[] udp = Frames.in().ipv4(Frames.IP_1, Frames.IP_2).udp(0x1234, 0x5678).bytes();
        assertEquals(crc("0aea"), hash(tcp4("66.9.149.187", 2794, "161.142.100.80", 1766)));
        assertEquals(crc("5678"), hash(udp));
        assertEquals(crc("fd000077000000000000000000000001"), hash(tcp6("fd00:77::1", 1, "fd00:77::2", 2)));
        assertEquals(crc("fd0000770000000000000000000000021234"),
            hash(Frames.in().ipv6(Frames.IP6_1, Frames.IP6_2).udp(0x1234, 0x5678).bytes()));
        assertEquals(crc("0a4d0002"), hash(Frames.in().ipv4(Frames.IP_1, Frames.IP_2).echoRequest(1, 2).bytes()));
        udp[20] = 0x20;
        assertEquals(crc("0a4d0001"), hash(udp), "a fragment has no ports");
        assertEquals(crc("020000000001"), hash(Frames.in().etherType(0x88b5).payload(Frames.payload(46)).bytes()));
        fields[0] = 0;
        assertEquals(0, hash(tcp4("66.9.149.187", 2794, "161.142.100.80", 1766)));
    }

    private static int crc(String hex) {
        CRC32 crc = new CRC32();
        crc.update(Frames.hex(hex));
        return (int) crc.getValue();
    }

    @Test
    void extensionHeaders_haveKindsOfTheirOwn_ifTheyHaveFields() {
        rig.settings.rssFunction = EnaSettings.CRC32;
        rig.settings.rssInitValue = -1;
        byte[] plain = tcp6("fd00:77::1", 1, "fd00:77::2", 2);
        byte[] extended = new byte[plain.length + 8];
        System.arraycopy(plain, 0, extended, 0, 54);
        System.arraycopy(Frames.hex("0600010400000000"), 0, extended, 54, 8);
        System.arraycopy(plain, 54, extended, 62, plain.length - 54);
        extended[20] = 60;
        extended[19] += 8;
        assertEquals(hash(plain), hash(extended));
        rig.settings.rssFields[8] = L3_SA;
        assertEquals(crc("fd000077000000000000000000000001"), hash(extended));
        assertNotEquals(hash(plain), hash(extended));
    }

    @Test
    void sorting_makesBothDirectionsOne() {
        byte[] there = tcp4("66.9.149.187", 2794, "161.142.100.80", 1766);
        byte[] back = tcp4("161.142.100.80", 1766, "66.9.149.187", 2794);
        assertNotEquals(hash(there), hash(back));
        rig.settings.rssSort = 1 << 1 | 1 << 2;
        assertEquals(hash(there), hash(back));
        byte[] there6 = tcp6("fd00:77::1", 7, "fd00:77::2", 9);
        byte[] back6 = tcp6("fd00:77::2", 9, "fd00:77::1", 7);
        assertEquals(hash(there6), hash(back6));
        rig.settings.rssSort = 1 << 1;
        assertNotEquals(hash(there6), hash(back6));
        // Swapped if the destination is the smaller: the smaller comes first.
        rig.settings.rssFunction = EnaSettings.CRC32;
        rig.settings.rssInitValue = -1;
        assertEquals(crc("420995bb a18e6450 06e6 0aea"), hash(back));
    }

    @Test
    void hashIsNotTold_ifItIsOff_butChooses() {
        rig.settings.rxOffloads &= ~(1 << 3);
        rig.wire.arriving.add(tcp4("66.9.149.187", 2794, "161.142.100.80", 1766));
        rig.wire.arriving.add(tcp4("199.92.111.2", 14230, "65.69.140.83", 4739));
        rig.run();
        assertEquals(0, queues.get(0).next().hash());
        assertEquals(0, queues.get(2).next().hash());
    }

    @Test
    void withoutTable_firstQueueGetsAll() {
        rig.settings.rssTable = new int[0];
        for (int i = 0; i < 20; i++) {
            rig.wire.arriving.add(tcp4("66.9.149.187", 2794 + i, "161.142.100.80", 1766));
        }
        rig.run();
        assertEquals(20, queues.get(0).all().size());
    }

    @Test
    void tableThatNamesNoQueue_drops() {
        Arrays.fill(rig.settings.rssTable, 0xbeef);
        rig.wire.arriving.add(tcp4("66.9.149.187", 2794, "161.142.100.80", 1766));
        rig.run();
        assertEquals(1, rig.io.counters().rxDrops);
        TxSide tx = rig.tx(8);
        Arrays.fill(rig.settings.rssTable, tx.sq);
        rig.wire.arriving.add(tcp4("66.9.149.187", 2794, "161.142.100.80", 1766));
        rig.run();
        assertEquals(2, rig.io.counters().rxDrops);
    }

    private static byte[] ip(String hex) {
        return Arrays.copyOf(Frames.hex(hex), 16);
    }

    private void rules(SteeringRule... rules) {
        rig.settings.flowRules = rules;
        rig.io.settingsChanged();
    }

    private int queueOf(byte[] frame) {
        rig.wire.arriving.add(frame);
        rig.run();
        for (int i = 0; i < 4; i++) {
            if (!queues.get(i).all().isEmpty()) {
                return i;
            }
        }
        return -1;
    }

    @Test
    void rules_comeBeforeTheTable() {
        Arrays.fill(rig.settings.rssTable, queues.get(0).sq);
        byte[] none = new byte[16];
        byte[] all = ip("ffffffff");
        rules(null,
            new SteeringRule(3, 1, new FlowRule(ip("a18e6450"), all, none, none, 1766, 0xffff, 0, 0, 0, 0)),
            new SteeringRule(1, 2, new FlowRule(ip("a18e0000"), ip("ffff0000"), none, none, 0, 0, 0, 0, 0, 0)),
            new SteeringRule(6, 3, new FlowRule(none, none, none, none, 0, 0, 5, 0xffff, 0, 0)),
            new SteeringRule(4, 3, new FlowRule(none, none, Frames.hex("fd000077000000000000000000000001"),
                Frames.hex("ffffffffffffffffffffffffffffffff"), 0, 0, 0, 0, 0, 0)),
            new SteeringRule(5, 9, new FlowRule(ip("0a4d0002"), all, none, none, 0, 0, 0, 0, 0, 0)),
            new SteeringRule(2, 2, new FlowRule(none, none, none, none, 0, 0, 0, 0, 0x20, 0xff)));
        assertEquals(1, queueOf(tcp4("66.9.149.187", 2794, "161.142.100.80", 1766)), "TCP by address and port");
        assertEquals(2, queueOf(tcp4("66.9.149.187", 2794, "161.142.100.80", 1767)), "other port: IPv4 by network");
        assertEquals(0, queueOf(tcp4("66.9.149.187", 2794, "161.143.100.80", 1766)), "no rule");
        assertEquals(3, queueOf(Frames.in().ipv6(Frames.IP6_2, Frames.IP6_1).udp(5, 6).bytes()), "UDP6 by source port");
        assertEquals(0, queueOf(Frames.in().ipv6(Frames.IP6_2, Frames.IP6_1).udp(6, 5).bytes()), "the other port");
        assertEquals(3, queueOf(tcp6("fd00:77::1", 1, "fd00:77::2", 2)), "TCP6 by source");
        assertEquals(0, queueOf(tcp6("fd00:77::3", 1, "fd00:77::2", 2)), "TCP6, other source");
        assertEquals(2, queueOf(Frames.in().trafficClass(0x20).ipv6(Frames.IP6_2, Frames.IP6_1).echoRequest(1, 1).bytes()));
        assertEquals(-1, queueOf(Frames.in().ipv4(Frames.IP_1, Frames.IP_2).udp(1, 2).bytes()), "a queue that there is not");
        assertEquals(1, rig.io.counters().rxDrops);
    }

    @Test
    void rulesNumberQueues_asTheyWereCreated() {
        byte[] none = new byte[16];
        rules(new SteeringRule(1, 1, new FlowRule(none, none, none, none, 0, 0, 0, 0, 0, 0)));
        rig.io.destroySq(false, queues.get(0).sq);
        assertEquals(2, queueOf(tcp4("66.9.149.187", 2794, "161.142.100.80", 1766)));
    }
}
