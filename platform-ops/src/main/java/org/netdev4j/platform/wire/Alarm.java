package org.netdev4j.platform.wire;

import java.util.ArrayList;
import java.util.List;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.Mutex;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.Timers;

/**
 * Runs one piece of work at the earliest of the instants it was set for.
 *
 * <p>Any thread may set it. Setting it again for the same or a later instant costs one comparison; only an earlier one makes
 * a timer, which allocates.
 */
final class Alarm implements AutoCloseable {
    private final Timers timers;
    private final Clock clock;
    private final String name;
    private final Runnable work;
    private final Mutex mutex;
    private volatile boolean set;
    private volatile long due;
    // All that are scheduled: one that was set for a later instant than another cannot be cancelled where that is found out,
    // since cancelling waits for the work, and the work may wait for who sets the alarm.
    private final List<Timer> scheduled = new ArrayList<>();
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
                Timer timer = new Timer();
                timer.task = timers.after(name, Math.max(0, nanoTime - clock.nanoTime()), timer);
                scheduled.add(timer);
            }
        } finally {
            mutex.unlock();
        }
    }

    private boolean rings(Timer timer) {
        mutex.lock();
        try {
            scheduled.remove(timer);
            if (closed || !set || clock.nanoTime() - due < 0) {
                return false;
            }
            set = false;
            return true;
        } finally {
            mutex.unlock();
        }
    }

    /**
     * Ends it. When the call returns the work is not running and will not run. The caller holds no lock that the work takes.
     * Idempotent.
     */
    @Override
    public void close() {
        List<Timer> left;
        mutex.lock();
        try {
            closed = true;
            left = List.copyOf(scheduled);
            scheduled.clear();
        } finally {
            mutex.unlock();
        }
        for (Timer timer : left) {
            timer.task.cancel();
        }
    }

    private final class Timer implements Runnable {
        private Timers.Task task;

        @Override
        public void run() {
            if (rings(this)) {
                work.run();
            }
        }
    }
}
