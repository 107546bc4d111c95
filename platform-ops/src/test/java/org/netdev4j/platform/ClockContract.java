package org.netdev4j.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every {@link Clock} must do. */
abstract class ClockContract {
    /** The clock under test. */
    abstract Clock clock();

    /** Nanoseconds since 1970 now, from somewhere else. */
    abstract long expectedEpochNanos();

    @Test
    void nanoTime_neverRunsBack() {
        long last = clock().nanoTime();
        for (int i = 0; i < 10_000; i++) {
            long now = clock().nanoTime();
            assertTrue(now >= last);
            last = now;
        }
    }

    @Test
    void sleep_lastsAtLeastAsLongAsAsked() {
        long start = clock().nanoTime();
        clock().sleep(2_000_000);

        assertTrue(clock().nanoTime() - start >= 2_000_000);
    }

    @Test
    void sleep_isNothing_forZeroOrLess() {
        long start = clock().nanoTime();
        clock().sleep(0);
        clock().sleep(-1);
        clock().sleep(Long.MIN_VALUE);

        assertTrue(clock().nanoTime() - start < TimeUnit.SECONDS.toNanos(30));
    }

    @Test
    void sleep_keepsTheInterrupt() {
        Thread.currentThread().interrupt();
        clock().sleep(2_000_000);

        assertTrue(Thread.interrupted());
    }

    @Test
    void epochNanos_isTheTimeOfDay_andMovesWithSleep() {
        long minute = TimeUnit.MINUTES.toNanos(1);
        long before = clock().epochNanos();
        assertTrue(Math.abs(before - expectedEpochNanos()) < minute);
        clock().sleep(20_000_000);

        // Not asserted to the nanosecond: the machine's time of day may be set meanwhile.
        assertTrue(clock().epochNanos() - before >= 10_000_000);
    }

    @Test
    void deadline_remains_itsLengthLessWhatHasPassed() {
        Deadline deadline = Deadline.afterMillis(clock(), 60_000);
        assertEquals(60_000_000_000L, deadline.lengthNanos());
        assertTrue(deadline.remainingNanos() <= 60_000_000_000L);
        assertTrue(deadline.remainingNanos() > 30_000_000_000L);
        assertFalse(deadline.expired());
    }

    @Test
    void deadline_isOver_onceItsInstantIsReached() {
        Deadline deadline = Deadline.afterNanos(clock(), 1_000_000);
        clock().sleep(1_000_000);

        assertTrue(deadline.expired());
        assertTrue(deadline.remainingNanos() <= 0);
        assertTrue(Deadline.afterNanos(clock(), 0).expired());
    }

    @Test
    void deadline_isNotOver_whenItIsTheLongest() {
        Deadline deadline = Deadline.afterNanos(clock(), Long.MAX_VALUE);
        clock().sleep(1_000);

        assertFalse(deadline.expired());
        assertTrue(deadline.remainingNanos() > Long.MAX_VALUE / 2);
        assertFalse(Deadline.afterMillis(clock(), Long.MAX_VALUE).expired());
    }
}
