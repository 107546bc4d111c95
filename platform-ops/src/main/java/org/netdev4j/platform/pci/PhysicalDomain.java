package org.netdev4j.platform.pci;

import org.netdev4j.platform.memory.DmaDomain;
import org.netdev4j.platform.memory.DmaMemory;

/** All memory of the machine, by its physical addresses: what a device reaches that no IOMMU translates for. */
record PhysicalDomain(String name) implements DmaDomain {
    @Override
    public int addressBits() {
        return Long.SIZE;
    }

    @Override
    public boolean physical() {
        return true;
    }

    /** The device reaches it already. */
    @Override
    public void map(DmaMemory memory) {
        // there is no table
    }

    /** The device still reaches it; all that keeps it from there is that it was stopped, or told to leave it alone. */
    @Override
    public void unmap(DmaMemory memory) {
        // there is no table
    }
}
