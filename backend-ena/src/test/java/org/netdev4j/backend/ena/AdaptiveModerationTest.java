package org.netdev4j.backend.ena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The choice of delays, against traffic that answers to them. */
class AdaptiveModerationTest {
    private static final int INTERRUPTS = AdaptiveModeration.INTERRUPTS;

    private final AdaptiveModeration adaptive = new AdaptiveModeration();
    private long packets;
    private long now = 1;

    @BeforeEach
    void begin() {
        adaptive.served(packets, packets, now);
    }

    /** Measurements in which the rates follow from the delay. */
    private void run(int measurements, IntToDoubleFunction packetsPerMicro, IntToDoubleFunction microsPerInterrupt) {
        for (int i = 0; i < measurements * INTERRUPTS; i++) {
            double micros = microsPerInterrupt.applyAsDouble(adaptive.micros());
            now += (long) (1000 * micros);
            packets += Math.max(1, Math.round(packetsPerMicro.applyAsDouble(adaptive.micros()) * micros));
            adaptive.served(packets, packets * 1000, now);
        }
    }

    @Test
    void climbs_whileThroughputGrows() {
        run(20, micros -> micros, micros -> 1000);
        assertEquals(256, adaptive.micros());
    }

    @Test
    void falls_whenDelaysCostThroughput() {
        run(20, micros -> 1000.0 / micros, micros -> 1000);
        assertEquals(1, adaptive.micros());
    }

    @Test
    void finds_theBestInTheMiddle() {
        run(30, micros -> micros == 64 ? 10 : 1, micros -> 1000);
        assertEquals(64, adaptive.micros());
    }

    @Test
    void rests_whenTheTrafficDoesNotAnswer_andStirs_whenItChanges() {
        run(40, micros -> 5, micros -> 1000);
        int resting = adaptive.micros();
        run(10, micros -> 5, micros -> 1000);
        assertEquals(resting, adaptive.micros());
        run(40, micros -> micros * 10, micros -> 1000);
        assertEquals(256, adaptive.micros());
    }

    @Test
    void decides_onlyAfterAWholeMeasurement_andNotWithoutTime() {
        adaptive.reset();
        for (int i = 0; i < 10 * INTERRUPTS; i++) {
            adaptive.served(i, i, 5);
        }
        assertEquals(8, adaptive.micros(), "time stood still");
        adaptive.reset();
        for (int i = 0; i < INTERRUPTS; i++) {
            adaptive.served(i, i, i);
        }
        assertEquals(8, adaptive.micros());
        adaptive.served(INTERRUPTS, INTERRUPTS, INTERRUPTS);
        assertTrue(adaptive.micros() != 8);
    }
}
