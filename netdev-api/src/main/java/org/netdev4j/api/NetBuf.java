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
 * <p><b>Chains.</b> A packet may span several buffers, linked by {@link #next()}. Flags and offload fields are those of the first.
 * {@link #length()} is of one buffer, {@link #packetLength()} of the chain.
 *
 * <p><b>Ownership.</b> A buffer has one owner at a time: the pool, the application, or a queue. Only the owner may touch it. There are no
 * reference counts: {@link #free()} gives the chain back to the pool. A second free throws; a pool in debug mode also names the
 * places ({@link NetBufPool}).
 *
 * <p><b>Access.</b> Offsets count from the first byte of data, and each access is checked against {@link #length()}. Multi-byte values are
 * in network order. Views of {@code org.netdev4j.net} work on {@link #memory()} from {@link #dataOffset()}.
 *
 * <p>Not thread-safe; no call allocates, except where said. The object is 64 bytes, one cache line, on HotSpot with compressed
 * class pointers (tested).
 */
public final class NetBuf {
    /** Received: the IPv4 header checksum was checked and is good. */
    public static final int RX_IP_CHECKSUM_GOOD = 1;
    /** Received: the IPv4 header checksum was checked and is bad. */
    public static final int RX_IP_CHECKSUM_BAD = 1 << 1;
    /** Received: the TCP or UDP checksum was checked and is good. Neither good nor bad: it was not checked. */
    public static final int RX_L4_CHECKSUM_GOOD = 1 << 2;
    /** Received: the TCP or UDP checksum was checked and is bad. */
    public static final int RX_L4_CHECKSUM_BAD = 1 << 3;
    /** Received: {@link #hash()} is the RSS hash. */
    public static final int RX_HASH = 1 << 4;
    /** Received: a VLAN tag was taken out of the packet and is in {@link #vlanTci()}. */
    public static final int RX_VLAN_STRIPPED = 1 << 5;
    /** Received: {@link #timestamp()} is valid. */
    public static final int RX_TIMESTAMP = 1 << 6;

    /** To transmit: fill in the IPv4 header checksum. Needs {@link #headerLengths}. */
    public static final int TX_IP_CHECKSUM = 1 << 16;
    /**
     * To transmit: fill in the TCP checksum, pseudo-header included; what stands in the field is ignored. Needs {@link #headerLengths}
     * and one of {@link #TX_IPV4}, {@link #TX_IPV6}.
     */
    public static final int TX_TCP_CHECKSUM = 1 << 17;
    /** To transmit: fill in the UDP checksum, as {@link #TX_TCP_CHECKSUM}. */
    public static final int TX_UDP_CHECKSUM = 1 << 18;
    /**
     * To transmit: cut the TCP packet into segments of {@link #segmentSize()} bytes of payload and fill in all their checksums. Needs
     * {@link #headerLengths}, with the TCP header, and one of {@link #TX_IPV4}, {@link #TX_IPV6}.
     */
    public static final int TX_TSO = 1 << 19;
    /** To transmit: put a VLAN tag with {@link #vlanTci()} into the packet. */
    public static final int TX_VLAN = 1 << 20;
    /** The packet is IPv4; for the requests above. */
    public static final int TX_IPV4 = 1 << 21;
    /** The packet is IPv6; for the requests above. */
    public static final int TX_IPV6 = 1 << 22;

    /** All requests of the transmit side. */
    public static final int TX_REQUESTS = TX_IP_CHECKSUM | TX_TCP_CHECKSUM | TX_UDP_CHECKSUM | TX_TSO | TX_VLAN;

    private static final int L3_SHIFT = 8;
    private static final int L4_SHIFT = 17;
    private static final int L2_MASK = 0xff;
    private static final int L3_MASK = 0x1ff;
    private static final int L4_MASK = 0xff;
    /** In {@code lens}: the buffer is in its pool. */
    private static final int FREE = 1 << 31;

    // 12 bytes of header, 3 * 8 + 5 * 4 + 4 * 2 = 52 bytes of fields: 64 in all.
    private final long address;
    private final long iova;
    private long timestamp;
    private final NetBufPool pool;
    private NetBuf next;
    private int flags;
    private int hash;
    private int lens;
    private char headroom;
    private char length;
    private char segmentSize;
    private char vlanTci;

    NetBuf(NetBufPool pool, long address, long iova) {
        this.pool = pool;
        this.address = address;
        this.iova = iova;
        this.lens = FREE;
    }

    // ---- life

    /** Makes a buffer that comes out of its pool empty and the caller's. */
    void acquire(int standardHeadroom) {
        next = null;
        flags = 0;
        lens = 0;
        headroom = (char) standardHeadroom;
        length = 0;
    }

    /** Makes a buffer that goes back to its pool unusable: with no length and no room, every access fails its check. */
    void release() {
        next = null;
        lens = FREE;
        headroom = 0;
        length = 0;
    }

    boolean isFree() {
        return (lens & FREE) != 0;
    }

    void next(NetBuf other) {
        next = other;
    }

    /**
     * Gives the whole chain back to its pools.
     *
     * @throws IllegalStateException if a buffer of it is in its pool already; in debug mode the message names who freed it
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

    /** Empties the buffer: no data, the pool's standard headroom, no flags. It must not be in a chain. */
    public void reset() {
        requireOwned("reset");
        flags = 0;
        lens = 0;
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
        if (newHeadroom < 0 || newLength < 0 || newHeadroom + newLength > pool.capacity() || isFree()) {
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

    /** Puts a chain behind the last buffer of this chain. */
    public void chain(NetBuf tail) {
        requireOwned("chain");
        NetBuf last = this;
        while (last.next != null) {
            last = last.next;
        }
        last.next = tail;
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

    // ---- what is known and asked

    /** All flags. */
    public int flags() {
        return flags;
    }

    /** Replaces all flags. */
    public void setFlags(int value) {
        flags = value;
    }

    /** Sets some flags. */
    public void addFlags(int mask) {
        flags |= mask;
    }

    /** True if all flags of {@code mask} are set. */
    public boolean hasFlags(int mask) {
        return (flags & mask) == mask;
    }

    /**
     * Says where the headers end, for the requests of the transmit side.
     *
     * @param l2 bytes of Ethernet header and VLAN tags, up to 255
     * @param l3 bytes of IP header with options or extension headers, up to 511
     * @param l4 bytes of TCP or UDP header, up to 255
     */
    public void headerLengths(int l2, int l3, int l4) {
        if ((l2 & ~L2_MASK | l3 & ~L3_MASK | l4 & ~L4_MASK) != 0) {
            throw new IllegalArgumentException("header lengths out of range: l2=" + l2 + " l3=" + l3 + " l4=" + l4);
        }
        lens = lens & FREE | l4 << L4_SHIFT | l3 << L3_SHIFT | l2;
    }

    /** Bytes of Ethernet header and VLAN tags. */
    public int l2Length() {
        return lens & L2_MASK;
    }

    /** Bytes of IP header. */
    public int l3Length() {
        return lens >> L3_SHIFT & L3_MASK;
    }

    /** Bytes of TCP or UDP header. */
    public int l4Length() {
        return lens >> L4_SHIFT & L4_MASK;
    }

    /** Payload bytes of one segment, for {@link #TX_TSO}. */
    public int segmentSize() {
        return segmentSize;
    }

    /** Sets the payload bytes of one segment, 1 to 65535. */
    public void setSegmentSize(int bytes) {
        segmentSize = (char) bytes;
    }

    /** VLAN tag: priority, DEI and VLAN id as they stand in the tag. */
    public int vlanTci() {
        return vlanTci;
    }

    /** Sets the VLAN tag. */
    public void setVlanTci(int tci) {
        vlanTci = (char) tci;
    }

    /** RSS hash, if {@link #RX_HASH}. */
    public int hash() {
        return hash;
    }

    /** Sets the RSS hash. */
    public void setHash(int value) {
        hash = value;
    }

    /** Nanoseconds since 1970 at which the packet was on the wire, if {@link #RX_TIMESTAMP}. */
    public long timestamp() {
        return timestamp;
    }

    /** Sets the time stamp. */
    public void setTimestamp(long epochNanos) {
        timestamp = epochNanos;
    }

    @Override
    public String toString() {
        return "buffer of " + pool.name() + (isFree() ? " (free)" : ": " + packetLength() + " bytes in " + segments()
            + " segment(s), flags 0x" + Integer.toHexString(flags));
    }
}
