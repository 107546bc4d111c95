package org.netdev4j.platform.mmio;

import org.netdev4j.platform.memory.Memory;

/** Registers whose accesses go to a {@link MmioHandler}, one call each. */
public final class TrappedMmio extends Mmio {
    private final MmioHandler handler;
    private final long base;

    /**
     * Registers of a handler.
     *
     * @param size bytes
     */
    public TrappedMmio(String name, long size, MmioHandler handler) {
        this(name, 0, size, handler);
    }

    private TrappedMmio(String name, long base, long size, MmioHandler handler) {
        super(name, size);
        this.base = base;
        this.handler = handler;
    }

    private long read(long offset, int width) {
        check(offset, width);
        return handler.read(base + offset, width);
    }

    private void write(long offset, int width, long value) {
        check(offset, width);
        handler.write(base + offset, width, value);
    }

    @Override
    public int read8(long offset) {
        return (int) read(offset, 1) & 0xff;
    }

    @Override
    public int read16(long offset) {
        return (int) read(offset, 2) & 0xffff;
    }

    @Override
    public int read32(long offset) {
        return (int) read(offset, 4);
    }

    @Override
    public long read64(long offset) {
        return read(offset, 8);
    }

    @Override
    public int read32Relaxed(long offset) {
        return (int) read(offset, 4);
    }

    @Override
    public void write8(long offset, int value) {
        write(offset, 1, value & 0xffL);
    }

    @Override
    public void write16(long offset, int value) {
        write(offset, 2, value & 0xffffL);
    }

    @Override
    public void write32(long offset, int value) {
        write(offset, 4, value & 0xffff_ffffL);
    }

    @Override
    public void write64(long offset, long value) {
        write(offset, 8, value);
    }

    @Override
    public void write32Relaxed(long offset, int value) {
        write(offset, 4, value & 0xffff_ffffL);
    }

    @Override
    public void write64Relaxed(long offset, long value) {
        write(offset, 8, value);
    }

    @Override
    public void push64(long offset, Memory source, long sourceOffset, int length) {
        checkPush(offset, length);
        for (int i = 0; i < length; i += 8) {
            handler.write(base + offset + i, 8, source.getLong(sourceOffset + i));
        }
    }

    @Override
    public Mmio slice(String name, long offset, long size) {
        if (offset < 0 || size < 0 || offset > size() - size) {
            throw new IndexOutOfBoundsException(name() + ": no slice of " + size + " bytes at " + offset);
        }
        return new TrappedMmio(name, base + offset, size, handler);
    }
}
