package org.netdev4j.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class DeadlineTest {
    private final VirtualClock clock = new VirtualClock();

    @Test
    void remaining_countsDownToTheNanosecond() {
        clock.advance(5);
        Deadline deadline = Deadline.afterNanos(clock, 100);
        clock.advance(99);
        assertEquals(1, deadline.remainingNanos());
        assertFalse(deadline.expired());
        clock.advance(1);
        assertEquals(0, deadline.remainingNanos());
        assertTrue(deadline.expired());
        clock.advance(7);

        assertEquals(-7, deadline.remainingNanos());
        assertTrue(deadline.expired());
        assertEquals(100, deadline.lengthNanos());
        assertSame(clock, deadline.clock());
    }

    @Test
    void remaining_isRight_acrossTheWrapOfTheClock() {
        // System.nanoTime() may start anywhere, also just below its largest value.
        long[] now = {Long.MAX_VALUE - 10};
        Clock wrapping = new Clock() {
            @Override
            public long nanoTime() {
                return now[0];
            }

            @Override
            public long epochNanos() {
                return 0;
            }

            @Override
            public void sleep(long nanos) {
                now[0] += nanos;
            }
        };
        Deadline deadline = Deadline.afterNanos(wrapping, 100);
        wrapping.sleep(50);

        assertEquals(50, deadline.remainingNanos());
        assertFalse(deadline.expired());
    }

    @Test
    void after_refusesThePast() {
        assertEquals("a deadline lies ahead: nanos=-1",
            assertThrows(IllegalArgumentException.class, () -> Deadline.afterNanos(clock, -1)).getMessage());
        assertThrows(IllegalArgumentException.class, () -> Deadline.afterMillis(clock, -1));
    }
}
