package org.netdev4j.cli.app;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.netdev4j.cli.device.OpenDevice;

/**
 * Finds out when all that a wire carried has been received: its end was seen, and after that every receive queue was found empty twice,
 * the second time after all had been found empty once. Once is not enough: the poll of one queue may move frames into another.
 *
 * <p>Each queue is reported by its own thread.
 */
final class WireEnd {
    private final OpenDevice device;
    private final AtomicIntegerArray rounds;

    WireEnd(OpenDevice device) {
        this.device = device;
        this.rounds = new AtomicIntegerArray(device.dev().config().rxQueues());
    }

    /** To be asked before a poll: what it means if the queue is found empty. */
    int beforePoll() {
        if (!device.wireEnded()) {
            return 0;
        }
        return allReached(1) ? 2 : 1;
    }

    /**
     * Reports a queue that was found empty.
     *
     * @param before what {@link #beforePoll} said
     * @return true if nothing will ever come again, on any queue
     */
    boolean foundEmpty(int queue, int before) {
        if (before > rounds.get(queue)) {
            rounds.set(queue, before);
        }
        return before == 2 && allReached(2);
    }

    private boolean allReached(int round) {
        for (int i = 0; i < rounds.length(); i++) {
            if (rounds.get(i) < round) {
                return false;
            }
        }
        return true;
    }
}
