package org.netdev4j.platform;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The machine's clock. */
enum SystemClock implements Clock {
    INSTANCE;

    // How far the time of day, extrapolated by the monotonic clock, may be off before it is read anew. The coarse clock that tells has
    // milliseconds, so less than one cannot be seen.
    private static final long TOLERANCE_MILLIS = 2;

    // Time of day minus monotonic time. Racy: threads that renew it at once get the same, up to nanoseconds.
    private volatile long offset = readOffset();

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    /**
     * Extrapolates the time of day, since reading it in nanoseconds allocates, and packets are stamped by it; corrected when somebody
     * has set the clock or the two clocks have drifted apart.
     */
    @Override
    public long epochNanos() {
        long now = System.nanoTime() + offset;
        if (Math.abs(System.currentTimeMillis() - now / 1_000_000) > TOLERANCE_MILLIS) {
            offset = readOffset();
            now = System.nanoTime() + offset;
        }
        return now;
    }

    private static long readOffset() {
        Instant now = Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano() - System.nanoTime();
    }

    @Override
    public void sleep(long nanos) {
        long end = System.nanoTime() + nanos;
        long left = nanos;
        while (left > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(left);
            left = end - System.nanoTime();
        }
    }
}
