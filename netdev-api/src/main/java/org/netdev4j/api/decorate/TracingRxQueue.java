package org.netdev4j.api.decorate;

import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.RxQueue;

/** Counts bursts for the trace. */
final class TracingRxQueue extends RxQueue {
    private final RxQueue inner;
    private final BurstTally tally;

    TracingRxQueue(RxQueue inner, BurstTally tally) {
        super(inner);
        this.inner = inner;
        this.tally = tally;
    }

    @Override
    protected int poll(NetBuf[] into, int from, int max) {
        int status = inner.receive(into, from, max);
        tally.count(status, bytes(into, from, BurstStatus.count(status)));
        return status;
    }

    static long bytes(NetBuf[] packets, int from, int count) {
        long bytes = 0;
        for (int i = from; i < from + count; i++) {
            bytes += packets[i].packetLength();
        }
        return bytes;
    }

    @Override
    protected boolean arm() {
        return inner.armInterrupt();
    }

    @Override
    protected void disarm() {
        inner.disarmInterrupt();
    }
}
