package org.netdev4j.platform.memory;

import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.raw.RawMemory;

/**
 * A region of native memory with checked access of every width.
 *
 * <p>Offsets are in bytes from the start of the region. Every access is checked against the region's size with one
 * comparison; after {@link #close()} the size is below zero, so that an access to freed memory is refused by the same
 * comparison and never reaches memory.
 *
 * <p>Multi-byte values are little-endian, the order of the devices and of the CPU; the forms ending in {@code Be} are for
 * network headers. Acquire and release forms order an access against the other accesses of this thread as
 * {@link java.lang.invoke.VarHandle} defines, and need an address that is a multiple of their width, else they throw
 * {@link IllegalArgumentException}; the other forms take any offset. What they mean towards a device is said in
 * {@link org.netdev4j.platform.Barriers}.
 *
 * <p>Threads: a region has no lock. {@link #close()} must not run while another thread uses the region; two threads may both
 * call {@link #close()}, and one of them frees it.
 */
public class Memory implements AutoCloseable {
    // Minus any length from zero to Long.MAX_VALUE this stays negative: no offset passes the comparison.
    private static final long CLOSED = -1;
    private static final VarHandle LIMIT;

    static {
        try {
            LIMIT = MethodHandles.lookup().findVarHandle(Memory.class, "limit", long.class).withInvokeExactBehavior();
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final String name;
    private final long address;
    private final long size;
    private final AutoCloseable release;
    // Equal to size while open, CLOSED afterwards: the one comparison of check() covers bounds and liveness.
    private long limit;

    Memory(String name, long address, long size, AutoCloseable release) {
        this.name = name;
        this.address = address;
        this.size = size;
        this.release = release;
        this.limit = size;
    }

    /**
     * Memory that is mapped already: for those that map it, as the BARs of a device.
     *
     * @param name    what it is, used in error messages
     * @param address process address of the first byte; {@code size} bytes from there on stay mapped until the close
     * @param release unmaps it
     */
    public static Memory ofMapping(String name, long address, long size, AutoCloseable release) {
        return new Memory(name, address, size, release);
    }

    /**
     * Allocates zeroed memory that no device can reach.
     *
     * @param name      what it is for, used in error messages
     * @param size      bytes, above zero
     * @param alignment bytes, a power of two
     * @return an open region; the caller closes it
     * @throws IllegalArgumentException if size or alignment is out of range
     * @throws PlatformException        if there is not that much memory
     */
    public static Memory allocate(String name, long size, long alignment) {
        if (size <= 0) {
            throw new IllegalArgumentException("memory \"" + name + "\": size must be above zero: size=" + size);
        }
        if (Long.bitCount(alignment) != 1 || alignment < 0) {
            throw new IllegalArgumentException(
                "memory \"" + name + "\": alignment must be a power of two: alignment=" + alignment);
        }
        Arena arena = Arena.ofShared();
        try {
            long address = arena.allocate(size, alignment).address();
            return new Memory(name, address, size, arena::close);
        } catch (OutOfMemoryError | IllegalArgumentException e) {
            // The latter for a size that overflows once the alignment is added.
            arena.close();
            throw new PlatformException("memory \"" + name + "\": no " + size + " bytes to be had: " + e.getMessage()
                + "; ask for less, or raise -XX:MaxDirectMemorySize", e);
        }
    }

    /** Allocates zeroed memory aligned to 64 bytes that no device can reach. */
    public static Memory allocate(String name, long size) {
        return allocate(name, size, 64);
    }

    /** What the region is for. */
    public final String name() {
        return name;
    }

    /** Size in bytes; unchanged by {@link #close()}. */
    public final long size() {
        return size;
    }

    /** Process address of the first byte. A device must never be given this: see {@link DmaMemory#iova()}. */
    public final long address() {
        return address;
    }

    /** True until {@link #close()}. */
    public final boolean isOpen() {
        return limit >= 0;
    }

    /** Frees the region. A second call does nothing. */
    @Override
    public void close() {
        if ((long) LIMIT.getAndSet(this, CLOSED) < 0) {
            return;
        }
        try {
            release.close();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("memory \"" + name + "\": cannot be freed: " + e.getMessage(), e);
        }
    }

    /**
     * Checks that a range lies in the open region and returns its process address.
     *
     * @param offset first byte
     * @param length bytes
     * @return address of the first byte
     * @throws IndexOutOfBoundsException if the range is not inside, or the region is closed
     */
    public final long checkedAddress(long offset, long length) {
        if (length < 0 || offset < 0 || offset > limit - length) {
            throw outOfBounds(offset, length);
        }
        return address + offset;
    }

    private long at(long offset, int width) {
        if (offset < 0 || offset > limit - width) {
            throw outOfBounds(offset, width);
        }
        return address + offset;
    }

    private IndexOutOfBoundsException outOfBounds(long offset, long width) {
        return new IndexOutOfBoundsException(isOpen()
            ? "memory \"" + name + "\": access of " + width + " bytes at offset " + offset + " of " + size
            : "memory \"" + name + "\": access of " + width + " bytes at offset " + offset + " after close");
    }

    public final byte getByte(long offset) {
        return RawMemory.getByte(at(offset, 1));
    }

    public final int getUnsignedByte(long offset) {
        return RawMemory.getByte(at(offset, 1)) & 0xff;
    }

    public final short getShort(long offset) {
        return RawMemory.getShort(at(offset, 2));
    }

    public final int getUnsignedShort(long offset) {
        return RawMemory.getShort(at(offset, 2)) & 0xffff;
    }

    public final int getInt(long offset) {
        return RawMemory.getInt(at(offset, 4));
    }

    public final long getUnsignedInt(long offset) {
        return RawMemory.getInt(at(offset, 4)) & 0xffff_ffffL;
    }

    public final long getLong(long offset) {
        return RawMemory.getLong(at(offset, 8));
    }

    public final void putByte(long offset, byte value) {
        RawMemory.putByte(at(offset, 1), value);
    }

    public final void putShort(long offset, short value) {
        RawMemory.putShort(at(offset, 2), value);
    }

    public final void putInt(long offset, int value) {
        RawMemory.putInt(at(offset, 4), value);
    }

    public final void putLong(long offset, long value) {
        RawMemory.putLong(at(offset, 8), value);
    }

    /** Two bytes in network order, widened. */
    public final int getUnsignedShortBe(long offset) {
        return Short.reverseBytes(RawMemory.getShort(at(offset, 2))) & 0xffff;
    }

    /** Four bytes in network order. */
    public final int getIntBe(long offset) {
        return Integer.reverseBytes(RawMemory.getInt(at(offset, 4)));
    }

    /** Eight bytes in network order. */
    public final long getLongBe(long offset) {
        return Long.reverseBytes(RawMemory.getLong(at(offset, 8)));
    }

    /** The low 16 bits of {@code value} in network order. */
    public final void putShortBe(long offset, int value) {
        RawMemory.putShort(at(offset, 2), Short.reverseBytes((short) value));
    }

    /** Four bytes in network order. */
    public final void putIntBe(long offset, int value) {
        RawMemory.putInt(at(offset, 4), Integer.reverseBytes(value));
    }

    /** Eight bytes in network order. */
    public final void putLongBe(long offset, long value) {
        RawMemory.putLong(at(offset, 8), Long.reverseBytes(value));
    }

    public final byte getByteAcquire(long offset) {
        return RawMemory.getByteAcquire(at(offset, 1));
    }

    public final short getShortAcquire(long offset) {
        return RawMemory.getShortAcquire(at(offset, 2));
    }

    public final int getIntAcquire(long offset) {
        return RawMemory.getIntAcquire(at(offset, 4));
    }

    public final long getLongAcquire(long offset) {
        return RawMemory.getLongAcquire(at(offset, 8));
    }

    public final void putByteRelease(long offset, byte value) {
        RawMemory.putByteRelease(at(offset, 1), value);
    }

    public final void putShortRelease(long offset, short value) {
        RawMemory.putShortRelease(at(offset, 2), value);
    }

    public final void putIntRelease(long offset, int value) {
        RawMemory.putIntRelease(at(offset, 4), value);
    }

    public final void putLongRelease(long offset, long value) {
        RawMemory.putLongRelease(at(offset, 8), value);
    }

    /** Copies bytes to another region, or to a part of this one that does not overlap. */
    public final void copyTo(long offset, Memory target, long targetOffset, long length) {
        RawMemory.copy(checkedAddress(offset, length), target.checkedAddress(targetOffset, length), length);
    }

    /** Copies bytes out into an array. */
    public final void copyTo(long offset, byte[] target, int targetOffset, int length) {
        RawMemory.copyToArray(checkedAddress(offset, length), target, targetOffset, length);
    }

    /** Copies bytes in from an array. */
    public final void copyFrom(long offset, byte[] source, int sourceOffset, int length) {
        RawMemory.copyFromArray(source, sourceOffset, checkedAddress(offset, length), length);
    }

    /** A new array with {@code length} bytes from {@code offset}. Allocates: for the control path and tests. */
    public final byte[] bytes(long offset, int length) {
        byte[] out = new byte[length];
        copyTo(offset, out, 0, length);
        return out;
    }

    /** Sets a range to one value. */
    public final void fill(long offset, long length, byte value) {
        RawMemory.fill(checkedAddress(offset, length), length, value);
    }

    @Override
    public String toString() {
        return "memory \"" + name + "\" (" + size + " bytes" + (isOpen() ? ")" : ", closed)");
    }
}
