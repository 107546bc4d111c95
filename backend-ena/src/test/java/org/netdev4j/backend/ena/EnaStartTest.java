package org.netdev4j.backend.ena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.netdev4j.api.DeviceFaultException;
import org.netdev4j.backend.ena.spec.AdminStatus;
import org.netdev4j.backend.ena.spec.ResetReason;
import org.netdev4j.platform.PlatformException;

/** Starting and stopping a device that fails half-way. */
class EnaStartTest {
    @Test
    @DisplayName("bug groups 22, 52: memory is short at each allocation of start: queues made before are ended")
    void start_takesBack_whenMemoryIsShort() {
        int refused = 0;
        for (int k = 0; k < 12; k++) {
            try (ControlRig rig = new ControlRig()) {
                rig.configure(2);
                rig.memory.left = k;
                try {
                    rig.ops.start();
                } catch (PlatformException e) {
                    refused++;
                    assertEquals(0, rig.firmware.cqs.size());
                    assertEquals(0, rig.pool.inUse());
                    rig.memory.left = Integer.MAX_VALUE;
                    rig.ops.start();
                }
                rig.ops.stop();
            }
        }
        assertTrue(refused >= 6, "refused " + refused);
    }

    @Test
    @DisplayName("bug groups 22, 23: each command of start gets no answer in turn")
    void start_givesUp_whenACommandGetsNoAnswer() {
        for (String command : List.of("CREATE_CQ#1", "CREATE_SQ#1", "CREATE_CQ#4", "CREATE_SQ#4", "SET FRAG_BYPASS",
            "SET RSS_HASH_FUNCTION", "SET RSS_HASH_INPUT", "SET RSS_INDIRECTION_TABLE_CONFIG", "SET MTU#2")) {
            try (ControlRig rig = new ControlRig(Map.of("enable_frag_bypass", "true"))) {
                rig.configure(2);
                rig.firmware.lose.add(command);
                assertThrows(DeviceFaultException.class, rig.ops::start, command);
                assertEquals(0, rig.pool.inUse());
                assertEquals(ResetReason.ADMIN_TO, rig.device.resets.getLast(),
                    "the device is quieted before buffers are taken back");
                assertEquals(1, rig.resets().size());
                assertTrue(assertThrows(DeviceFaultException.class,
                    rig.ops::start).getMessage().contains("must be reset first"));
                rig.firmware.lose.clear();
                rig.reset(rig.settings(2));
                rig.ops.start();
                rig.ops.stop();
            }
        }
    }

    @Test
    @DisplayName("bug group 23: each command of start is the last before removal")
    void start_endsWell_whenTheDeviceVanishes() {
        for (int step = 1; step <= 13; step++) {
            try (ControlRig rig = new ControlRig()) {
                rig.configure(2);
                int last = step;
                int[] count = new int[1];
                rig.device.beforeCommand = () -> rig.device.gone = ++count[0] >= last;
                rig.device.vectors.fire(0);
                try {
                    rig.ops.start();
                    rig.ops.stop();
                } catch (DeviceFaultException e) {
                    assertEquals(0, rig.pool.inUse());
                }
            }
        }
    }

    @Test
    void start_refusesRegisters_thatCannotBe() {
        try (ControlRig rig = new ControlRig()) {
            rig.configure(1);
            rig.firmware.doorbellAt = (int) FakeEna.BAR_BYTES;
            assertTrue(assertThrows(DeviceFaultException.class, rig.ops::start).getMessage()
                .contains("the device puts a queue's doorbell at 0x100c8 of a BAR of 0x10000 bytes"));
            rig.firmware.doorbellAt = 0x1000;
            rig.firmware.actualDepth = 128;
            assertTrue(assertThrows(DeviceFaultException.class, rig.ops::start).getMessage()
                .contains("made a completion queue of 128 entries; 256 were asked for"));
            assertEquals(0, rig.firmware.cqs.size());
        }
    }

    @Test
    void stop_resetsTheDevice_whenItDoesNotEndItsQueues() {
        for (String command : List.of("DESTROY_SQ", "DESTROY_CQ#2")) {
            try (ControlRig rig = new ControlRig()) {
                rig.start(1);
                rig.firmware.refuse.put(command, AdminStatus.UNKNOWN_ERROR);
                rig.stop();
                assertEquals(0, rig.pool.inUse());
                assertEquals(List.of(ResetReason.NORMAL, ResetReason.ADMIN_TO), rig.device.resets);
                assertEquals(1, rig.resets().size());
            }
        }
    }

    @Test
    void stop_takesTheBus_whenTheDeviceDoesNotObeyAtAll() {
        try (ControlRig rig = new ControlRig()) {
            rig.start(1);
            rig.device.silent = true;
            rig.stop();
            assertEquals(0, rig.pool.inUse());
            assertFalse(rig.device.busMaster);
            assertEquals(1, rig.device.functionResets);
        }
    }
}
