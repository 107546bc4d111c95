package org.netdev4j.backend.loopback;

import java.util.Arrays;
import java.util.Objects;
import org.netdev4j.platform.Barriers;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.SpinLock;
import org.netdev4j.platform.Timers;
import org.netdev4j.platform.wire.WirePort;

/**
 * The receive side of the port: moves frames from the wire to the queues, and gives interrupts.
 *
 * <p><b>Who works.</b> The device has no thread. Whoever polls a queue takes the lock, if it is free, and moves frames
 * for all queues until it has what it wants or the wire is empty. While a queue waits for its interrupt, whoever puts
 * frames on the wire (another device's thread, the TAP's) does it: the wire signals {@link #onWire()}.
 *
 * <p><b>No lost wake-up.</b> {@link #arm} sets the queue's bit, and then empties the wire under the
 * lock. A frame that comes later finds the wire drained, so the wire signals; who is signalled sees the bit, since it was
 * set before the wire was drained, and works. If the lock is taken then, {@code again} makes the holder look at the wire
 * once more after it has let go; a full barrier on both sides sees to it that not both miss each other.
 *
 * <p>A thread never does more than a fixed number of frames in one call, and holds the lock for a part of them at a time.
 * If the wire is not empty then, MORE or an interrupt says so to somebody who comes back.
 */
final class LoopbackIngress implements AutoCloseable {
    // Frames moved while the lock is held without a break.
    private static final int ROUND = 256;
    // Rounds of one call for queues that wait for interrupts.
    private static final int MOST_ROUNDS = 64;
    // Frames thrown away when the link comes up.
    private static final int MOST_STALE = 1 << 16;

    // What a round ends with: no frame was left, the queue has what it wants, or it was enough for one round.
    private static final int DRY = 0;
    private static final int SATISFIED = 1;
    private static final int CUT = 2;

    private final WirePort wire;
    private final Clock clock;
    private final Timers timers;
    private final LinkMonitor link;
    private final SpinLock lock;
    private final FrameSorter sorter;
    private final InterruptLines lines;

    // Guarded by the lock.
    private final Timers.Task[] alarms = new Timers.Task[NicOptions.MOST_QUEUES];
    private RxPlan plan;
    // None while the device is stopped.
    private LoopbackRxQueue[] queues = {};
    private boolean interruptible;

    // Whoever holds the lock is to look at the wire again.
    private volatile boolean again;

    LoopbackIngress(WirePort wire, Platform platform, LinkMonitor link, PortStats port) {
        this.wire = wire;
        this.clock = platform.clock();
        this.timers = platform.timers();
        this.link = link;
        lock = platform.newSpinLock("loopback receive");
        sorter = new FrameSorter(wire, clock, port);
        lines = new InterruptLines(clock);
    }

    // ---- control path

    /**
     * Changes the settings. When the call returns, no thread works by those before, and no interrupt is held back by
     * them.
     */
    void plan(RxPlan next) {
        long wakes;
        LoopbackRxQueue[] all;
        lock.lock();
        try {
            plan = next;
            for (LoopbackRxQueue queue : queues) {
                if (queue.moderation().isHolding()) {
                    lines.urge(1 << queue.index());
                }
            }
            wakes = settle();
            all = queues;
        } finally {
            lock.unlock();
        }
        wake(all, wakes);
    }

    /** Begins to fill these queues. */
    void open(LoopbackRxQueue[] all) {
        lock.lock();
        try {
            queues = all.clone();
            interruptible = Arrays.stream(queues).anyMatch(LoopbackRxQueue::hasInterrupts);
            for (LoopbackRxQueue queue : queues) {
                queue.moderation().reset();
            }
            sorter.restart();
        } finally {
            lock.unlock();
        }
    }

    /** Fills no queue any more when the call returns. */
    void shut() {
        Timers.Task[] left;
        lock.lock();
        try {
            queues = new LoopbackRxQueue[0];
            lines.disarm(-1);
            left = alarms.clone();
            Arrays.fill(alarms, null);
        } finally {
            lock.unlock();
        }
        // Without the lock, which a timer that is running takes.
        Arrays.stream(left).filter(Objects::nonNull).forEach(Timers.Task::cancel);
    }

    /** Loses the frames that wait on the wire, up to a number: those sent while the link was down on this side. */
    void discardWaiting() {
        lock.lock();
        try {
            for (int i = 0; i < MOST_STALE && sorter.discard() != FrameSorter.EMPTY; i++) {
                // each turn loses a frame
            }
        } finally {
            lock.unlock();
        }
    }

    // ---- the queues' threads

    /**
     * Moves frames for a queue that is being polled.
     *
     * @param wanted packets that the queue is to have; it may get more or fewer
     * @return false if the wire was found empty
     */
    boolean pump(LoopbackRxQueue queue, int wanted) {
        for (int left = wanted; left > 0; left -= ROUND) {
            if (!lock.tryLock()) {
                // Another thread moves frames, perhaps for this queue.
                return true;
            }
            int end;
            long wakes;
            boolean wakeable;
            LoopbackRxQueue[] all;
            try {
                end = round(queue, wanted);
                wakeable = interruptible;
                wakes = wakeable ? settle() : 0;
                all = queues;
            } finally {
                lock.unlock();
            }
            if (wakeable) {
                wake(all, wakes);
                lookAgain();
            }
            if (end != CUT) {
                return end != DRY;
            }
        }
        return true;
    }

