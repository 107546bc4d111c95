package org.netdev4j.cli.app;

import org.netdev4j.cli.config.Config;
import org.netdev4j.cli.config.Keys;
import org.netdev4j.platform.Clock;

/** How long an application may run; the time begins with the first question. One thread, or several that may be off by a turn. */
final class TimeLimit {
    private static final long UNSET = Long.MIN_VALUE;

    private final Clock clock;
    private final long nanos;
    private volatile long end = UNSET;

    private TimeLimit(Clock clock, long nanos) {
        this.clock = clock;
        this.nanos = nanos;
    }

    /** The limit of {@link Keys#DURATION}; none if that is 0. */
    static TimeLimit of(Config config, Clock clock) {
        return new TimeLimit(clock, config.get(Keys.DURATION));
    }

    /** True once the time is over. */
    boolean over() {
        if (nanos == 0) {
            return false;
        }
        long now = clock.nanoTime();
        if (end == UNSET) {
            end = now + nanos;
        }
        return now - end >= 0;
    }
}
