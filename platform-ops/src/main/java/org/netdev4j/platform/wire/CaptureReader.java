package org.netdev4j.platform.wire;

import java.util.HexFormat;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.memory.Memory;

/**
 * Reads the frames of a capture file, pcap or pcapng, in order.
 *
 * <p>{@link #next} finds a frame; what the other methods say is about that frame and holds until the next call. A file that
 * is cut off or corrupt gives the frames before the damage, then an error that says where the damage is. Files of other link
 * types than Ethernet are refused, and frames longer than {@link WirePort#MAX_FRAME}.
 *
 * <p>Threads: one. Reading allocates nothing per frame.
 */
public abstract sealed class CaptureReader implements AutoCloseable permits PcapReader, PcapngReader {
    /** LINKTYPE_ETHERNET [draft-ietf-opsawg-pcaplinktype, table 1]. */
    static final int ETHERNET = 1;

    private static final int MAGIC_BYTES = 4;

    final CaptureInput input;
    private final Memory frame;
    private long records;
    private long recordOffset;
    private int length;
    private long originalLength;
    private long epochNanos;
    private int interfaceIndex;
    private PlatformException failure;

    CaptureReader(CaptureInput input) {
        this.input = input;
        this.frame = Memory.allocate("frame of " + input.name(), WirePort.MAX_FRAME);
    }

    /**
     * Opens a capture file of either format.
     *
     * @param source file name, or {@code -} for standard input
     * @throws PlatformException if it cannot be read, or is no capture file of Ethernet frames
     */
    public static CaptureReader open(String source) {
        return of(CaptureInput.open(source));
    }

    /** Takes the reader that fits what the input begins with; closes the input if there is none. */
    @SuppressWarnings("resource") // the caller closes it
    static CaptureReader of(CaptureInput input) {
        CaptureReader reader = null;
        try {
            reader = choose(input);
            reader.readFileHeader();
            return reader;
        } catch (PlatformException e) {
            if (reader != null) {
                reader.close();
            } else {
                input.close();
            }
            throw e;
        }
    }

    private static CaptureReader choose(CaptureInput input) {
        int have = input.available(MAGIC_BYTES);
        if (have == 0) {
            throw new PlatformException("capture file " + input.name() + ": is empty");
        }
        byte[] magic = new byte[have];
        for (int i = 0; i < have; i++) {
            magic[i] = (byte) input.byteAt(i);
        }
        if (have == MAGIC_BYTES && PcapReader.recognises(input)) {
            return new PcapReader(input);
        }
        if (have == MAGIC_BYTES && PcapngReader.recognises(input)) {
            return new PcapngReader(input);
        }
        boolean gzip = have >= 2 && input.byteAt(0) == 0x1f && input.byteAt(1) == 0x8b;
        throw new PlatformException("capture file " + input.name() + ": neither pcap nor pcapng: it begins with "
            + HexFormat.ofDelimiter(" ").formatHex(magic) + (gzip ? ", which is gzip; unpack it with gunzip" : ""));
    }

    /** Reads and checks what comes before the first record. */
    abstract void readFileHeader();

    /** Reads the next record and says what it found by {@link #found}; false at the end of the file. */
    abstract boolean readRecord();

    /**
     * Finds the next frame.
     *
     * @return false at the end of the file
     * @throws PlatformException if the file is damaged here, or cannot be read; again for every further call
     */
    public final boolean next() {
        if (failure != null) {
            throw failure;
        }
        try {
            boolean more = readRecord();
            records += more ? 1 : 0;
            return more;
        } catch (PlatformException e) {
            failure = e;
            throw e;
        }
    }

    /** Notes where the record begins that is read now. */
    final void beginRecord() {
        recordOffset = input.offset();
    }

    /** Where the record that is read now begins. */
    final long recordOffset() {
        return recordOffset;
    }

    /** Copies the frame, which is available in the input and not longer than {@link WirePort#MAX_FRAME}. */
    final void copyFrame(int bytes) {
        input.copyTo(frame, bytes);
    }

    /** Sets what was found. */
    final void found(int captured, long original, long nanos, int onInterface) {
        length = captured;
        // "MAY convert an Original Packet Length that is less than the Captured Packet Length" [draft-ietf-opsawg-pcap, 5]
        originalLength = Math.max(original, captured);
        epochNanos = nanos;
        interfaceIndex = onInterface;
    }

    /** The record that is read now is damaged. */
    final PlatformException damaged(String what) {
        return damaged("record " + (records + 1), what);
    }

    /** A part of the file that is read now is damaged. */
    final PlatformException damaged(String part, String what) {
        return new PlatformException("capture file " + name() + ": " + part + " at offset " + recordOffset + ": " + what);
    }

    /** Refuses a frame that no wire carries. */
    final int checkedLength(long captured) {
        if (captured > WirePort.MAX_FRAME) {
            throw damaged("a frame of " + captured + " bytes; the longest that a wire carries has " + WirePort.MAX_FRAME);
        }
        return (int) captured;
    }

    /** Where the captured bytes of the frame are, from offset 0. To be read only. */
    public final Memory frame() {
        return frame;
    }

    /** Bytes of the frame that the file has, from 0 to {@link WirePort#MAX_FRAME}. */
    public final int length() {
        return length;
    }

    /** Bytes that the frame had on the wire; more than {@link #length()} if the capture cut it. */
    public final long originalLength() {
        return originalLength;
    }

    /** Nanoseconds since 1970 at which the frame was captured; 0 if the file does not say. */
    public final long epochNanos() {
        return epochNanos;
    }

    /** Interface that the frame is from, counted from 0 in its section of a pcapng file; 0 in a pcap file. */
    public final int interfaceIndex() {
        return interfaceIndex;
    }

    /** Frames found so far; the number of the current one, counted from 1. */
    public final long records() {
        return records;
    }

    /** The file, for messages. */
    public final String name() {
        return input.name();
    }

    /** Ends a read of another thread, which fails then. Any thread. */
    final void interrupt() {
        input.interrupt();
    }

    /** Closes the file. Idempotent. */
    @Override
    public final void close() {
        try {
            input.close();
        } finally {
            frame.close();
        }
    }
}
