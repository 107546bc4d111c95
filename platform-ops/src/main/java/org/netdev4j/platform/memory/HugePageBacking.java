package org.netdev4j.platform.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.netdev4j.platform.LinuxException;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.linux.Linux;
import org.netdev4j.platform.linux.LinuxMemory;

/**
 * Files in memory of 2 MiB pages, from the pool that the administrator reserves: fewer TLB misses, and 2 MiB of contiguous
 * physical memory where there is no IOMMU.
 */
final class HugePageBacking implements MemoryBacking {
    static final long PAGE = 2 << 20;

    private static final String POOL = "/proc/sys/vm/nr_hugepages";
    private static final Path FREE = Path.of("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages");

    private final MappedBlocks blocks;

    HugePageBacking() {
        Linux.require("hugepage memory");
        blocks = new MappedBlocks(name(), LinuxMemory.MFD_HUGETLB | LinuxMemory.MFD_HUGE_2MB, PAGE);
    }

    @Override
    public String name() {
        return "hugetlb-2M";
    }

    @Override
    public long pageSize() {
        return PAGE;
    }

    @Override
    public MemoryBlock allocate(String name, long size) {
        long pages = MappedBlocks.roundUp(name, size, PAGE) / PAGE;
        try {
            // The kernel takes the pages from the pool in mmap, or refuses there: touching them later cannot fail.
            return blocks.map(name, size);
        } catch (LinuxException e) {
            throw new PlatformException("memory \"" + name + "\": " + pages + " hugepages of 2 MiB cannot be had: "
                + e.getMessage() + "; free in the pool: " + freePages() + "; remedy: echo " + Math.max(pages, 64) + " > "
                + POOL, e);
        }
    }

    /** Pages free in the pool, for messages; "unknown" where the kernel has none of that size. */
    private static String freePages() {
        try {
            return Files.readString(FREE).strip();
        } catch (IOException e) {
            return "unknown (this kernel has no 2 MiB hugepages)";
        }
    }

    @Override
    public void free(MemoryBlock block) {
        blocks.unmap(block);
    }

    @Override
    public void close() {
        blocks.unmapAll();
    }
}
