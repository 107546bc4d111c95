package org.netdev4j.cli.app;

import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.RxQueue;
import org.netdev4j.cli.config.Keys;
import org.netdev4j.cli.device.OpenDevice;
import org.netdev4j.platform.Deadline;

/** One receive queue of a device, with its part in waiting and in finding the end of the wire. One thread. */
final class Receiver {
    private final RxQueue queue;
    private final WireEnd end;
    private final boolean interrupts;
    private boolean wasEmpty;
    private boolean ended;

    Receiver(OpenDevice device, int index, WireEnd end) {
        this.queue = device.dev().rxQueue(index);
        this.end = end;
        this.interrupts = device.spec().get(Keys.INTERRUPTS);
    }

    /** Takes packets; returns how many. */
    int receive(NetBuf[] into, int max) {
        // The wire is asked only when the last poll found nothing: a busy queue need not pay for it.
        int before = wasEmpty ? end.beforePoll() : 0;
        int status = queue.receive(into, 0, max);
        int count = BurstStatus.count(status);
        wasEmpty = count == 0 && !BurstStatus.more(status);
        if (wasEmpty && before > 0) {
            ended = end.foundEmpty(queue.index(), before);
        }
        return count;
    }

    /** True if the wire has ended and everything was received. */
    boolean ended() {
        return ended;
    }

    boolean interrupts() {
        return interrupts;
    }

    /** Arms the interrupt; true if packets are waiting already. */
    boolean arm() {
        return queue.armInterrupt();
    }

    /** Waits for the interrupt, which is armed. */
    void await(Deadline deadline) {
        queue.awaitInterrupt(deadline);
    }
}
