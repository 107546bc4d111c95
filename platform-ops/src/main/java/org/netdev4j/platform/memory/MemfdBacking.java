package org.netdev4j.platform.memory;

import org.netdev4j.platform.linux.Linux;

/** Files in memory, one per block, which another process can map by their descriptors. */
final class MemfdBacking implements MemoryBacking {
    private final long pageSize;
    private final MappedBlocks blocks;

    MemfdBacking() {
        Linux.require("memfd memory");
        pageSize = Linux.pageSize();
        blocks = new MappedBlocks(name(), 0, pageSize);
    }

    @Override
    public String name() {
        return "memfd";
    }

    @Override
    public long pageSize() {
        return pageSize;
    }

    @Override
    public MemoryBlock allocate(String name, long size) {
        MappedBlocks.requireAvailable(name, size);
        return blocks.map(name, size);
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
