package org.netdev4j.models.ena.io;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The queues that exist, by index and in the order of their creation. For the device's thread, but for {@link #sq} and
 * {@link #cq}. Indexes start at random and go round, so that a driver that takes its own numbers for the device's is found
 * out.
 */
final class QueueTable {
    /** Submission queues of both directions, and completion queues, that the layout of BAR0 has room for. */
    static final int MOST = 256;

    private final AtomicReferenceArray<SubmissionQueue> submission = new AtomicReferenceArray<>(MOST);
    private final AtomicReferenceArray<CompletionQueue> completion = new AtomicReferenceArray<>(MOST);
    private final TxQueue[] tx = new TxQueue[MOST];
    private final RxQueue[] rx = new RxQueue[MOST];
    private final CompletionQueue[] cqs = new CompletionQueue[MOST];
    private int txCount;
    private int rxCount;
    private int cqCount;
    private int nextSq;
    private int nextCq;

    QueueTable(int firstSq, int firstCq) {
        nextSq = firstSq % MOST;
        nextCq = firstCq % MOST;
    }

    /** A submission queue, or null. Any thread. */
    SubmissionQueue sq(int index) {
        return index >= 0 && index < MOST ? submission.get(index) : null;
    }

    /** A completion queue, or null. Any thread. */
    CompletionQueue cq(int index) {
        return index >= 0 && index < MOST ? completion.get(index) : null;
    }

    /** An index that no submission queue has, or -1. */
    int freeSq() {
        nextSq = free(submission, nextSq);
        return nextSq;
    }

    /** An index that no completion queue has, or -1. */
    int freeCq() {
        nextCq = free(completion, nextCq);
        return nextCq;
    }

    private static int free(AtomicReferenceArray<?> all, int from) {
        for (int i = 0; i < MOST; i++) {
            int index = (Math.max(from, 0) + i) % MOST;
            if (all.get(index) == null) {
                return index;
            }
        }
        return -1;
    }

    void add(TxQueue queue) {
        tx[txCount++] = queue;
        submission.set(queue.index(), queue);
    }

    void add(RxQueue queue) {
        rx[rxCount++] = queue;
        submission.set(queue.index(), queue);
    }

    void add(CompletionQueue queue) {
        cqs[cqCount++] = queue;
        completion.set(queue.index(), queue);
    }

    void remove(SubmissionQueue queue) {
        submission.set(queue.index(), null);
        if (queue.transmit()) {
            txCount = remove(tx, txCount, queue);
        } else {
            rxCount = remove(rx, rxCount, queue);
        }
    }

    void remove(CompletionQueue queue) {
        completion.set(queue.index(), null);
        cqCount = remove(cqs, cqCount, queue);
    }

    // The order of the others stays: receive queues are numbered by it.
    private static int remove(Object[] all, int count, Object one) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (all[i] != one) {
                all[kept++] = all[i];
            }
        }
        if (kept < count) {
            all[kept] = null;
        }
        return kept;
    }

    int txCount() {
        return txCount;
    }

    int rxCount() {
        return rxCount;
    }

    int cqCount() {
        return cqCount;
    }

    /** A transmit queue by the order of creation. */
    TxQueue txByNumber(int number) {
        return tx[number];
    }

    /** A receive queue by the order of creation, or null. */
    RxQueue rxByNumber(int number) {
        return number >= 0 && number < rxCount ? rx[number] : null;
    }

    /** A completion queue by the order of creation. */
    CompletionQueue cqByNumber(int number) {
        return cqs[number];
    }

    /** A receive queue by its submission queue's index, or null. */
    RxQueue rx(int index) {
        return sq(index) instanceof RxQueue queue ? queue : null;
    }
}
