package org.netdev4j.backend.ena;

import java.util.List;
import java.util.Map;
import org.netdev4j.api.QueueCounters;

/** What queues count, under the names of Linux's driver [AMZN ena_ethtool.c, ena_stats_tx_strings, ena_stats_rx_strings]. */
final class QueueReport {
    private final EnaQueueContext context;
    // By queue number; null where none ever was. Counters survive queues.
    private final QueueCounters[] rx;
    private final QueueCounters[] tx;

    QueueReport(EnaQueueContext context, int maxRx, int maxTx) {
        this.context = context;
        rx = new QueueCounters[maxRx];
        tx = new QueueCounters[maxTx];
    }

    void receive(int index, QueueCounters counters) {
        rx[index] = counters;
    }

    void transmit(int index, QueueCounters counters) {
        tx[index] = counters;
    }

    /**
     * Adds all to a table.
     *
     * @param watches of the transmit queues that are running, in their order
     */
    void queues(int rxQueues, int txQueues, List<TxQueueWatch> watches, Map<String, Long> all) {
        all.put("num_of_active_io_queues", (long) Math.max(rxQueues, txQueues));
        for (int i = 0; i < tx.length; i++) {
            if (tx[i] != null) {
                transmit(i, i < watches.size() ? watches.get(i).overdue() : 0, all);
            }
        }
        for (int i = 0; i < rx.length; i++) {
            if (rx[i] != null) {
                receive(i, all);
            }
        }
    }

    private void transmit(int index, long overdue, Map<String, Long> all) {
        EnaTxStats stats = context.txStats(index);
        QueueCounters counters = tx[index];
        String prefix = "queue_" + index + "_tx_";
        all.put(prefix + "cnt", stats.submitted);
        all.put(prefix + "bytes", stats.submittedBytes);
        all.put(prefix + "queue_stop", counters.full);
        all.put(prefix + "dma_mapping_err", stats.badAddress);
        all.put(prefix + "linearize_failed", stats.tooManyBuffers);
        all.put(prefix + "tx_poll", stats.polls);
        all.put(prefix + "doorbells", counters.doorbells);
        all.put(prefix + "prepare_ctx_err", stats.tooShort + stats.tooLong + stats.offloadOff + stats.badRequest);
        all.put(prefix + "bad_req_id", stats.badRequestId);
        all.put(prefix + "llq_buffer_copy", stats.gatheredHeaders);
        // Linux's driver, whose pairs of queues share an interrupt, counts it here.
        all.put(prefix + "unmask_interrupt", index < rx.length ? context.rxStats(index).unmasked : 0);
        all.put(prefix + "missed_tx", stats.missed);
        all.put(prefix + "pending_timedout_pkts", overdue);
    }

    private void receive(int index, Map<String, Long> all) {
        EnaRxStats stats = context.rxStats(index);
        QueueCounters counters = rx[index];
        String prefix = "queue_" + index + "_rx_";
        all.put(prefix + "cnt", counters.packets);
        all.put(prefix + "bytes", counters.bytes);
        all.put(prefix + "csum_good", stats.checksumGood);
        all.put(prefix + "csum_bad", stats.checksumBad);
        all.put(prefix + "csum_unchecked", stats.checksumUnchecked);
        all.put(prefix + "refil_partial", stats.partialRefills);
        all.put(prefix + "page_alloc_fail", counters.noBuffer);
        all.put(prefix + "bad_desc_num", stats.badDescriptorCount);
        all.put(prefix + "bad_req_id", stats.badRequestId);
        all.put(prefix + "empty_rx_ring", stats.emptyRing);
    }

    /** Times that receive rings were found empty. */
    long emptyRings() {
        long sum = 0;
        for (int i = 0; i < rx.length; i++) {
            sum += context.rxStats(i).emptyRing;
        }
        return sum;
    }

    /** Packets given to the device, over doorbells rung for them; 0 if too few to tell. */
    double packetsPerDoorbell() {
        long packets = 0;
        long doorbells = 0;
        for (int i = 0; i < tx.length; i++) {
            if (tx[i] != null) {
                packets += context.txStats(i).submitted;
                doorbells += tx[i].doorbells;
            }
        }
        return packets < 1000 ? 0 : (double) packets / doorbells;
    }
}
