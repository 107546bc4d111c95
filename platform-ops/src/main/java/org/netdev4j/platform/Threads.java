package org.netdev4j.platform;

/** What is done with threads. */
public final class Threads {
    private Threads() {
    }

    /**
     * Waits until a thread has ended. An interrupt of the caller's thread does not shorten the wait: it is kept for later.
     *
     * @param thread told to end already
     * @param millis the longest wait
     * @return false if it has not ended by then
     */
    public static boolean join(Thread thread, long millis) {
        Deadline deadline = Deadline.afterMillis(Clock.system(), millis);
        boolean interrupted = false;
        while (thread.isAlive() && !deadline.expired()) {
            try {
                thread.join(Math.max(1, deadline.remainingNanos() / 1_000_000));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }
}
