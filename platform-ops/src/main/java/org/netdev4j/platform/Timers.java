package org.netdev4j.platform;

/**
 * Periodic and one-shot work, ENA's timer service and work queue.
 *
 * <p>Tasks run one after another on one named thread, or, on a virtual clock, on the thread that moves it, where work that
 * waits lets other work run meanwhile ({@link VirtualClock}). A task must not block for long. A task that throws an exception
 * is logged and, if periodic, runs again. Thread-safe.
 */
public interface Timers extends AutoCloseable {
    /** A task that was scheduled. */
    interface Task {
        /**
         * Takes the task off. When the call returns the task is not running and will not run again, except when called from
         * within the task itself, which then runs to its end. Waits for a task that is running: the caller must hold no lock
         * that the task takes. Idempotent.
         */
        void cancel();
    }

    /**
     * Runs once, {@code delayNanos} from now; as soon as possible if that is zero or less.
     *
     * @throws IllegalStateException if the timers are closed
     */
    Task after(String name, long delayNanos, Runnable work);

    /**
     * Runs every {@code periodNanos}, the first time one period from now. The rate is kept: a run that comes late does not
     * delay those after it, and those missed follow one after another.
     *
     * @throws IllegalArgumentException if the period is not above zero
     * @throws IllegalStateException    if the timers are closed
     */
    Task every(String name, long periodNanos, Runnable work);

    /**
     * Cancels all and ends the thread. A task that is running is waited for, unless this is called from within it; after
     * 5 seconds it is interrupted and left. Idempotent.
     */
    @Override
    void close();
}
