package org.netdev4j.backend.ena;

import java.util.Arrays;
import org.netdev4j.backend.ena.spec.TxCompletion;

/**
 * The watchdog's look at a transmit queue: which packets are overdue, and whose completion is there but not taken,
 * since nobody polls. It takes nothing and changes nothing but {@link EnaTxStats#missed}.
 *
 * <p>Threads: the watchdog's, while the queue's own thread goes on; not while the queue is being drained or released.
 * Looks are racy: a packet completed during the look may still be taken for overdue once; the next look puts it right.
 */
final class TxWatch {
    private final TxLedger ledger;
    private final CompletionRing completions;
    private final EnaTxStats stats;
    // The stamp of the packet that was counted as missed under an id, so that each is counted once.
    private final long[] counted;
    private final boolean[] completed;
    private int overdue;
    private int unpolled;

    TxWatch(TxLedger ledger, CompletionRing completions, EnaTxStats stats) {
        this.ledger = ledger;
        this.completions = completions;
        this.stats = stats;
        counted = new long[ledger.size()];
        completed = new boolean[ledger.size()];
    }

    /**
     * Looks at all packets under way.
     *
     * @param nowNanos     by the clock of {@link EnaQueueContext#tick}
     * @param timeoutNanos after which a completion is overdue
     */
    void look(long nowNanos, long timeoutNanos) {
        overdue = 0;
        unpolled = 0;
        boolean scanned = false;
        for (int id = 0; id < counted.length; id++) {
            long stamp = ledger.stamp(id);
            if (stamp == 0 || nowNanos - stamp <= timeoutNanos) {
                continue;
            }
            if (!scanned) {
                scanCompletions();
                scanned = true;
            }
            if (completed[id]) {
                unpolled++;
            } else {
                overdue++;
                if (counted[id] != stamp) {
                    counted[id] = stamp;
                    stats.missed++;
                }
            }
        }
    }

    private void scanCompletions() {
        Arrays.fill(completed, false);
        int position = completions.head();
        for (int i = 0; i < completions.depth(); i++, position++) {
            int word0 = TxCompletion.word0Acquire(completions.memory(), completions.at(position));
            if (!completions.isNew(word0, position)) {
                break;
            }
            int id = TxCompletion.reqId(word0);
            if (id < completed.length) {
                completed[id] = true;
            }
        }
    }

    /** Packets whose completion is overdue and not there. */
    int overdue() {
        return overdue;
    }

    /** Packets that are overdue only since nobody takes their completions. */
    int unpolled() {
        return unpolled;
    }
}
