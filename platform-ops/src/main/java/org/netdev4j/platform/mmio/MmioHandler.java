package org.netdev4j.platform.mmio;

/**
 * The device's side of trapped registers: a model in this process, or a peer in another.
 *
 * <p>Called once per access, on the thread that makes it.
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
}
