package org.netdev4j.platform.vfiouser;

import java.util.HashMap;
import java.util.Map;
import org.netdev4j.platform.LinuxException;
import org.netdev4j.platform.linux.Linux;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.linux.LinuxMemory;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.platform.memory.MemoryBlock;

/**
 * Memory of a peer that came as descriptors of files. A file is mapped once, whole, however many parts of it are asked for:
 * a peer behind an IOMMU sends each of its pages by itself, and Linux allows a process 65,530 mappings.
 *
 * <p>For one thread, which also closes what it got.
 */
final class PeerFiles {
    private static final int NO_FD = -1;

    private final Map<Key, Mapping> mapped = new HashMap<>();

    /**
     * Maps a part of a file. The descriptor is not needed afterwards; it stays the caller's.
     *
     * @param offset   of the first byte in the file, a multiple of the page size
     * @param size     bytes, a multiple of the page size, that the file must have
     * @param iova     where the peer's device is to see it
     * @param writable whether to map it for writing as well
     * @return the memory; the caller closes it
     * @throws VfioUserException if it cannot be mapped
     */
    DmaMemory map(int fd, long offset, long size, long iova, boolean writable) {
        String what = size + " bytes at offset 0x" + Long.toHexString(offset) + " of the peer's file";
        try {
            LinuxFiles.Stat file = LinuxFiles.stat(fd);
            if (!file.regular() || offset > file.size() - size) {
                throw VfioUserException.invalid(what + ", which " + (file.regular() ? "has " + file.size() : "is no file"));
            }
            Mapping mapping = mapping(fd, file, offset, size, writable);
            MemoryBlock block = new MemoryBlock(mapping.address + offset - mapping.offset, size, Linux.pageSize(), NO_FD,
                offset);
            mapping.uses++;
            return DmaMemory.ofPeer("peer's memory", block, iova, () -> release(mapping));
        } catch (LinuxException e) {
            throw new VfioUserException(e.errno(), what + " cannot be mapped: " + e.getMessage());
        }
    }

    private Mapping mapping(int fd, LinuxFiles.Stat file, long offset, long size, boolean writable) {
        Key key = new Key(file.device(), file.inode(), writable);
        Mapping known = mapped.get(key);
        if (known != null && offset <= known.size - size) {
            return known;
        }
        long whole = file.size() & -Linux.pageSize();
        try {
            Mapping mapping = new Mapping(key, LinuxMemory.mapShared(fd, whole, 0, writable), 0, whole);
            // One that was shorter stays for those who use it.
            mapped.put(key, mapping);
            return mapping;
        } catch (LinuxException e) {
            // A file of which the system maps a part but not the whole: that part then.
            return new Mapping(key, LinuxMemory.mapShared(fd, size, offset, writable), offset, size);
        }
    }

    private void release(Mapping mapping) {
        if (--mapping.uses == 0) {
            mapped.remove(mapping.key, mapping);
            LinuxMemory.unmap(mapping.address, mapping.size);
        }
    }

    /** Read-only files are not mapped for writing, so what is mapped for reading is another mapping. */
    private record Key(long device, long inode, boolean writable) {
    }

    private static final class Mapping {
        private final Key key;
        private final long address;
        private final long offset;
        private final long size;
        private int uses;

        Mapping(Key key, long address, long offset, long size) {
            this.key = key;
            this.address = address;
            this.offset = offset;
            this.size = size;
        }
    }
}
