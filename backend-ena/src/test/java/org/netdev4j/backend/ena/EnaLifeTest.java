package org.netdev4j.backend.ena;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.netdev4j.api.Capability;
import org.netdev4j.api.Coalescing;
import org.netdev4j.api.DeviceEvent;
import org.netdev4j.api.DeviceFaultException;
import org.netdev4j.api.InvalidConfigurationException;
import org.netdev4j.api.RssConfig;
import org.netdev4j.backend.ena.spec.AdminStatus;
import org.netdev4j.backend.ena.spec.CreateCq;
import org.netdev4j.backend.ena.spec.CreateSq;
import org.netdev4j.backend.ena.spec.FeatureId;
import org.netdev4j.backend.ena.spec.ResetReason;
import org.netdev4j.net.MacAddress;
import org.netdev4j.net.Toeplitz;
import org.netdev4j.spi.DeviceOps.Setting;
import org.netdev4j.spi.DeviceSettings;

/** Start, stop, settings, reset and close, as the framework calls them. */
class EnaLifeTest {
    @Test
    void start_makesQueues_andStopEndsThem() {
        try (ControlRig rig = new ControlRig()) {
            rig.start(2);
            assertEquals(4, rig.firmware.cqs.size());
            assertEquals(4, rig.firmware.sqs.size());
            assertEquals(List.of(CreateSq.TX, CreateSq.TX, CreateSq.RX, CreateSq.RX),
                rig.firmware.createdSqs.stream().map(CreateSq::direction).toList());
            assertEquals(List.of(CreateSq.PLACEMENT_DEVICE, CreateSq.PLACEMENT_DEVICE, CreateSq.PLACEMENT_HOST,
                CreateSq.PLACEMENT_HOST),
                rig.firmware.createdSqs.stream().map(CreateSq::placement).toList());
            assertEquals(List.of(CreateCq.NO_VECTOR, CreateCq.NO_VECTOR, 1, 2),
                rig.firmware.createdCqs.stream().map(CreateCq::vector).toList());
            assertEquals(2 * 255, rig.pool.inUse());
            rig.stop();
            assertEquals(0, rig.firmware.cqs.size());
            assertEquals(0, rig.firmware.sqs.size());
            assertEquals(0, rig.pool.inUse());
            assertEquals(List.of("DESTROY_SQ", "DESTROY_CQ", "DESTROY_SQ", "DESTROY_CQ"),
                rig.firmware.log.subList(rig.firmware.log.size() - 8, rig.firmware.log.size() - 4));
        }
    }

    @Test
    @DisplayName("bug group 21: the second start works like the first")
    void start_worksAgain_afterStop() {
        try (ControlRig rig = new ControlRig()) {
            rig.start(2);
            for (int i = 0; i < 5; i++) {
                rig.stop();
                rig.ops.start();
                assertEquals(4, rig.firmware.cqs.size());
            }
            assertEquals(6, rig.ops.extendedStatistics().get("interface_up"));
            rig.ops.stop();
        }
    }

    @Test
    @DisplayName("bug groups 22, 24: making queue k of n fails: those before are ended, and it can be tried again")
    void start_takesBack_whenAnyQueueIsRefused() {
        for (String command : List.of("CREATE_CQ", "CREATE_SQ")) {
            for (int k = 1; k <= 4; k++) {
                try (ControlRig rig = new ControlRig()) {
                    rig.configure(2);
                    rig.firmware.refuse.put(command + "#" + k, AdminStatus.RESOURCE_ALLOCATION_FAILURE);
                    String message = assertThrows(DeviceFaultException.class, rig.ops::start).getMessage();
                    assertEquals("ena0: start: the device refused " + command
                        + ": it has no resources for it left; ask for fewer or shorter queues (status 1)", message);
                    assertEquals(0, rig.firmware.cqs.size());
                    assertEquals(0, rig.firmware.sqs.size());
                    assertEquals(0, rig.pool.inUse());
                    assertEquals(List.of(), rig.resets());
                    rig.ops.start();
                    rig.ops.stop();
                }
            }
        }
    }

