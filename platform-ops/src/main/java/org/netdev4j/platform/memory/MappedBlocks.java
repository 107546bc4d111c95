package org.netdev4j.platform.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.linux.LinuxMemory;

/** Blocks that are files in memory, each mapped whole and shared: what the memfd and the hugepage backing have in common. */
final class MappedBlocks {
    private static final Path MEMINFO = Path.of("/proc/meminfo");

    private final String backing;
    private final int memfdFlags;
    private final long pageSize;
    // By identity: a block that was freed equals the one that got its address and descriptor next, and must not free that.
    private final Set<MemoryBlock> live = Collections.newSetFromMap(new IdentityHashMap<>());

    MappedBlocks(String backing, int memfdFlags, long pageSize) {
        this.backing = backing;
        this.memfdFlags = memfdFlags | LinuxMemory.MFD_CLOEXEC;
        this.pageSize = pageSize;
    }

    /** Maps a block; a {@link org.netdev4j.platform.LinuxException} leaves nothing behind. */
    synchronized MemoryBlock map(String name, long size) {
        long rounded = roundUp(name, size, pageSize);
        int fd = LinuxMemory.memfdCreate(shortened("netdev4j:" + name), memfdFlags);
        try {
            LinuxMemory.ftruncate(fd, rounded);
            long address = LinuxMemory.mapShared(fd, rounded, 0);
            // Best effort: without the privilege pages may be swapped out, which only hardware that bypasses the MMU minds.
            LinuxMemory.tryLock(address, rounded);
            MemoryBlock block = new MemoryBlock(address, rounded, pageSize, fd, 0);
            live.add(block);
            return block;
        } catch (RuntimeException e) {
            LinuxFiles.close(fd);
            throw e;
        }
    }

    synchronized void unmap(MemoryBlock block) {
        if (!live.remove(block)) {
            throw notFromHere(backing, block);
        }
        try {
            LinuxMemory.unmap(block.address(), block.size());
        } finally {
            LinuxFiles.close(block.fd());
        }
    }

    synchronized void unmapAll() {
        List.copyOf(live).forEach(this::unmap);
    }

    static IllegalStateException notFromHere(String backing, MemoryBlock block) {
        return new IllegalStateException(backing + " memory at 0x" + Long.toHexString(block.address()) + " (" + block.size()
            + " bytes) is not from this backing, or freed already");
    }

    /** Bytes in whole pages. */
    static long roundUp(String name, long size, long pageSize) {
        if (size <= 0 || size > Long.MAX_VALUE - pageSize) {
            throw new IllegalArgumentException(
                "memory \"" + name + "\": size must be above zero and end in the address space: size=" + size);
        }
        return (size + pageSize - 1) & -pageSize;
    }

    /**
     * Refuses what the machine has no room for. Linux would map it, and kill a process, likely this one, when it is touched.
     *
     * @throws PlatformException if more is asked for than is available
     */
    static void requireAvailable(String name, long size) {
        long available = availableBytes();
        if (size > available) {
            throw new PlatformException("memory \"" + name + "\": " + size + " bytes asked for, " + available
                + " available on this machine (MemAvailable in " + MEMINFO + "); ask for less, or free some");
        }
    }

    private static long availableBytes() {
        try {
            for (String line : Files.readAllLines(MEMINFO)) {
                if (line.startsWith("MemAvailable:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
                }
            }
        } catch (IOException | NumberFormatException e) {
            return Long.MAX_VALUE; // no /proc, no figure: the kernel decides
        }
        return Long.MAX_VALUE;
    }

    // A name is for /proc/PID/maps: cut at the end, where the kernel would refuse it. One byte per character, other bytes
    // do not survive jnr-ffi's encoding on every platform.
    private static String shortened(String name) {
        String ascii = name.replaceAll("[^ -~]", "?");
        return ascii.substring(0, Math.min(ascii.length(), LinuxMemory.MEMFD_NAME_BYTES));
    }
}
