package org.netdev4j.api.decorate;

import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.TxQueue;

/** Counts bursts for the trace. */
final class TracingTxQueue extends TxQueue {
    private final TxQueue inner;
    private final BurstTally tally;

    TracingTxQueue(TxQueue inner, BurstTally tally) {
        super(inner);
        this.inner = inner;
        this.tally = tally;
    }

    @Override
    protected int submit(NetBuf[] packets, int from, int count) {
        // Of those taken nothing can be read afterwards: count all before, and take off those that came back.
        long offered = TracingRxQueue.bytes(packets, from, count);
        int status = inner.transmit(packets, from, count);
        int taken = BurstStatus.count(status);
        tally.count(status, offered - TracingRxQueue.bytes(packets, from + taken, count - taken));
        return status;
    }

    @Override
    protected int reap(int max) {
        return inner.reclaim(max);
    }

    @Override
    public int pending() {
        return inner.pending();
    }
}
