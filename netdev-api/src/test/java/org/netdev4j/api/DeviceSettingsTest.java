package org.netdev4j.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.netdev4j.net.MacAddress;
import org.netdev4j.net.Toeplitz;
import org.netdev4j.spi.DeviceSettings;

/** What settings survive, and that device and framework agree on them at every moment. */
class DeviceSettingsTest {
    private static final MacAddress OTHER = MacAddress.parse("02:00:00:00:00:99");
    private static final MacAddress GROUP = MacAddress.parse("01:00:5e:00:00:01");

    private final FakeRig rig = new FakeRig();
    private NetDev device;

    @BeforeEach
    void open() {
        device = rig.in(DeviceState.CONFIGURED);
    }

    @AfterEach
    void close() {
        device.close();
        rig.assertAllFreed();
        rig.close();
    }

    private DeviceSettings atDevice() {
        return rig.nic.applied.orElseThrow();
    }

    private void changeEverything() {
        device.setMacAddress(OTHER);
        device.setMtu(2000);
        device.setPromiscuous(true);
        device.setAllMulticast(true);
        device.setMulticastFilter(List.of(GROUP, GROUP));
        device.setUnicastFilter(List.of(FakeNic.MAC));
        device.setVlanFilter(Set.of(0, 4094));
        device.setOffload(Capability.RX_VLAN_STRIP, true);
        device.setRss(device.rss().withKey(new byte[40]));
        device.setCoalescing(new Coalescing(10, 20, 30, 40, true));
    }

    private void assertEverythingChanged(DeviceSettings settings) {
        assertEquals(OTHER, settings.mac());
        assertEquals(2000, settings.mtu());
        assertTrue(settings.promiscuous() && settings.allMulticast());
        assertEquals(List.of(GROUP), settings.multicast());
        assertEquals(List.of(FakeNic.MAC), settings.unicast());
        assertEquals(Set.of(0, 4094), settings.vlans());
        assertArrayEquals(new byte[40], settings.rss().orElseThrow().key());
        assertEquals(new Coalescing(10, 20, 30, 40, true), settings.coalescing());
    }

    @Test
    void everySetting_reachesTheDevice_andIsReadBack() {
        changeEverything();

        assertEverythingChanged(atDevice());
        assertEquals(OTHER, device.macAddress());
        assertEquals(2000, device.mtu());
        assertTrue(device.promiscuous() && device.allMulticast());
        assertEquals(atDevice().offloads(), device.offloads());
        assertEquals(atDevice().rss().orElseThrow(), device.rss());
        assertEquals(atDevice().coalescing(), device.coalescing());
        assertTrue(device.offloads().contains(Capability.RX_VLAN_STRIP));
    }

    @Test
    void everySetting_isReplayedByReset() {
        changeEverything();
        DeviceSettings before = atDevice();

        device.reset();

        assertEquals(before, atDevice());
    }

    @Test
    void settings_surviveStopStartAndReconfiguration() {
        changeEverything();
        device.start();
        device.stop();
        device.configure(DeviceConfig.queues(2));
        assertEverythingChanged(atDevice());
        device.unconfigure();
        assertEquals(OTHER, device.macAddress());
        device.configure(DeviceConfig.queues(1));
        assertEverythingChanged(atDevice());
    }

    @Test
    void setting_thatIsAsItWas_doesNotReachTheDevice() {
        int calls = rig.nic.calls.size();
        device.setMtu(device.mtu());
        device.setMacAddress(device.macAddress());
        assertEquals(calls, rig.nic.calls.size());
    }

    @Test
    void setting_thatTheDriverRefuses_isAsBefore_everywhere() {
        rig.nic.failures.put("apply MTU", () -> rig.nic.context.fault("no"));

        assertThrows(DeviceFaultException.class, () -> device.setMtu(2000));

        assertEquals(1500, device.mtu());
        assertEquals(1500, atDevice().mtu());
        device.setMtu(2000);
    }

