package org.netdev4j.backend.loopback;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;

/**
 * The descriptors of a receive queue: a ring of buffers between the queue's thread, which posts empty ones and takes
 * filled ones, and the device, which fills them in order.
 *
 * <pre>
 *     head            done             tail
 *      |-- filled -----|---- posted ----|          free-running; slot = position modulo size
 * </pre>
 *
 * <p>Threads: the queue's thread writes head and tail, the device writes done. The device is whoever holds the lock of
 * {@link LoopbackIngress}. A slot belongs to the device from the store of tail that takes it in to the store of done that
 * passes it.
 */
final class RxRing {
    private static final VarHandle DONE;
    private static final VarHandle TAIL;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            DONE = lookup.findVarHandle(RxRing.class, "done", int.class).withInvokeExactBehavior();
            TAIL = lookup.findVarHandle(RxRing.class, "tail", int.class).withInvokeExactBehavior();
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final NetBufPool pool;
    private final NetBuf[] slots;
    private final int mask;
    private final int room;
    private int head;
    private int tail;
    private int done;

    RxRing(int size, NetBufPool pool) {
        this.pool = pool;
        slots = new NetBuf[size];
        mask = size - 1;
        room = pool.dataRoom();
    }

    // ---- the queue's thread

    /** Packets' buffers that are filled. */
    int filled() {
        // The device's release of done, before this thread's look at the buffers.
        return (int) DONE.getAcquire(this) - head;
    }

    /** Buffers that are posted and not filled, or fewer: the device may be filling some. */
    int postedNow() {
        return tail - (int) DONE.getAcquire(this);
    }

    /** Slots without a buffer. */
    int free() {
        return slots.length - (tail - head);
    }

    /** Takes the oldest packet; there must be one. */
    NetBuf take() {
        NetBuf packet = slots[head & mask];
        for (NetBuf segment = packet; segment != null; segment = segment.next()) {
            head++;
        }
        return packet;
    }

    /**
     * Posts buffers of the pool in all free slots.
     *
     * @return how many slots stay free, since the pool has no more
     */
    int refill() {
        int wanted = free();
        while (wanted > 0) {
            int at = tail & mask;
            int run = Math.min(wanted, slots.length - at);
            int taken = pool.allocate(slots, at, run);
            // The stores to the slots, before the device's look at them.
            TAIL.setRelease(this, tail + taken);
            wanted -= taken;
            if (taken < run) {
                break;
            }
        }
        return wanted;
    }

    // ---- the device

    /** Where buffers come from. */
    NetBufPool pool() {
        return pool;
    }

    /** Bytes that an empty buffer can hold. */
    int room() {
        return room;
    }

    /** Buffers to fill. */
    int posted() {
        return (int) TAIL.getAcquire(this) - done;
    }

    /** The buffer to fill after {@code index} others; there must be so many posted. */
    NetBuf posted(int index) {
        return slots[done + index & mask];
    }

    /** Exchanges the next buffers to fill of two rings with the same pool. */
    void exchange(RxRing other) {
        NetBuf mine = slots[done & mask];
        slots[done & mask] = other.slots[other.done & other.mask];
        other.slots[other.done & other.mask] = mine;
    }

    /** Hands the next {@code buffers} to the queue: one packet. */
    void complete(int buffers) {
        // The stores to the buffers, before the queue's look at them.
        DONE.setRelease(this, done + buffers);
    }

    // ---- the control path

    /** Frees all buffers. Neither the queue's thread nor the device may be at work. */
    void clear() {
        for (int i = head; i != tail; i++) {
            NetBuf buffer = slots[i & mask];
            slots[i & mask] = null;
            buffer.unchain();
            buffer.free();
        }
        head = 0;
        tail = 0;
        done = 0;
    }
}
