package org.netdev4j.backend.ena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.netdev4j.backend.ena.spec.AdminStatus;
import org.netdev4j.backend.ena.spec.EnaRegister;
import org.netdev4j.backend.ena.spec.FeatureId;
import org.netdev4j.backend.ena.spec.PhcConfig;
import org.netdev4j.backend.ena.spec.PhcResponse;
import org.netdev4j.platform.memory.Memory;

/** The hardware clock: the rules of [AMZN ena_com.c, ena_com_phc_get_timestamp]. */
class EnaClockTest {
    private static final long MICRO = 1_000L;

    private final ControlRig rig = new ControlRig();

    @AfterEach
    void close() {
        rig.close();
    }

    private EnaExtension open() {
        return rig.open().extension(EnaExtension.class).orElseThrow();
    }

    /** The device answers the request of its doorbell after a while. */
    private void answerAfter(long nanos, int errors) {
        rig.platform.timers().after("clock", nanos, () -> {
            byte[] set = rig.firmware.set.get(FeatureId.PHC_CONFIG);
            try (Memory config = Memory.allocate("config", set.length)) {
                config.copyFrom(0, set, 0, set.length);
                long iova = PhcConfig.read(config, 0).outputAddress();
                PhcResponse.write(rig.device.reach.memory(iova, PhcResponse.BYTES), rig.device.reach.offset(iova),
                    rig.device.registers.get(EnaRegister.PHC_DB), 123_456_789L, 40, errors);
            }
        });
    }

    private Map<String, Long> statistics() {
        return rig.ops.extendedStatistics();
    }

    @Test
    void read_givesTimeAndBound() {
        EnaExtension extension = open();
        assertTrue(extension.hasClock());
        for (int i = 0; i < 3; i++) {
            answerAfter(2 * MICRO, 0);
            assertEquals(Optional.of(new EnaTime(123_456_789L, 40)), extension.readClock());
        }
        assertEquals(3, statistics().get("phc_cnt"));
    }

    @Test
    void read_givesNothing_afterTenMicroseconds_andAsksNoMoreForAMillisecond() {
        EnaExtension extension = open();
        long before = rig.clock.nanoTime();
        assertEquals(Optional.empty(), extension.readClock());
        long took = rig.clock.nanoTime() - before;
        assertTrue(took >= 10 * MICRO && took < 12 * MICRO, took + " ns");
        int asked = rig.device.registers.get(EnaRegister.PHC_DB);
        assertEquals(Optional.empty(), extension.readClock());
        assertEquals(asked, rig.device.registers.get(EnaRegister.PHC_DB));
        rig.clock.advance(1001 * MICRO);
        answerAfter(MICRO, 0);
        assertTrue(extension.readClock().isPresent());
        assertEquals(1, statistics().get("phc_skp"));
        assertEquals(1, statistics().get("phc_err_dv"), "the first was never answered");
        assertEquals(0, statistics().get("phc_exp"));
    }

    @Test
    void lateAnswer_isCountedAsLate() {
        EnaExtension extension = open();
        answerAfter(50 * MICRO, 0);
        assertEquals(Optional.empty(), extension.readClock());
        rig.clock.advance(1001 * MICRO);
        answerAfter(MICRO, 0);
        assertTrue(extension.readClock().isPresent());
        assertEquals(1, statistics().get("phc_exp"));
        assertEquals(0, statistics().get("phc_err_dv"));
    }

    @Test
    void errors_areCountedByKind() {
        EnaExtension extension = open();
        for (int errors = 1; errors <= 3; errors++) {
            answerAfter(MICRO, errors);
            assertEquals(Optional.empty(), extension.readClock());
            rig.clock.advance(1001 * MICRO);
        }
        answerAfter(MICRO, 0);
        assertTrue(extension.readClock().isPresent());
        assertEquals(2, statistics().get("phc_err_ts"));
        assertEquals(2, statistics().get("phc_err_eb"));
    }

    @Test
    void limitsOfTheDevice_areTaken_expiryNoLongerThanBlock() {
        rig.firmware.phc = new PhcConfig(0, 0x100, 500, 200, 0, 0);
        EnaExtension extension = open();
        answerAfter(150 * MICRO, 0);
        assertTrue(extension.readClock().isPresent());
        answerAfter(250 * MICRO, 0);
        assertFalse(extension.readClock().isPresent());
    }

    @Test
    void clock_isAbsent_whenTheDeviceHasNoneTheDriverKnows() {
        rig.firmware.phc = new PhcConfig(1, 0x100, 0, 0, 0, 0);
        EnaExtension extension = open();
        assertFalse(extension.hasClock());
        assertEquals(Optional.empty(), extension.readClock());
        assertFalse(statistics().containsKey("phc_cnt"));
    }

    @Test
    void clock_isAbsent_whenItsDoorbellIsOutside_orItIsRefused() {
        rig.firmware.phc = new PhcConfig(0, (int) FakeEna.BAR_BYTES, 0, 0, 0, 0);
        assertFalse(open().hasClock());
        rig.ops.close();
        rig.firmware.phc = new PhcConfig(0, 0x100, 0, 0, 0, 0);
        rig.firmware.refuse.put("GET PHC_CONFIG", AdminStatus.UNSUPPORTED_OPCODE);
        assertFalse(open().hasClock());
    }

    @Test
    void clock_works_afterReset() {
        EnaExtension extension = rig.configure(1).extension(EnaExtension.class).orElseThrow();
        rig.ops.reset(rig.settings(1));
        answerAfter(MICRO, 0);
        assertTrue(extension.readClock().isPresent());
    }
}
