package org.netdev4j.platform.memory;

import java.lang.foreign.Arena;
import java.util.IdentityHashMap;
import java.util.Map;
import org.netdev4j.platform.PlatformException;

/** Anonymous memory of this process, from the JDK alone. */
final class AnonymousBacking implements MemoryBacking {
    private static final long PAGE = 4096;

    // By identity: a block that was freed equals the one that got its address next, and must not free that.
    private final Map<MemoryBlock, Arena> arenas = new IdentityHashMap<>();

    @Override
    public String name() {
        return "anonymous";
    }

    @Override
    public long pageSize() {
        return PAGE;
    }

    @Override
    public synchronized MemoryBlock allocate(String name, long size) {
        long rounded = MappedBlocks.roundUp(name, size, PAGE);
        Arena arena = Arena.ofShared();
        try {
            MemoryBlock block = new MemoryBlock(arena.allocate(rounded, PAGE).address(), rounded, PAGE, -1, 0);
            arenas.put(block, arena);
            return block;
        } catch (OutOfMemoryError e) {
            arena.close();
            throw new PlatformException("memory \"" + name + "\": " + rounded + " bytes of anonymous memory cannot be had: "
                + e.getMessage() + "; ask for less, or raise -XX:MaxDirectMemorySize", e);
        }
    }

    @Override
    public synchronized void free(MemoryBlock block) {
        Arena arena = arenas.remove(block);
        if (arena == null) {
            throw MappedBlocks.notFromHere(name(), block);
        }
        arena.close();
    }

    @Override
    public synchronized void close() {
        arenas.values().forEach(Arena::close);
        arenas.clear();
    }
}
