package org.netdev4j.platform.mmio;

import org.netdev4j.platform.memory.Memory;

/** Registers whose accesses go to a {@link MmioHandler}, one call each. */
public final class TrappedMmio extends Mmio {
    private final MmioHandler handler;

    /**
     * Registers of a handler.
     *
     * @param size bytes, zero or more
     */
    public TrappedMmio(String name, long size, MmioHandler handler) {
        this(name, 0, size, handler);
    }

    private TrappedMmio(String name, long base, long size, MmioHandler handler) {
        super(name, base, size);
        this.handler = handler;
    }

    private long read(long offset, int width) {
        return handler.read(check(offset, width), width);
    }

    private void write(long offset, int width, long value) {
        handler.write(check(offset, width), width, value);
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
        long to = checkPush(offset, length);
        // All of the source before the first write: a device must not see half a push.
        source.checkedAddress(sourceOffset, length);
        handler.push(to, source, sourceOffset, length);
    }

    @Override
    Mmio part(String name, long base, long size) {
        return new TrappedMmio(name, base, size, handler);
    }
}
