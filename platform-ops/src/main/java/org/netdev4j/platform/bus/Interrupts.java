package org.netdev4j.platform.bus;

import org.netdev4j.platform.WaitEvent;

/**
 * The message-signalled interrupts of a device.
 *
 * <p>A vector ends in a {@link WaitEvent}: whoever serves it waits there. Two vectors may end in the same event. Control path,
 * one thread at a time; the events are signalled from any thread.
 */
public interface Interrupts {
    /** Vectors that the device has; 0 if it can only be polled. */
    int available();

    /**
     * Enables vectors 0 to {@code count - 1}.
     *
     * @return how many were granted, from 1 to {@code count}; systems may give fewer
     * @throws org.netdev4j.platform.PlatformException if none can be had
     */
    int enable(int count);

    /** Vectors enabled now. */
    int enabled();

    /** Lets an enabled vector signal an event instead of the one before. */
    void route(int vector, WaitEvent event);

    /** Stops delivery of a vector; one that fires meanwhile is pending and comes with {@link #unmask}. */
    void mask(int vector);

    /** Starts delivery of a vector. Vectors are unmasked when enabled. */
    void unmask(int vector);

    /** Disables all vectors. When the call returns none will signal again. Idempotent. */
    void disable();
}
