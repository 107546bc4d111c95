package org.netdev4j.backend.ena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.netdev4j.api.DeviceFaultException;
import org.netdev4j.backend.ena.spec.FeatureId;
import org.netdev4j.backend.ena.spec.LlqConfig;

/** The form of low-latency queues, chosen of what the device offers, with the fall-backs of [AMZN ena_com.c]. */
class LlqChooserTest {
    private static LlqConfig offer(int header, int sizes, int descs, int strides, int recommended, int accel, int burst) {
        return new LlqConfig(8, 1024, header, 0, sizes, 0, descs, 0, strides, 0, 1, recommended, 0, accel, burst);
    }

    private static LlqChooser negotiated(LlqConfig offer, String policy) {
        try (ControlRig rig = new ControlRig(Map.of("llq_policy", policy))) {
            rig.firmware.llq = offer;
            rig.open();
            return rig.ops.llq();
        }
    }

    @ParameterizedTest(name = "sizes {0}, descs {1}, strides {2}, recommended {3}: {4} bytes, {5} descs, multiple {6}")
    @CsvSource({
        "1, 15, 3, 0, 128, 2, true",
        "7, 15, 3, 0, 128, 2, true",
        "6, 15, 3, 0, 192, 2, true",
        "4, 15, 3, 0, 256, 2, true",
        "7, 15, 3, 4, 256, 2, true",
        "3, 15, 3, 4, 128, 2, true",
        "2, 15, 3, 4, 192, 2, true",
        "1, 1, 3, 0, 128, 1, true",
        "1, 12, 3, 0, 128, 4, true",
        "1, 4, 1, 0, 128, 4, false",
        "4, 8, 1, 0, 256, 8, false"})
    void form_isTheFirstThatTheDeviceHas(int sizes, int descs, int strides, int recommended, int bytes, int before,
                                         boolean multiple) {
        LlqPlan plan = negotiated(offer(1, sizes, descs, strides, recommended, 0, 0), "recommended").plan().orElseThrow();
        assertEquals(new LlqPlan(bytes, before, multiple, false, 0), plan);
    }

    @ParameterizedTest(name = "header {0}, sizes {1}, descs {2}, strides {3}")
    @CsvSource({"2, 1, 15, 3", "1, 0, 15, 3", "1, 8, 15, 3", "1, 1, 0, 3", "1, 1, 15, 0", "1, 1, 8, 3"})
    void form_thatCannotBe_meansHostMemory_orRefusal(int header, int sizes, int descs, int strides) {
        LlqConfig bad = offer(header, sizes, descs, strides, 0, 0, 0);
        LlqChooser fallen = negotiated(bad, "recommended");
        assertEquals(Optional.empty(), fallen.plan());
        assertTrue(!fallen.remark().isEmpty());
        assertTrue(assertThrows(DeviceFaultException.class, () -> negotiated(bad, "normal")).getMessage()
            .contains("llq_policy=normal cannot be had: "));
    }

    @Test
    void policy_isRefused_whenTheDeviceLacksItsSize() {
        assertTrue(assertThrows(DeviceFaultException.class, () -> negotiated(offer(1, 1, 15, 3, 0, 0, 0),
            "wide")).getMessage()
            .contains("no entries of 256 bytes"));
        assertTrue(assertThrows(DeviceFaultException.class, () -> negotiated(offer(1, 4, 15, 3, 0, 0, 0),
            "normal")).getMessage()
            .contains("no entries of 128 bytes"));
    }

    @Test
    void acceleration_isTaken_asFarAsItIsOffered() {
        assertEquals(new LlqPlan(128, 2, true, true, 8), negotiated(offer(1, 1, 15, 3, 0, 3, 1024),
            "recommended").plan().orElseThrow());
        assertEquals(new LlqPlan(128, 2, true, false, 8), negotiated(offer(1, 1, 15, 3, 0, 2, 1024),
            "recommended").plan().orElseThrow());
        // A size without the flag limits nothing, nor does a flag with no size.
        assertEquals(new LlqPlan(128, 2, true, false, 0), negotiated(offer(1, 1, 15, 3, 0, 0, 1024),
            "recommended").plan().orElseThrow());
        assertEquals(new LlqPlan(128, 2, true, false, 0), negotiated(offer(1, 1, 15, 3, 0, 2, 0),
            "recommended").plan().orElseThrow());
    }

    @Test
    void choice_isToldToTheDevice() {
        try (ControlRig rig = new ControlRig()) {
            rig.firmware.llq = offer(3, 5, 15, 3, LlqConfig.ENTRY_256, 3, 2048);
            rig.open();
            byte[] set = rig.firmware.set.get(FeatureId.LLQ);
            assertEquals(LlqConfig.HEADER_INLINE, set[10]);
            assertEquals(LlqConfig.ENTRY_256, set[14]);
            assertEquals(2, set[18]);
            assertEquals(LlqConfig.STRIDE_MULTIPLE, set[22]);
            assertEquals(3, set[28]);
        }
    }
}
