package org.netdev4j.platform;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class SystemClockTest extends ClockContract {
    @Override
    Clock clock() {
        return Clock.system();
    }

    @Override
    long expectedEpochNanos() {
        return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    }

    @Test
    void sleep_returnsEarly_whenInterrupted() {
        long start = System.nanoTime();
        Thread.currentThread().interrupt();
        clock().sleep(TimeUnit.SECONDS.toNanos(20));

        assertTrue(Thread.interrupted());
        assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(10));
    }
}
