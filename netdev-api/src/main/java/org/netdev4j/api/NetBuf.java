package org.netdev4j.api;

import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.raw.RawMemory;

/**
 * A packet buffer: a piece of DMA memory, the data in it, and what is to be done or was found out about the packet.
 *
 * <pre>
 *   start        data                        end
 *     |- headroom -|------- length -------|- tailroom -|      memory: start .. start + capacity
 * </pre>
 *
 * <p><b>Chains.</b> A packet may span several buffers, linked by {@link #next()}. Flags and offload fields are those
 * of the first. {@link #length()} is of one buffer, {@link #packetLength()} of the chain.
 *
 * <p><b>Ownership.</b> A buffer has one owner at a time: the pool, the application, or a queue. Only the owner may
 * touch it. There are no reference counts: {@link #free()} gives the chain back to the pool. A second free throws; a
 * pool in debug mode also names the places ({@link NetBufPool}).
 *
 * <p><b>Access.</b> Offsets count from the first byte of data, and each access is checked against {@link #length()}.
 * Multi-byte values are in network order. Views of {@code org.netdev4j.net} work on {@link #memory()} from {@link
 * #dataOffset()}.
 *
 * <p>Not thread-safe; no call allocates, except where said. The object is 64 bytes, one cache line, on HotSpot with
 * compressed class pointers (tested).
 */
public final class NetBuf extends PacketMeta {
    // With PacketMeta's 24 bytes of fields and 12 of header: 2 * 8 + 2 * 4 + 2 * 2 = 28, 64 in all.
    private final long address;
    private final long iova;
    private final NetBufPool pool;
    private NetBuf next;
    private char headroom;
    private char length;

    NetBuf(NetBufPool pool, long address, long iova) {
        this.pool = pool;
        this.address = address;
        this.iova = iova;
    }

    // ---- life

    /** Makes a buffer that comes out of its pool empty and the caller's. */
    void acquire(int standardHeadroom) {
        next = null;
        clearMeta();
        headroom = (char) standardHeadroom;
        length = 0;
    }

    /** Makes a buffer that goes back to its pool unusable: with no length and no room, every access fails its check. */
    void release() {
        next = null;
        markFree();
        headroom = 0;
        length = 0;
    }

    /**
     * Gives the whole chain back to its pools. Does nothing for buffers whose pool is closed.
     *
     * @throws IllegalStateException if a buffer of it is in its pool already; in debug mode the message names who
     *     freed it. The buffers before it in the chain are then freed
     */
    public void free() {
        NetBuf segment = this;
        while (segment != null) {
            NetBuf following = segment.next;
            segment.pool.free(segment);
            segment = following;
        }
    }

    /** Where it came from and goes back to. */
    public NetBufPool pool() {
        return pool;
    }

    // ---- room

    /** Bytes of data in this buffer. */
    public int length() {
        return length;
    }

    /** Bytes in front of the data. */
    public int headroom() {
        return headroom;
    }

    /** Bytes behind the data. */
    public int tailroom() {
        return isFree() ? 0 : pool.capacity() - headroom - length;
    }

    /** Bytes of memory: headroom, data and tailroom. */
    public int capacity() {
        return pool.capacity();
    }

    /**
     * Empties the buffer: no data, the pool's standard headroom, no flags.
     *
     * @throws IllegalStateException if it is the head or the middle of a chain, or free
     */
    public void reset() {
        requireOwned("reset");
        if (next != null) {
            throw new IllegalStateException("reset of a buffer with others chained to it; unchain it first");
        }
        clearMeta();
        headroom = (char) pool.headroom();
        length = 0;
    }

    /**
     * Places the data.
     *
     * @param newHeadroom bytes in front of it
     * @param newLength   bytes of it
     * @throws IndexOutOfBoundsException if it does not fit
     */
    public void setData(int newHeadroom, int newLength) {
        if (newHeadroom < 0 || newLength < 0 || newLength > pool.capacity() - newHeadroom || isFree()) {
            throw noRoom("data of " + newLength + " bytes at headroom " + newHeadroom, pool.capacity());
        }
        headroom = (char) newHeadroom;
        length = (char) newLength;
    }

    /** Sets the length, keeping the headroom. */
    public void setLength(int newLength) {
        setData(headroom, newLength);
    }

    /** Makes the data start {@code bytes} earlier; the new bytes are whatever was there. */
    public void prepend(int bytes) {
        if (bytes < 0 || bytes > headroom) {
            throw noRoom("prepend of " + bytes + " bytes", headroom);
        }
        headroom -= (char) bytes;
        length += (char) bytes;
    }

    /** Takes {@code bytes} off the front of the data. */
    public void trimFront(int bytes) {
        if (bytes < 0 || bytes > length) {
            throw noRoom("trim of " + bytes + " bytes in front", length);
        }
        headroom += (char) bytes;
        length -= (char) bytes;
    }

    /** Adds {@code bytes} behind the data and returns the offset of the first of them. */
    public int append(int bytes) {
        int room = tailroom();
        if (bytes < 0 || bytes > room) {
            throw noRoom("append of " + bytes + " bytes", room);
        }
        int at = length;
        length += (char) bytes;
        return at;
    }

    /** Takes {@code bytes} off the end of the data. */
    public void trimEnd(int bytes) {
        if (bytes < 0 || bytes > length) {
            throw noRoom("trim of " + bytes + " bytes at the end", length);
        }
        length -= (char) bytes;
    }

