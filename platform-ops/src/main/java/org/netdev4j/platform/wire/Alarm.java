package org.netdev4j.platform.wire;

import org.netdev4j.platform.Clock;
import org.netdev4j.platform.Mutex;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.Timers;

/**
 * Runs one piece of work at the earliest of the instants it was set for.
 *
 * <p>Any thread may set it. Setting it again for the same or a later instant costs one comparison; only an earlier one makes a
 * timer, which allocates.
 */
final class Alarm implements AutoCloseable {
    private final Timers timers;
    private final Clock clock;
    private final String name;
    private final Runnable work;
    private final Mutex mutex;
    private volatile boolean set;
    private volatile long due;
    private Timers.Task task;
    private boolean closed;

    Alarm(Platform platform, String name, Runnable work) {
        this.timers = platform.timers();
        this.clock = platform.clock();
        this.name = name;
        this.work = work;
        this.mutex = platform.newMutex("alarm " + name);
    }

    /** Runs the work when the clock reaches {@code nanoTime}, unless it is set for an earlier instant already. */
    void setFor(long nanoTime) {
        if (set && nanoTime - due >= 0) {
            return;
        }
        mutex.lock();
        try {
            if (!closed && !(set && nanoTime - due >= 0)) {
                due = nanoTime;
                set = true;
                // A timer for a later instant stays: it finds nothing to do, which is cheaper than waiting for it to be gone.
                task = timers.after(name, Math.max(0, nanoTime - clock.nanoTime()), this::ring);
            }
        } finally {
            mutex.unlock();
        }
    }

    private void ring() {
        mutex.lock();
        try {
            if (closed || !set || clock.nanoTime() - due < 0) {
                return;
            }
            set = false;
        } finally {
            mutex.unlock();
        }
        work.run();
    }

    /** Ends it. When the call returns the work is not running and will not run. Idempotent. */
    @Override
    public void close() {
        Timers.Task last;
        mutex.lock();
        try {
            closed = true;
            last = task;
        } finally {
            mutex.unlock();
        }
        if (last != null) {
            last.cancel();
        }
    }
}
