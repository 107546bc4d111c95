package org.netdev4j.api;

import java.util.Optional;
import org.netdev4j.platform.WaitEvent;

/**
 * How a receive queue is to be.
 *
 * @param ringSize   descriptors; 0 for the device's standard
 * @param pool       where buffers come from; empty for the device's own pool
 * @param interrupts true to be able to wait for packets; needs {@link Capability#RX_INTERRUPT}
 * @param event      what interrupts signal, so that several queues can be awaited at once; empty for one of the queue's own
 */
public record RxQueueConfig(int ringSize, Optional<NetBufPool> pool, boolean interrupts, Optional<WaitEvent> event) {
    /** The device's standard ring and pool, by polling. */
    public static final RxQueueConfig STANDARD = new RxQueueConfig(0, Optional.empty(), false, Optional.empty());

    /** The same with another ring size. */
    public RxQueueConfig withRingSize(int descriptors) {
        return new RxQueueConfig(descriptors, pool, interrupts, event);
    }

    /** The same with another pool. */
    public RxQueueConfig withPool(NetBufPool other) {
        return new RxQueueConfig(ringSize, Optional.of(other), interrupts, event);
    }

    /** The same with interrupts. */
    public RxQueueConfig withInterrupts() {
        return new RxQueueConfig(ringSize, pool, true, event);
    }

    /** The same with interrupts that signal a given event. */
    public RxQueueConfig withInterrupts(WaitEvent shared) {
        return new RxQueueConfig(ringSize, pool, true, Optional.of(shared));
    }
}
