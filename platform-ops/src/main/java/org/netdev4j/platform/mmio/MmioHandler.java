package org.netdev4j.platform.mmio;

import org.netdev4j.platform.memory.Memory;

/**
 * The device's side of trapped registers: a model in this process, or a peer in another.
 *
 * <p>Called once per access, or once for those of a push, on the thread that makes it.
 */
public interface MmioHandler {
    /**
     * A read.
     *
     * @param offset byte offset, inside the BAR and aligned to {@code width}
     * @param width  1, 2, 4 or 8 bytes
     * @return the value in the low bits; all ones if there is nothing there
     */
    long read(long offset, int width);

    /** A write of the low {@code width} bytes of {@code value}. */
    void write(long offset, int width, long value);

    /**
     * Writes of 8 bytes each, one behind the other; as if each was made by itself.
     *
     * @param offset       of the first, inside the BAR with all that follow and aligned to 8
     * @param source       where the values are
     * @param sourceOffset of the first of them
     * @param length       bytes, a multiple of 8
     */
    default void push(long offset, Memory source, long sourceOffset, int length) {
        for (int i = 0; i < length; i += Long.BYTES) {
            write(offset + i, Long.BYTES, source.getLong(sourceOffset + i));
        }
    }
}
