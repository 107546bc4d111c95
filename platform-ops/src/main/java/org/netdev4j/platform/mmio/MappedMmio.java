package org.netdev4j.platform.mmio;

import java.util.concurrent.atomic.AtomicLong;
import org.netdev4j.platform.Barriers;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.raw.RawMemory;

/**
 * Registers mapped into this process.
 *
 * <p>Accesses are opaque: HotSpot compiles each to one load or store of its width, and never merges them. It does drop a load
 * whose value nobody uses, a volatile one too (seen on JDK 25 with the debug registers), though a device may well wait for just
 * that read: one that clears a counter, or that flushes posted writes. So every value read is used here. The region must stay open as long as the
 * registers are used; a closed one is refused.
 */
public final class MappedMmio extends Mmio {
    // Static, so that no escape analysis can prove the store useless; opaque, so that each is made.
    private static final AtomicLong USED = new AtomicLong();

    private final Memory region;

    /**
     * Registers over a whole mapped region.
     *
     * @throws IllegalArgumentException if the region does not begin at a multiple of 8
     */
    public MappedMmio(String name, Memory region) {
        this(name, region, 0, region.size());
        if ((region.address() & 7) != 0) {
            throw new IllegalArgumentException(name + ": registers must begin at a multiple of 8: " + region + " is at 0x"
                + Long.toHexString(region.address()));
        }
    }

    private MappedMmio(String name, Memory region, long base, long size) {
        super(name, base, size);
        this.region = region;
    }

    private long at(long offset, int width) {
        return region.checkedAddress(check(offset, width), width);
    }

    @Override
    public int read8(long offset) {
        int value = RawMemory.getByteOpaque(at(offset, 1)) & 0xff;
        USED.setOpaque(value);
        Barriers.read();
        return value;
    }

    @Override
    public int read16(long offset) {
        int value = RawMemory.getShortOpaque(at(offset, 2)) & 0xffff;
        USED.setOpaque(value);
        Barriers.read();
        return value;
    }

    @Override
    public int read32(long offset) {
        int value = RawMemory.getIntOpaque(at(offset, 4));
        USED.setOpaque(value);
        Barriers.read();
        return value;
    }

    @Override
    public long read64(long offset) {
        long value = RawMemory.getLongOpaque(at(offset, 8));
        USED.setOpaque(value);
        Barriers.read();
        return value;
    }

    @Override
    public int read32Relaxed(long offset) {
        int value = RawMemory.getIntOpaque(at(offset, 4));
        USED.setOpaque(value);
        return value;
    }

    @Override
    public void write8(long offset, int value) {
        Barriers.beforeDoorbell();
        RawMemory.putByteOpaque(at(offset, 1), (byte) value);
    }

    @Override
    public void write16(long offset, int value) {
        Barriers.beforeDoorbell();
        RawMemory.putShortOpaque(at(offset, 2), (short) value);
    }

    @Override
    public void write32(long offset, int value) {
        Barriers.beforeDoorbell();
        RawMemory.putIntOpaque(at(offset, 4), value);
    }

    @Override
    public void write64(long offset, long value) {
        Barriers.beforeDoorbell();
        RawMemory.putLongOpaque(at(offset, 8), value);
    }

    @Override
    public void write32Relaxed(long offset, int value) {
        RawMemory.putIntOpaque(at(offset, 4), value);
    }

    @Override
    public void write64Relaxed(long offset, long value) {
        RawMemory.putLongOpaque(at(offset, 8), value);
    }

    @Override
    public void push64(long offset, Memory source, long sourceOffset, int length) {
        long to = region.checkedAddress(checkPush(offset, length), length);
        long from = source.checkedAddress(sourceOffset, length);
        for (int i = 0; i < length; i += 8) {
            RawMemory.putLongOpaque(to + i, RawMemory.getLong(from + i));
        }
    }

    @Override
    Mmio part(String name, long base, long size) {
        return new MappedMmio(name, region, base, size);
    }
}
