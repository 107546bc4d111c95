package org.netdev4j.backend.ena;

import java.util.Optional;
import org.netdev4j.api.RingLimits;
import org.netdev4j.backend.ena.spec.LlqConfig;

/**
 * How many queues and how large rings the driver offers [AMZN ena_netdev.c, ena_calc_max_io_queue_num,
 * ena_calc_io_queue_size].
 *
 * @param rxQueues     most receive queues
 * @param txQueues     most transmit queues
 * @param rxRing       receive rings
 * @param txRing       transmit rings
 * @param maxTxBuffers data descriptors of a packet
 * @param maxRxBuffers completions of a received packet
 */
record QueueSizes(int rxQueues, int txQueues, RingLimits rxRing, RingLimits txRing, int maxTxBuffers, int maxRxBuffers) {
    /** The shortest ring that the reference drivers take [AMZN ena_netdev.h, ENA_MIN_RING_SIZE]. */
    static final int MIN_RING = 256;

    private static final int STANDARD_RING = 1024;
    private static final int STANDARD_WIDE_RING = 512;
    private static final int WIDE_ENTRY_BYTES = 256;
    // [AMZN ena_netdev.h, ENA_PKT_MAX_BUFS]
    private static final int MOST_BUFFERS = 19;
    // A doorbell is 16 bits wide and a full ring must not look like an empty one.
    private static final long DEEPEST = 32_768;

    /**
     * Works them out.
     *
     * @param limits  of the device
     * @param llq     what the device offers, if low-latency queues are in use
     * @param plan    what was agreed of it
     * @param most    queue pairs that the user allows
     * @param vectors MSI-X vectors that were granted, the management's among them; 0 without interrupts
     */
    static QueueSizes of(QueueLimits limits, Optional<LlqConfig> llq, Optional<LlqPlan> plan, int most, int vectors) {
        boolean inDevice = plan.isPresent() && llq.isPresent();
        long txSqs = inDevice ? llq.get().maxLlqNum() & 0xffff_ffffL : limits.txSqs();
        // With no vector but the management's, all queues are polled.
        int pairs = vectors <= 1 ? most : Math.min(most, vectors - 1);
        int rxQueues = (int) Math.min(pairs, Math.min(limits.rxSqs(), limits.rxCqs()));
        int txQueues = (int) Math.min(pairs, Math.min(txSqs, limits.txCqs()));
        if (rxQueues < 1 || txQueues < 1) {
            throw new EnaFault("it has no pair of queues: " + rxQueues + " to receive, " + txQueues + " to transmit, "
                + vectors + " interrupt vectors");
        }
        boolean wide = inDevice && plan.get().entryBytes() == WIDE_ENTRY_BYTES;
        long txDepth = Math.min(limits.txCqDepth(), inDevice ? llqDepth(llq.get(), wide) : limits.txSqDepth());
        RingLimits tx = ring("transmit", txDepth, wide ? STANDARD_WIDE_RING : STANDARD_RING);
        RingLimits rx = ring("receive", Math.min(limits.rxCqDepth(), limits.rxSqDepth()), STANDARD_RING);
        // One descriptor is for metadata.
        int txDescs = Math.min(limits.txDescs(), plan.map(LlqPlan::maxDescriptors).orElse(Integer.MAX_VALUE));
        return new QueueSizes(rxQueues, txQueues, rx, tx, buffers("transmit", txDescs - 1),
            buffers("receive", limits.rxDescs()));
    }

    /** Wide entries halve the ring, unless the device says how many it has. */
    private static long llqDepth(LlqConfig llq, boolean wide) {
        long depth = llq.maxLlqDepth() & 0xffff_ffffL;
        if (!wide) {
            return depth;
        }
        return llq.maxWideLlqDepth() == 0 ? depth / 2 : Math.min(depth, llq.maxWideLlqDepth());
    }

    private static RingLimits ring(String direction, long deepest, int standard) {
        if (deepest < MIN_RING) {
            throw new EnaFault("its " + direction + " rings have at most " + deepest + " entries; the driver needs "
                + MIN_RING);
        }
        int max = (int) Long.highestOneBit(Math.min(deepest, DEEPEST));
        return new RingLimits(MIN_RING, max, 1, true, Math.min(standard, max));
    }

    private static int buffers(String direction, int descriptors) {
        if (descriptors < 1) {
            throw new EnaFault("it takes no descriptors in a packet to " + direction);
        }
        return Math.min(MOST_BUFFERS, descriptors);
    }
}
