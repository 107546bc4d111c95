package org.netdev4j.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.netdev4j.net.MacAddress;

/** Every limit with its message, and every capability that a setting needs. */
class SettingsRulesTest {
    private static final MacAddress STATION = MacAddress.parse("02:00:00:00:00:07");
    private static final MacAddress GROUP = MacAddress.parse("01:00:5e:00:00:01");

    private static Arguments limit(String message, Consumer<NetDev> call) {
        return Arguments.of(message, call);
    }

    private static List<MacAddress> groups(int count) {
        return Stream.iterate(GROUP.value(), v -> v + 1).limit(count).map(MacAddress::new).toList();
    }

    private static RssConfig entry(RssConfig rss, int index, int queue) {
        int[] table = rss.table();
        table[index] = queue;
        return rss.withTable(table);
    }

    static Stream<Arguments> limits() {
        return Stream.of(
            limit("receive queues are 1 to 4: 0 asked for", d -> d.configure(new DeviceConfig(0, 1,
                DeviceConfig.queues(1).offloads()))),
            limit("transmit queues are 1 to 4: 5 asked for", d -> d.configure(new DeviceConfig(1, 5,
                DeviceConfig.queues(1).offloads()))),
            limit("transmit queues are 1 to 4: -1 asked for", d -> d.configure(new DeviceConfig(1, -1,
                DeviceConfig.queues(1).offloads()))),
            limit("PROMISCUOUS is not an offload and cannot be switched",
                d -> d.configure(DeviceConfig.queues(1).withOffloads(Capability.PROMISCUOUS))),
            limit("PROMISCUOUS is not an offload and cannot be switched", d -> d.setOffload(Capability.PROMISCUOUS, true)),
            limit("receive ring sizes are 8 to 512, a power of two: 48 asked for",
                d -> d.setupRxQueue(0, RxQueueConfig.STANDARD.withRingSize(48))),
            limit("receive ring sizes are 8 to 512, a power of two: 4 asked for",
                d -> d.setupRxQueue(0, RxQueueConfig.STANDARD.withRingSize(4))),
            limit("transmit ring sizes are 8 to 512, a multiple of 8: 12 asked for",
                d -> d.setupTxQueue(0, new TxQueueConfig(12))),
            limit("transmit ring sizes are 8 to 512, a multiple of 8: -8 asked for",
                d -> d.setupTxQueue(0, new TxQueueConfig(-8))),
            limit("there is no receive queue 1: 1 configured", d -> d.setupRxQueue(1, RxQueueConfig.STANDARD)),
            limit("there is no transmit queue -1: 1 configured", d -> d.setupTxQueue(-1, TxQueueConfig.STANDARD)),
            limit("MTUs are 68 to 9000: 67 asked for", d -> d.setMtu(67)),
            limit("MTUs are 68 to 9000: 9001 asked for", d -> d.setMtu(9001)),
            limit("the address of a device is not a group address and not zero: 01:00:5e:00:00:01",
                d -> d.setMacAddress(GROUP)),
            limit("the address of a device is not a group address and not zero: 00:00:00:00:00:00",
                d -> d.setMacAddress(MacAddress.ZERO)),
            limit("the multicast filter has 4 entries: 5 asked for; use all-multicast",
                d -> d.setMulticastFilter(groups(5))),
            limit("the multicast filter takes group addresses: 02:00:00:00:00:07",
                d -> d.setMulticastFilter(List.of(GROUP, STATION))),
            limit("the unicast filter has 2 entries: 3 asked for; use promiscuous mode",
                d -> d.setUnicastFilter(List.of(STATION, FakeNic.MAC, new MacAddress(STATION.value() + 1)))),
            limit("the address of a device is not a group address and not zero: 01:00:5e:00:00:01",
                d -> d.setUnicastFilter(List.of(GROUP))),
            limit("VLAN ids are 0 to 4094: 4095", d -> d.setVlanFilter(List.of(1, 4095))),
            limit("VLAN ids are 0 to 4094: -1", d -> d.setVlanFilter(List.of(-1))),
            limit("RSS hash functions are [TOEPLITZ]: CRC32 asked for",
                d -> d.setRss(d.rss().withFunction(HashFunction.CRC32))),
            limit("the RSS key has 40 bytes: 52 given", d -> d.setRss(d.rss().withKey(new byte[52]))),
            limit("the RSS table has 64 to 256 entries, a power of two: 32 given",
                d -> d.setRss(d.rss().withTable(new int[32]))),
            limit("the RSS table has 64 to 256 entries, a power of two: 96 given",
                d -> d.setRss(d.rss().withTable(new int[96]))),
            limit("the RSS table has 64 to 256 entries, a power of two: 512 given",
                d -> d.setRss(d.rss().withTable(new int[512]))),
            limit("RSS table entry 3 names receive queue 1; there are 1", d -> d.setRss(entry(d.rss(), 3, 1))),
            limit("RSS table entry 0 names receive queue -1; there are 1", d -> d.setRss(entry(d.rss(), 0, -1))),
            limit("RSS cannot hash [L4_SOURCE] of ip4 packets; it can [L3_SOURCE, L3_DESTINATION]",
                d -> d.setRss(d.rss().withFields(FlowType.IPV4, EnumSet.of(HashField.L3_SOURCE, HashField.L4_SOURCE)))),
            limit("RSS cannot hash [L3_SOURCE] of tcp6 packets; it can []",
                d -> d.setRss(d.rss().withFields(FlowType.IPV6_TCP, EnumSet.of(HashField.L3_SOURCE)))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("limits")
    void valueBeyondALimit_isRefusedWithTheLimit_andChangesNothing(String message, Consumer<NetDev> call) {
        try (FakeRig rig = new FakeRig()) {
            NetDev device = rig.in(DeviceState.CONFIGURED);
            int calls = rig.nic.calls.size();

            InvalidConfigurationException e = assertThrows(InvalidConfigurationException.class, () -> call.accept(device));

            assertEquals("fake:0: " + message, e.getMessage());
            assertEquals("fake:0", e.device());
            assertEquals(calls, rig.nic.calls.size(), "calls of the driver");
            assertEquals(DeviceState.CONFIGURED, device.state());
            device.close();
            rig.assertAllFreed();
        }
    }

    private static Arguments need(Capability capability, String operation, Consumer<NetDev> call) {
        return Arguments.of(capability, operation, call);
    }

    static Stream<Arguments> needs() {
        return Stream.of(
            need(Capability.MAC_SET, "setMacAddress()", d -> d.setMacAddress(STATION)),
            need(Capability.MTU_UPDATE, "setMtu()", d -> d.setMtu(1000)),
            need(Capability.PROMISCUOUS, "setPromiscuous()", d -> d.setPromiscuous(true)),
            need(Capability.ALL_MULTICAST, "setAllMulticast()", d -> d.setAllMulticast(true)),
            need(Capability.MULTICAST_FILTER, "setMulticastFilter()", d -> d.setMulticastFilter(List.of())),
            need(Capability.UNICAST_FILTER, "setUnicastFilter()", d -> d.setUnicastFilter(List.of())),
            need(Capability.VLAN_FILTER, "setVlanFilter()", d -> d.setVlanFilter(List.of())),
            need(Capability.RX_SCATTER, "offload rx-scatter", d -> d.setOffload(Capability.RX_SCATTER, true)),
            need(Capability.TX_TSO_IPV4, "offload tx-tcp-segmentation",
                d -> d.configure(DeviceConfig.queues(1).withOffloads(Capability.TX_TSO_IPV4))),
            need(Capability.RSS_HASH, "rss()", NetDev::rss),
            need(Capability.RSS_HASH, "setRss()", d -> d.setRss(new RssConfig(HashFunction.TOEPLITZ, new byte[40],
                new int[64], Map.of()))),
            need(Capability.RSS_KEY_UPDATE, "setRss() with another key or function",
                d -> d.setRss(d.rss().withKey(new byte[40]))),
            need(Capability.RSS_TABLE_UPDATE, "setRss() with another table", d -> d.setRss(d.rss().withTable(new int[64]))),
            need(Capability.RSS_FIELDS_UPDATE, "setRss() with other hash fields",
                d -> d.setRss(d.rss().withFields(FlowType.IPV4, Set.of(HashField.L3_SOURCE)))),
            need(Capability.COALESCING, "coalescing()", NetDev::coalescing),
            need(Capability.COALESCING, "setCoalescing()", d -> d.setCoalescing(Coalescing.NONE)),
            need(Capability.ADAPTIVE_COALESCING, "setCoalescing() with adaptive moderation",
                d -> d.setCoalescing(new Coalescing(0, 0, 0, 0, true))),
            need(Capability.LINK_CONTROL, "setLinkUp()", d -> d.setLinkUp(true)),
            need(Capability.RX_INTERRUPT, "setupRxQueue() with interrupts",
                d -> d.setupRxQueue(0, RxQueueConfig.STANDARD.withInterrupts())),
            need(Capability.RESET, "reset()", NetDev::reset));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("needs")
    void callWithoutItsCapability_isRefusedByName_andChangesNothing(Capability missing, String operation,
        Consumer<NetDev> call) {
        try (FakeRig rig = new FakeRig()) {
            rig.nic.info = FakeNic.info(EnumSet.complementOf(EnumSet.of(missing)));
            NetDev device = rig.in(DeviceState.CONFIGURED);
            int calls = rig.nic.calls.size();

            UnsupportedCapabilityException e = assertThrows(UnsupportedCapabilityException.class, () -> call.accept(device));

            assertEquals("fake:0: " + operation + " is not supported by fake: the device has no \"" + missing.label()
                + "\" ("
                + missing + ")", e.getMessage());
            assertEquals(missing, e.capability());
            assertEquals(calls, rig.nic.calls.size(), "calls of the driver");
            device.close();
            rig.assertAllFreed();
        }
    }

    @Test
    void hints_areGivenOnlyForWhatTheDeviceHas() {
        try (FakeRig rig = new FakeRig()) {
            rig.nic.info =
                FakeNic.info(EnumSet.complementOf(EnumSet.of(Capability.ALL_MULTICAST, Capability.PROMISCUOUS)));
            NetDev device = rig.in(DeviceState.CONFIGURED);

            assertEquals("fake:0: the multicast filter has 4 entries: 5 asked for",
                assertThrows(InvalidConfigurationException.class, () -> device.setMulticastFilter(groups(5))).getMessage());
            assertEquals("fake:0: the unicast filter has 2 entries: 3 asked for",
                assertThrows(InvalidConfigurationException.class, () -> device.setUnicastFilter(Arrays.asList(STATION,
                FakeNic.MAC,
                    new MacAddress(STATION.value() + 1)))).getMessage());
            device.close();
        }
    }

    @Test
    void pool_thatDoesNotSuit_isRefusedWithTheReason() {
        try (FakeRig rig = new FakeRig(); FakeRig other = new FakeRig()) {
            NetDev device = rig.in(DeviceState.CONFIGURED);
            NetBufPool tiny = NetBufPool.builder(rig.platform, "tiny").count(8).dataRoom(255).build();
            NetBufPool foreign = other.pool("foreign", 8);
            NetBufPool closed = rig.pool("closed", 8);
            closed.close();

            assertEquals("fake:0: receive queue 0: pool tiny has buffers of 255 bytes data room; the device needs 256",
                refusal(device, tiny));
            assertEquals("fake:0: receive queue 0: pool foreign is of another platform, whose memory the device "
                + "cannot reach; build "
                + "it on the device's platform()", refusal(device, foreign));
            assertEquals("fake:0: receive queue 0: pool closed is closed", refusal(device, closed));
            device.close();
            tiny.close();
            foreign.close();
        }
    }

    private static String refusal(NetDev device, NetBufPool pool) {
        return assertThrows(InvalidConfigurationException.class,
            () -> device.setupRxQueue(0, RxQueueConfig.STANDARD.withPool(pool))).getMessage();
    }

    @Test
    void pool_closedBeforeStart_isRefusedAtStart() {
        try (FakeRig rig = new FakeRig()) {
            NetDev device = rig.in(DeviceState.CONFIGURED);
            NetBufPool pool = rig.pool("mine", 64);
            device.setupRxQueue(0, RxQueueConfig.STANDARD.withPool(pool));
            pool.close();

            InvalidConfigurationException e = assertThrows(InvalidConfigurationException.class, device::start);

            assertEquals("fake:0: receive queue 0: pool mine is closed", e.getMessage());
            device.close();
        }
    }
}
