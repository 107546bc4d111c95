package org.netdev4j.platform.memory;

import org.netdev4j.platform.PlatformException;

/** The IOVA is the physical address, which the page table is asked for and whose pages must lie in a row. */
final class PhysicalIova implements IovaPolicy {
    private static final int UNLIMITED_BITS = 64;

    private final PageTable table;

    PhysicalIova(PageTable table) {
        this.table = table;
    }

    @Override
    public boolean isPhysical() {
        return true;
    }

    @Override
    public long assign(MemoryBlock block, int addressBits) {
        long[] pages = table.physical(block.address(), Math.toIntExact(block.size() / PageTable.PAGE));
        for (int i = 1; i < pages.length; i++) {
            if (pages[i] != pages[0] + i * PageTable.PAGE) {
                throw new PlatformException("memory of " + block.size() + " bytes lies apart in physical memory: at 0x"
                    + Long.toHexString(pages[0]) + ", and its byte " + i * PageTable.PAGE + " at 0x"
                    + Long.toHexString(pages[i])
                    + "; use memory of hugepages in a row (memory: physical)");
            }
        }
        if (addressBits < UNLIMITED_BITS && pages[0] + block.size() - 1 >>> addressBits != 0) {
            throw new PlatformException("memory of " + block.size() + " bytes lies at 0x" + Long.toHexString(pages[0])
                + " of physical memory, above the " + addressBits + " address bits of a device"
                + "; without an IOMMU that device cannot reach it");
        }
        return pages[0];
    }

    @Override
    public long[] assignPieces(MemoryBlock block, long pieceBytes, int addressBits) {
        int count = Math.toIntExact((block.size() - 1) / pieceBytes + 1);
        long[] iovas = new long[count];
        for (int i = 0; i < count; i++) {
            long at = i * pieceBytes;
            long size = Math.min(pieceBytes, block.size() - at);
            iovas[i] = assign(new MemoryBlock(block.address() + at, size, block.pageSize(), -1, 0), addressBits);
        }
        return iovas;
    }

    /** The memory keeps its address; there is nothing to give back. */
    @Override
    public void release(long iova, long size) {
        // nothing was taken
    }
}
