package org.netdev4j.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.netdev4j.spi.DeviceSettings;

class ValuesTest {
    private static final RingLimits RING = new RingLimits(8, 512, 1, true, 32);

    private static DeviceInfo info(int rxQueues, int minMtu, int maxMtu, int segments, int tso, Optional<RssLimits> rss,
                                   int multicast, Set<Capability> capabilities) {
        return new DeviceInfo("d", "1", "", "", FakeNic.MAC, rxQueues, 1, RING, RING, minMtu, maxMtu, segments, tso,
            0, 0, rss,
            multicast, 0, capabilities, Map.of());
    }

    private static void refused(String message, Runnable make) {
        assertEquals("device info contradicts itself: " + message,
            assertThrows(IllegalArgumentException.class, make::run).getMessage());
    }

    @Test
    void deviceInfo_thatContradictsItself_isRefused() {
        Set<Capability> none = EnumSet.noneOf(Capability.class);
        info(1, 68, 1500, 1, 0, Optional.empty(), 0, none);
        refused("a device has queues: maxRxQueues=0 maxTxQueues=1", () -> info(0, 68, 1500, 1, 0, Optional.empty(), 0,
            none));
        refused("MTUs: minMtu=68 maxMtu=67", () -> info(1, 68, 67, 1, 0, Optional.empty(), 0, none));
        refused("a packet has a buffer: maxTxSegments=0", () -> info(1, 68, 1500, 0, 0, Optional.empty(), 0, none));
        refused("RSS_HASH needs rss", () -> info(1, 68, 1500, 1, 0, Optional.empty(), 0, EnumSet.of(Capability.RSS_HASH)));
        refused("TX_TSO_IPV6 needs maxTsoLength",
            () -> info(1, 68, 1500, 1, 0, Optional.empty(), 0, EnumSet.of(Capability.TX_TSO_IPV6)));
        refused("MULTICAST_FILTER needs maxMulticast",
            () -> info(1, 68, 1500, 1, 0, Optional.empty(), 0, EnumSet.of(Capability.MULTICAST_FILTER)));
        refused("UNICAST_FILTER needs maxUnicast",
            () -> info(1, 68, 1500, 1, 0, Optional.empty(), 0, EnumSet.of(Capability.UNICAST_FILTER)));
    }

    @Test
    void ringLimits_allowWhatTheySay() {
        assertTrue(RING.allows(8) && RING.allows(512));
        assertFalse(RING.allows(4) || RING.allows(1024) || RING.allows(48) || RING.allows(0) || RING.allows(-8));
        assertTrue(new RingLimits(8, 512, 8, false, 64).allows(24));
        for (int[] bad : new int[][] {{0, 8, 1, 8}, {8, 4, 1, 8}, {8, 16, 0, 8}, {8, 16, 1, 7}, {8, 16, 1, 12}}) {
            assertThrows(IllegalArgumentException.class, () -> new RingLimits(bad[0], bad[1], bad[2], true, bad[3]));
        }
    }

    @Test
    void rssLimits_thatNoTableCanMeet_areRefused() {
        Set<HashFunction> toeplitz = EnumSet.of(HashFunction.TOEPLITZ);
        for (int[] bad : new int[][] {{-1, 64, 64}, {40, 0, 64}, {40, 64, 32}, {40, 60, 64}, {40, 64, 100}}) {
            assertThrows(IllegalArgumentException.class, () -> new RssLimits(bad[0], bad[1], bad[2], toeplitz, Map.of()));
        }
        assertThrows(IllegalArgumentException.class,
            () -> new RssLimits(40, 64, 64, EnumSet.noneOf(HashFunction.class), Map.of()));
        assertEquals(0, new RssLimits(0, 64, 64, toeplitz, Map.of()).keySize(), "a key that nobody can know");
    }

