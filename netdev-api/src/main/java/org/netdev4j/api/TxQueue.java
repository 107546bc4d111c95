package org.netdev4j.api;

import org.netdev4j.spi.TxQueueSetup;

/**
 * A transmit queue.
 *
 * <p>One thread at a time uses a queue; different queues need no coordination. The object stays the same over stop,
 * start and reset, until the device is configured anew.
 *
 * <p>Drivers extend this class; see the methods that are protected. So do decorators, which are made around another queue.
 */
public abstract non-sealed class TxQueue extends QueueUse {
    /** Counters; drivers add to them. */
    protected final QueueCounters counters;
    private final String device;
    private final int index;
    private final int ringSize;
    private final String ownerName;
    private volatile QueueGate gate = QueueGate.STOPPED;

    /** Called by drivers. */
    protected TxQueue(TxQueueSetup setup) {
        counters = setup.counters();
        device = setup.device();
        index = setup.index();
        ringSize = setup.ringSize();
        ownerName = device + " transmit queue " + index;
    }

    /**
     * Called by decorators: a queue with the number, ring and counters of another. Whether a call is allowed is for
     * the other to say: the decorator passes each on, by its public methods, and gets its answer.
     */
    protected TxQueue(TxQueue wrapped) {
        counters = wrapped.counters;
        device = wrapped.device;
        index = wrapped.index;
        ringSize = wrapped.ringSize;
        ownerName = wrapped.ownerName;
        gate = QueueGate.OPEN;
    }

    /** Number on the device, from 0. */
    public final int index() {
        return index;
    }

    /** Descriptors of the ring. */
    public final int ringSize() {
        return ringSize;
    }

    /** Its counters. */
    public final QueueCounters counters() {
        return counters;
    }

    /**
     * Sends packets in order. Those taken belong to the queue, which frees them when the device has completed them;
     * the others stay with the caller, unchanged. The device is told once for the whole burst. Reaps completions as
     * needed. Never waits, never allocates.
     *
     * <p>A packet that this device can never send (too long, too many buffers, an offload that is off or has no sense
     * in it, less headroom than needed) is taken, freed and counted in {@link Statistics#oerrors()}: it does not block
     * those behind it.
     *
     * @param packets first buffers of chains
     * @param from    first index
     * @param count   number of packets
     * @return {@link BurstStatus}: the count taken; MORE if there is room for another packet; UNDERRUN if the ring was
     *     full before all were taken. 0 while the device is FAILED or resetting.
     * @throws DeviceStateException      if the device is not RUNNING, FAILED or resetting
     * @throws IndexOutOfBoundsException if {@code from} and {@code count} do not fit the array
     * @throws IllegalStateException     if a packet is free; nothing was sent then
     * @throws NullPointerException      if a packet is null; nothing was sent then
     */
    public final int transmit(NetBuf[] packets, int from, int count) {
        enter();
        try {
            QueueGate now = gate;
            if (now != QueueGate.OPEN) {
                return now.refuse(device, "transmit", "transmit", index);
            }
            if (from < 0 || count < 0 || from > packets.length - count) {
                throw new IndexOutOfBoundsException(
                    "transmit of " + count + " from " + from + " of an array of " + packets.length);
            }
            int wanted = Math.min(count, BurstStatus.MAX_COUNT);
            requireSendable(packets, from, wanted);
            return wanted > 0 && packets[from].pool().isDebug() ? submitTracked(packets, from, wanted)
                : submit(packets, from, wanted);
        } finally {
            leave();
        }
    }

    /** Found here, and not half-way through the driver's ring. The driver reads the same cache lines next. */
    private void requireSendable(NetBuf[] packets, int from, int wanted) {
        for (int i = from; i < from + wanted; i++) {
            if (packets[i].isFree()) {
                throw new IllegalStateException(ownerName + ": packet " + i + " is not the caller's to send"
                    + packets[i].pool().describeState(packets[i]));
            }
        }
    }

    private int submitTracked(NetBuf[] packets, int from, int wanted) {
        track(packets, from, wanted, ownerName);
        int status = submit(packets, from, wanted);
        int taken = BurstStatus.count(status);
        track(packets, from + taken, wanted - taken, NetBufTracker.APPLICATION);
        return status;
    }

    /**
     * Frees the buffers of packets that the device has completed. {@link #transmit} does so when it needs room; a
     * thread that stops sending calls this to get its buffers back.
     *
     * @param max most packets to reap
     * @return packets reaped; 0 also while the device is FAILED or resetting
     * @throws DeviceStateException     if the device is not RUNNING, FAILED or resetting
     * @throws IllegalArgumentException if {@code max} is negative
     */
    public final int reclaim(int max) {
        enter();
        try {
            QueueGate now = gate;
            if (now != QueueGate.OPEN) {
                return now.refuse(device, "reclaim", "transmit", index);
            }
            if (max < 0) {
                throw new IllegalArgumentException(ownerName + ": reclaim of " + max + " packets");
            }
            return reap(max);
        } finally {
            leave();
        }
    }

    /** Packets taken and not yet reaped. */
    public abstract int pending();

    /** Gives packets to the device: {@link #transmit} with its arguments checked and the device RUNNING. */
    protected abstract int submit(NetBuf[] packets, int from, int count);

    /** Frees completed packets: {@link #reclaim} with the device RUNNING. */
    protected abstract int reap(int max);

    /** Name of the device, for messages. */
    protected final String device() {
        return device;
    }

    final void gate(QueueGate state) {
        gate = state;
    }

    private static void track(NetBuf[] packets, int from, int count, String owner) {
        for (int i = from; i < from + count; i++) {
            for (NetBuf segment = packets[i]; segment != null; segment = segment.next()) {
                segment.pool().handedTo(segment, owner);
            }
        }
    }
}
