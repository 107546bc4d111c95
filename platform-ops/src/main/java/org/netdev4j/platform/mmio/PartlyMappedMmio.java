package org.netdev4j.platform.mmio;

import java.util.List;
import org.netdev4j.platform.memory.Memory;

/**
 * Registers of a device in another process, of which some are mapped and the others are reached through a handler.
 *
 * <p>An access that lies in a mapped part as a whole is made there, any other is the handler's. A peer that is gone is asked
 * nothing any more: everything is the handler's then, which knows how such a device reads. The same once the peer takes a
 * mapped part away, by cutting its file short: the JVM reports that as an {@link InternalError}, at the access or, from
 * compiled code, at the latest where its thread can next be stopped; the handler is told, and the access gives all ones. An
 * error that comes later than the access reaches the caller.
 *
 * <p>The handler sees to the order between what is mapped and what is not: a store to mapped memory is at the peer when it
 * is made, so the handler's own writes must be over when it returns.
 */
public final class PartlyMappedMmio extends Mmio {
    private static final int NOT_MAPPED = -1;

    private final Handler handler;
    private final List<Part> parts;
    // Of the parts, as arrays: they are looked at with each access.
    private final long[] from;
    private final long[] to;
    private final MappedMmio[] mapped;

    /**
     * Registers.
     *
     * @param size  bytes of the whole
     * @param parts what is mapped; must not overlap
     */
    public PartlyMappedMmio(String name, long size, List<Part> parts, Handler handler) {
        this(name, 0, size, parts, handler);
    }

    private PartlyMappedMmio(String name, long base, long size, List<Part> parts, Handler handler) {
        super(name, base, size);
        this.handler = handler;
        this.parts = List.copyOf(parts);
        from = this.parts.stream().mapToLong(Part::offset).toArray();
        to = this.parts.stream().mapToLong(part -> part.offset + part.memory.size()).toArray();
        mapped = this.parts.stream().map(part -> new MappedMmio(name, part.memory)).toArray(MappedMmio[]::new);
    }

    private int part(long at, int width) {
        if (handler.isGone()) {
            return NOT_MAPPED;
        }
        for (int i = 0; i < from.length; i++) {
            if (at >= from[i] && at + width <= to[i]) {
                return i;
            }
        }
        return NOT_MAPPED;
    }

    @Override
    public int read8(long offset) {
        long at = check(offset, 1);
        int i = part(at, 1);
        try {
            return i < 0 ? (int) handler.read(at, 1) & 0xff : mapped[i].read8(at - from[i]);
        } catch (InternalError e) {
            handler.faulted(e);
            return 0xff;
        }
    }

    @Override
    public int read16(long offset) {
        long at = check(offset, 2);
        int i = part(at, 2);
        try {
            return i < 0 ? (int) handler.read(at, 2) & 0xffff : mapped[i].read16(at - from[i]);
        } catch (InternalError e) {
            handler.faulted(e);
            return 0xffff;
        }
    }

    @Override
    public int read32(long offset) {
        long at = check(offset, 4);
        int i = part(at, 4);
        try {
            return i < 0 ? (int) handler.read(at, 4) : mapped[i].read32(at - from[i]);
        } catch (InternalError e) {
            handler.faulted(e);
            return -1;
        }
    }

    @Override
    public long read64(long offset) {
        long at = check(offset, 8);
        int i = part(at, 8);
        try {
            return i < 0 ? handler.read(at, 8) : mapped[i].read64(at - from[i]);
        } catch (InternalError e) {
            handler.faulted(e);
            return -1;
        }
    }

    @Override
    public int read32Relaxed(long offset) {
        long at = check(offset, 4);
        int i = part(at, 4);
        try {
            return i < 0 ? (int) handler.read(at, 4) : mapped[i].read32Relaxed(at - from[i]);
        } catch (InternalError e) {
            handler.faulted(e);
            return -1;
        }
    }

    @Override
    public void write8(long offset, int value) {
        write(check(offset, 1), 1, value & 0xffL, true);
    }

    @Override
    public void write16(long offset, int value) {
        write(check(offset, 2), 2, value & 0xffffL, true);
    }

    @Override
    public void write32(long offset, int value) {
        write(check(offset, 4), 4, value & 0xffff_ffffL, true);
    }

    @Override
    public void write64(long offset, long value) {
        write(check(offset, 8), 8, value, true);
    }

    @Override
    public void write32Relaxed(long offset, int value) {
        write(check(offset, 4), 4, value & 0xffff_ffffL, false);
    }

    @Override
    public void write64Relaxed(long offset, long value) {
        write(check(offset, 8), 8, value, false);
    }

    private void write(long at, int width, long value, boolean ordered) {
        int i = part(at, width);
        try {
            if (i < 0) {
                handler.write(at, width, value);
            } else {
                store(mapped[i], at - from[i], width, value, ordered);
            }
        } catch (InternalError e) {
            handler.faulted(e);
        }
    }

    private static void store(MappedMmio to, long offset, int width, long value, boolean ordered) {
        switch (width) {
            case 1 -> to.write8(offset, (int) value);
            case 2 -> to.write16(offset, (int) value);
            case 4 -> {
                if (ordered) {
                    to.write32(offset, (int) value);
                } else {
                    to.write32Relaxed(offset, (int) value);
                }
            }
            default -> {
                if (ordered) {
                    to.write64(offset, value);
                } else {
                    to.write64Relaxed(offset, value);
                }
            }
        }
    }

    @Override
    public void push64(long offset, Memory source, long sourceOffset, int length) {
        long at = checkPush(offset, length);
        source.checkedAddress(sourceOffset, length);
        int i = part(at, length);
        try {
            if (i >= 0) {
                mapped[i].push64(at - from[i], source, sourceOffset, length);
            } else if (handler.isGone() || !touchesParts(at, length)) {
                handler.push(at, source, sourceOffset, length);
            } else {
                for (int done = 0; done < length; done += Long.BYTES) {
                    write(at + done, Long.BYTES, source.getLong(sourceOffset + done), false);
                }
            }
        } catch (InternalError e) {
            handler.faulted(e);
        }
    }

    private boolean touchesParts(long at, int length) {
        for (int i = 0; i < from.length; i++) {
            if (at < to[i] && at + length > from[i]) {
                return true;
            }
        }
        return false;
    }

    @Override
    Mmio part(String name, long base, long size) {
        return new PartlyMappedMmio(name, base, size, parts, handler);
    }

    /**
     * A mapped part.
     *
     * @param offset of its first byte in the registers
     * @param memory which begins at a multiple of 8; open as long as the registers are used
     */
    public record Part(long offset, Memory memory) {
    }

    /** What reaches the registers that are not mapped. */
    public interface Handler extends MmioHandler {
        /** True once the peer is gone. Asked with each access. */
        boolean isGone();

        /** The peer has taken a mapped part away: it counts as gone. */
        void faulted(InternalError error);
    }
}
