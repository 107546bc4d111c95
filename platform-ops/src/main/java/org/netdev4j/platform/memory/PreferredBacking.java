package org.netdev4j.platform.memory;

import org.netdev4j.platform.PlatformException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hugepages while there are any, else another backing, block by block. A block that would leave most of a hugepage unused
 * comes from the other one at once.
 */
final class PreferredBacking implements MemoryBacking {
    private static final Logger LOG = LoggerFactory.getLogger(PreferredBacking.class);

    private final MemoryBacking first;
    private final MemoryBacking second;
    private volatile boolean told;

    PreferredBacking(MemoryBacking first, MemoryBacking second) {
        this.first = first;
        this.second = second;
    }

    @Override
    public String name() {
        return first.name() + ", else " + second.name();
    }

    /** The page size that every block has at least. */
    @Override
    public long pageSize() {
        return second.pageSize();
    }

    @Override
    public MemoryBlock allocate(String name, long size) {
        if (size >= first.pageSize() / 2) {
            try {
                return first.allocate(name, size);
            } catch (PlatformException e) {
                if (!told) {
                    told = true;
                    LOG.info("using {} memory instead of {}: {}", second.name(), first.name(), e.getMessage());
                }
            }
        }
        return second.allocate(name, size);
    }

    @Override
    public void free(MemoryBlock block) {
        (block.pageSize() == first.pageSize() ? first : second).free(block);
    }

    @Override
    public void close() {
        try {
            first.close();
        } finally {
            second.close();
        }
    }
}
