package org.netdev4j.cli.app;

import org.netdev4j.platform.Deadline;

/**
 * One thread's share of an application. Called by one thread only, again and again. Queues that a worker uses are its own.
 */
interface Worker {
    /** {@link #turn} has nothing more to do, ever. */
    int DONE = -1;

    /** Name of its thread. */
    String name();

    /**
     * Moves what there is, up to a burst. Never waits; allocates nothing.
     *
     * @return packets handled; 0 if there was nothing to do now; {@link #DONE}
     * @throws org.netdev4j.platform.PlatformException if a file cannot be written or read
     */
    int turn();

    /** True if {@link #await} waits for packets; else the worker has to be called all the time. */
    boolean interrupts();

    /** Waits until there may be something to do. Called after a turn that returned 0, if there are {@link #interrupts()}. */
    void await(Deadline deadline);

    /** CPU that its thread should keep to, or -1. */
    int cpu();
}
