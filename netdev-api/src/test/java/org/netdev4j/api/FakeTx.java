package org.netdev4j.api;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.netdev4j.spi.TxQueueSetup;

/** A transmit queue that keeps packets until the test completes them. */
final class FakeTx extends TxQueue {
    private final Deque<NetBuf> ring = new ArrayDeque<>();
    private int completed;
    /** What was sent, as bytes. */
    final List<byte[]> sent = new ArrayList<>();
    /** Completes at once if true. */
    boolean fast = true;

    FakeTx(TxQueueSetup setup) {
        super(setup);
    }

    void complete(int packets) {
        completed += packets;
    }

    void drain() {
        ring.forEach(NetBuf::free);
        ring.clear();
        completed = 0;
    }

    @Override
    public int pending() {
        return ring.size();
    }

    @Override
    protected int submit(NetBuf[] packets, int from, int count) {
        reap(Integer.MAX_VALUE);
        int taken = Math.min(count, ringSize() - ring.size());
        for (int i = from; i < from + taken; i++) {
            ring.add(packets[i]);
            sent.add(packets[i].packetBytes());
            if (fast) {
                completed++;
            }
        }
        if (taken < count) {
            counters.full++;
        }
        return taken | (ring.size() < ringSize() ? BurstStatus.MORE : 0) | (taken < count ? BurstStatus.UNDERRUN : 0);
    }

    @Override
    protected int reap(int max) {
        int reaped = 0;
        while (reaped < max && completed > 0 && !ring.isEmpty()) {
            NetBuf packet = ring.poll();
            counters.packets++;
            counters.bytes += packet.packetLength();
            packet.free();
            completed--;
            reaped++;
        }
        return reaped;
    }
}
