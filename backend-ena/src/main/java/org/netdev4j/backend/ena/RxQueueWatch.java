package org.netdev4j.backend.ena;

import org.netdev4j.backend.ena.spec.ResetReason;

/**
 * Watches a receive queue: a ring without buffers, an interrupt that does not come, an application that does not [AMZN
 * ena_netdev.c, check_for_empty_rx_ring, check_for_rx_interrupt_queue].
 */
final class RxQueueWatch implements QueueWatch {
    // Looks in a row [AMZN ena_netdev.h, EMPTY_RX_REFILL, ENA_MAX_NO_INTERRUPT_ITERATIONS].
    private static final int EMPTY_LOOKS = 2;
    private static final int SILENT_LOOKS = 3;
    // Starvation is only suspected: the application has twice the time of a device.
    private static final long STARVATION_NANOS = 10_000_000_000L;

    private final EnaRxQueue queue;
    private final EnaRxStats stats;
    private int empty;
    private int silent;
    private long interruptsThen;
    private long packetsThen;
    private long progressAt;

    RxQueueWatch(EnaRxQueue queue, EnaRxStats stats, long nowNanos) {
        this.queue = queue;
        this.stats = stats;
        progressAt = nowNanos;
    }

    @Override
    public void look(long nowNanos, long missingTxNanos, int missingTxPackets, Trouble trouble) {
        checkEmpty();
        if (queue.hasInterrupts()) {
            checkInterrupt(trouble);
            checkStarvation(nowNanos, trouble);
        }
    }

    /** No buffer means no packet, no interrupt and nobody to fill the ring: only the application can, so it is woken. */
    private void checkEmpty() {
        empty = queue.emptyRing() ? empty + 1 : 0;
        if (empty == EMPTY_LOOKS) {
            empty = 0;
            stats.emptyRing++;
            queue.wake();
        }
    }

    private void checkInterrupt(Trouble trouble) {
        long interrupts = queue.interrupts();
        boolean missing = queue.armed() && queue.completionWaiting() && interrupts == interruptsThen;
        interruptsThen = interrupts;
        silent = missing ? silent + 1 : 0;
        if (silent == SILENT_LOOKS) {
            boolean first = interrupts == 0;
            trouble.raise(first ? ResetReason.MISS_FIRST_INTERRUPT : ResetReason.MISS_INTERRUPT, "receive queue "
                + queue.index()
                + ": a packet waits and the interrupt is armed, but " + (first ? "none ever came" : "none comes any more"));
        }
    }

    private void checkStarvation(long nowNanos, Trouble trouble) {
        long packets = queue.counters().packets;
        boolean waits = !queue.armed() && queue.interrupts() > 0 && queue.completionWaiting();
        if (!waits || packets != packetsThen) {
            packetsThen = packets;
            progressAt = nowNanos;
        } else if (nowNanos - progressAt > STARVATION_NANOS) {
            trouble.raise(ResetReason.SUSPECTED_POLL_STARVATION, "receive queue " + queue.index()
                + ": the interrupt came and packets wait, but nobody has polled for " + (nowNanos - progressAt) / 1_000_000
                + " ms");
        }
    }
}
