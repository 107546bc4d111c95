package org.netdev4j.platform.memory;

/** How a {@link DmaSpace} chooses the IOVA of a region. Calls are serialised by the space. */
public interface IovaPolicy {
    /**
     * Chooses the device address of a block.
     *
     * @param block       the memory
     * @param addressBits the fewest address bits of all attached domains
     * @return the IOVA of its first byte, aligned to the block's page size
     * @throws org.netdev4j.platform.PlatformException if no address below {@code 1 << addressBits} is free
     */
    long assign(MemoryBlock block, int addressBits);

    /**
     * Chooses the device addresses of a block of {@link MemoryBacking#allocatePieces}.
     *
     * @param pieceBytes of each piece but the last, which may be shorter
     * @return of the first byte of each piece, or of the block alone if it is contiguous
     */
    default long[] assignPieces(MemoryBlock block, long pieceBytes, int addressBits) {
        return new long[] {assign(block, addressBits)};
    }

    /**
     * Gives back an address range.
     *
     * @param iova as {@link #assign} returned it
     * @param size of its block
     */
    void release(long iova, long size);

    /** True if an IOVA is the physical address of its memory. */
    default boolean isPhysical() {
        return false;
    }

    /**
     * The IOVA is the physical address of the memory, as {@code /proc/self/pagemap} tells it: for devices that no IOMMU
     * translates for. A block whose pages do not lie in a row in physical memory is refused;
     * {@link MemoryBackings#physical()} gives only such that do. Other devices can use these IOVAs too.
     */
    static IovaPolicy physical() {
        return new PhysicalIova(new Pagemap(Pagemap.SELF));
    }

    /**
     * Windows handed out from a base far from zero, each followed by an unmapped guard gap, none reused before the space
     * wraps: an overrun, a stale address and a process address in a descriptor all hit unmapped IOVAs. A window never
     * overlaps the process addresses of its own memory.
     */
    static IovaPolicy guarded() {
        return new GuardedIova();
    }
}
