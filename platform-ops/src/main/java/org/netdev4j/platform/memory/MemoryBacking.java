package org.netdev4j.platform.memory;

/**
 * Where DMA memory comes from: a memfd, hugepages, or anonymous memory.
 *
 * <p>Implementations are thread-safe. Blocks are zeroed, page-aligned, and locked into memory where the system allows it.
 */
public interface MemoryBacking extends AutoCloseable {
    /** Short name for logs and {@code netdev doctor}: {@code memfd}, {@code hugetlb-2M}, {@code anonymous}. */
    String name();

    /** Bytes of one page. */
    long pageSize();

    /**
     * Maps zeroed memory.
     *
     * @param name what it is for
     * @param size bytes; rounded up to whole pages
     * @throws org.netdev4j.platform.PlatformException if the system refuses
     */
    MemoryBlock allocate(String name, long size);

    /** The largest block that is had whenever there is memory; above it some may lie in the wrong places. A power of two. */
    default long pieceBytes() {
        return Long.MAX_VALUE;
    }

    /** As {@link #allocate}, but {@link #pieceBytes()} of the block and the next need not be neighbours for a device. */
    default MemoryBlock allocatePieces(String name, long size) {
        return allocate(name, size);
    }

    /** Unmaps a block and closes its descriptor. */
    void free(MemoryBlock block);

    /** Frees what the backing itself holds; blocks must have been freed before. Idempotent. */
    @Override
    void close();
}
