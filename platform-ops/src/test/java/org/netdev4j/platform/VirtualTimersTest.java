package org.netdev4j.platform;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.BooleanSupplier;

/** What is particular to virtual time is in {@link VirtualClockTest}. */
final class VirtualTimersTest extends TimersContract {
    private final VirtualClock clock = new VirtualClock();
    private final Platform platform = Platform.builder().virtualClock(clock).build();

    @Override
    Platform platform() {
        return platform;
    }

    @Override
    Class<?> logger() {
        return VirtualClock.class;
    }

    @Override
    void runUntil(BooleanSupplier done) {
        while (!done.getAsBoolean()) {
            assertTrue(clock.runNext(Long.MAX_VALUE), "nothing is left to run");
        }
    }

    @Override
    void run(long nanos) {
        clock.advance(nanos);
    }
}
