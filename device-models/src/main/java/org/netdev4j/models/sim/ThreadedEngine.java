package org.netdev4j.models.sim;

import java.util.concurrent.atomic.AtomicInteger;
import org.netdev4j.models.device.DeviceModel;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.Mutex;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.WaitEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Real time: a thread of the device's own. */
final class ThreadedEngine implements Engine {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadedEngine.class);
    // A driver's next doorbell mostly comes at once: worth less than waking a thread up costs.
    private static final int SPINS = 200;
    private static final long LONGEST_WAIT = 1_000_000_000L;
    private static final long JOIN_MILLIS = 5_000;

    private final Clock clock;
    private final WaitEvent event;
    private final Mutex turn;
    private final AtomicInteger wanted = new AtomicInteger();
    private final Thread thread;
    private Turns turns;
    private volatile boolean stopping;

    ThreadedEngine(String name, Platform platform) {
        this.clock = platform.clock();
        this.event = platform.newWaitEvent();
        this.turn = platform.newMutex("turn of " + name);
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    @Override
    public void start(Turns what) {
        turns = what;
        thread.start();
    }

    private void run() {
        int idle = 0;
        while (!stopping) {
            // The mutex is not fair: who wants the device excluded would wait for long.
            while (wanted.get() > 0) {
                Thread.yield();
            }
            long due = DeviceModel.NEVER;
            boolean worked = false;
            turn.lock();
            try {
                if (!stopping) {
                    worked = turns.step();
                    due = worked ? DeviceModel.NEVER : turns.nextDueNanos();
                }
            } finally {
                turn.unlock();
            }
            if (worked) {
                idle = 0;
            } else if (++idle < SPINS) {
                Thread.onSpinWait();
            } else {
                await(due);
            }
        }
    }

    private void await(long due) {
        long wait = due == DeviceModel.NEVER ? LONGEST_WAIT : Math.min(LONGEST_WAIT, due - clock.nanoTime());
        if (wait > 0) {
            event.await(Deadline.afterNanos(clock, wait));
            // Nobody has a reason to interrupt this thread, and a wait that is over at once would spin.
            Thread.interrupted();
        }
    }

    @Override
    public void wake() {
        event.signal();
    }

    @Override
    public WaitEvent event() {
        return event;
    }

    @Override
    public void exclusively(Runnable work) {
        wanted.incrementAndGet();
        turn.lock();
        wanted.decrementAndGet();
        try {
            work.run();
        } finally {
            turn.unlock();
        }
        event.signal();
    }

    @Override
    public void close() {
        stopping = true;
        event.signal();
        if (Thread.currentThread() == thread) {
            return;
        }
        // A turn that is under way ends, and there is none after it: what the caller frees is not used any more.
        exclusively(() -> { });
        boolean interrupted = false;
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (thread.isAlive() && !interrupted) {
            LOG.warn("{}: the device's thread has not ended after {} ms", thread.getName(), JOIN_MILLIS);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
