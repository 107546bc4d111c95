package org.netdev4j.conformance;

import java.util.List;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.TxQueue;
import org.netdev4j.conformance.frame.Frame;

/** A transmit queue in a case's hand. One thread at a time. */
public final class Sender {
    private static final int BURST = 32;

    private final Bench bench;
    private final TxQueue queue;

    Sender(Bench bench, TxQueue queue) {
        this.bench = bench;
        this.queue = queue;
    }

    /** The queue itself. */
    public TxQueue queue() {
        return queue;
    }

    /** Sends frames as they are, in bursts, waiting for room. */
    public void send(Frame... frames) {
        send(List.of(frames));
    }

    /** Sends frames as they are, in bursts, waiting for room. */
    public void send(List<Frame> frames) {
        for (int i = 0; i < frames.size(); i += BURST) {
            NetBuf[] packets = new NetBuf[Math.min(BURST, frames.size() - i)];
            for (int k = 0; k < packets.length; k++) {
                packets[k] = bench.packet(frames.get(i + k).bytes());
            }
            send(packets);
        }
    }

    /** Sends packets, waiting for room. */
    public void send(NetBuf... packets) {
        int[] done = new int[1];
        bench.awaitLong(() -> "transmit queue " + queue.index() + " to take " + packets.length + " packets; it took "
            + done[0], () -> {
            int offered = packets.length - done[0];
            int status = queue.transmit(packets, done[0], offered);
            checkStatus(status, offered);
            done[0] += BurstStatus.count(status);
            return done[0] == packets.length;
        });
    }

    private static void checkStatus(int status, int offered) {
        int count = BurstStatus.count(status);
        Check.that(count <= offered, "transmit() of " + offered + " packets says that it took " + count);
        Check.that(BurstStatus.underrun(status) == count < offered, "transmit() of " + offered + " packets returned "
            + BurstStatus.toString(status) + ": UNDERRUN is to be set if, and only if, some packets were not taken");
    }

    /** Waits until the queue has given all buffers back. */
    public void finish() {
        bench.await(() -> "transmit queue " + queue.index() + " to complete its packets; " + queue.pending()
            + " are pending", () -> {
            queue.reclaim(Integer.MAX_VALUE);
            return queue.pending() == 0;
        });
    }

    /** Waits until the queue has given all buffers of a pool back, but for some that are elsewhere. */
    public void finish(NetBufPool pool, int elsewhere) {
        finish();
        Check.equal(elsewhere, pool.inUse(), "number of buffers of pool " + pool.name()
            + " still in use once transmit queue "
            + queue.index() + " has completed everything");
    }
}
