package org.netdev4j.backend.loopback;

import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.TxQueue;
import org.netdev4j.spi.TxQueueSetup;

/**
 * A transmit queue. The device sends a packet at once as long as the wire has room, and its buffers are freed with the
 * call. What the wire has no room for stays in the ring, one descriptor for each buffer, and is tried again with each
 * later call.
 */
final class LoopbackTxQueue extends TxQueue {
    private final LoopbackEgress egress;
    private final PacketSender sender;
    private final NetBuf[] slots;
    private final int mask;
    // Free-running; slots between them hold the packets that wait.
    private int head;
    private int tail;
    private int descriptors;

    LoopbackTxQueue(TxQueueSetup setup, LoopbackEgress egress, PacketSender sender) {
        super(setup);
        this.egress = egress;
        this.sender = sender;
        slots = new NetBuf[setup.ringSize()];
        mask = slots.length - 1;
    }

    @Override
    protected int submit(NetBuf[] packets, int from, int count) {
        TxPlan plan = egress.plan();
        boolean up = egress.linkUp();
        if (head != tail) {
            retry(plan, up, Integer.MAX_VALUE);
        }
        int end = from + count;
        int next = from;
        if (head == tail) {
            while (next < end && send(packets[next], plan, up)) {
                next++;
            }
            NetBufPool.free(packets, from, next - from);
        }
        while (next < end && enqueue(packets[next])) {
            next++;
        }
        int taken = next - from;
        if (taken > 0) {
            counters.doorbells++;
        }
        if (taken < count) {
            counters.full++;
        }
        return taken | (descriptors < slots.length ? BurstStatus.MORE : 0) | (taken < count ? BurstStatus.UNDERRUN : 0);
    }

    /** Sends a packet, or finds that it can never be sent; false if the wire has no room. */
    private boolean send(NetBuf packet, TxPlan plan, boolean up) {
        int bytes = packet.next() == null ? packet.length() : packet.packetLength();
        int result = up ? sender.send(packet, plan) : lost();
        if (result == PacketSender.SENT) {
            counters.packets++;
            counters.bytes += bytes;
        } else if (result == PacketSender.BAD) {
            counters.errors++;
        }
        return result != PacketSender.FULL;
    }

    private int lost() {
        sender.reset();
        return sender.fault(TxFault.LINK_DOWN);
    }

    private boolean enqueue(NetBuf packet) {
        int buffers = packet.segments();
        if (buffers > slots.length) {
            // It can never be sent: let it be found out when its turn comes.
            buffers = slots.length;
        }
        if (descriptors + buffers > slots.length) {
            return false;
        }
        slots[tail++ & mask] = packet;
        descriptors += buffers;
        return true;
    }

    /** Sends packets that wait; returns how many are done with. */
    private int retry(TxPlan plan, boolean up, int max) {
        int first = head;
        int limit = Math.min(max, tail - head);
        for (int i = 0; i < limit; i++) {
            NetBuf packet = slots[head & mask];
            int buffers = Math.min(packet.segments(), slots.length);
            if (!send(packet, plan, up)) {
                break;
            }
            descriptors -= buffers;
            head++;
        }
        free(first, head - first);
        return head - first;
    }

    private void free(int position, int count) {
        int at = position & mask;
        int run = Math.min(count, slots.length - at);
        NetBufPool.free(slots, at, run);
        NetBufPool.free(slots, 0, count - run);
    }

    @Override
    protected int reap(int max) {
        return head == tail || max <= 0 ? 0 : retry(egress.plan(), egress.linkUp(), max);
    }

    @Override
    public int pending() {
        return tail - head;
    }

    /** Frees all packets that wait. After the device has stopped. */
    void clear() {
        free(head, tail - head);
        head = 0;
        tail = 0;
        descriptors = 0;
        sender.reset();
    }

    /** Frees the queue's own memory; packets were freed before. */
    void close() {
        sender.close();
    }
}
