package org.netdev4j.platform.memory;

/**
 * The address space of one device, or of several behind the same IOMMU: a VFIO container, a vfio-user peer, the simulated
 * IOMMU of a device model.
 *
 * <p>A {@link DmaSpace} maps every region into every attached domain at the region's one IOVA, so that a packet buffer can
 * pass from one device to another unchanged. Calls come from the control path, one at a time.
 */
public interface DmaDomain {
    /** Name for messages. */
    String name();

    /** Number of address bits that the device drives; an IOVA above is refused by {@link DmaSpace}. */
    int addressBits();

    /**
     * True if nothing translates: the device takes an IOVA for the physical address of memory. Such a domain is attached
     * only to a {@link DmaSpace} whose IOVAs are that.
     */
    default boolean physical() {
        return false;
    }

    /**
     * Makes the {@link DmaMemory#mappedSize()} bytes of a region reachable at its IOVA.
     *
     * @throws org.netdev4j.platform.PlatformException if the domain refuses
     */
    void map(DmaMemory memory);

    /**
     * Makes a region unreachable; when the call returns the device can no longer touch it. The memory may be closed already,
     * but is not yet freed. A device that is gone can touch nothing: no failure.
     *
     * @throws org.netdev4j.platform.PlatformException if the device may still reach it
     */
    void unmap(DmaMemory memory);
}
