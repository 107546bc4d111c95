package org.netdev4j.platform;

import java.util.PriorityQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Time that moves only when told to, and the work that falls due on the way: the base of every deterministic run.
 *
 * <p>Work due at the same instant runs in the order in which it was scheduled. All on the thread that moves time; the clock
 * is confined to one thread, except for {@link #nanoTime()}.
 */
public final class VirtualClock implements Clock {
    private static final Logger LOG = LoggerFactory.getLogger(VirtualClock.class);

    private final PriorityQueue<Due> queue = new PriorityQueue<>();
    private final long epoch;
    private volatile long now;
    private long sequence;

    /** A clock at zero, which is 2026-01-01T00:00:00Z. */
    public VirtualClock() {
        this(1_767_225_600_000_000_000L);
    }

    /** A clock at zero, which is the given instant. */
    public VirtualClock(long epochNanosAtZero) {
        this.epoch = epochNanosAtZero;
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public long epochNanos() {
        return epoch + now;
    }

    /** Moves time on, as {@link #advance}. */
    @Override
    public void sleep(long nanos) {
        advance(Math.max(0, nanos));
    }

    /** Moves time on, running what falls due, each at its instant. */
    public void advance(long nanos) {
        if (nanos < 0) {
            throw new IllegalArgumentException("time does not run back: nanos=" + nanos);
        }
        long end = now + nanos;
        while (runNext(end)) {
            // each turn runs one piece of work
        }
        now = Math.max(now, end);
    }

    /**
     * Moves time to the next work due at or before {@code limit} and runs it.
     *
     * @return false if there is none; time has then not moved
     */
    public boolean runNext(long limit) {
        Due due = queue.peek();
        if (due == null || due.at > limit) {
            return false;
        }
        queue.poll();
        now = Math.max(now, due.at);
        due.run();
        return true;
    }

    /** Number of pieces of work scheduled. */
    public int pending() {
        return queue.size();
    }

    /** Timers on this clock. */
    Timers timers() {
        return new VirtualTimers();
    }

    /** A wait event whose wait moves this clock. */
    WaitEvent newWaitEvent() {
        return new VirtualWaitEvent();
    }

    private final class Due implements Comparable<Due>, Timers.Task {
        private final String name;
        private final Runnable work;
        private final long period;
        private long at;
        private long order;
        private boolean cancelled;

        Due(String name, long delay, long period, Runnable work) {
            this.name = name;
            this.work = work;
            this.period = period;
            enqueue(now + delay);
        }

        private void enqueue(long instant) {
            at = instant;
            order = sequence++;
            queue.add(this);
        }

        void run() {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.error("timer \"{}\" failed", name, e);
            }
            if (period > 0 && !cancelled) {
                enqueue(at + period);
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
            queue.remove(this);
        }

        @Override
        public int compareTo(Due other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final class VirtualTimers implements Timers {
        private final java.util.Set<Due> mine = new java.util.LinkedHashSet<>();

        @Override
        public Task after(String name, long delayNanos, Runnable work) {
            return add(new Due(name, delayNanos, 0, work));
        }

        @Override
        public Task every(String name, long periodNanos, Runnable work) {
            if (periodNanos <= 0) {
                throw new IllegalArgumentException("timer \"" + name + "\": the period must be above zero: " + periodNanos);
            }
            return add(new Due(name, periodNanos, periodNanos, work));
        }

        private Task add(Due due) {
            mine.removeIf(d -> !queue.contains(d));
            mine.add(due);
            return due;
        }

        @Override
        public void close() {
            mine.forEach(Due::cancel);
            mine.clear();
        }
    }

    private final class VirtualWaitEvent implements WaitEvent {
        private boolean up;

        @Override
        public void signal() {
            up = true;
        }

        @Override
        public boolean await(Deadline deadline) {
            long end = now + Math.max(0, deadline.remainingNanos());
            while (!up) {
                if (!runNext(end)) {
                    now = Math.max(now, end);
                    return poll();
                }
            }
            return poll();
        }

        @Override
        public boolean poll() {
            boolean was = up;
            up = false;
            return was;
        }
    }
}
