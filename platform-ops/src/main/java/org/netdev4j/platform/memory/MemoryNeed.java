package org.netdev4j.platform.memory;

/** What a device asks of DMA memory, the least demanding first. */
public enum MemoryNeed {
    /** Whatever there is: the device is in this process, or its server maps files. */
    ANY,
    /** An IOMMU translates for the device: large pages where there are some, since each page is an entry of its tables. */
    LARGE_PAGES,
    /**
     * No IOMMU translates for the device, so the addresses it is given are those of the memory itself: pages that stay where
     * they are and lie in a row, IOVAs that are physical addresses ({@link MemoryBackings#physical()},
     * {@link IovaPolicy#physical()}).
     */
    PHYSICAL;

    /** What suits two devices on one platform: the more demanding need. */
    public MemoryNeed and(MemoryNeed other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
