package org.netdev4j.backend.ena;

import org.netdev4j.platform.Clock;

/** Pauses between looks at a device: short at first, for most answers come at once; twice as long each time, up to 5 ms. */
final class Backoff {
    private static final long FIRST_NANOS = 10_000;
    private static final long LONGEST_NANOS = 5_000_000;

    private final Clock clock;
    private long next = FIRST_NANOS;

    Backoff(Clock clock) {
        this.clock = clock;
    }

    void pause() {
        clock.sleep(next);
        next = Math.min(2 * next, LONGEST_NANOS);
    }
}
