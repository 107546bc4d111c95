package org.netdev4j.api;

import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.spi.RxQueueSetup;

/**
 * A receive queue.
 *
 * <p>One thread at a time uses a queue; different queues need no coordination. The object stays the same over stop,
 * start and reset, until the device is configured anew.
 *
 * <p><b>Interrupts.</b> A queue set up with interrupts is used so: poll until a call returns neither packets nor {@link
 * BurstStatus#MORE}; {@link #armInterrupt()}; if that says that packets are waiting, poll again; else {@link
 * #awaitInterrupt}, and start over. No wake-up is lost: a packet that comes after the last poll is seen either by
 * arming or by waiting.
 *
 * <p>Drivers extend this class; see the methods that are protected. So do decorators, which are made around another queue.
 */
public abstract non-sealed class RxQueue extends QueueUse {
    /** Counters; drivers add to them. */
    protected final QueueCounters counters;
    private final String device;
    private final int index;
    private final int ringSize;
    private final NetBufPool pool;
    private final WaitEvent event;
    private final boolean interrupts;
    private volatile QueueGate gate = QueueGate.STOPPED;

    /** Called by drivers. */
    protected RxQueue(RxQueueSetup setup) {
        counters = setup.counters();
        device = setup.device();
        index = setup.index();
        ringSize = setup.ringSize();
        pool = setup.pool();
        event = setup.event();
        interrupts = setup.interrupts();
    }

    /**
     * Called by decorators: a queue with the number, ring, pool, event and counters of another. Whether a call is
     * allowed is for the other to say: the decorator passes each on, by its public methods, and gets its answer.
     */
    protected RxQueue(RxQueue wrapped) {
        counters = wrapped.counters;
        device = wrapped.device;
        index = wrapped.index;
        ringSize = wrapped.ringSize;
        pool = wrapped.pool;
        event = wrapped.event;
        interrupts = wrapped.interrupts;
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

    /** Where its buffers come from. */
    public final NetBufPool pool() {
        return pool;
    }

    /** Its counters. */
    public final QueueCounters counters() {
        return counters;
    }

    /**
     * Takes received packets, oldest first. They are the caller's until freed. Refills the ring from the pool. Never
     * waits, never allocates.
     *
     * @param into where to
     * @param from first index
     * @param max  most packets
     * @return {@link BurstStatus}: the count; MORE if packets may be waiting still; UNDERRUN if the pool was short of
     *     buffers. 0 also while the device is FAILED or resetting.
     * @throws DeviceStateException      if the device is not RUNNING, FAILED or resetting
     * @throws IndexOutOfBoundsException if {@code from} and {@code max} do not fit the array
     */
    public final int receive(NetBuf[] into, int from, int max) {
        enter();
        try {
            QueueGate now = gate;
            if (now != QueueGate.OPEN) {
                return now.refuse(device, "receive", "receive", index);
            }
            if (from < 0 || max < 0 || from > into.length - max) {
                throw new IndexOutOfBoundsException(
                    "receive of " + max + " from " + from + " into an array of " + into.length);
            }
            int status = poll(into, from, Math.min(max, BurstStatus.MAX_COUNT));
            if (pool.isDebug()) {
                track(into, from, BurstStatus.count(status));
            }
            return status;
        } finally {
            leave();
        }
    }

    /**
     * Asks for an interrupt with the next packet.
     *
     * @return true if packets are waiting already: poll, do not wait; false also while the device is FAILED or resetting
     * @throws DeviceStateException  if the device is not RUNNING, FAILED or resetting
     * @throws IllegalStateException if the queue was set up without interrupts
     */
    public final boolean armInterrupt() {
        requireInterrupts("armInterrupt()");
        enter();
        try {
            QueueGate now = gate;
            return now == QueueGate.OPEN ? arm() : now.refuse(device, "armInterrupt()", "receive", index) != 0;
        } finally {
            leave();
        }
    }

    /** Takes {@link #armInterrupt()} back. Does nothing while the device is not RUNNING. */
    public final void disarmInterrupt() {
        requireInterrupts("disarmInterrupt()");
        enter();
        try {
            if (gate == QueueGate.OPEN) {
                disarm();
            }
        } finally {
            leave();
        }
    }

    /**
     * Waits for the interrupt of an armed queue. Also wakes up when the device fails, stops or is reset, and may wake
     * up without a reason.
     *
     * @return false if the deadline passed
     * @throws IllegalStateException if the queue was set up without interrupts
     */
    public final boolean awaitInterrupt(Deadline deadline) {
        requireInterrupts("awaitInterrupt()");
        return event.await(deadline);
    }

    /** Polls the device: {@link #receive} with its arguments checked and the device RUNNING. */
    protected abstract int poll(NetBuf[] into, int from, int max);

    /**
     * Arms the interrupt: the first packet after the last {@link #poll} signals {@link #event()}. The driver arms
     * first and looks for packets after, in this order, or a packet between the two is lost to the waiter.
     *
     * @return true if packets are waiting
     * @throws UnsupportedOperationException unless overridden; called only if set up with interrupts
     */
    protected boolean arm() {
        throw new UnsupportedOperationException(device + ": this driver has no receive interrupts");
    }

    /** Disarms the interrupt: no more signals, except one under way. Called only if set up with interrupts. */
    protected void disarm() {
        throw new UnsupportedOperationException(device + ": this driver has no receive interrupts");
    }

    /** The event that interrupts signal; null without interrupts. */
    protected final WaitEvent event() {
        return event;
    }

    /** Name of the device, for messages. */
    protected final String device() {
        return device;
    }

    final void gate(QueueGate state) {
        if (gate == state) {
            return;
        }
        gate = state;
        if (state != QueueGate.OPEN && event != null) {
            event.signal();
        }
    }

    private static void track(NetBuf[] packets, int from, int count) {
        for (int i = from; i < from + count; i++) {
            for (NetBuf segment = packets[i]; segment != null; segment = segment.next()) {
                segment.pool().handedTo(segment, NetBufTracker.APPLICATION);
            }
        }
    }

    private void requireInterrupts(String operation) {
        if (!interrupts) {
            throw new IllegalStateException(device + ": " + operation + " on receive queue " + index
                + ", which was set up for polling; set it up with interrupts");
        }
    }
}
