package org.netdev4j.platform.memory;

import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Map;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.raw.RawMemory;

/**
 * A hostile backing: freed memory stays mapped and is poisoned, so that a late access shows instead of crashing; freeing twice
 * and closing with blocks in use are errors.
 */
public final class FakeBacking implements MemoryBacking {
    /** What freed memory holds. */
    public static final byte POISON = (byte) 0xDD;

    private final long pageSize;
    private final long pieceBytes;
    private final Arena arena = Arena.ofAuto();
    private final Map<Long, MemoryBlock> live = new LinkedHashMap<>();
    private int allocated;
    private int failing;
    private boolean closed;
    private Runnable onFree = () -> { };

    public FakeBacking(long pageSize) {
        this(pageSize, Long.MAX_VALUE);
    }

    /** One whose memory is contiguous for devices in pieces only. */
    public FakeBacking(long pageSize, long pieceBytes) {
        this.pageSize = pageSize;
        this.pieceBytes = pieceBytes;
    }

    @Override
    public long pieceBytes() {
        return pieceBytes;
    }

    /** Makes the next allocations fail. */
    void failNext(int count) {
        failing = count;
    }

    /** Something to look at whenever memory is freed. */
    public void onFree(Runnable look) {
        onFree = look;
    }

    int liveBlocks() {
        return live.size();
    }

    int allocations() {
        return allocated;
    }

    public boolean isClosed() {
        return closed;
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public long pageSize() {
        return pageSize;
    }

    @Override
    public synchronized MemoryBlock allocate(String name, long size) {
        if (failing > 0) {
            failing--;
            throw new PlatformException("no memory for " + name);
        }
        long rounded = (size + pageSize - 1) / pageSize * pageSize;
        MemoryBlock block = new MemoryBlock(arena.allocate(rounded, pageSize).address(), rounded, pageSize, 7, 4096);
        live.put(block.address(), block);
        allocated++;
        return block;
    }

    @Override
    public synchronized void free(MemoryBlock block) {
        onFree.run();
        if (live.remove(block.address()) == null) {
            throw new IllegalStateException("freed twice: " + block);
        }
        RawMemory.fill(block.address(), block.size(), POISON);
    }

    @Override
    public void close() {
        closed = true;
    }
}