    @Test
    void start_setsFragmentBypass_onlyIfAskedFor() {
        try (ControlRig rig = new ControlRig()) {
            rig.firmware.lose.add("SET FRAG_BYPASS");
            rig.configure(1);
            rig.ops.start();
            rig.ops.stop();
            assertTrue(rig.firmware.set.get(FeatureId.FRAG_BYPASS) == null, "a device that never answers it is not asked");
        }
    }

    // ---- settings

    @Test
    @DisplayName("bug group 51: the MTU is set as it is, also the same again")
    void mtu_isSet() {
        try (ControlRig rig = new ControlRig()) {
            rig.start(1);
            assertEquals(1500, rig.firmware.mtu);
            DeviceSettings before = rig.settings(1);
            DeviceSettings after = before.edit().mtu(9216).done();
            rig.ops.apply(before, after, Setting.MTU);
            assertEquals(9216, rig.firmware.mtu);
            rig.ops.apply(after, after, Setting.MTU);
            rig.firmware.refuse.put("SET MTU", AdminStatus.ILLEGAL_PARAMETER);
            assertEquals("ena0: MTU: the device refused SET_FEATURE MTU: a parameter is illegal (status 5)",
                assertThrows(DeviceFaultException.class, () -> rig.ops.apply(after, before, Setting.MTU)).getMessage());
        }
    }

    @Test
    @DisplayName("bug groups 47, 48: the RSS table holds the device's queue numbers, the key is the device's way round")
    void rss_isSet() {
        try (ControlRig rig = new ControlRig()) {
            rig.start(2);
            assertArrayEquals(Toeplitz.microsoftKey(), rig.firmware.rssKey());
            byte[] table = rig.firmware.control.get(FeatureId.RSS_INDIRECTION_TABLE_CONFIG);
            assertEquals(128 * 4, table.length);
            assertEquals(52, table[0]);
            assertEquals(53, table[4]);
            assertEquals(7, rig.firmware.set.get(FeatureId.RSS_INDIRECTION_TABLE_CONFIG)[4]);
        }
    }

    @Test
    @DisplayName("bug group 26: after an RSS change that was refused the old one is in force, and the next call works")
    void rss_isAsBefore_whenRefused() {
        try (ControlRig rig = new ControlRig()) {
            rig.start(2);
            DeviceSettings before = rig.settings(2);
            byte[] other = new byte[40];
            DeviceSettings after =
                before.edit().rss(before.rss().orElseThrow().withKey(other).withTable(new int[128])).done();
            rig.firmware.refuse.put("SET RSS_INDIRECTION_TABLE_CONFIG#2", AdminStatus.UNKNOWN_ERROR);
            assertThrows(DeviceFaultException.class, () -> rig.ops.apply(before, after, Setting.RSS));
            assertArrayEquals(Toeplitz.microsoftKey(), rig.firmware.rssKey());
            rig.ops.apply(before, after, Setting.RSS);
            assertArrayEquals(other, rig.firmware.rssKey());
            assertEquals(52, rig.firmware.control.get(FeatureId.RSS_INDIRECTION_TABLE_CONFIG)[4]);
        }
    }

    @Test
    void coalescing_isRefused_beyondReceiveTime() {
        try (ControlRig rig = new ControlRig()) {
            rig.start(1);
            DeviceSettings before = rig.settings(1);
            for (Coalescing bad : List.of(new Coalescing(0, 1, 0, 0, false), new Coalescing(0, 0, 1, 0, false),
                new Coalescing(0, 0, 0, 1, false))) {
                assertThrows(InvalidConfigurationException.class,
                    () -> rig.ops.apply(before, before.edit().coalescing(bad).done(), Setting.COALESCING));
            }
            rig.ops.apply(before, before.edit().coalescing(new Coalescing(50, 0, 0, 0, true)).done(), Setting.COALESCING);
        }
    }

