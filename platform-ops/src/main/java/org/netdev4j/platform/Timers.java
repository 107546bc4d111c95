package org.netdev4j.platform;

/**
 * Periodic and one-shot work, ENA's timer service and work queue.
 *
 * <p>Tasks run one after another on one named thread, or, on a virtual clock, on the thread that advances it. A task must not
 * block for long. A task that throws is logged and, if periodic, runs again. Thread-safe.
 */
public interface Timers extends AutoCloseable {
    /** A task that was scheduled. */
    interface Task {
        /**
         * Takes the task off. When the call returns the task is not running and will not run again, except when called from
         * within the task itself. Idempotent.
         */
        void cancel();
    }

    /** Runs once, {@code delayNanos} from now. */
    Task after(String name, long delayNanos, Runnable work);

    /** Runs every {@code periodNanos}, the first time one period from now. */
    Task every(String name, long periodNanos, Runnable work);

    /** Cancels all and ends the thread. Idempotent. */
    @Override
    void close();
}
