package org.netdev4j.backend.ena;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceFaultException;
import org.netdev4j.api.DeviceInfo;
import org.netdev4j.api.FlowType;
import org.netdev4j.api.HashField;
import org.netdev4j.api.HashFunction;
import org.netdev4j.backend.ena.spec.FeatureId;
import org.netdev4j.backend.ena.spec.RssTableConfig;

/** Receive-side scaling, of which a device may have parts. */
@DisplayName("bug groups 47, 48: RSS")
class EnaRssTest {
    @Test
    void limits_areTheDevices() {
        try (ControlRig rig = new ControlRig()) {
            rig.firmware.table = new RssTableConfig(5, 9, 7, 0, 0, 0);
            var limits = rig.open().info().rss().orElseThrow();
            assertEquals(40, limits.keySize());
            assertEquals(32, limits.minTableSize());
            assertEquals(512, limits.maxTableSize());
            assertEquals(Set.of(HashFunction.TOEPLITZ), limits.functions());
            assertEquals(Set.of(HashField.L2_DESTINATION, HashField.L2_SOURCE), limits.fields().get(FlowType.OTHER));
            assertEquals(4, limits.fields().get(FlowType.IPV6_UDP).size());
        }
    }

    @Test
    void device_isRefused_whenItsTableCannotBe() {
        for (RssTableConfig bad : new RssTableConfig[] {new RssTableConfig(7, 17, 0, 0, 0, 0), new RssTableConfig(8, 7, 0,
            0, 0, 0)}) {
            try (ControlRig rig = new ControlRig()) {
                rig.firmware.table = bad;
                assertTrue(assertThrows(DeviceFaultException.class,
                    rig::open).getMessage().contains("it claims RSS tables of 2^"));
            }
        }
    }

    @Test
    void withoutFunction_theKeyIsTheDevicesOwn() {
        try (ControlRig rig = new ControlRig()) {
            rig.firmware.features &= ~FeatureId.RSS_HASH_FUNCTION.bit();
            DeviceInfo info = rig.start(2).info();
            assertEquals(0, info.rss().orElseThrow().keySize());
            assertFalse(info.has(Capability.RSS_KEY_UPDATE));
            assertTrue(info.has(Capability.RSS_TABLE_UPDATE));
        }
    }

    @Test
    void withoutTable_thereIsNoRss() {
        try (ControlRig rig = new ControlRig()) {
            rig.firmware.features &= ~FeatureId.RSS_INDIRECTION_TABLE_CONFIG.bit();
            DeviceInfo info = rig.start(2).info();
            assertTrue(info.rss().isEmpty());
            assertFalse(info.has(Capability.RSS_HASH));
            assertFalse(rig.firmware.log.stream().anyMatch(command -> command.startsWith("SET RSS")));
        }
    }

    @Test
    void withoutFunctionAndFields_onlyTheTableIsSet() {
        try (ControlRig rig = new ControlRig()) {
            rig.firmware.features &= ~FeatureId.RSS_HASH_FUNCTION.bit() & ~FeatureId.RSS_HASH_INPUT.bit();
            DeviceInfo info = rig.start(2).info();
            assertTrue(info.has(Capability.RSS_TABLE_UPDATE));
            assertFalse(info.has(Capability.RSS_KEY_UPDATE));
            assertFalse(info.has(Capability.RSS_FIELDS_UPDATE));
            assertEquals(1, rig.firmware.log.stream().filter(command -> command.startsWith("SET RSS")).count());
        }
    }

    @Test
    void fields_areWritten_kindByKind() {
        try (ControlRig rig = new ControlRig()) {
            rig.start(1);
            byte[] fields = rig.firmware.control.get(FeatureId.RSS_HASH_INPUT);
            byte[] selected = new byte[10];
            for (int kind = 0; kind < 10; kind++) {
                selected[kind] = fields[64 + 4 * kind];
            }
            assertArrayEquals(new byte[] {0x3c, 0x3c, 0x3c, 0x3c, 0x3c, 0x3c, 0x3c, 0x03, 0x3c, 0x3c}, selected);
            assertEquals(6, rig.firmware.set.get(FeatureId.RSS_HASH_INPUT)[2], "both sorts, as all drivers ask for");
        }
    }
}
