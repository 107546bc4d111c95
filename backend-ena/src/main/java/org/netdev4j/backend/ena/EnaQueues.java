package org.netdev4j.backend.ena;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.netdev4j.backend.ena.spec.ResetReason;
import org.netdev4j.spi.RxQueueSetup;
import org.netdev4j.spi.TxQueueSetup;

/** The queues of a device, from set-up to the end. For the control path, one call at a time. */
final class EnaQueues {
    private final EnaDevice device;
    private final EnaQueueContext context;
    private final IoQueues made;
    private final QueueReport report;
    private final List<TxQueueWatch> txWatches = new ArrayList<>();
    private EnaRxQueue[] rx = {};
    private EnaTxQueue[] tx = {};
    // The device's numbers of the receive queues.
    private int[] sqIndexes = {};

    EnaQueues(EnaDevice device, EnaQueueContext context) {
        this.device = device;
        this.context = context;
        made = new IoQueues(device);
        QueueSizes sizes = device.sizes();
        report = new QueueReport(context, sizes.rxQueues(), sizes.txQueues());
    }

    /** Room for so many; there are none before. */
    void resize(int rxQueues, int txQueues) {
        rx = new EnaRxQueue[rxQueues];
        tx = new EnaTxQueue[txQueues];
        sqIndexes = new int[rxQueues];
    }

    EnaRxQueue add(RxQueueSetup setup) {
        EnaRxQueue queue = new EnaRxQueue(setup, context);
        rx[setup.index()] = queue;
        report.receive(setup.index(), setup.counters());
        return queue;
    }

    EnaTxQueue add(TxQueueSetup setup) {
        EnaTxQueue queue = new EnaTxQueue(setup, context);
        tx[setup.index()] = queue;
        report.transmit(setup.index(), setup.counters());
        return queue;
    }

    void discard(EnaRxQueue queue) {
        rx[queue.index()] = null;
        queue.release();
    }

    void discard(EnaTxQueue queue) {
        tx[queue.index()] = null;
        queue.release();
    }

    /** Throws all away. */
    void release() {
        for (EnaRxQueue queue : rx) {
            if (queue != null) {
                queue.release();
            }
        }
        for (EnaTxQueue queue : tx) {
            if (queue != null) {
                queue.release();
            }
        }
        resize(0, 0);
    }

    /** Has the device make all queues [AMZN ena_netdev.c, create_queues_with_size_backoff]. */
    void create(QueueTerms terms) {
        context.terms(terms);
        for (EnaTxQueue queue : tx) {
            queue.prepare();
            made.create(queue, terms);
        }
        for (EnaRxQueue queue : rx) {
            queue.prepare();
            if (queue.hasInterrupts()) {
                device.vectors().route(queue.index(), new QueueInterrupt(queue));
            }
            sqIndexes[queue.index()] = made.create(queue);
        }
    }

    /** The device's numbers of the receive queues, which its RSS table holds. */
    int[] sqIndexes() {
        return sqIndexes;
    }

    /** Posts receive buffers. */
    void fill() {
        for (EnaRxQueue queue : rx) {
            queue.fill();
        }
    }

    /** Puts the queues under the watchdog's eyes. */
    void watch(long nowNanos) {
        txWatches.clear();
        for (EnaTxQueue queue : tx) {
            txWatches.add(new TxQueueWatch(queue));
        }
        List<QueueWatch> all = new ArrayList<>(txWatches);
        for (EnaRxQueue queue : rx) {
            all.add(new RxQueueWatch(queue, context.rxStats(queue.index()), nowNanos));
        }
        device.watchdog().watch(all);
    }

    /**
     * Takes queues and buffers back. A device that is to be reset is reset first, so that it forgets its queues at once
     * and nobody waits for it [AMZN ena_netdev.c, ena_down]; one that does not end its queues, too.
     */
    void destroy() {
        device.watchdog().watch(List.of());
        Optional<ResetTrigger.Cause> cause = device.trigger().cause();
        if (cause.isPresent() || device.isGone()) {
            device.rest(cause.map(ResetTrigger.Cause::reason).orElse(ResetReason.NORMAL));
        } else if (!device.isQuiet()) {
            String failure = made.destroyAll();
            if (!failure.isEmpty()) {
                device.trigger().raise(ResetReason.ADMIN_TO, "a queue could not be ended: " + failure);
                device.rest(ResetReason.ADMIN_TO);
            }
        }
        made.forget();
        for (EnaRxQueue queue : rx) {
            if (queue != null) {
                queue.drain();
            }
        }
        for (EnaTxQueue queue : tx) {
            if (queue != null) {
                queue.drain();
            }
        }
    }

    /** The device has been reset, and has no queues any more. */
    void forget() {
        made.forget();
    }

    /** Checks that a device that was reset still takes the queues that there are. */
    void requireFit(QueueSizes sizes) {
        if (sizes.rxQueues() < rx.length || sizes.txQueues() < tx.length) {
            throw new EnaFault("after the reset it has " + sizes.rxQueues() + " receive and " + sizes.txQueues()
                + " transmit queues, but " + rx.length + " and " + tx.length + " are configured");
        }
        for (EnaTxQueue queue : tx) {
            if (queue != null && !sizes.txRing().allows(queue.ringSize())) {
                throw new EnaFault("after the reset its transmit rings are " + sizes.txRing() + ", but queue "
                    + queue.index() + " has " + queue.ringSize());
            }
        }
        for (EnaRxQueue queue : rx) {
            if (queue != null && !sizes.rxRing().allows(queue.ringSize())) {
                throw new EnaFault("after the reset its receive rings are " + sizes.rxRing() + ", but queue "
                    + queue.index() + " has " + queue.ringSize());
            }
        }
    }

    /** Adds what queues count to a table. */
    void report(Map<String, Long> all) {
        report.queues(rx.length, tx.length, txWatches, all);
    }

    /** What costs performance, for people. */
    List<String> advice() {
        return EnaAdvice.of(device, report, txWatches);
    }
}
