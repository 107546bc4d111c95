package org.netdev4j.platform;

import java.util.concurrent.TimeUnit;

/**
 * An instant on a {@link Clock} by which something must have happened. Every wait in this project has one.
 *
 * <p>Immutable.
 */
public final class Deadline {
    private final Clock clock;
    private final long at;
    private final long length;

    private Deadline(Clock clock, long length) {
        this.clock = clock;
        this.length = length;
        this.at = clock.nanoTime() + length;
    }

    /**
     * A deadline from now.
     *
     * @param nanos zero or more; zero is over at once
     */
    public static Deadline afterNanos(Clock clock, long nanos) {
        if (nanos < 0) {
            throw new IllegalArgumentException("a deadline lies ahead: nanos=" + nanos);
        }
        return new Deadline(clock, nanos);
    }

    /** A deadline from now. */
    public static Deadline afterMillis(Clock clock, long millis) {
        return afterNanos(clock, TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /** True once the instant is reached. */
    public boolean expired() {
        return remainingNanos() <= 0;
    }

    /** Nanoseconds left; zero or less once reached. */
    public long remainingNanos() {
        return at - clock.nanoTime();
    }

    /** How long the wait was to be, for messages. */
    public long lengthNanos() {
        return length;
    }

    /** The clock it is measured on. */
    public Clock clock() {
        return clock;
    }
}
