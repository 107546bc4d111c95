package org.netdev4j.backend.ena;

import org.netdev4j.backend.ena.spec.ResetReason;

/** Watches a transmit queue for completions that never come [AMZN ena_netdev.c, check_missing_comp_in_tx_queue]. */
final class TxQueueWatch implements QueueWatch {
    private final EnaTxQueue queue;
    private final TxWatch packets;
    private volatile int overdue;
    private volatile int unpolled;

    TxQueueWatch(EnaTxQueue queue) {
        this.queue = queue;
        packets = queue.newWatch();
    }

    @Override
    public void look(long nowNanos, long missingTxNanos, int missingTxPackets, Trouble trouble) {
        if (missingTxNanos == 0) {
            return;
        }
        packets.look(nowNanos, missingTxNanos);
        overdue = packets.overdue();
        unpolled = packets.unpolled();
        // A short ring can never have many packets late.
        int borne = Math.min(missingTxPackets, queue.ringSize() / 2);
        if (overdue > borne) {
            trouble.raise(ResetReason.MISS_TX_CMPL, "transmit queue " + queue.index() + ": " + overdue
                + " packets were not completed within " + missingTxNanos / 1_000_000 + " ms; " + borne + " are borne");
        }
    }

    /** Packets whose completion was overdue at the last look. */
    int overdue() {
        return overdue;
    }

    /** Packets whose completion the application had not taken at the last look, though it had long been there. */
    int unpolled() {
        return unpolled;
    }
}
