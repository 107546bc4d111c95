package org.netdev4j.platform.memory;

import java.util.List;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.linux.LinuxMemory;
import org.netdev4j.platform.raw.RawMemory;

/**
 * Hugepages mapped as neighbours, which they may be in physical memory too. Linux does not swap hugepages, so they need no
 * lock.
 *
 * <p>Their files stay open, with high numbers: if this process is killed the kernel closes them after those of devices, so
 * that a device which stops when its file is closed has stopped before the memory is somebody else's. [Linux fs/file.c,
 * close_files()]
 *
 * @param address process address of the first byte
 * @param size    bytes, whole pages
 * @param pages   in order
 */
record HugePageRun(long address, long size, List<Page> pages) {
    static final long PAGE = 2 << 20;

    private static final int LAST_TO_CLOSE = 512;

    private static final int FLAGS = LinuxMemory.MFD_CLOEXEC | LinuxMemory.MFD_HUGETLB | LinuxMemory.MFD_HUGE_2MB;

    /**
     * A page that was taken from the pool, held by its file; not mapped.
     *
     * @param fd       of the file
     * @param physical address
     */
    record Page(int fd, long physical) {
        /** Gives the page back, once it is not mapped. */
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
        int fd = LinuxFiles.moveUp(LinuxMemory.memfdCreate("netdev4j:physical", FLAGS), LAST_TO_CLOSE);
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

    /** Maps pages one behind the other; they are the run's then, unless this throws. */
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
        return new HugePageRun(address, size, List.copyOf(pages));
    }

    /** Unmaps; the pages go back to the pool. */
    void unmap() {
        try {
            LinuxMemory.unmap(address, size);
        } finally {
            pages.forEach(Page::close);
        }
    }
}