    /** Arms a queue's interrupt; true if it has packets already, or may have. */
    boolean arm(LoopbackRxQueue queue) {
        int bit = 1 << queue.index();
        lines.arm(bit);
        boolean ready;
        long wakes;
        LoopbackRxQueue[] all;
        lock.lock();
        try {
            queue.moderation().armed();
            int end = round(queue, 1);
            ready = end != DRY || queue.ring().filled() > 0;
            if (ready || queues.length == 0) {
                // This thread is awake, and not to be woken.
                lines.disarm(bit);
            }
            wakes = settle();
            all = queues;
        } finally {
            lock.unlock();
        }
        wake(all, wakes);
        lookAgain();
        return ready;
    }

    /** Takes {@link #arm} back. */
    void disarm(LoopbackRxQueue queue) {
        lines.disarm(1 << queue.index());
    }

    // ---- the wire's threads

    /** Frames came after the wire was found empty, or the link changed. */
    void onWire() {
        link.check();
        if (lines.armed() != 0) {
            workForArmed();
        }
    }

    private void workForArmed() {
        again = true;
        for (int left = MOST_ROUNDS; again && left > 0 && lock.tryLock(); left--) {
            long wakes;
            LoopbackRxQueue[] all;
            try {
                // Before the look at the wire: what is asked from here on needs another look.
                again = false;
                boolean dry = lines.armed() == 0 || round(null, 0) == DRY;
                if (left == 1 || dry && wire.exhausted()) {
                    // Others are to go on, or nothing will come: all who wait must have a look themselves.
                    lines.urge(lines.armed());
                }
                wakes = settle();
                if (!dry && lines.armed() != 0) {
                    again = true;
                }
                all = queues;
            } finally {
                lock.unlock();
            }
            wake(all, wakes);
            // The release of the lock, before the look at what is asked.
            Barriers.full();
        }
    }

    /** Does what a thread that found the lock taken wanted done. */
    private void lookAgain() {
        // The release of the lock, before the look at what is asked.
        Barriers.full();
        if (again && lines.armed() != 0) {
            workForArmed();
        }
    }

    // ---- under the lock

    /**
     * Moves frames to their queues.
     *
     * @param polled the queue of this thread, or null
     * @param wanted packets that the polled queue is to have
     */
    private int round(LoopbackRxQueue polled, int wanted) {
        if (queues.length == 0) {
            return DRY;
        }
        boolean discards = link.isDownHere();
        int have = polled == null ? 0 : polled.ring().filled();
        for (int i = 0; i < ROUND; i++) {
            if (polled != null && (have >= wanted || have > 0 && polled.ring().posted() == 0)) {
                return SATISFIED;
            }
            int got = discards ? sorter.discard() : sorter.take(plan, queues);
            if (got == FrameSorter.EMPTY) {
                return DRY;
            }
            if (got >= 0) {
                LoopbackRxQueue queue = queues[got];
                queue.moderation().packet();
                lines.touch(1 << got);
                if (queue == polled) {
                    have++;
                } else if (queue.ring().posted() == 0) {
                    // It can only miss what comes now: its thread must know.
                    lines.urge(1 << got);
                    if (polled == null && (lines.armed() & 1 << got) != 0) {
                        // The next frame for it would be missed, but may wait on the wire until the queue's thread is awake.
                        return CUT;
                    }
                }
            }
        }
        return CUT;
    }

    private long settle() {
        return lines.settle(queues, plan);
    }

    // ---- after the lock

    private void wake(LoopbackRxQueue[] all, long wakes) {
        for (int left = (int) wakes; left != 0; left &= left - 1) {
            all[Integer.numberOfTrailingZeros(left)].interruptEvent().signal();
        }
        for (int left = (int) (wakes >>> Integer.SIZE); left != 0; left &= left - 1) {
            setTimer(all[Integer.numberOfTrailingZeros(left)]);
        }
    }

    private void setTimer(LoopbackRxQueue queue) {
        long delay = Math.max(0, queue.moderation().due() - clock.nanoTime());
        Timers.Task task = timers.after("loopback rx-usecs", delay, () -> timerRang(queue));
        Timers.Task useless = task;
        lock.lock();
        try {
            if (serves(queue)) {
                useless = alarms[queue.index()];
                alarms[queue.index()] = task;
            }
        } finally {
            lock.unlock();
        }
        if (useless != null) {
            useless.cancel();
        }
    }

    private boolean serves(LoopbackRxQueue queue) {
        return queue.index() < queues.length && queues[queue.index()] == queue;
    }

    private void timerRang(LoopbackRxQueue queue) {
        long wakes = 0;
        LoopbackRxQueue[] all;
        lock.lock();
        try {
            queue.moderation().timerRang();
            if (serves(queue) && queue.moderation().isHolding()) {
                lines.touch(1 << queue.index());
                wakes = settle();
            }
            all = queues;
        } finally {
            lock.unlock();
        }
        wake(all, wakes);
    }

    /** Frees the memory. After {@link #shut()}, when no thread can call any more. */
    @Override
    public void close() {
        sorter.close();
    }
}
