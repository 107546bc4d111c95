package org.netdev4j.cli.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.netdev4j.cli.config.Rate;
import org.netdev4j.platform.VirtualClock;

class PacerTest {
    private static final long SECOND = 1_000_000_000L;

    private final VirtualClock clock = new VirtualClock();

    /** Frames that may leave in a time, when asked every {@code step} nanoseconds. */
    private long count(Pacer pacer, int bytes, long nanos, long step) {
        long count = 0;
        for (long t = 0; t < nanos; t += step) {
            while (pacer.due(0)) {
                pacer.sent(bytes);
                count++;
            }
            clock.advance(step);
        }
        return count;
    }

    @ParameterizedTest
    @CsvSource({"1,1000000", "1000,700000", "10000,333333", "999983,1000000"})
    void packets_areSpacedEvenly_overAnyStep(long perSecond, long step) {
        long expected = perSecond;

        assertEquals(expected, count(new Pacer(new Rate(Rate.Limit.PACKETS, perSecond), clock), 60, SECOND, step), 1 + perSecond / 1000);
    }

    @Test
    void bits_countWhatAFrameTakesOnTheWire() {
        // 60 bytes and 24 more are 672 bits: line rate of 10 Gbit/s is 14.88 million frames a second.
        assertEquals(14_880_952, count(new Pacer(new Rate(Rate.Limit.BITS, 10_000_000_000L), clock), 60, SECOND, 1_000_000), 14_881);
        assertEquals(1_488, count(new Pacer(new Rate(Rate.Limit.BITS, 1_000_000L), clock), 60, SECOND, 100_000), 2);
    }

    @Test
    void packets_makeUpForASecondAtMost() {
        Pacer pacer = new Pacer(new Rate(Rate.Limit.PACKETS, 1000), clock);
        assertTrue(pacer.due(0));
        pacer.sent(60);
        clock.advance(60 * SECOND);

        assertEquals(1001, count(pacer, 60, 1, 1));
    }

    @Test
    void captured_keepsDistances() {
        Pacer pacer = new Pacer(new Rate(Rate.Limit.AS_CAPTURED, 0), clock);
        clock.advance(5 * SECOND);

        assertTrue(pacer.due(7_000));
        assertFalse(pacer.due(8_000));
        clock.advance(999);
        assertFalse(pacer.due(8_000));
        clock.advance(1);
        assertTrue(pacer.due(8_000));
    }

    @Test
    void max_neverWaits() {
        assertTrue(new Pacer(Rate.MAX, clock).due(0));
    }
}
