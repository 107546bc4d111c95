package org.netdev4j.api;

import java.util.List;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.memory.DmaAllocator;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.platform.memory.DmaSpace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A fixed number of packet buffers of one size, in one region of DMA memory that every device of the platform can reach.
 *
 * <p>Thread-safe, except {@link #close()}: a buffer may be freed by another thread than the one that took it. Calls in
 * bulk take the lock (a spin lock) once; queues refill and reap in bulk. No call allocates, except in debug mode.
 *
 * <p>A double free is always found, also between threads, and never harms the pool: whether a buffer is free is
 * decided under the lock.
 *
 * <p><b>Debug mode</b> records where each buffer was taken and freed, names both in the message of a double free or a
 * use after free, fills free buffers with a pattern and checks it when the buffer is taken again and at close (a
 * device that writes to a buffer it no longer owns is found so), and lists what was never freed. A buffer found
 * written to is set aside: it is not handed out again. Costs microseconds per buffer.
 */
public final class NetBufPool implements AutoCloseable {
    /** Data room that holds a frame of MTU 1500 with two VLAN tags, as every NIC driver has it. */
    public static final int STANDARD_DATA_ROOM = 2048;
    /** Room in front of received data for headers to be put there; DPDK's RTE_PKTMBUF_HEADROOM. */
    public static final int STANDARD_HEADROOM = 128;
    /** Most bytes of one buffer, headroom and data room together. */
    public static final int MAX_CAPACITY = 0xffff;

    private static final Logger LOG = LoggerFactory.getLogger(NetBufPool.class);
    private static final int CACHE_LINE = 64;

    private final String name;
    private final DmaSpace space;
    private final DmaAllocator allocator;
    private final PoolLayout layout;
    private final DmaMemory memory;
    private final NetBuf[] all;
    private final FreeStack stack;
    private final int headroom;
    private final NetBufTracker tracker;
    // 0 once closed: every growth of a buffer that is still held then fails its check.
    private int capacity;

    private NetBufPool(Builder builder) {
        name = builder.name;
        headroom = builder.headroom;
        capacity = builder.headroom + builder.dataRoom;
        all = new NetBuf[builder.count];
        space = builder.platform.dma();
        allocator = space.allocator("pool " + name);
        layout = PoolLayout.of(builder.count, (capacity + CACHE_LINE - 1) & -CACHE_LINE, allocator.pieceBytes());
        memory = allocateOrClose(allocator, layout.size());
        for (int i = 0; i < all.length; i++) {
            long offset = layout.offset(i);
            all[i] = new NetBuf(this, memory.address() + offset, memory.checkedIova(offset, layout.stride()));
        }
        stack = new FreeStack(all, builder.platform.newSpinLock("pool " + name));
        tracker = builder.debug ? new NetBufTracker(this, layout) : null;
    }

    private static DmaMemory allocateOrClose(DmaAllocator allocator, long size) {
        boolean done = false;
        try {
            DmaMemory memory = allocator.allocatePieces("buffers", size);
            done = true;
            return memory;
        } finally {
            if (!done) {
                allocator.close();
            }
        }
    }

    /** A pool on a platform. */
    public static Builder builder(Platform platform, String name) {
        return new Builder(platform, name);
    }

    /** Name for messages. */
    public String name() {
        return name;
    }

    /** Buffers in all. */
    public int size() {
        return all.length;
    }

    /** Bytes of one buffer: headroom and data room; 0 after close. */
    public int capacity() {
        return capacity;
    }

    /** True until {@link #close()}. */
    public boolean isOpen() {
        return capacity != 0;
    }

    /** Headroom of a fresh buffer. */
    public int headroom() {
        return headroom;
    }

    /** Data room of a fresh buffer; 0 after close. */
    public int dataRoom() {
        return Math.max(0, capacity - headroom);
    }

    /** Buffers that can be taken now. A racy look. */
    public int available() {
        return stack.available();
    }

    /** Buffers that are with applications and queues. A racy look. */
    public int inUse() {
        return all.length - stack.available();
    }

    /** True in debug mode. */
    public boolean isDebug() {
        return tracker != null;
    }

    DmaMemory memory() {
        return memory;
    }

    /** True if devices of a platform can reach the buffers. */
    boolean isOn(Platform platform) {
        return platform.dma() == space;
    }

    /** Takes one buffer, empty; null if there is none, or the pool is closed. */
    public NetBuf allocate() {
        NetBuf buffer = stack.pop();
        if (buffer != null) {
            if (tracker != null) {
                tracker.taken(buffer);
            }
            buffer.acquire(headroom);
        }
        return buffer;
    }

    /**
     * Takes up to {@code count} buffers, empty.
     *
     * @return how many were taken, into {@code into[from]} onwards; 0 also when the pool is closed
     */
    public int allocate(NetBuf[] into, int from, int count) {
        checkRange(into, from, count);
        if (tracker != null) {
            return allocateTracked(into, from, count);
        }
        int taken = stack.pop(into, from, count);
        for (int i = from; i < from + taken; i++) {
            into[i].acquire(headroom);
        }
        return taken;
    }

    /**
     * One by one; if one of them turns out to have been written to, those before it go back, so that the caller holds
     * nothing.
     */
    private int allocateTracked(NetBuf[] into, int from, int count) {
        int taken = 0;
        boolean done = false;
        try {
            while (taken < count) {
                NetBuf buffer = allocate();
                if (buffer == null) {
                    break;
                }
                into[from + taken] = buffer;
                taken++;
            }
            done = true;
            return taken;
        } finally {
            if (!done) {
                free(into, from, taken);
            }
        }
    }

    /** Takes back one buffer; {@link NetBuf#free()} is for users. */
    void free(NetBuf buffer) {
        if (tracker != null) {
            freeTracked(buffer);
        } else if (!stack.push(buffer)) {
            refuseDoubleFree(buffer);
        }
    }

    /**
     * Claims the buffer first, so that of two threads that free it one is refused; fills it while no one has it; then
     * makes it available.
     */
    private void freeTracked(NetBuf buffer) {
        if (stack.claim(buffer)) {
            tracker.freed(buffer);
            stack.pushClaimed(buffer);
        } else {
            refuseDoubleFree(buffer);
        }
    }

    private void refuseDoubleFree(NetBuf buffer) {
        // Closing took all buffers from their holders, who may not know yet.
        if (isOpen()) {
            throw new IllegalStateException("double free of a buffer of pool " + name + describeState(buffer));
        }
    }

    /**
     * Frees whole chains, of any pools.
     *
     * @throws IllegalStateException if a buffer is in its pool already; what comes before it in the array is then
     *     freed, what comes after is not
     */
    public static void free(NetBuf[] buffers, int from, int count) {
        checkRange(buffers, from, count);
        int end = from + count;
        int i = from;
        while (i < end) {
            NetBuf first = buffers[i];
            if (first.next() != null || first.pool().isDebug()) {
                first.free();
                i++;
            } else {
                i = first.pool().freeRun(buffers, i, end);
            }
        }
    }

    /**
     * Frees single buffers of this pool from {@code from} on, at least one; returns the index of the first that is not one.
     */
    private int freeRun(NetBuf[] buffers, int from, int end) {
        int to = stack.pushRun(this, buffers, from, end);
        if (to == from) {
            refuseDoubleFree(buffers[from]);
            return from + 1;
        }
        return to;
    }

    private static void checkRange(NetBuf[] buffers, int from, int count) {
        if (from < 0 || count < 0 || from > buffers.length - count) {
            throw new IndexOutOfBoundsException(
                "buffers " + from + " to " + (from + count) + " of an array of " + buffers.length);
        }
    }

    /** For messages: what is known of a buffer's past, starting with a separator; empty if nothing is. */
    String describeState(NetBuf buffer) {
        if (!isOpen()) {
            return "; pool " + name + " is closed";
        }
        if (tracker != null) {
            return "; " + tracker.history(buffer);
        }
        return buffer.isFree() ? "; it is free (open the pool in debug mode to see where it was freed)" : "";
    }

    /** Debug mode: notes that a queue owns a buffer, for messages. Does nothing otherwise. */
    void handedTo(NetBuf buffer, String owner) {
        if (tracker != null) {
            tracker.handedTo(buffer, owner);
        }
    }

    /** Debug mode: the buffers in use, each with the place where it was taken. Empty otherwise. */
    public List<String> outstanding() {
        return tracker == null ? List.of() : tracker.outstanding(all);
    }

    int indexOf(NetBuf buffer) {
        return layout.index(buffer.dataOffset() - buffer.headroom());
    }

    /**
     * Frees the memory. Buffers still in use are logged, by place in debug mode; they hold nothing from then on, every
     * access to them is refused, and freeing them does nothing. All devices that had buffers of this pool must be
     * stopped, and no thread may be using one at the moment. Idempotent; never throws.
     */
    @Override
    public void close() {
        if (!isOpen()) {
            return;
        }
        int held = inUse();
        if (held > 0) {
            LOG.warn("pool {} closed with {} of {} buffers in use", name, held, all.length);
            outstanding().forEach(place -> LOG.warn("pool {}: never freed: {}", name, place));
        }
        if (tracker != null) {
            tracker.writtenTo(all).forEach(what -> LOG.warn("pool {}: {}", name, what));
        }
        capacity = 0;
        stack.close(all);
        memory.close();
        allocator.close();
    }

    @Override
    public String toString() {
        return "pool " + name + " (" + (isOpen() ? all.length + " buffers of " + dataRoom() + " bytes)" : "closed)");
    }

    /** Choices for a pool. */
    public static final class Builder {
        private final Platform platform;
        private final String name;
        private int count = 4096;
        private int headroom = STANDARD_HEADROOM;
        private int dataRoom = STANDARD_DATA_ROOM;
        private boolean debug = Boolean.getBoolean("netdev.pool.debug");

        private Builder(Platform platform, String name) {
            this.platform = platform;
            this.name = name;
        }

        /** Number of buffers; 4096 if not said. */
        public Builder count(int buffers) {
            this.count = buffers;
            return this;
        }

        /** Bytes of data room; {@link #STANDARD_DATA_ROOM} if not said. */
        public Builder dataRoom(int bytes) {
            this.dataRoom = bytes;
            return this;
        }

        /** Bytes of headroom; {@link #STANDARD_HEADROOM} if not said. */
        public Builder headroom(int bytes) {
            this.headroom = bytes;
            return this;
        }

        /** Debug mode; off if not said, or as the system property {@code netdev.pool.debug} says. */
        public Builder debug(boolean on) {
            this.debug = on;
            return this;
        }

        /**
         * The pool.
         *
         * @throws IllegalArgumentException if a number is out of range
         * @throws org.netdev4j.platform.PlatformException if there is not so much memory
         */
        public NetBufPool build() {
            if (count < 1) {
                throw new IllegalArgumentException("pool " + name + ": it needs at least one buffer: count=" + count);
            }
            if (headroom < 0 || dataRoom < 1 || (long) headroom + dataRoom > MAX_CAPACITY) {
                throw new IllegalArgumentException("pool " + name + ": headroom and data room are together 1 to "
                    + MAX_CAPACITY + " bytes: headroom=" + headroom + " dataRoom=" + dataRoom);
            }
            return new NetBufPool(this);
        }
    }
}
