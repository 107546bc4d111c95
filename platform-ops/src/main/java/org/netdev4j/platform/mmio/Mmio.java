package org.netdev4j.platform.mmio;

import org.netdev4j.platform.memory.Memory;

/**
 * The registers of a device: one BAR, or a part of one.
 *
 * <p>Each call is exactly one access of its width at its offset, little-endian, never merged, split or repeated. Offsets are
 * checked against the size, and for natural alignment within the BAR (of which these registers may be a {@link #slice}): a bad
 * one is an {@link IndexOutOfBoundsException} and no access. Writes of the ordered forms come after every earlier store of this
 * thread to memory, as a doorbell needs; relaxed forms are ordered only against other accesses to the same device. Reads of
 * the ordered forms come before every later load.
 *
 * <p>A device that is gone reads as all ones; no call throws for it.
 *
 * <p>Two implementations: {@link MappedMmio} over mapped memory and {@link TrappedMmio} over a handler. Thread-safe as far as
 * the device is.
 */
public abstract class Mmio {
    private final String name;
    // Of the first byte in the BAR: alignment is the device's, not the slice's.
    private final long base;
    private final long size;

    Mmio(String name, long base, long size) {
        if (size < 0) {
            throw new IllegalArgumentException(name + ": the size must not be below zero: size=" + size);
        }
        this.name = name;
        this.base = base;
        this.size = size;
    }

    /** Which registers, for messages: {@code BAR0}. */
    public final String name() {
        return name;
    }

    /** Size in bytes. */
    public final long size() {
        return size;
    }

    /** One ordered 8-bit read, widened. */
    public abstract int read8(long offset);

    /** One ordered 16-bit read, widened. */
    public abstract int read16(long offset);

    /** One ordered 32-bit read. */
    public abstract int read32(long offset);

    /** One ordered 64-bit read. */
    public abstract long read64(long offset);

    /** One 32-bit read, ordered only against accesses to the same device. */
    public abstract int read32Relaxed(long offset);

    /** One ordered 8-bit write of the low bits. */
    public abstract void write8(long offset, int value);

    /** One ordered 16-bit write of the low bits. */
    public abstract void write16(long offset, int value);

    /** One ordered 32-bit write. */
    public abstract void write32(long offset, int value);

    /** One ordered 64-bit write. */
    public abstract void write64(long offset, long value);

    /** One 32-bit write, ordered only against accesses to the same device. */
    public abstract void write32Relaxed(long offset, int value);

    /** One 64-bit write, ordered only against accesses to the same device. */
    public abstract void write64Relaxed(long offset, long value);

    /**
     * Copies to device memory in 64-bit stores of rising address (ENA's copy-to-device for LLQ). Where the memory is mapped
     * write-combined the CPU may send them as whole lines. The order against a later doorbell is the caller's duty:
     * {@link org.netdev4j.platform.Barriers#afterWriteCombining()}.
     *
     * @param offset       first byte, a multiple of 8
     * @param source       where from
     * @param sourceOffset first byte there
     * @param length       bytes, a multiple of 8
     * @throws IndexOutOfBoundsException if a part of either range is outside or not aligned; nothing is then written
     */
    public abstract void push64(long offset, Memory source, long sourceOffset, int length);

    /**
     * A part of these registers as registers of their own, with offsets from its first byte.
     *
     * @throws IndexOutOfBoundsException if the part is not inside
     */
    public final Mmio slice(String name, long offset, long size) {
        if (offset < 0 || size < 0 || offset > this.size - size) {
            throw new IndexOutOfBoundsException(this.name + ": no slice \"" + name + "\" of 0x" + Long.toHexString(size)
                + " bytes at offset 0x" + Long.toHexString(offset) + " of 0x" + Long.toHexString(this.size));
        }
        return part(name, base + offset, size);
    }

    /** The same registers from {@code base}, checked by {@link #slice}, on. */
    abstract Mmio part(String name, long base, long size);

    /** Checks an access and returns its offset in the BAR. */
    final long check(long offset, int width) {
        long at = base + offset;
        if (offset < 0 || offset > size - width || (at & (width - 1)) != 0) {
            throw badAccess(offset, width);
        }
        return at;
    }

    /** Checks a push and returns its offset in the BAR. */
    final long checkPush(long offset, int length) {
        long at = base + offset;
        if (offset < 0 || length < 0 || offset > size - length || ((at | length) & 7) != 0) {
            throw badAccess(offset, length);
        }
        return at;
    }

    private IndexOutOfBoundsException badAccess(long offset, int width) {
        return new IndexOutOfBoundsException(name + ": access of " + width + " bytes at offset 0x" + Long.toHexString(offset)
            + " is outside its 0x" + Long.toHexString(size) + " bytes or not aligned");
    }
}
