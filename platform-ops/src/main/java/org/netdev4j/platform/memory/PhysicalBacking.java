package org.netdev4j.platform.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.netdev4j.platform.LinuxException;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.linux.Linux;
import org.netdev4j.platform.raw.RawMemory;

/**
 * Memory for devices that see physical addresses: every block, or piece of one, lies in a row in physical memory and stays
 * there.
 *
 * <p>It comes from 2 MiB hugepages, in runs of neighbours; blocks share a run, so that a ring of a few kilobytes does not
 * take 2 MiB. Long runs are rare on a machine that has been up for a while, so what can be apart is asked for in pieces. A
 * run goes back to the system's pool with its last block. There is nothing between two blocks that would stop a device which
 * goes beyond one: without an IOMMU nothing can.
 */
final class PhysicalBacking implements MemoryBacking {
    private static final long PAGE = PageTable.PAGE;
    private static final Path FREE = Path.of("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages");
    // The search for neighbours holds a descriptor for each page it has taken.
    private static final int MOST_HELD = 4096;

    private final PageTable table;
    private final List<Run> runs = new ArrayList<>();
    // By identity: a block that was freed equals the one that got its address next, and must not free that.
    private final Map<MemoryBlock, Run> live = new IdentityHashMap<>();

    /**
     * Takes memory once, and gives it back, so that what cannot be is said now.
     *
     * @throws PlatformException if there is no free hugepage, or no right to know where it lies
     */
    PhysicalBacking(PageTable table) {
        Linux.require("physical memory");
        this.table = table;
        free(allocate("probe", PAGE));
    }

    @Override
    public String name() {
        return "physical";
    }

    @Override
    public long pageSize() {
        return PAGE;
    }

    @Override
    public synchronized MemoryBlock allocate(String name, long size) {
        long rounded = MappedBlocks.roundUp(name, size, PAGE);
        for (Run run : runs) {
            long at = run.apart ? -1 : run.parts.take(rounded);
            if (at >= 0) {
                return block(run, at, rounded);
            }
        }
        Run run = new Run(newRun(name, rounded), false);
        runs.add(run);
        return block(run, run.parts.take(rounded), rounded);
    }

    @Override
    public long pieceBytes() {
        return HugePageRun.PAGE;
    }

    /** A block of more than one page gets pages of its own, wherever they lie. */
    @Override
    public synchronized MemoryBlock allocatePieces(String name, long size) {
        long rounded = MappedBlocks.roundUp(name, size, PAGE);
        if (rounded <= HugePageRun.PAGE) {
            return allocate(name, size);
        }
        Run run = new Run(newPages(name, rounded), true);
        runs.add(run);
        return block(run, run.parts.take(rounded), rounded);
    }

    private HugePageRun newPages(String name, long size) {
        long count = pages(name, size);
        List<HugePageRun.Page> held = new ArrayList<>();
        try {
            PlatformException refusal = take(held, count);
            if (held.size() < count) {
                throw noRun(name, count, held, refusal);
            }
            held.sort(Comparator.comparingLong(HugePageRun.Page::physical));
            HugePageRun run = HugePageRun.map(held);
            held.clear();
            return run;
        } finally {
            held.forEach(HugePageRun.Page::close);
        }
    }

    private static long pages(String name, long size) {
        long count = (size + HugePageRun.PAGE - 1) / HugePageRun.PAGE;
        if (count > MOST_HELD) {
            throw new PlatformException("memory \"" + name + "\": " + size + " bytes asked for; the most at once is "
                + MOST_HELD * HugePageRun.PAGE);
        }
        return count;
    }

    private MemoryBlock block(Run run, long at, long size) {
        MemoryBlock block = new MemoryBlock(run.pages.address() + at, size, PAGE, -1, 0);
        RawMemory.fill(block.address(), size, (byte) 0);
        live.put(block, run);
        return block;
    }

    /** Pages in a row: more and more are taken until some of them lie so; the others go back. */
    private HugePageRun newRun(String name, long size) {
        long count = pages(name, size);
        List<HugePageRun.Page> held = new ArrayList<>();
        try {
            while (true) {
                PlatformException refusal = take(held, Math.max(count, 2L * held.size()));
                List<HugePageRun.Page> found = PageRuns.find(held, HugePageRun.Page::physical, HugePageRun.PAGE,
                    (int) count);
                if (!found.isEmpty()) {
                    HugePageRun run = HugePageRun.map(found);
                    held.removeAll(run.pages());
                    return run;
                }
                if (refusal != null || held.size() >= MOST_HELD) {
                    throw noRun(name, count, held, refusal);
                }
            }
        } finally {
            held.forEach(HugePageRun.Page::close);
        }
    }

    /** Takes pages until there are {@code count}, or the most that may be; what stopped it before, or null. */
    private PlatformException take(List<HugePageRun.Page> held, long count) {
        while (held.size() < Math.min(count, MOST_HELD)) {
            try {
                held.add(HugePageRun.take(table));
            } catch (LinuxException e) {
                return e;
            }
        }
        return null;
    }

    private static PlatformException noRun(String name, long count, List<HugePageRun.Page> held, PlatformException refusal) {
        if (held.size() < count) {
            return new PlatformException("memory \"" + name + "\": " + count + " hugepages of 2 MiB are wanted, for a device"
                + " without an IOMMU, and " + held.size() + " can be had (free in the pool: " + freePages()
                + (refusal == null ? "" : "; " + refusal.getMessage()) + "); remedy: echo 512 > /proc/sys/vm/nr_hugepages",
                refusal);
        }
        int longest = PageRuns.longest(held, HugePageRun.Page::physical, HugePageRun.PAGE);
        return new PlatformException("memory \"" + name + "\": " + count + " hugepages of 2 MiB in a row are wanted, for a"
            + " device without an IOMMU; of " + held.size() + " free ones at most " + longest + " lie so; remedy: reserve more of"
            + " them, and early (hugepages=512 on the kernel's command line gives whole rows), or ask for less at once: fewer"
            + " or smaller buffers of a pool");
    }

    private static String freePages() {
        try {
            return Files.readString(FREE).strip();
        } catch (IOException e) {
            return "unknown, this kernel has no 2 MiB hugepages";
        }
    }

    @Override
    public synchronized void free(MemoryBlock block) {
        Run run = live.remove(block);
        if (run == null) {
            throw MappedBlocks.notFromHere(name(), block);
        }
        run.parts.give(block.address() - run.pages.address(), block.size());
        if (run.parts.isFree()) {
            runs.remove(run);
            run.pages.unmap();
        }
    }

    @Override
    public synchronized void close() {
        live.clear();
        Attempts each = new Attempts();
        runs.forEach(run -> each.run(run.pages::unmap));
        runs.clear();
        each.rethrow();
    }

    /** Pages, in a row unless they are apart, and what of them is free. */
    private static final class Run {
        private final HugePageRun pages;
        private final boolean apart;
        private final Extents parts;

        Run(HugePageRun pages, boolean apart) {
            this.pages = pages;
            this.apart = apart;
            this.parts = new Extents(pages.size());
        }
    }
}
