package org.netdev4j.backend.loopback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.net.MacAddress;

class FilterTest {
    private static final MacAddress OTHER = MacAddress.parse("02:00:00:00:00:99");
    private static final MacAddress GROUP = MacAddress.parse("01:00:5e:00:00:fb");
    private static final MacAddress OTHER_GROUP = MacAddress.parse("33:33:00:00:00:01");

    private static boolean takes(Nic nic, byte[] frame) {
        nic.farSends(frame);
        return nic.drain(0) == 1;
    }

    private static boolean takes(Nic nic, MacAddress destination) {
        return takes(nic, Frames.plain(destination, 60));
    }

    @Test
    void standard_takesOwnAddressAndBroadcastOnly() {
        try (Nic nic = Nic.running(1)) {
            assertTrue(takes(nic, Nic.MAC));
            assertTrue(takes(nic, MacAddress.BROADCAST));
            assertFalse(takes(nic, OTHER));
            assertFalse(takes(nic, GROUP));
            assertFalse(takes(nic, OTHER_GROUP));

            assertEquals(1, nic.counted("rx_unicast_filtered"));
            assertEquals(2, nic.counted("rx_multicast_filtered"));
            assertEquals(0, nic.device.statistics().imissed() + nic.device.statistics().ierrors());
        }
    }

    @Test
    void setMacAddress_takesTheNewOneInsteadOfTheOld() {
        try (Nic nic = Nic.running(1)) {
            nic.device.setMacAddress(OTHER);

            assertTrue(takes(nic, OTHER));
            assertFalse(takes(nic, Nic.MAC));
        }
    }

    @Test
    void promiscuous_takesAll_untilSwitchedOff() {
        try (Nic nic = Nic.running(1)) {
            nic.device.setPromiscuous(true);
            assertTrue(takes(nic, OTHER));
            assertTrue(takes(nic, GROUP));
            assertTrue(takes(nic, MacAddress.BROADCAST));

            nic.device.setPromiscuous(false);
            assertFalse(takes(nic, OTHER));
            assertFalse(takes(nic, GROUP));
            assertTrue(takes(nic, MacAddress.BROADCAST));
        }
    }

    @Test
    void allMulticast_takesAllGroupsAndNoOtherStation() {
        try (Nic nic = Nic.running(1)) {
            nic.device.setAllMulticast(true);
            assertTrue(takes(nic, GROUP));
            assertTrue(takes(nic, OTHER_GROUP));
            assertFalse(takes(nic, OTHER));

            nic.device.setAllMulticast(false);
            assertFalse(takes(nic, GROUP));
        }
    }

    @Test
    void multicastFilter_takesItsGroups_andReplacesThem() {
        try (Nic nic = Nic.running(1)) {
            nic.device.setMulticastFilter(List.of(GROUP));
            assertTrue(takes(nic, GROUP));
            assertFalse(takes(nic, OTHER_GROUP));

            nic.device.setMulticastFilter(List.of(OTHER_GROUP));
            assertFalse(takes(nic, GROUP));
            assertTrue(takes(nic, OTHER_GROUP));

            nic.device.setMulticastFilter(List.of());
            assertFalse(takes(nic, OTHER_GROUP));
        }
    }

    @Test
    void unicastFilter_takesFurtherAddresses_upToItsSize() {
        try (Nic nic = Nic.running(1)) {
            List<MacAddress> many = new ArrayList<>();
            for (int i = 0; i < nic.device.info().maxUnicast(); i++) {
                many.add(new MacAddress(0x0255_0000_0000L + i * 0x0100L));
            }
            nic.device.setUnicastFilter(many);

            many.forEach(mac -> assertTrue(takes(nic, mac), mac.toString()));
            assertFalse(takes(nic, OTHER));
            assertTrue(takes(nic, Nic.MAC));
        }
    }

    @Test
    void vlanFilter_takesItsVlansAndUntagged_whileOn() {
        try (Nic nic = Nic.running(1)) {
            byte[] plain = Frames.udp4(10);
            nic.device.setVlanFilter(Set.of(1, 5, 64, 4094));
            assertTrue(takes(nic, Frames.tagged(plain, 6)), "the filter is off");

            nic.device.setOffload(Capability.VLAN_FILTER, true);
            for (int id : new int[] {1, 5, 64, 4094}) {
                assertTrue(takes(nic, Frames.tagged(plain, id)), "VLAN " + id);
                assertTrue(takes(nic, Frames.tagged(plain, 0xe000 | id)), "VLAN " + id + " with priority");
            }
            for (int id : new int[] {0, 2, 4, 6, 63, 65, 4093, 4095}) {
                assertFalse(takes(nic, Frames.tagged(plain, id)), "VLAN " + id);
            }
            assertTrue(takes(nic, plain));
            assertEquals(8, nic.counted("rx_vlan_filtered"));

            nic.device.setVlanFilter(Set.of(6));
            assertTrue(takes(nic, Frames.tagged(plain, 6)));
            assertFalse(takes(nic, Frames.tagged(plain, 5)));
        }
    }

    @Test
    void filters_surviveStopStartResetAndConfigure() {
        try (Nic nic = Nic.running(1)) {
            nic.device.setMulticastFilter(List.of(GROUP));
            nic.device.reset();
            assertTrue(takes(nic, GROUP));

            nic.device.stop();
            nic.device.start();
            assertTrue(takes(nic, GROUP));

            nic.device.stop();
            nic.start(DeviceConfig.queues(1));
            assertTrue(takes(nic, GROUP));
            assertFalse(takes(nic, OTHER_GROUP));
        }
    }

    @Test
    void macSet_findsExactlyWhatItHolds() {
        List<MacAddress> members = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            members.add(new MacAddress(0x0100_5e00_0000L + i * 2L));
        }
        MacSet set = new MacSet(members);

        members.forEach(mac -> assertTrue(set.contains(mac.value())));
        members.forEach(mac -> assertFalse(set.contains(mac.value() + 1)));
        assertFalse(new MacSet(List.of()).contains(0));
    }
}
