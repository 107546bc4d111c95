package org.netdev4j.platform;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Timers on one named daemon thread, which starts with the first task. */
final class ThreadTimers implements Timers {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadTimers.class);

    private final ScheduledThreadPoolExecutor executor;
    private volatile Thread thread;

    ThreadTimers(String name) {
        executor = new ScheduledThreadPoolExecutor(1, work -> {
            Thread created = new Thread(work, name);
            created.setDaemon(true);
            thread = created;
            return created;
        });
        executor.setRemoveOnCancelPolicy(true);
    }

    @Override
    public Task after(String name, long delayNanos, Runnable work) {
        TimerTask task = new TimerTask(name, work);
        task.future = executor.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
        return task;
    }

    @Override
    public Task every(String name, long periodNanos, Runnable work) {
        if (periodNanos <= 0) {
            throw new IllegalArgumentException("timer \"" + name + "\": the period must be above zero: " + periodNanos);
        }
        TimerTask task = new TimerTask(name, work);
        task.future = executor.scheduleAtFixedRate(task, periodNanos, periodNanos, TimeUnit.NANOSECONDS);
        return task;
    }

    @Override
    public void close() {
        executor.shutdownNow();
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            if (!executor.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("a timer task is still running 5 s after its timers were closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class TimerTask implements Task, Runnable {
        private final String name;
        private final Runnable work;
        // Held while the work runs, so that cancel() can wait for it.
        private final ReentrantLock running = new ReentrantLock();
        private volatile Future<?> future;
        private volatile boolean cancelled;

        TimerTask(String name, Runnable work) {
            this.name = name;
            this.work = work;
        }

        @Override
        public void run() {
            running.lock();
            try {
                if (!cancelled) {
                    work.run();
                }
            } catch (RuntimeException e) {
                LOG.error("timer \"{}\" failed", name, e);
            } finally {
                running.unlock();
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
            Future<?> scheduled = future;
            if (scheduled != null) {
                scheduled.cancel(false);
            }
            running.lock();
            running.unlock();
        }
    }
}
