package org.netdev4j.backend.ena;

import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.backend.ena.spec.RxDescriptor;
import org.netdev4j.platform.memory.DmaAllocator;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.platform.mmio.Mmio;

/**
 * The submission side of a receive queue: buffers that the device may fill, by request id. Each buffer is a descriptor,
 * first and last at once; one descriptor always stays free [AMZN ena_eth_com.c]. For the queue's thread; {@link
 * #posted()} may be looked at racily.
 */
final class RxRing {
    /** The doorbell takes 16 bits of the free-running tail [AMZN ena_eth_com.h]. */
    private static final int DOORBELL_MASK = 0xffff;
    private static final int FLAGS = RxDescriptor.FIRST | RxDescriptor.LAST | RxDescriptor.COMP_REQ;
    private static final long ALIGNMENT = 4096;
    // Buffers taken from the pool at once.
    private static final int BATCH = 64;

    private final String name;
    private final int depth;
    private final int mask;
    private final NetBufPool pool;
    private final NetBuf[] buffers;
    private final IdRing free;
    private final NetBuf[] fresh = new NetBuf[BATCH];
    private DmaMemory memory;
    private Mmio registers;
    private long doorbell;
    private int tail;
    private int announced;
    private int posted;

    RxRing(String name, int depth, NetBufPool pool) {
        this.name = name;
        this.depth = depth;
        this.pool = pool;
        mask = depth - 1;
        buffers = new NetBuf[depth];
        free = new IdRing(depth);
    }

    /** Makes the ring new, and allocates it if need be. */
    void prepare(DmaAllocator dma) {
        if (memory == null) {
            memory = dma.allocate(name, (long) depth * RxDescriptor.BYTES, ALIGNMENT);
        }
        memory.fill(0, memory.size(), (byte) 0);
        drain();
    }

    /** The device has made the queue. */
    void connect(Mmio bar0, long doorbellOffset) {
        registers = bar0;
        doorbell = doorbellOffset;
    }

    /** Device address of the descriptors. */
    long iova() {
        return memory.iova();
    }

    /** Descriptors without a buffer that can get one. */
    int room() {
        return depth - 1 - posted;
    }

    /** Buffers that the device has. */
    int posted() {
        return posted;
    }

    /**
     * Posts buffers of the pool in all descriptors that can take one.
     *
     * @return descriptors that stay without one, since the pool has no more
     */
    int refill() {
        int missing = room();
        while (missing > 0) {
            int wanted = Math.min(missing, BATCH);
            int got = pool.allocate(fresh, 0, wanted);
            for (int i = 0; i < got; i++) {
                int id = free.take();
                buffers[id] = fresh[i];
                write(id, fresh[i]);
                fresh[i] = null;
            }
            missing -= got;
            if (got < wanted) {
                break;
            }
        }
        return missing;
    }

    private void write(int id, NetBuf buffer) {
        int phase = Cursor.phase(tail, mask, RxDescriptor.PHASE);
        RxDescriptor.write(memory, (long) (tail & mask) * RxDescriptor.BYTES,
            RxDescriptor.words01(buffer.tailroom(), id, FLAGS | phase), buffer.dataIova());
        tail++;
        posted++;
    }

    /** The buffer posted under an id of any value; null if there is none. */
    NetBuf buffer(int id) {
        return id < depth ? buffers[id] : null;
    }

    /** The device is done with the buffer of an id, which is the caller's now. */
    void take(int id) {
        buffers[id] = null;
        free.give(id);
        posted--;
    }

    /** The device is done with the buffer of an id and has put nothing into it: posts it again. */
    void recycle(int id) {
        posted--;
        write(id, buffers[id]);
    }

    /** Tells the device of what was posted, if anything was; true if so. */
    boolean announce() {
        if (tail == announced) {
            return false;
        }
        announced = tail;
        registers.write32(doorbell, tail & DOORBELL_MASK);
        return true;
    }

    /** Gives all buffers back to their pool; returns how many. */
    int drain() {
        int count = 0;
        for (int id = 0; id < depth; id++) {
            if (buffers[id] != null) {
                NetBuf buffer = buffers[id];
                buffers[id] = null;
                buffer.free();
                count++;
            }
        }
        free.reset();
        tail = 0;
        announced = 0;
        posted = 0;
        return count;
    }

    /** Frees the memory; {@link #drain()} came before. */
    void release() {
        if (memory != null) {
            memory.close();
            memory = null;
        }
    }
}
