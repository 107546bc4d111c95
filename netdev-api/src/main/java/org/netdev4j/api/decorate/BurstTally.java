package org.netdev4j.api.decorate;

import org.netdev4j.api.BurstStatus;

/** What happened on one queue, counted by its thread in plain fields and read racily by the one that writes the summary. */
final class BurstTally {
    private final String queue;
    private long bursts;
    private long idle;
    private long packets;
    private long bytes;
    private long more;
    private long underrun;
    private int largest;
    private long told;

    /** All zero, for a queue as it is called in the trace. */
    BurstTally(String queue) {
        this.queue = queue;
    }

    /** How the queue is called. */
    String queue() {
        return queue;
    }

    void count(int status, long burstBytes) {
        int moved = BurstStatus.count(status);
        bursts++;
        idle += moved == 0 ? 1 : 0;
        packets += moved;
        bytes += burstBytes;
        more += BurstStatus.more(status) ? 1 : 0;
        underrun += BurstStatus.underrun(status) ? 1 : 0;
        largest = Math.max(largest, moved);
    }

    /** True if there was anything since the last summary. */
    boolean hasNews() {
        return bursts != told;
    }

    /** A line about everything so far. */
    String summary() {
        told = bursts;
        return queue + ": " + bursts + " bursts, " + idle + " idle, " + packets + " packets, " + bytes
            + " bytes, largest "
            + largest + ", MORE " + more + ", UNDERRUN " + underrun;
    }
}