    @Test
    void standardOffloads_areAllButThoseThatHideWhatWasOnTheWire() {
        EnumSet<Capability> expected = EnumSet.noneOf(Capability.class);
        EnumSet.allOf(Capability.class).stream().filter(Capability::isOffload).forEach(expected::add);
        expected.removeAll(EnumSet.of(Capability.RX_VLAN_STRIP, Capability.VLAN_FILTER));
        assertEquals(expected, device.offloads());
    }

    @Test
    void rss_standard_isTheVerificationKey_andEvenOverTheQueues() {
        device.configure(DeviceConfig.queues(3));

        RssConfig rss = device.rss();

        assertArrayEquals(Toeplitz.microsoftKey(), rss.key());
        assertArrayEquals(RssConfig.evenTable(128, 3), rss.table());
    }

    @Test
    void rss_table_followsTheNumberOfQueues_whileNobodyChoseOne() {
        device.setRss(device.rss().withKey(new byte[40]));
        device.configure(DeviceConfig.queues(4));

        assertArrayEquals(RssConfig.evenTable(128, 4), device.rss().table());
        assertArrayEquals(new byte[40], device.rss().key());
    }

    @Test
    void rss_table_thatWasChosen_isKeptWhileItFits_elseItIsEven() {
        device.configure(DeviceConfig.queues(4));
        int[] mine = new int[64];
        mine[5] = 1;
        device.setRss(device.rss().withTable(mine));

        device.configure(DeviceConfig.queues(2));
        assertArrayEquals(mine, device.rss().table());
        device.configure(DeviceConfig.queues(1));
        assertArrayEquals(new int[64], device.rss().table());
        device.configure(DeviceConfig.queues(3));
        assertArrayEquals(RssConfig.evenTable(64, 3), device.rss().table());
    }

    @Test
    void mtu_whileRunning_needsBuffersThatHoldIt_withoutScatter() {
        device.configure(DeviceConfig.queues(1).withOffloads());
        try (NetBufPool pool = rig.pool("small", 64)) {
            device.setupRxQueue(0, RxQueueConfig.STANDARD.withPool(pool));
            device.start();
            device.setMtu(2026);

            InvalidConfigurationException e = assertThrows(InvalidConfigurationException.class, () -> device.setMtu(2027));

            assertEquals("fake:0: receive queue 0: pool small has buffers of 2048 bytes data room, but MTU 2027 needs "
                + "2049 while "
                + "RX_SCATTER is off; use larger buffers or switch it on", e.getMessage());
            device.setOffload(Capability.RX_SCATTER, true);
            device.setMtu(2027);
            assertThrows(InvalidConfigurationException.class, () -> device.setOffload(Capability.RX_SCATTER, false));
            device.stop();
            device.setOffload(Capability.RX_SCATTER, false);
            assertThrows(InvalidConfigurationException.class, device::start);
            assertEquals(DeviceState.CONFIGURED, device.state());
            device.setMtu(1500);
            device.start();
            device.stop();
        }
    }

    @Test
    void ownPool_holdsTheLargestFrame_withoutScatter() {
        device.configure(DeviceConfig.queues(1).withOffloads());
        device.setMtu(9000);
        device.start();
        assertTrue(device.rxQueue(0).pool().dataRoom() >= 9022);
    }

    @Test
    void coalescing_and_link_reachTheDevice() {
        device.setLinkUp(false);
        assertEquals(new Link(false, 10_000, true), device.link());
        assertNotEquals(Coalescing.NONE, new Coalescing(1, 0, 0, 0, false));
        assertEquals(List.of("buy a real one"), device.advice());
    }

    @Test
    void extension_isTheDriversOwn_orNone() {
        assertTrue(device.extension(FakeNic.class).isPresent());
        assertTrue(device.extension(String.class).isEmpty());
    }
}