    @Test
    void timestamps_areAgreedBeforeQueues() {
        try (ControlRig rig = new ControlRig()) {
            rig.configure(1);
            DeviceSettings before = rig.settings(1);
            DeviceSettings stamped = before.edit().offloads(Set.of(Capability.RX_TIMESTAMP)).done();
            rig.ops.apply(before, stamped, Setting.OFFLOADS);
            rig.ops.start();
            assertEquals(List.of(2, 8), rig.firmware.createdCqs.stream().map(CreateCq::entryWords).toList());
            rig.ops.apply(stamped, before, Setting.OFFLOADS);
            rig.ops.stop();
            rig.ops.apply(stamped, before, Setting.OFFLOADS);
            rig.ops.start();
            assertEquals(4, rig.firmware.createdCqs.getLast().entryWords());
            assertTrue(assertThrows(InvalidConfigurationException.class, () -> rig.ops.apply(before, stamped,
                Setting.OFFLOADS))
                .getMessage().contains("only while stopped"));
            rig.ops.stop();
        }
    }

    @Test
    void fragBypass_isRefused_withoutTheFeature() {
        try (ControlRig rig = new ControlRig(Map.of("enable_frag_bypass", "true"))) {
            rig.firmware.features &= ~FeatureId.FRAG_BYPASS.bit();
            rig.configure(1);
            assertEquals("ena0: start: enable_frag_bypass=true cannot be had: the device has no such feature",
                assertThrows(DeviceFaultException.class, rig.ops::start).getMessage());
        }
        try (ControlRig rig = new ControlRig(Map.of("enable_frag_bypass", "true"))) {
            rig.start(1);
            assertEquals(1, rig.firmware.set.get(FeatureId.FRAG_BYPASS)[0]);
        }
    }

    // ---- reset

    @Test
    @DisplayName("bug groups 18, 20: a reset brings back all settings, low-latency queues among them")
    void reset_restoresEverything() {
        try (ControlRig rig = new ControlRig()) {
            rig.start(2);
            int rule = extension(rig).addFlowRule(rule(1));
            DeviceSettings settings = rig.settings(2).edit().mtu(9000).offloads(Set.of(Capability.RX_TIMESTAMP)).done();
            rig.firmware.log.clear();
            rig.reset(settings);
            assertEquals(List.of(ResetReason.NORMAL, ResetReason.USER_TRIGGER), rig.device.resets);
            assertEquals(9000, rig.firmware.mtu);
            assertTrue(rig.firmware.log.containsAll(List.of("SET HOST_ATTR_CONFIG", "SET LLQ", "SET AENQ_CONFIG",
                "SET HW_TIMESTAMP",
                "SET FLOW_STEERING_CONFIG", "SET RSS_HASH_FUNCTION", "SET RSS_INDIRECTION_TABLE_CONFIG")));
            assertEquals(rule, rig.firmware.set.get(FeatureId.FLOW_STEERING_CONFIG)[4]);
            assertEquals(Map.of(rule, rule(1)).keySet(), extension(rig).flowRules().keySet());
            assertEquals(4, rig.firmware.cqs.size());
            assertEquals(8, rig.firmware.createdCqs.getLast().entryWords());
            assertEquals(1, rig.ops.extendedStatistics().get("total_resets"));
            assertEquals(1, rig.device.vectors.asked.size(), "bug group 52: vectors stay as they are");
        }
    }

    @Test
    @DisplayName("bug group 25: reset() with no cause tells the device so; the first is NORMAL")
    void reset_ofADeviceAtRest_isNormal() {
        try (ControlRig rig = new ControlRig()) {
            rig.start(1);
            rig.ops.stop();
            rig.device.silent = true;
            assertThrows(DeviceFaultException.class, () -> rig.ops.reset(rig.settings(1)));
            rig.device.silent = false;
            rig.ops.reset(rig.settings(1));
            assertEquals(ResetReason.NORMAL, rig.device.resets.getLast());
            assertEquals(1, rig.ops.extendedStatistics().get("reset_fail"));
            rig.ops.start();
        }
    }

