package org.netdev4j.platform.memory;

import java.util.ArrayList;
import java.util.List;

/**
 * Memory that a device can reach: it has a process address, used by the driver, and an IOVA, used by the device.
 *
 * <p>The two are never the same number by contract, only by accident of the {@link IovaPolicy}; a driver that writes
 * {@link #address()} into a descriptor is wrong on every IOMMU. The region is contiguous in both spaces. It is valid in
 * every {@link DmaDomain} attached to its {@link DmaSpace}, at the same IOVA. Memory that was asked for in pieces
 * ({@link DmaAllocator#allocatePieces}) is contiguous for the device within each piece only: {@link #checkedIova} tells
 * where a part of it is.
 *
 * <p>{@link #size()} is what was asked for, to the byte, and what every access is checked against. What is mapped is whole
 * pages: {@link #mappedSize()}.
 *
 * <p>Freed by {@link #close()}, or with its {@link DmaAllocator}. The device must have been told to stop using it before.
 */
public final class DmaMemory extends Memory {
    private final long iova;
    private final MemoryBlock block;
    // Device address of each piece; null if all is one.
    private final long[] pieces;
    private final long pieceBytes;

    DmaMemory(String name, long size, MemoryBlock block, long iova, AutoCloseable release) {
        this(name, size, block, new long[] {iova}, Long.MAX_VALUE, release);
    }

    /** In pieces of {@code pieceBytes}, a power of two unless there is one piece alone. */
    DmaMemory(String name, long size, MemoryBlock block, long[] iovas, long pieceBytes, AutoCloseable release) {
        super(name, block.address(), size, release);
        this.iova = iovas[0];
        this.block = block;
        this.pieces = iovas.length == 1 ? null : iovas;
        this.pieceBytes = pieceBytes;
    }

    /** The parts that each are one for the device, to be mapped one by one: this alone, if it is no more. None is closed. */
    List<DmaMemory> parts() {
        if (pieces == null) {
            return List.of(this);
        }
        List<DmaMemory> parts = new ArrayList<>();
        for (int i = 0; i < pieces.length; i++) {
            long at = i * pieceBytes;
            MemoryBlock part = new MemoryBlock(block.address() + at, Math.min(pieceBytes, block.size() - at),
                block.pageSize(), block.fd(), block.fdOffset() + at);
            parts.add(new DmaMemory(name() + " [" + i + "]", Math.min(pieceBytes, size() - at), part, pieces[i], () -> { }));
        }
        return parts;
    }

    /**
     * Memory that another process shares with this one, where a device of this process finds it.
     *
     * @param block   whole pages; its first byte is the first of the region
     * @param iova    where the other process says that the device sees it
     * @param release gives the memory back
     */
    public static DmaMemory ofPeer(String name, MemoryBlock block, long iova, AutoCloseable release) {
        return new DmaMemory(name, block.size(), block, iova, release);
    }

    /** Device address of the first byte. */
    public long iova() {
        return iova;
    }

    /**
     * Checks that a range lies in the open region, and in one piece of it, and returns its device address.
     *
     * @throws IndexOutOfBoundsException if it does not
     */
    public long checkedIova(long offset, long length) {
        checkedAddress(offset, length);
        if (pieces == null) {
            return iova + offset;
        }
        if (offset / pieceBytes != (offset + Math.max(length, 1) - 1) / pieceBytes) {
            throw new IndexOutOfBoundsException(name() + ": " + length + " bytes at " + offset + " lie in two pieces of "
                + pieceBytes + " bytes, which are apart for the device");
        }
        return pieces[(int) (offset / pieceBytes)] + offset % pieceBytes;
    }

    /** Descriptor of the file behind the memory, with which another process can map it, or -1. */
    public int fd() {
        return block.fd();
    }

    /** Offset of the first byte in {@link #fd()}. */
    public long fdOffset() {
        return block.fdOffset();
    }

    /** Bytes that a {@link DmaDomain} maps from {@link #iova()} on: {@link #size()} rounded up to whole pages. */
    public long mappedSize() {
        return block.size();
    }

    /** Size in bytes of the pages behind the memory. */
    public long pageSize() {
        return block.pageSize();
    }
}
