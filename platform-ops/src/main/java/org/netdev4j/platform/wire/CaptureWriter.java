package org.netdev4j.platform.wire;

import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.memory.Memory;

/**
 * Writes frames to a capture file.
 *
 * <p>Frames are gathered in memory; {@link #flush} and {@link #close} write them out. Threads: one at a time. Writing
 * allocates nothing.
 */
public abstract sealed class CaptureWriter implements AutoCloseable permits PcapWriter, PcapngWriter {
    final CaptureOutput output;
    private final int snaplen;
    private long records;

    CaptureWriter(CaptureOutput output, int snaplen) {
        this.output = output;
        this.snaplen = snaplen;
    }

    /**
     * Creates or empties a file, in the format that its name asks for.
     *
     * @param target a name ending in {@code .pcap} or {@code .pcapng}, or {@code -} for standard output
     * @throws PlatformException if it cannot be written, or the name does not tell the format
     */
    public static CaptureWriter create(String target) {
        return create(target, CaptureOptions.of(CaptureFormat.ofTarget(target)));
    }

    /**
     * Creates or empties a file.
     *
     * @param target file name, or {@code -} for standard output, which stays open at the end
     * @throws PlatformException if it cannot be written
     */
    public static CaptureWriter create(String target, CaptureOptions options) {
        return of(CaptureOutput.create(target, options.order()), options);
    }

    /** Writes to an output whose order is that of the options. */
    static CaptureWriter of(CaptureOutput output, CaptureOptions options) {
        return options.format() == CaptureFormat.PCAPNG ? new PcapngWriter(output, options)
            : new PcapWriter(output, options);
    }

    /** Writes one record. */
    abstract void put(Memory frame, long offset, int captured, long originalLength, long epochNanos,
                      FrameDirection direction);

    /**
     * Writes a whole frame; see {@link #write(Memory, long, int, long, long)}.
     *
     * @param length bytes of the frame
     */
    public final void write(Memory frame, long offset, int length, long epochNanos) {
        write(frame, offset, length, length, epochNanos);
    }

    /**
     * Writes a frame, cut to the snaplen.
     *
     * @param frame          where it is
     * @param offset         its first byte there
     * @param length         bytes of it that are there, from 0 to {@link WirePort#MAX_FRAME}
     * @param originalLength bytes that it had on the wire, not less than {@code length}
     * @param epochNanos     nanoseconds since 1970, not negative; classic pcap reaches to the year 2106
     * @throws PlatformException if the system cannot write the file, now or before
     */
    public final void write(Memory frame, long offset, int length, long originalLength, long epochNanos) {
        write(frame, offset, length, originalLength, epochNanos, FrameDirection.UNKNOWN);
    }

    /** As {@link #write(Memory, long, int, long, long)}, noting which way the frame went if the format can. */
    public final void write(Memory frame, long offset, int length, long originalLength, long epochNanos,
                            FrameDirection direction) {
        if (length < 0 || length > WirePort.MAX_FRAME || originalLength < length || originalLength > 0xffff_ffffL) {
            throw new IllegalArgumentException("a frame has 0 to " + WirePort.MAX_FRAME
                + " bytes, and not more than it had on the wire: length=" + length + ", originalLength=" + originalLength);
        }
        int captured = Math.min(length, snaplen);
        frame.checkedAddress(offset, captured); // before half a record is there
        put(frame, offset, captured, originalLength, epochNanos, direction);
        records++;
    }

    /** The time cannot be written. */
    final PlatformException outOfTime(long epochNanos) {
        return new PlatformException("capture file " + output.name() + ": record " + (records + 1) + ": the time "
            + epochNanos + " ns after 1970 cannot be written in this format");
    }

    /** Frames written, or gathered to be written. */
    public final long records() {
        return records;
    }

    /** The file, for messages. */
    public final String name() {
        return output.name();
    }

    /**
     * Writes out what is gathered.
     *
     * @throws PlatformException if the system cannot write the file, now or before
     */
    public final void flush() {
        output.flush();
    }

    /**
     * Writes out and closes the file. Idempotent.
     *
     * @throws PlatformException if the system could not write the file, now or before
     */
    @Override
    public final void close() {
        output.close();
    }
}
