package org.netdev4j.platform.memory;

import java.util.List;

/**
 * Allocates DMA memory on behalf of one owner and frees it with the owner.
 *
 * <p>Thread-safe; for the control path.
 */
public interface DmaAllocator extends AutoCloseable {
    /** Who owns the memory: a device address, a pool. */
    String owner();

    /**
     * Allocates zeroed memory that every attached device can reach.
     *
     * @param name      what it is for, for messages and leak reports
     * @param size      bytes, above zero
     * @param alignment bytes, a power of two, at most the page size of the backing; holds for address and IOVA alike
     * @return an open region of exactly {@code size} bytes, reachable by every attached device
     * @throws org.netdev4j.platform.PlatformException if memory or IOVA space is exhausted, or a domain refuses; nothing is
     *     then left behind
     * @throws IllegalStateException if the allocator or its space is closed
     */
    DmaMemory allocate(String name, long size, long alignment);

    /**
     * The largest piece that is had whenever there is memory: {@link #allocatePieces} gives memory that is contiguous for
     * the device in pieces of that size. {@link Long#MAX_VALUE} where an IOMMU, or a model of one, makes all memory
     * contiguous.
     */
    default long pieceBytes() {
        return Long.MAX_VALUE;
    }

    /**
     * Allocates zeroed memory for things that each fit a piece, as packet buffers. It is contiguous for the CPU; for devices
     * within each {@link #pieceBytes()} from its start. Large memory that need not be contiguous is asked for so, because
     * without an IOMMU it is rare.
     *
     * @param name what it is for
     * @param size bytes, above zero
     * @return an open region of exactly {@code size} bytes; its first byte is aligned as pages are
     * @throws org.netdev4j.platform.PlatformException as {@link #allocate} does
     * @throws IllegalStateException                   if the allocator or its space is closed
     */
    default DmaMemory allocatePieces(String name, long size) {
        return allocate(name, size, 1);
    }

    /** Regions allocated here and not yet closed, in order of allocation. */
    List<DmaMemory> live();

    /**
     * Frees what is still open. Each region that its user had not closed is reported as a leak: logged by name, and passed
     * to the space's {@link DmaSpace.LeakListener}. Idempotent. All are freed whatever fails; the first failure is thrown at
     * the end.
     */
    @Override
    void close();
}
