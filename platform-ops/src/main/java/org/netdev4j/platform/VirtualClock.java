package org.netdev4j.platform;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Time that moves only when told to, and the work that falls due on the way: the base of every deterministic run.
 *
 * <p>Work due at the same instant runs in the order in which it was scheduled, a periodic task in the order in which its
 * runs end. All on the thread that moves time; the clock, its timers and wait events are confined to one thread, except for
 * {@link #nanoTime()} and {@link #epochNanos()}.
 *
 * <p>Work may itself sleep, wait for an event or advance the clock. Time then moves on inside it, and what falls due
 * meanwhile runs inside it too, at its own instant, as it would on other threads: a driver's timer task that waits for a
 * device model on the same clock gets its answer. A task never runs inside itself; a period that passes meanwhile is made up
 * for when it returns. The call that started the outer work returns at the later of the two instants.
 *
 * <p>A wait here takes no real time, so an interrupt does not cut it short; the thread's flag is kept. Time ends at
 * {@link Long#MAX_VALUE} nanoseconds: what lies beyond falls due then, and nothing repeats beyond it.
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

    /** Moves time on, as {@link #advance}; not at all for zero or less. */
    @Override
    public void sleep(long nanos) {
        advance(Math.max(0, nanos));
    }

    /** Moves time on, running what falls due, each at its instant. With zero, runs what is due now. */
    public void advance(long nanos) {
        if (nanos < 0) {
            throw new IllegalArgumentException("time does not run back: nanos=" + nanos);
        }
        long end = fromNow(nanos);
        while (runNext(end)) {
            // each turn runs one piece of work
        }
        now = Math.max(now, end);
    }

    /**
     * Moves time to the next work due at or before {@code limit} and runs it.
     *
     * @param limit an instant of {@link #nanoTime()}
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

    private long fromNow(long nanos) {
        return nanos > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + nanos;
    }

    private final class Due implements Comparable<Due>, Timers.Task {
        private final VirtualTimers owner;
        private final String name;
        private final Runnable work;
        private final long period;
        private long at;
        private long order;
        private boolean cancelled;

        Due(VirtualTimers owner, String name, long delay, long period, Runnable work) {
            this.owner = owner;
            this.name = name;
            this.work = work;
            this.period = period;
            enqueue(fromNow(Math.max(0, delay)));
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
            } finally {
                if (period > 0 && !cancelled && at <= Long.MAX_VALUE - period) {
                    enqueue(at + period);
                } else {
                    owner.live.remove(this);
                }
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
            queue.remove(this);
            owner.live.remove(this);
        }

        @Override
        public int compareTo(Due other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final class VirtualTimers implements Timers {
        // Scheduled or running now: what close() has to take off.
        private final Set<Due> live = new LinkedHashSet<>();
        private boolean closed;

        @Override
        public Task after(String name, long delayNanos, Runnable work) {
            return add(name, delayNanos, 0, work);
        }

        @Override
        public Task every(String name, long periodNanos, Runnable work) {
            TimerChecks.requirePeriod(name, periodNanos);
            return add(name, periodNanos, periodNanos, work);
        }

        private Task add(String name, long delay, long period, Runnable work) {
            if (closed) {
                throw TimerChecks.closed(name);
            }
            Due due = new Due(this, name, delay, period, work);
            live.add(due);
            return due;
        }

        @Override
        public void close() {
            closed = true;
            List.copyOf(live).forEach(Due::cancel);
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
            if (deadline.clock() != VirtualClock.this) {
                throw new IllegalArgumentException("a wait on a virtual clock needs a deadline of that clock");
            }
            long end = fromNow(Math.max(0, deadline.remainingNanos()));
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
