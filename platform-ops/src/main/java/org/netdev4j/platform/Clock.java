package org.netdev4j.platform;

/**
 * Time for drivers, device models and wires. The only source of time in this project.
 *
 * <p>Thread-safe. With a {@link VirtualClock} time moves only when it is told to.
 */
public interface Clock {
    /** Monotonic nanoseconds from an arbitrary start. */
    long nanoTime();

    /** Nanoseconds since 1970-01-01 UTC, for stamps on captured frames. */
    long epochNanos();

    /**
     * Waits; not at all for zero or less. Returns early if interrupted, flag kept. On a virtual clock this moves time on,
     * running what falls due, and is never early: it takes no real time.
     */
    void sleep(long nanos);

    /** The machine's clock. */
    static Clock system() {
        return SystemClock.INSTANCE;
    }
}
