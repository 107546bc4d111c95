package org.netdev4j.cli.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceNotFoundException;
import org.netdev4j.api.FlowType;
import org.netdev4j.api.HashField;
import org.netdev4j.api.HashFunction;
import org.netdev4j.api.NetDev;
import org.netdev4j.cli.config.Config;
import org.netdev4j.cli.config.ConfigException;
import org.netdev4j.cli.config.Keys;
import org.netdev4j.cli.config.Origin;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.VirtualClock;
import org.netdev4j.platform.memory.MemoryBackings;
import org.netdev4j.platform.memory.MemoryNeed;
import org.netdev4j.platform.wire.WirePort;
import org.netdev4j.platform.wire.Wires;

class DeviceOpenerTest {
    private final List<String> leaks = new ArrayList<>();
    private final Platform platform = Platform.builder().backing(MemoryBackings.anonymous()).virtualClock(new VirtualClock())
        .onLeak((owner, memory) -> leaks.add(owner + " " + memory.name())).build();
    private final DeviceOpener opener = new DeviceOpener(() -> platform);

    @AfterEach
    void close() {
        assertEquals(List.of(), platform.dma().live(), "memory left behind");
        platform.close();
        assertEquals(List.of(), leaks);
    }

    private static DeviceSpec spec(String address, String... keysAndValues) {
        List<Config.Entry> entries = new ArrayList<>();
        entries.add(new Config.Entry("devices.wan.address", address, new Origin.Line("netdev.yaml", 2)));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            entries.add(new Config.Entry("devices.wan." + keysAndValues[i], keysAndValues[i + 1], new Origin.Line("netdev.yaml", 3 + i / 2)));
        }
        return new DeviceSpec(Config.STANDARD.with(entries), "wan");
    }

    @Test
    void open_setsAllThatTheConfigurationSays() {
        DeviceSpec spec = spec("loopback:x", "queues", "4", "tx-queues", "2", "rx-ring", "128", "tx-ring", "256", "mtu", "9000",
            "mac", "02:00:00:00:00:07", "promiscuous", "on", "interrupts", "on", "pool.buffers", "2000", "pool.data-room", "4096",
            "pool.debug", "on", "offloads.tx-checksum-ip", "off", "offloads.rx-vlan-offload", "on", "rss.function", "crc32", "rss.table",
            "0,1,2,3,3,2,1,0,0,1,2,3,3,2,1,0", "rss.key", "aa".repeat(40), "rss.fields.tcp4", "l3-source", "coalescing.rx-usecs", "50",
            "coalescing.rx-frames", "9", "wire", "null:");
        try (OpenDevice open = opener.open(spec)) {
            NetDev dev = open.dev();
            assertEquals(4, dev.config().rxQueues());
            assertEquals(2, dev.config().txQueues());
            assertEquals(128, dev.rxQueue(3).ringSize());
            assertEquals(256, dev.txQueue(1).ringSize());
            assertEquals(9000, dev.mtu());
            assertEquals("02:00:00:00:00:07", dev.macAddress().toString());
            assertTrue(dev.promiscuous());
            assertEquals(2000, dev.rxQueue(0).pool().size());
            assertEquals(4096, dev.rxQueue(0).pool().dataRoom());
            assertTrue(dev.rxQueue(0).pool().isDebug());
            assertFalse(dev.offloads().contains(Capability.TX_IPV4_CHECKSUM));
            assertTrue(dev.offloads().contains(Capability.RX_VLAN_STRIP));
            assertEquals(HashFunction.CRC32, dev.rss().function());
            assertArrayEquals(new int[] {0, 1, 2, 3, 3, 2, 1, 0, 0, 1, 2, 3, 3, 2, 1, 0}, dev.rss().table());
            assertEquals((byte) 0xaa, dev.rss().key()[39]);
            assertEquals(Set.of(HashField.L3_SOURCE), dev.rss().fields().get(FlowType.IPV4_TCP));
            assertEquals(50, dev.coalescing().rxUsecs());
            assertEquals(9, dev.coalescing().rxFrames());
            dev.start();
            dev.rxQueue(0).armInterrupt();
            assertEquals("null:", open.wire().orElseThrow().name());
        }
    }

    @ParameterizedTest
    @CsvFileSource(resources = "DeviceOpenerTest.csv", delimiter = '|', quoteCharacter = '`')
    void open_namesTheKeyAndItsLine_andLeavesNothing(String key, String value, String expected) {
        String message = assertThrows(ConfigException.class, () -> opener.open(spec("loopback:x", key, value))).getMessage();

        assertTrue(message.startsWith(expected), message);
        assertEquals(1, message.lines().count(), message);
    }

    @Test
    void open_namesAnAddressThatIsNone() {
        String message = assertThrows(ConfigException.class, () -> opener.open(spec("loopback:,x"))).getMessage();

        assertTrue(message.startsWith("netdev.yaml:2: devices.wan.address: device address \"loopback:,x\": \"x\" is not key=value"), message);
    }

    @Test
    void open_closesTheWire_whenTheDeviceCannotBeHad() {
        WirePort far = Wires.open("link:opener-closes", platform);

        assertThrows(DeviceNotFoundException.class, () -> opener.open(spec("nosuch:x", "wire", "link:opener-closes")));

        assertTrue(far.exhausted(), "the near end is closed");
        far.close();
    }

    @Test
    void open_letsTheSystemRefuseInItsOwnWords() {
        assertThrows(PlatformException.class, () -> opener.open(spec("loopback:x", "wire", "pcap:no-such-file.pcap")));
    }

    @Test
    void resolve_findsNamesAndAddresses() {
        Config config = spec("loopback:x", "mtu", "2000").config();
        Origin option = new Origin.Option("--device");
        List<DeviceResolver.Given> given = List.of(new DeviceResolver.Given(Keys.MTU, "3000", "--mtu"));

        DeviceSpec named = DeviceResolver.resolve(config, "wan", option, "", given);
        DeviceSpec address = DeviceResolver.resolve(named.config(), "loopback:y", option, "", List.of());
        DeviceSpec another = DeviceResolver.resolve(address.config(), "loopback:z", option, "", List.of());

        assertEquals("loopback:x", named.get(Keys.ADDRESS));
        assertEquals(3000, named.find(Keys.MTU).orElseThrow());
        assertEquals("loopback:y", another.config().get(address.key(), Keys.ADDRESS));
        assertEquals("loopback:z", another.get(Keys.ADDRESS));
        assertEquals("option --device: \"wann\" is neither a device of the configuration (wan) nor an address, as loopback:; did you mean \"wan\"?",
            assertThrows(ConfigException.class, () -> DeviceResolver.resolve(config, "wann", option, "", List.of())).getMessage());
    }

    @Test
    void expect_tellsWhatDevicesNeed_beforeThePlatformIsAskedFor() {
        List<MemoryNeed> needs = new ArrayList<>();
        DeviceOpener asking = new DeviceOpener(() -> {
            assertEquals(Collections.nCopies(4, MemoryNeed.ANY), needs);
            return platform;
        }, needs::add);
        asking.expect(List.of(spec("loopback:x"), spec("pci:00:1f.7"), spec("nowhere:x")));
        asking.open(spec("loopback:x")).close();
    }
}
