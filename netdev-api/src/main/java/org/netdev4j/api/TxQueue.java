package org.netdev4j.api;

/**
 * A transmit queue.
 *
 * <p>One thread at a time uses a queue; different queues need no coordination. The object stays the same over stop, start and reset, until the
 * device is configured anew.
 *
 * <p>Drivers extend this class; see the methods that are protected.
 */
public abstract class TxQueue {
    /** Counters; drivers add to them. */
    protected final QueueCounters counters;
    private final String device;
    private final int index;
    private final int ringSize;
    private final String ownerName;
    private volatile QueueGate gate = QueueGate.STOPPED;

    /** Called by drivers. */
    protected TxQueue(org.netdev4j.spi.TxQueueSetup setup) {
        counters = setup.counters();
        device = setup.device();
        index = setup.index();
        ringSize = setup.ringSize();
        ownerName = device + " transmit queue " + index;
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
     * Sends packets in order. Those taken belong to the queue, which frees them when the device has completed them; the others stay
     * with the caller, unchanged. The device is told once for the whole burst. Reaps completions as needed. Never waits, never allocates.
     *
     * <p>A packet that this device can never send (too long, too many buffers, an offload that is off or has no sense in it, less headroom
     * than needed) is taken, freed and counted in {@link Statistics#oerrors()}: it does not block those behind it.
     *
     * @param packets first buffers of chains
     * @param from    first index
     * @param count   number of packets
     * @return {@link BurstStatus}: the count taken; MORE if there is room for another packet; UNDERRUN if the ring was full before all were
     *     taken. 0 while the device is FAILED or resetting.
     * @throws DeviceStateException      if the device is not RUNNING, FAILED or resetting
     * @throws IndexOutOfBoundsException if {@code from} and {@code count} do not fit the array
     */
    public final int transmit(NetBuf[] packets, int from, int count) {
        if (gate != QueueGate.OPEN) {
            return refuse("transmit");
        }
        if (from < 0 || count < 0 || from > packets.length - count) {
            throw new IndexOutOfBoundsException("transmit of " + count + " from " + from + " of an array of " + packets.length);
        }
        int wanted = Math.min(count, BurstStatus.MAX_COUNT);
        if (wanted > 0 && packets[from].pool().isDebug()) {
            track(packets, from, wanted, ownerName);
            int status = submit(packets, from, wanted);
            int taken = BurstStatus.count(status);
            track(packets, from + taken, wanted - taken, "the application");
            return status;
        }
        return submit(packets, from, wanted);
    }

    /**
     * Frees the buffers of packets that the device has completed. {@link #transmit} does so when it needs room; a thread that stops sending
     * calls this to get its buffers back.
     *
     * @param max most packets to reap
     * @return packets reaped; 0 also while the device is FAILED or resetting
     */
    public final int reclaim(int max) {
        if (gate != QueueGate.OPEN) {
            return refuse("reclaim");
        }
        return reap(max);
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

    private int refuse(String operation) {
        if (gate == QueueGate.HALTED) {
            return 0;
        }
        throw new DeviceStateException(device, operation + " on transmit queue " + index, DeviceState.CONFIGURED,
            "RUNNING: call start() first");
    }
}
