package org.netdev4j.platform;

import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Timers on one named daemon thread, which starts with the first task. */
final class ThreadTimers implements Timers {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadTimers.class);
    private static final long CLOSE_PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final String threadName;
    private final ScheduledThreadPoolExecutor executor;
    private volatile Thread thread;

    ThreadTimers(String threadName) {
        this.threadName = threadName;
        executor = new ScheduledThreadPoolExecutor(1, work -> {
            Thread created = new Thread(work, threadName);
            created.setDaemon(true);
            thread = created;
            return created;
        });
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
    }

    @Override
    public Task after(String name, long delayNanos, Runnable work) {
        TimerTask task = new TimerTask(name, work);
        return task.schedule(() -> executor.schedule(task, delayNanos, TimeUnit.NANOSECONDS));
    }

    @Override
    public Task every(String name, long periodNanos, Runnable work) {
        TimerChecks.requirePeriod(name, periodNanos);
        TimerTask task = new TimerTask(name, work);
        return task.schedule(
            () -> executor.scheduleAtFixedRate(task, periodNanos, periodNanos, TimeUnit.NANOSECONDS));
    }

    @Override
    public void close() {
        executor.shutdown();
        if (Thread.currentThread() == thread) {
            return;
        }
        if (!awaitEnd()) {
            LOG.warn("a task on {} still runs 5 s after its timers were closed; interrupted and left", threadName);
            executor.shutdownNow();
        }
    }

    private boolean awaitEnd() {
        long end = Clock.system().nanoTime() + CLOSE_PATIENCE_NANOS;
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    if (!executor.awaitTermination(end - Clock.system().nanoTime(), TimeUnit.NANOSECONDS)) {
                        return false;
                    }
                    Thread worker = thread;
                    if (worker != null) {
                        // The pool is done a moment before its thread is.
                        worker.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - Clock.system().nanoTime())));
                    }
                    return true;
                } catch (InterruptedException e) {
                    // The tasks must be over when close() returns, so the interrupt is kept for the caller.
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static final class TimerTask implements Task, Runnable {
        private final String name;
        private final Runnable work;
        // Held while the work runs, so that cancel() can wait for it.
        private final ReentrantLock running = new ReentrantLock();
        private Future<?> future;
        private volatile boolean cancelled;

        TimerTask(String name, Runnable work) {
            this.name = name;
            this.work = work;
        }

        // Nobody can cancel before this has returned, so that cancel() finds the future.
        Task schedule(Supplier<Future<?>> submission) {
            try {
                future = submission.get();
                return this;
            } catch (RejectedExecutionException e) {
                throw TimerChecks.closed(name);
            }
        }

        @Override
        public void run() {
            running.lock();
            try {
                if (!cancelled) {
                    work.run();
                }
            } catch (RuntimeException | Error e) {
                // An Error too: the executor would keep it to itself and silently drop a periodic task.
                LOG.error("timer \"{}\" failed", name, e);
            } finally {
                running.unlock();
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
            future.cancel(false);
            running.lock();
            running.unlock();
        }
    }
}
