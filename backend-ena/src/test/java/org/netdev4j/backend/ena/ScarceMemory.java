package org.netdev4j.backend.ena;

import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.memory.MemoryBacking;
import org.netdev4j.platform.memory.MemoryBackings;
import org.netdev4j.platform.memory.MemoryBlock;

/** Memory of which a test says how often there still is some. */
final class ScarceMemory implements MemoryBacking {
    int left = Integer.MAX_VALUE;
    private final MemoryBacking real = MemoryBackings.anonymous();

    @Override
    public String name() {
        return "scarce";
    }

    @Override
    public long pageSize() {
        return real.pageSize();
    }

    @Override
    public MemoryBlock allocate(String name, long size) {
        if (left == 0) {
            throw new PlatformException("memory \"" + name + "\": there is none left");
        }
        left--;
        return real.allocate(name, size);
    }

    @Override
    public void free(MemoryBlock block) {
        real.free(block);
    }

    @Override
    public void close() {
        real.close();
    }
}
