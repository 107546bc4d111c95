package org.netdev4j.backend.loopback;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.InvalidConfigurationException;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.NetDevs;
import org.netdev4j.net.MacAddress;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.bus.BusDevice;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.DeviceIdentity;
import org.netdev4j.platform.wire.BackToBack;
import org.netdev4j.spi.NetDevDriver;

class LoopbackBusTest {
    private static MacAddress macOf(String address) {
        try (NetDev device = NetDevs.open(address)) {
            return device.macAddress();
        }
    }

    @Test
    void bus_andDriver_areFoundByServiceLoader() {
        assertTrue(NetDevs.buses().stream().anyMatch(LoopbackBus.class::isInstance));
        assertTrue(NetDevs.drivers().stream().anyMatch(LoopbackDriver.class::isInstance));
    }

    @Test
    void scan_showsAnAddressThatOpens() {
        String address = new LoopbackBus().scan().get(0).address().toString();

        assertEquals("loopback:", address);
        NetDevs.open(address).close();
    }

    @Test
    void info_tellsLimitsAndAllCapabilities() {
        try (NetDev device = NetDevs.open("loopback:a,queues=3,speed=25000")) {
            assertEquals(EnumSet.allOf(Capability.class), device.info().capabilities());
            assertEquals(3, device.info().maxRxQueues());
            assertEquals(3, device.info().maxTxQueues());
            assertEquals(68, device.info().minMtu());
            assertEquals(9216, device.info().maxMtu());
            assertTrue(device.info().rxRing().allows(64) && device.info().txRing().allows(16_384));
            for (int size : new int[] {32, 96, 32_768}) {
                assertFalse(device.info().rxRing().allows(size), "ring of " + size);
            }
            assertEquals(25_000, device.link().speedMbps());
            assertEquals("self:", device.info().extra().get("wire"));
        }
    }

    @Test
    void mac_isStableForALocator_localAndOfOneStation() {
        assertEquals(macOf("loopback:a"), macOf("loopback:a"));
        assertNotEquals(macOf("loopback:a"), macOf("loopback:b"));
        for (String name : List.of("", "a", "b", "eth0", "some-longer-name")) {
            MacAddress mac = macOf("loopback:" + name);
            assertTrue(mac.isLocal() && mac.isStation(), name + ": " + mac);
        }
    }

    @Test
    void mac_isTakenFromTheAddress() {
        assertEquals(MacAddress.parse("02:11:22:33:44:55"), macOf("loopback:,mac=02:11:22:33:44:55"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "loopback:a,queues=0       | queues=\"0\": not from 1 to 16",
        "loopback:a,queues=17      | queues=\"17\": not from 1 to 16",
        "loopback:a,queues=many    | queues=\"many\": not a whole number from 1 to 16",
        "loopback:a,queues=        | queues=\"\": not a whole number from 1 to 16",
        "loopback:a,speed=-1       | speed=\"-1\": not from 0 to 1000000",
        "loopback:a,mac=02:00      | mac=\"02:00\" is not a MAC address: expected six pairs of hex digits, "
            + "as 02:00:00:00:00:01 or 02-00-00-00-00-01",
        "loopback:a,mac=01:00:5e:00:00:01 | mac=\"01:00:5e:00:00:01\": "
            + "a device's address is not a group address and not zero",
        "loopback:a,mac=00:00:00:00:00:00 | mac=\"00:00:00:00:00:00\": "
            + "a device's address is not a group address and not zero"})
    void open_namesAWrongValueAndWhatIsAllowed(String address, String expected) {
        Exception thrown = assertThrows(PlatformException.class, () -> NetDevs.open(address));

        assertEquals("device address \"" + address + "\": " + expected, thrown.getMessage());
    }

    @Test
    void open_closesTheWire_whenAValueIsWrong() {
        try (Platform platform = Platform.create()) {
            BackToBack cable = BackToBack.create(platform, 1 << 18);

            assertThrows(PlatformException.class,
                () -> NetDevs.at("loopback:a,queues=99").platform(platform).wire(cable.left()).open());

            assertTrue(cable.right().exhausted());
            cable.right().close();
        }
    }

    @Test
    void open_suggestsAKey_forOneThatIsNotKnown() {
        Exception thrown = assertThrows(InvalidConfigurationException.class, () -> NetDevs.open("loopback:a,queue=2"));

        assertTrue(thrown.getMessage().contains("\"queue\"") && thrown.getMessage().contains("did you mean \"queues\"?"),
            thrown.getMessage());
    }

    @Test
    void standardWire_bringsBackWhatIsSent() {
        try (NetDev device = NetDevs.open("loopback:,mac=" + Nic.MAC)) {
            device.configure(DeviceConfig.queues(1));
            device.start();
            byte[] frame = Frames.udp4(100);
            NetBuf[] packets = {Nic.packet(device.rxQueue(0).pool(), frame)};

            assertEquals(1, BurstStatus.count(device.txQueue(0).transmit(packets, 0, 1)));
            assertEquals(1, BurstStatus.count(device.rxQueue(0).receive(packets, 0, 1)));

            assertArrayEquals(frame, packets[0].packetBytes());
            packets[0].free();
        }
    }

    @Test
    void driver_refusesADeviceOfAnotherBus() {
        NetDevDriver driver = new LoopbackDriver();
        BusDevice other = new BusDevice() {
            @Override
            public DeviceAddress address() {
                return DeviceAddress.parse("other:");
            }

            @Override
            public DeviceIdentity identity() {
                return LoopbackBus.IDENTITY;
            }

            @Override
            public String description() {
                return "another thing";
            }

            @Override
            public void close() {
                // nothing
            }
        };
        try (Platform platform = Platform.create()) {
            BusDevice own = new LoopbackBus().attach(DeviceAddress.parse("loopback:"), platform, Optional.empty());
            assertTrue(driver.drives(own.identity()));
            own.close();
            assertThrows(RuntimeException.class, () -> driver.open(other, new TestContext(platform)));
        }
    }
}
