package org.netdev4j.api;

import java.util.ArrayDeque;
import java.util.Deque;
import org.netdev4j.spi.RxQueueSetup;

/** A receive queue whose packets the test delivers. Holds a ring of buffers while traffic runs. */
final class FakeRx extends RxQueue {
    private final Deque<NetBuf> ring = new ArrayDeque<>();
    private final Deque<byte[]> arrived = new ArrayDeque<>();
    boolean armed;
    /** What the device found out about each packet. */
    int flags;
    /** What happens while a thread is inside {@link #poll}. */
    Runnable duringPoll = () -> { };

    FakeRx(RxQueueSetup setup) {
        super(setup);
    }

    void fill() {
        while (ring.size() < ringSize()) {
            NetBuf buffer = pool().allocate();
            if (buffer == null) {
                counters.noBuffer++;
                return;
            }
            ring.add(buffer);
        }
    }

    void drain() {
        ring.forEach(NetBuf::free);
        ring.clear();
        arrived.clear();
    }

    /** A packet comes from the wire. */
    void deliver(byte... packet) {
        arrived.add(packet);
        if (armed) {
            armed = false;
            event().signal();
        }
    }

    /** The buffers that the device may write to. */
    Deque<NetBuf> ring() {
        return ring;
    }

    @Override
    protected int poll(NetBuf[] into, int from, int max) {
        duringPoll.run();
        int count = 0;
        while (count < max && !arrived.isEmpty() && !ring.isEmpty()) {
            byte[] packet = arrived.poll();
            NetBuf buffer = ring.poll();
            buffer.setLength(packet.length);
            buffer.copyFrom(0, packet, 0, packet.length);
            buffer.setFlags(flags);
            counters.packets++;
            counters.bytes += packet.length;
            into[from + count++] = buffer;
        }
        fill();
        return count | (arrived.isEmpty() ? 0 : BurstStatus.MORE) | (ring.size() < ringSize() ? BurstStatus.UNDERRUN : 0);
    }

    @Override
    protected boolean arm() {
        armed = true;
        return !arrived.isEmpty();
    }

    @Override
    protected void disarm() {
        armed = false;
    }
}