    private IndexOutOfBoundsException noRoom(String what, int room) {
        return new IndexOutOfBoundsException(what + ", but there are " + room + pool.describeState(this));
    }

    private void requireOwned(String what) {
        if (isFree()) {
            throw new IllegalStateException(what + " of a buffer that is free" + pool.describeState(this));
        }
    }

    // ---- where the data is

    /** Memory that the data lies in; other buffers lie there too. For views, after their length was checked. */
    public Memory memory() {
        return pool.memory();
    }

    /** Offset of the first byte of data in {@link #memory()}. */
    public long dataOffset() {
        return address + headroom - pool.memory().address();
    }

    /** Device address of the first byte of data. */
    public long dataIova() {
        return iova + headroom;
    }

    /** Device address of the first byte of the buffer. */
    public long bufferIova() {
        return iova;
    }

    // ---- bytes

    private long at(int offset, int width) {
        if (offset < 0 || offset > length - width) {
            throw new IndexOutOfBoundsException(
                "access of " + width + " bytes at " + offset + " in a buffer of " + (int) length + pool.describeState(this));
        }
        return address + headroom + offset;
    }


    /** One byte, widened. */
    public int getByte(int offset) {
        return RawMemory.getByte(at(offset, 1)) & 0xff;
    }

    /** Two bytes in network order, widened. */
    public int getShort(int offset) {
        return Short.reverseBytes(RawMemory.getShort(at(offset, 2))) & 0xffff;
    }

    /** Four bytes in network order. */
    public int getInt(int offset) {
        return Integer.reverseBytes(RawMemory.getInt(at(offset, 4)));
    }

    /** Eight bytes in network order. */
    public long getLong(int offset) {
        return Long.reverseBytes(RawMemory.getLong(at(offset, 8)));
    }

    /** The low byte of {@code value}. */
    public void putByte(int offset, int value) {
        RawMemory.putByte(at(offset, 1), (byte) value);
    }

    /** The low two bytes of {@code value}, in network order. */
    public void putShort(int offset, int value) {
        RawMemory.putShort(at(offset, 2), Short.reverseBytes((short) value));
    }

    /** Four bytes in network order. */
    public void putInt(int offset, int value) {
        RawMemory.putInt(at(offset, 4), Integer.reverseBytes(value));
    }

    /** Eight bytes in network order. */
    public void putLong(int offset, long value) {
        RawMemory.putLong(at(offset, 8), Long.reverseBytes(value));
    }

    /** Copies data of this buffer into an array. */
    public void copyTo(int offset, byte[] target, int targetOffset, int count) {
        RawMemory.copyToArray(at(offset, count), target, targetOffset, count);
    }

    /** Copies an array into the data of this buffer. */
    public void copyFrom(int offset, byte[] source, int sourceOffset, int count) {
        RawMemory.copyFromArray(source, sourceOffset, at(offset, count), count);
    }

    /** Copies data of this buffer into other memory. */
    public void copyTo(int offset, Memory target, long targetOffset, int count) {
        RawMemory.copy(at(offset, count), target.checkedAddress(targetOffset, count), count);
    }

    /** Copies other memory into the data of this buffer. */
    public void copyFrom(int offset, Memory source, long sourceOffset, int count) {
        RawMemory.copy(source.checkedAddress(sourceOffset, count), at(offset, count), count);
    }

    /** The bytes of the whole chain. Allocates: for tests and the control path. */
    public byte[] packetBytes() {
        byte[] bytes = new byte[packetLength()];
        int done = 0;
        for (NetBuf segment = this; segment != null; segment = segment.next) {
            segment.copyTo(0, bytes, done, segment.length);
            done += segment.length;
        }
        return bytes;
    }

    // ---- chain

    /** The next buffer of the packet, or null if this is the last. */
    public NetBuf next() {
        return next;
    }

    /**
     * Puts a chain behind the last buffer of this chain. What is known of the tail as a packet (flags, offload fields)
     * no longer counts.
     *
     * @throws IllegalArgumentException if the two are one chain already
     * @throws IllegalStateException    if one of them is free
     */
    public void chain(NetBuf tail) {
        requireOwned("chain");
        tail.requireOwned("chain");
        NetBuf last = last();
        if (last == tail.last()) {
            throw new IllegalArgumentException("a buffer cannot be chained to itself or to a part of its own chain");
        }
        last.next = tail;
    }

    private NetBuf last() {
        NetBuf last = this;
        while (last.next != null) {
            last = last.next;
        }
        return last;
    }

    /** Cuts the chain behind this buffer and returns what came after, or null. */
    public NetBuf unchain() {
        NetBuf rest = next;
        next = null;
        return rest;
    }

    /** Bytes of data in the whole chain. */
    public int packetLength() {
        int total = length;
        for (NetBuf segment = next; segment != null; segment = segment.next) {
            total += segment.length;
        }
        return total;
    }

    /** Buffers in the chain. */
    public int segments() {
        int count = 1;
        for (NetBuf segment = next; segment != null; segment = segment.next) {
            count++;
        }
        return count;
    }

    @Override
    public String toString() {
        return "buffer of " + pool.name() + (isFree() ? " (free)" : ": " + packetLength() + " bytes in " + segments()
            + " segment(s), flags 0x" + Integer.toHexString(flags()));
    }
}
