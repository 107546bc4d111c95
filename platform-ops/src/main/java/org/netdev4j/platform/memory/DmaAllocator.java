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
