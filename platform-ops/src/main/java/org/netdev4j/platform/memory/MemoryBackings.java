package org.netdev4j.platform.memory;

import java.util.Locale;
import org.netdev4j.platform.PlatformException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The memory backings there are. Each call makes one of its own, which the caller closes. */
public final class MemoryBackings {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryBackings.class);
    private static final String PROBE = "probe";

    private MemoryBackings() {
    }

    /** The best that works here without preparation: memfd, or anonymous memory where Linux is not, or refuses. */
    public static MemoryBacking standard() {
        try {
            return probed(memfd());
        } catch (PlatformException e) {
            LOG.info("using anonymous memory, which no other process can share: {}", e.getMessage());
            return anonymous();
        }
    }

    /** Anonymous memory of this process; works everywhere, cannot be shared with another process. */
    public static MemoryBacking anonymous() {
        return new AnonymousBacking();
    }

    /**
     * Files in memory of ordinary pages; another process can map them by descriptor.
     *
     * @throws PlatformException if this is not Linux
     */
    public static MemoryBacking memfd() {
        return new MemfdBacking();
    }

    /**
     * Files in memory of 2 MiB hugepages; another process can map them by descriptor. Every block takes whole pages from the
     * pool of the system; when that is empty an allocation fails, with the remedy.
     *
     * @throws PlatformException if this is not Linux
     */
    public static MemoryBacking hugepages() {
        return new HugePageBacking();
    }

    /**
     * Memory for devices that no IOMMU translates for: blocks of 2 MiB hugepages that lie in a row in physical memory,
     * packed. No other process can map them.
     *
     * @throws PlatformException if this is not Linux, no hugepage is free, or the right to know physical addresses is
     *     missing
     */
    public static MemoryBacking physical() {
        return new PhysicalBacking(new Pagemap(Pagemap.SELF));
    }

    /**
     * Hugepages for blocks of 1 MiB and more while the pool lasts, {@link #standard()} for the rest. The first time that the
     * pool does not suffice is logged with the reason.
     */
    public static MemoryBacking preferHugepages() {
        MemoryBacking standard = standard();
        try {
            return new PreferredBacking(hugepages(), standard);
        } catch (PlatformException e) {
            LOG.info("no hugepages: {}", e.getMessage());
            return standard;
        }
    }

    /**
     * The backing of a name in the configuration.
     *
     * @param name {@code auto} for {@link #standard()}, {@code physical}, {@code hugepages}, {@code memfd} or
     *     {@code anonymous}, in any case
     * @throws PlatformException if there is none of that name
     */
    public static MemoryBacking byName(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "auto" -> standard();
            case "physical" -> physical();
            case "hugepages" -> hugepages();
            case "memfd" -> memfd();
            case "anonymous" -> anonymous();
            default -> throw new PlatformException("no memory backing \"" + name
                + "\"; there are auto, physical, hugepages, memfd and anonymous");
        };
    }

    private static MemoryBacking probed(MemoryBacking backing) {
        backing.free(backing.allocate(PROBE, backing.pageSize()));
        return backing;
    }
}
