package org.netdev4j.platform.wire;

import java.io.FileDescriptor;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.memory.Memory;

/**
 * A capture file to write: gathers records and writes them out whole. One thread. Writing allocates nothing.
 *
 * <p>A stream and not a channel: a channel would close itself when the writing thread is interrupted, and the end of the
 * file would be lost when a program is told to stop.
 */
final class CaptureOutput implements AutoCloseable {
    private static final int BUFFER = 256 * 1024;

    private final String name;
    private final OutputStream stream;
    private final boolean closesStream;
    private final ByteBuffer bytes;
    private boolean closed;
    private PlatformException failure;

    private CaptureOutput(String name, OutputStream stream, boolean closesStream, ByteOrder order) {
        this.name = name;
        this.stream = stream;
        this.closesStream = closesStream;
        this.bytes = ByteBuffer.allocate(BUFFER).order(order);
    }

    /** Output to a stream, which is closed with this. */
    CaptureOutput(String name, OutputStream stream, ByteOrder order) {
        this(name, stream, true, order);
    }

    /**
     * Creates or empties a file, or takes standard output for {@code -}, which stays open at the end.
     *
     * @throws PlatformException if it cannot be written
     */
    @SuppressWarnings("resource") // this object closes it
    static CaptureOutput create(String target, ByteOrder order) {
        if ("-".equals(target)) {
            return new CaptureOutput("standard output", new FileOutputStream(FileDescriptor.out), false, order);
        }
        try {
            return new CaptureOutput(target, new FileOutputStream(CaptureInput.pathOf(target).toFile()), order);
        } catch (FileNotFoundException e) {
            throw new PlatformException("capture file " + target + ": cannot be written: " + CaptureInput.reason(e), e);
        }
    }

    /** For messages. */
    String name() {
        return name;
    }

    /**
     * Makes room for a record of up to {@value #BUFFER} bytes; the puts that follow need no check.
     *
     * @throws PlatformException if the system cannot write the file
     */
    void begin(int length) {
        if (failure != null) {
            throw failure;
        }
        if (bytes.remaining() < length) {
            flush();
        }
    }

    void putShort(int value) {
        bytes.putShort((short) value);
    }

    void putInt(int value) {
        bytes.putInt(value);
    }

    void putLong(long value) {
        bytes.putLong(value);
    }

    void putBytes(byte[] values) {
        bytes.put(values);
    }

    void putFrame(Memory from, long offset, int length) {
        from.copyTo(offset, bytes.array(), bytes.position(), length);
        bytes.position(bytes.position() + length);
    }

    /** Zeroes that fill {@code length} octets up to a multiple of four. */
    void pad(int length) {
        for (int i = length; (i & 3) != 0; i++) {
            bytes.put((byte) 0);
        }
    }

    /**
     * Writes out what is gathered. After a failure nothing more is written and every call fails alike.
     *
     * @throws PlatformException if the system cannot write the file
     */
    void flush() {
        if (failure != null) {
            throw failure;
        }
        try {
            stream.write(bytes.array(), 0, bytes.position());
            stream.flush();
        } catch (IOException e) {
            failure = new PlatformException("capture file " + name + ": cannot be written: " + CaptureInput.reason(e), e);
            throw failure;
        } finally {
            bytes.clear();
        }
    }

    /**
     * Writes out and closes the file. Idempotent.
     *
     * @throws PlatformException if the system could not write the file, now or before
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            flush();
        } finally {
            if (closesStream) {
                closeStream();
            }
        }
    }

    private void closeStream() {
        try {
            stream.close();
        } catch (IOException e) {
            throw new PlatformException("capture file " + name + ": cannot be closed: " + CaptureInput.reason(e), e);
        }
    }
}
