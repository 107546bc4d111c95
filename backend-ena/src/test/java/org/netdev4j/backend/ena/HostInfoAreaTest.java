package org.netdev4j.backend.ena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.netdev4j.backend.ena.spec.AdminStatus;
import org.netdev4j.backend.ena.spec.FeatureId;
import org.netdev4j.backend.ena.spec.HostAttributes;
import org.netdev4j.backend.ena.spec.HostInfo;
import org.netdev4j.platform.memory.Memory;

/** What the driver tells the device of itself. */
class HostInfoAreaTest {
    private static HostAttributes attributes(ControlRig rig) {
        byte[] set = rig.firmware.set.get(FeatureId.HOST_ATTR_CONFIG);
        try (Memory memory = Memory.allocate("attributes", set.length)) {
            memory.copyFrom(0, set, 0, set.length);
            return HostAttributes.read(memory, 0);
        }
    }

    @Test
    void hostInfo_tellsWhoDrives() {
        try (ControlRig rig = new ControlRig()) {
            rig.open();
            long iova = attributes(rig).osInfo();
            HostInfo info = HostInfo.read(rig.device.reach.memory(iova, HostInfo.BYTES), rig.device.reach.offset(iova));
            assertTrue(info.osDistribution().startsWith("netdev4j on "), info.osDistribution());
            assertEquals(HostInfo.SPEC_VERSION, info.specVersion());
            assertEquals(0, info.bdf());
            assertTrue(info.cpus() > 0);
            assertEquals(HostInfo.DRIVER_RX_OFFSET, info.driverSupportedFeatures() & HostInfo.DRIVER_RX_OFFSET);
            assertEquals(0, info.driverSupportedFeatures() & HostInfo.DRIVER_RX_PAGE_REUSE, "only what is so");
        }
    }

    @Test
    void bdf_isThatOfThePciAddress() {
        assertEquals(0x0030, HostInfoArea.bdf("0000:00:06.0"));
        assertEquals(0xa5ff, HostInfoArea.bdf("0000:a5:1f.7"));
        assertEquals(0, HostInfoArea.bdf("ena"));
    }

    @Test
    void refusal_isOfNoConsequence() {
        try (ControlRig rig = new ControlRig()) {
            rig.firmware.refuse.put("SET HOST_ATTR_CONFIG", AdminStatus.UNSUPPORTED_OPCODE);
            rig.start(1);
        }
    }

    @Test
    void debugArea_saysWhyTheDeviceIsReset() {
        try (ControlRig rig = new ControlRig()) {
            rig.start(1);
            rig.seconds(8);
            rig.reset(rig.settings(1));
            HostAttributes attributes = attributes(rig);
            byte[] text = rig.device.reach.read(attributes.debugArea(), attributes.debugAreaSize());
            assertTrue(new String(text, StandardCharsets.US_ASCII).startsWith("reset: KEEP_ALIVE_TO: no keep-alive for "));
        }
    }
}
