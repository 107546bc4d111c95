package org.netdev4j.platform.memory;

/** Where memory of this process lies in the machine. */
interface PageTable {
    /** Bytes of the pages that {@link #physical} tells of. */
    long PAGE = 4096;

    /**
     * Physical addresses of pages.
     *
     * @param address of the first, at a multiple of {@link #PAGE}
     * @param pages   how many in a row
     * @throws org.netdev4j.platform.PlatformException if the system does not tell, or one of them is not in memory
     */
    long[] physical(long address, int pages);
}