    @Test
    void reset_works_whileUnconfigured() {
        try (ControlRig rig = new ControlRig()) {
            rig.open();
            rig.ops.reset(DeviceSettings.initial(rig.ops.info().permanentMac(), 1500));
            assertEquals(List.of(ResetReason.NORMAL, ResetReason.USER_TRIGGER), rig.device.resets);
            rig.device.link(true);
            rig.clock.advance(1);
            assertTrue(rig.ops.link().up());
        }
    }

    @Test
    void reset_fails_whenTheDeviceComesBackAsAnother() {
        try (ControlRig rig = new ControlRig()) {
            rig.start(2);
            DeviceSettings settings = rig.settings(2).edit().mtu(9000).done();
            rig.firmware.mac = MacAddress.parse("02:00:00:00:00:02");
            assertEquals("ena0: reset: after the reset its MAC address is 02:00:00:00:00:02; it was 02:00:00:00:00:01",
                assertThrows(DeviceFaultException.class, () -> rig.reset(settings)).getMessage());
            rig.firmware.mac = MacAddress.parse("02:00:00:00:00:01");
            rig.firmware.maxMtu = 8999;
            assertEquals("ena0: reset: after the reset its largest MTU is 8999, but 9000 is set",
                assertThrows(DeviceFaultException.class, () -> rig.ops.reset(settings)).getMessage());
            rig.firmware.maxMtu = 9000;
            rig.ops.reset(settings);
            rig.ops.start();
            rig.ops.stop();
            assertEquals(2, rig.ops.extendedStatistics().get("reset_fail"));
        }
    }

    @Test
    @DisplayName("bug groups 4, 19: what fails during a reset does not ask for another")
    void reset_fails_onceWhenACommandGetsNoAnswer() {
        try (ControlRig rig = new ControlRig()) {
            rig.start(1);
            for (String command : List.of("GET DEVICE_ATTRIBUTES", "SET LLQ", "SET AENQ_CONFIG", "SET MTU")) {
                rig.firmware.lose.clear();
                rig.firmware.lose.add(command);
                assertThrows(DeviceFaultException.class, () -> rig.reset(rig.settings(1)), command);
            }
            assertEquals(List.of(), rig.resets());
            rig.firmware.lose.clear();
            rig.ops.reset(rig.settings(1));
        }
    }

    @Test
    @DisplayName("bug group 25: removal is told once, and everything ends without waiting for anything")
    void removal_isToldAndEndsCleanly() {
        try (ControlRig rig = new ControlRig()) {
            rig.start(2);
            rig.device.gone = true;
            rig.seconds(3);
            assertEquals(1, rig.context.events.stream().filter(DeviceEvent.DeviceGone.class::isInstance).count());
            assertEquals(1, rig.context.failures.size());
            assertEquals(List.of(), rig.resets());
            long before = rig.clock.nanoTime();
            rig.stop();
            assertEquals(before, rig.clock.nanoTime());
            assertEquals("ena0: reset: the device is gone",
                assertThrows(DeviceFaultException.class, () -> rig.ops.reset(rig.settings(2))).getMessage());
            rig.ops.extendedStatistics();
        }
    }

    private static EnaExtension extension(ControlRig rig) {
        return rig.ops.extension(EnaExtension.class).orElseThrow();
    }

    private static EnaFlowRule rule(int queue) {
        return new EnaFlowRule(queue, EnaFlowRule.Flow.IPV4_UDP, new byte[0], new byte[] {10, 0, 0, 1}, OptionalInt.empty(),
            OptionalInt.of(53));
    }

    @Test
    void rss_survives_configureWithOtherQueues() {
        try (ControlRig rig = new ControlRig()) {
            rig.start(2);
            rig.stop();
            rig.ops.unconfigure();
            RssConfig rss = rig.settings(1).rss().orElseThrow();
            rig.ops.configure(rig.settings(2).edit().queues(1, 1).rss(rss).done());
            assertEquals(List.of(), rig.resets());
        }
    }
}
