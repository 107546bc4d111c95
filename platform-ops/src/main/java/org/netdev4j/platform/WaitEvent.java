package org.netdev4j.platform;

/**
 * A flag that one thread raises and another waits for, with no lost signal: a signal that comes before the wait ends the wait
 * at once.
 *
 * <p>Auto-reset: a wait that returns true takes the signal. Several signals before a wait count as one. Any thread may signal;
 * one thread at a time waits. Signalling allocates nothing and takes no lock.
 */
public interface WaitEvent {
    /** Raises the flag and wakes the waiter, if any. */
    void signal();

    /**
     * Waits until the flag is up, then takes it down. A flag that is up wins over a deadline that has passed and over an
     * interrupt. On a virtual clock the wait moves the clock and runs what falls due ({@link VirtualClock}).
     *
     * @param deadline on the clock of the platform that made the event
     * @return true if it was up; false if the deadline passed, or the thread was interrupted (its flag is kept)
     * @throws IllegalStateException    if another thread waits
     * @throws IllegalArgumentException if the deadline is on a virtual clock and the event is not, or is on another one
     */
    boolean await(Deadline deadline);

    /** Takes the flag down; true if it was up. Never waits. */
    boolean poll();
}
