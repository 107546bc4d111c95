package org.netdev4j.backend.ena;

import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.WaitEvent;

/** What the vector of a receive queue ends in: the queue learns of it, and wakes its waiter. */
record QueueInterrupt(EnaRxQueue queue) implements WaitEvent {
    @Override
    public void signal() {
        queue.onInterrupt();
    }

    @Override
    public boolean await(Deadline deadline) {
        throw new UnsupportedOperationException("nobody waits for a queue's vector itself");
    }

    @Override
    public boolean poll() {
        return false;
    }
}
