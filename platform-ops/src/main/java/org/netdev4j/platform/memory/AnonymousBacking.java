package org.netdev4j.platform.memory;

import java.lang.foreign.Arena;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Anonymous memory of this process, from the JDK alone. */
final class AnonymousBacking implements MemoryBacking {
    private static final long PAGE = 4096;

    private final Map<Long, Arena> arenas = new ConcurrentHashMap<>();

    @Override
    public String name() {
        return "anonymous";
    }

    @Override
    public long pageSize() {
        return PAGE;
    }

    @Override
    public MemoryBlock allocate(String name, long size) {
        long rounded = (size + PAGE - 1) & -PAGE;
        Arena arena = Arena.ofShared();
        long address = arena.allocate(rounded, PAGE).address();
        arenas.put(address, arena);
        return new MemoryBlock(address, rounded, PAGE, -1, 0);
    }

    @Override
    public void free(MemoryBlock block) {
        Arena arena = arenas.remove(block.address());
        if (arena == null) {
            throw new IllegalStateException("memory at 0x" + Long.toHexString(block.address()) + " is not from here, or freed");
        }
        arena.close();
    }

    @Override
    public void close() {
        arenas.values().forEach(Arena::close);
        arenas.clear();
    }
}
