package org.netdev4j.platform;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

final class VirtualClockContractTest extends ClockContract {
    private final VirtualClock virtual = new VirtualClock();

    @Override
    Clock clock() {
        return virtual;
    }

    @Override
    long expectedEpochNanos() {
        Instant zero = Instant.parse("2026-01-01T00:00:00Z");
        return TimeUnit.SECONDS.toNanos(zero.getEpochSecond());
    }
}