    @Test
    void rssConfig_isAValue_ofItsOwn() {
        byte[] key = {1, 2};
        int[] table = {0, 1};
        RssConfig rss = new RssConfig(HashFunction.TOEPLITZ, key, table, Map.of(FlowType.IPV6, Set.of(), FlowType.IPV4,
            Set.of(HashField.L3_SOURCE)));
        key[0] = 9;
        table[0] = 9;
        rss.key()[1] = 9;
        rss.table()[1] = 9;

        assertArrayEquals(new byte[] {1, 2}, rss.key());
        assertArrayEquals(new int[] {0, 1}, rss.table());
        assertEquals(Map.of(FlowType.IPV4, Set.of(HashField.L3_SOURCE)), rss.fields());
        assertEquals(rss, rss.withKey(new byte[] {1, 2}));
        assertEquals(rss.hashCode(), rss.withTable(0, 1).hashCode());
        for (RssConfig other : List.of(rss.withKey(new byte[] {1, 3}), rss.withTable(1, 1),
            rss.withFunction(HashFunction.CRC32),
            rss.withFields(FlowType.IPV4, Set.of()))) {
            assertNotEquals(rss, other);
        }
        assertEquals("TOEPLITZ key 01:02 table [0, 1] fields {IPV4=[L3_SOURCE]}", rss.toString());
        assertArrayEquals(new int[] {0, 1, 2, 0}, RssConfig.evenTable(4, 3));
    }

    @Test
    void burstStatus_isACountAndTwoFlags() {
        int status = 32 | BurstStatus.MORE;
        assertEquals(32, BurstStatus.count(status));
        assertTrue(BurstStatus.more(status));
        assertFalse(BurstStatus.underrun(status));
        assertEquals("32 MORE", BurstStatus.toString(status));
        assertEquals("65535 MORE UNDERRUN",
            BurstStatus.toString(BurstStatus.MAX_COUNT | BurstStatus.MORE | BurstStatus.UNDERRUN));
    }

    @Test
    void link_and_coalescing_areForPeopleToo() {
        assertEquals("down", Link.DOWN.toString());
        assertEquals("up, speed unknown", new Link(true, 0, false).toString());
        assertEquals("up, 10000 Mb/s, full duplex", new Link(true, 10_000, true).toString());
        assertEquals("coalescing values are zero or more: rx-usecs=0 rx-frames=-1 tx-usecs=0 tx-frames=0",
            assertThrows(IllegalArgumentException.class, () -> new Coalescing(0, -1, 0, 0, false)).getMessage());
    }

    @Test
    void capabilities_haveNamesOfTheirOwn() {
        List<String> labels = Arrays.stream(Capability.values()).map(Capability::label).toList();
        assertEquals(labels.size(), new HashSet<>(labels).size());
        List<String> features =
            Arrays.stream(Capability.values()).filter(Capability::isOffload).map(Capability::featureName).toList();
        assertEquals(features.size(), new HashSet<>(features).size());
        assertEquals("", Capability.RESET.featureName());
    }

    @Test
    void statistics_since_isTheDifference() {
        Statistics later = new Statistics(11, 12, 13, 14, 15, 16, 17, 18);
        assertEquals(new Statistics(10, 10, 10, 10, 10, 10, 10, 10), later.since(new Statistics(1, 2, 3, 4, 5, 6, 7, 8)));
    }

    @Test
    void deviceSettings_areValues_thatAnEditDoesNotTouch() {
        DeviceSettings first = DeviceSettings.initial(FakeNic.MAC, 1500);
        DeviceSettings second = first.edit().queues(2, 3).promiscuous(true).vlans(new TreeSet<>(Set.of(5))).done();

        assertEquals(DeviceSettings.initial(FakeNic.MAC, 1500), first);
        assertEquals(first, first.edit().done());
        assertEquals(2, second.rxQueues());
        assertEquals(3, second.txQueues());
        assertTrue(second.promiscuous());
        assertEquals(Set.of(5), second.vlans());
        assertFalse(second.has(Capability.RX_CHECKSUM));
    }

    @Test
    void deviceConfig_keepsACopyOfTheOffloads() {
        Set<Capability> mine = EnumSet.of(Capability.RX_CHECKSUM);
        DeviceConfig config = new DeviceConfig(1, 1, Optional.of(mine));
        mine.clear();
        assertEquals(Set.of(Capability.RX_CHECKSUM), config.offloads().orElseThrow());
        assertEquals(Set.of(), DeviceConfig.queues(1).withOffloads().offloads().orElseThrow());
    }
}
