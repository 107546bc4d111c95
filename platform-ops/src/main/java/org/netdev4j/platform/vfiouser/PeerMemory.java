package org.netdev4j.platform.vfiouser;

import org.netdev4j.platform.LinuxException;
import org.netdev4j.platform.linux.Errno;
import org.netdev4j.platform.linux.Linux;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.linux.LinuxMemory;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.platform.memory.MemoryBlock;

/** Memory of a peer that came as the descriptor of a file. */
final class PeerMemory {
    private static final int NO_FD = -1;

    private PeerMemory() {
    }

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
    static DmaMemory map(int fd, long offset, long size, long iova, boolean writable) {
        String what = size + " bytes at offset 0x" + Long.toHexString(offset) + " of the peer's file";
        try {
            long there = LinuxFiles.size(fd);
            if (offset > there - size) {
                throw VfioUserException.invalid(what + ", which has " + there);
            }
            long address = LinuxMemory.mapShared(fd, size, offset, writable);
            MemoryBlock block = new MemoryBlock(address, size, Linux.pageSize(), NO_FD, offset);
            return DmaMemory.ofPeer("peer's memory", block, iova, () -> LinuxMemory.unmap(address, size));
        } catch (LinuxException e) {
            throw new VfioUserException(e.errno() == 0 ? Errno.EINVAL : e.errno(), what + " cannot be mapped: " + e.getMessage());
        }
    }
}
