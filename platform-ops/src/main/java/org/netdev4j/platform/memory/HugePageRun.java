package org.netdev4j.platform.memory;

import java.util.List;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.linux.LinuxMemory;
import org.netdev4j.platform.raw.RawMemory;

/**
 * Hugepages that are neighbours in physical memory, mapped as neighbours. Linux does not swap hugepages, so they need no lock.
 *
 * @param address process address of the first byte
 * @param size    bytes, whole pages
 */
record HugePageRun(long address, long size) {
    static final long PAGE = 2 << 20;

    private static final int FLAGS = LinuxMemory.MFD_CLOEXEC | LinuxMemory.MFD_HUGETLB | LinuxMemory.MFD_HUGE_2MB;

    /**
     * A page that was taken from the pool, held by its file; not mapped.
     *
     * @param fd       of the file
     * @param physical address
     */
    record Page(int fd, long physical) {
        /** Gives the page back, unless a mapping holds it too. */
        void close() {
            LinuxFiles.close(fd);
        }
    }

    /**
     * Takes a page.
     *
     * @throws org.netdev4j.platform.LinuxException    if the system has none
     * @throws org.netdev4j.platform.PlatformException if it does not say where the page lies
     */
    static Page take(PageTable table) {
        int fd = LinuxMemory.memfdCreate("netdev4j:physical", FLAGS);
        boolean done = false;
        try {
            LinuxMemory.ftruncate(fd, PAGE);
            long address = LinuxMemory.mapShared(fd, PAGE, 0);
            try {
                // Touched, or there is no page yet.
                RawMemory.putLong(address, 0);
                Page page = new Page(fd, table.physical(address, 1)[0]);
                done = true;
                return page;
            } finally {
                LinuxMemory.unmap(address, PAGE);
            }
        } finally {
            if (!done) {
                LinuxFiles.close(fd);
            }
        }
    }

    /** Maps pages one behind the other. The mapping holds them; the caller still closes their files. */
    static HugePageRun map(List<Page> pages) {
        long size = pages.size() * PAGE;
        long reserved = LinuxMemory.reserve(size + PAGE);
        long address = (reserved + PAGE - 1) & -PAGE;
        try {
            for (int i = 0; i < pages.size(); i++) {
                LinuxMemory.mapSharedAt(address + i * PAGE, pages.get(i).fd(), PAGE);
            }
        } catch (RuntimeException e) {
            LinuxMemory.unmap(reserved, size + PAGE);
            throw e;
        }
        if (address > reserved) {
            LinuxMemory.unmap(reserved, address - reserved);
        }
        LinuxMemory.unmap(address + size, reserved + PAGE - address);
        return new HugePageRun(address, size);
    }

    /** Unmaps; the pages go back to the pool. */
    void unmap() {
        LinuxMemory.unmap(address, size);
    }
}
