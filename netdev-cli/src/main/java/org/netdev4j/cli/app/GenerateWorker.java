package org.netdev4j.cli.app;

import java.util.List;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.TxQueue;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.PlatformException;

/**
 * Sends traffic on one queue, at a pace. What the ring does not take waits for the next turn, so that nothing is lost. What comes back on
 * the receive queues is counted and thrown away.
 */
final class GenerateWorker implements Worker {
    /** Turns in which nothing moved, after the last frame, until this is over. */
    private static final int QUIET_TURNS = 2;
    /** Bursts taken from a queue in a turn: what others send may come to one queue faster than this one sends. */
    private static final int MOST_ROUNDS = 8;

    private final String name;
    private final int cpu;
    private final Traffic traffic;
    private final Pacer pacer;
    private final TimeLimit limit;
    private final TxQueue queue;
    private final NetBufPool pool;
    private final Receiver[] receivers;
    private final NetBuf[] ready;
    private final NetBuf[] received;
    private int waiting;
    private long left;
    private boolean advanced;
    private boolean ended;
    private int quiet;
    private PlatformException failure;

    /**
     * A worker.
     *
     * @param most      frames to send; 0 for all that there are
     * @param receivers queues to empty
     */
    GenerateWorker(String name, int cpu, Traffic traffic, Pacer pacer, TimeLimit limit, long most, TxQueue queue, NetBufPool pool,
                   List<Receiver> receivers, int burst) {
        this.name = name;
        this.cpu = cpu;
        this.traffic = traffic;
        this.pacer = pacer;
        this.limit = limit;
        this.left = most == 0 ? Long.MAX_VALUE : most;
        this.queue = queue;
        this.pool = pool;
        this.receivers = receivers.toArray(Receiver[]::new);
        this.ready = new NetBuf[burst];
        this.received = new NetBuf[burst];
    }

    @Override
    public int turn() {
        int moved = receive();
        if (!ended) {
            prepare();
        }
        moved += send();
        if (!ended || waiting > 0) {
            return moved;
        }
        queue.reclaim(ready.length);
        quiet = moved > 0 || queue.pending() > 0 ? 0 : quiet + 1;
        if (quiet <= QUIET_TURNS) {
            return moved;
        }
        if (failure != null) {
            throw failure;
        }
        return DONE;
    }

    private int receive() {
        int total = 0;
        for (Receiver receiver : receivers) {
            int count = received.length;
            for (int round = 0; round < MOST_ROUNDS && count == received.length; round++) {
                count = receiver.receive(received, received.length);
                NetBufPool.free(received, 0, count);
                total += count;
            }
        }
        return total;
    }

    /** Fills buffers with frames that are due, until a burst is ready. */
    private void prepare() {
        if (limit.over()) {
            ended = true;
            return;
        }
        while (waiting < ready.length) {
            if (!advanced) {
                if (left == 0 || !advance()) {
                    ended = true;
                    return;
                }
                advanced = true;
            }
            if (!pacer.due(traffic.capturedNanos())) {
                return;
            }
            NetBuf buffer = pool.allocate();
            if (buffer == null || !traffic.fill(buffer, pool)) {
                if (buffer != null) {
                    buffer.free();
                }
                // With nothing to send, nobody else would ask for what has been sent.
                queue.reclaim(ready.length);
                return;
            }
            pacer.sent(traffic.length());
            ready[waiting++] = buffer;
            advanced = false;
            left--;
        }
    }

    /** What cannot be read ends the traffic; the frames before it are sent first. */
    private boolean advance() {
        try {
            return traffic.advance();
        } catch (PlatformException e) {
            failure = e;
            return false;
        }
    }

    private int send() {
        if (waiting == 0) {
            return 0;
        }
        int taken = BurstStatus.count(queue.transmit(ready, 0, waiting));
        waiting -= taken;
        System.arraycopy(ready, taken, ready, 0, waiting);
        return taken;
    }

    /** Frees what was ready and never sent. After the last turn. */
    void abandon() {
        NetBufPool.free(ready, 0, waiting);
        waiting = 0;
    }

    @Override
    public boolean interrupts() {
        return false;
    }

    @Override
    public void await(Deadline deadline) {
        // has no interrupts: frames fall due, nobody signals that
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int cpu() {
        return cpu;
    }
}
