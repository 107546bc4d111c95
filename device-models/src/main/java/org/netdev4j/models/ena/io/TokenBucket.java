package org.netdev4j.models.ena.io;

/**
 * An allowance of so many units per second, some of which can be saved up. It may be overdrawn once, by any amount, and is
 * then paid off.
 */
final class TokenBucket {
    private static final long SECOND = 1_000_000_000L;

    private long perSecond;
    private long most;
    // Below zero after an overdraft; a fraction, so that nothing is lost between two calls.
    private double level;
    private long at;

    /** A new rate, with all that can be saved; 0 for no limit. */
    void set(long unitsPerSecond, long burstNanos, long now) {
        if (unitsPerSecond == perSecond) {
            return;
        }
        perSecond = unitsPerSecond;
        most = Math.max(1, (long) ((double) unitsPerSecond * burstNanos / SECOND));
        level = most;
        at = now;
    }

    /** True if there is anything left now. */
    boolean allows(long now) {
        if (perSecond == 0) {
            return true;
        }
        level = Math.min(most, level + (double) (now - at) * perSecond / SECOND);
        at = now;
        // A hair below one unit is one: times are whole nanoseconds.
        return level > 1e-6;
    }

    /** Uses some up. */
    void take(long units) {
        if (perSecond != 0) {
            level -= units;
        }
    }
}
