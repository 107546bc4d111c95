package org.netdev4j.cli.app;

import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.TxQueue;

/** One transmit queue, of which what it does not take is thrown away. One thread. */
final class Sender {
    private static final int RECLAIM = 256;

    private final TxQueue queue;
    private long unsent;

    Sender(TxQueue queue) {
        this.queue = queue;
    }

    /** Sends what there is room for, and frees the rest: a packet that waits holds up those behind it. */
    void sendOrDrop(NetBuf[] packets, int count) {
        int taken = count == 0 ? 0 : BurstStatus.count(queue.transmit(packets, 0, count));
        if (taken < count) {
            unsent += count - taken;
            NetBufPool.free(packets, taken, count - taken);
        }
    }

    /** Takes back buffers of packets that have been sent. */
    void reclaim() {
        queue.reclaim(RECLAIM);
    }

    /** Packets thrown away because there was no room. */
    long unsent() {
        return unsent;
    }
}
