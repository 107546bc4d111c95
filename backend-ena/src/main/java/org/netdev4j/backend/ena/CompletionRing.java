package org.netdev4j.backend.ena;

import org.netdev4j.backend.ena.spec.RxCompletion;
import org.netdev4j.backend.ena.spec.TxCompletion;
import org.netdev4j.platform.memory.DmaAllocator;
import org.netdev4j.platform.memory.DmaMemory;

/**
 * The entries that the device writes and the driver reads, and how far the driver has read.
 *
 * <p>Threads: the queue's. {@link #isWaiting()} may be called by another while the ring is allocated: a racy look.
 */
final class CompletionRing {
    /** The phase bit of word 0; both kinds of completions have it there. */
    static final int PHASE = RxCompletion.PHASE;
    // As the drivers of DPDK and FreeBSD align it.
    private static final long ALIGNMENT = 4096;

    static {
        if (TxCompletion.PHASE != PHASE) {
            throw new AssertionError("the phase bits of receive and transmit completions differ");
        }
    }

    private final String name;
    private final int depth;
    private final int mask;
    private int shift;
    private DmaMemory memory;
    private int head;

    CompletionRing(String name, int depth) {
        this.name = name;
        this.depth = depth;
        mask = depth - 1;
    }

    /** Makes the ring new: zeroed entries, first round. Allocates if there is no memory for entries of this size. */
    void prepare(DmaAllocator dma, int entryBytes) {
        long bytes = (long) depth * entryBytes;
        if (memory != null && memory.size() != bytes) {
            release();
        }
        if (memory == null) {
            memory = dma.allocate(name, bytes, ALIGNMENT);
        }
        memory.fill(0, bytes, (byte) 0);
        shift = Integer.numberOfTrailingZeros(entryBytes);
        head = 0;
    }

    /** Frees the memory. */
    void release() {
        if (memory != null) {
            memory.close();
            memory = null;
        }
    }

    DmaMemory memory() {
        return memory;
    }

    int depth() {
        return depth;
    }

    int entryBytes() {
        return 1 << shift;
    }

    /** Free-running position of the next entry to read. */
    int head() {
        return head;
    }

    /** Where the entry of a position lies in {@link #memory()}. */
    long at(int position) {
        return (long) (position & mask) << shift;
    }

    /** Where the next entry lies in {@link #memory()}. */
    long at() {
        return (long) (head & mask) << shift;
    }

    /** True if the next entry, whose word 0 this is, has been written by the device. */
    boolean isNew(int word0) {
        return ((word0 ^ Cursor.phase(head, mask, PHASE)) & PHASE) == 0;
    }

    /** The same for the entry of another position. */
    boolean isNew(int word0, int position) {
        return ((word0 ^ Cursor.phase(position, mask, PHASE)) & PHASE) == 0;
    }

    /** Goes on to the next entry. */
    void advance() {
        head++;
    }

    /** True if the next entry has been written by the device. */
    boolean isWaiting() {
        return isNew(RxCompletion.word0Acquire(memory, at()));
    }
}
