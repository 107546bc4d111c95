package org.netdev4j.platform.wire;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.memory.Memory;

/**
 * A capture file as bytes: reads ahead and gives access to the next few of them. One thread, except for {@link #interrupt}.
 * Reading allocates nothing.
 */
final class CaptureInput implements AutoCloseable {
    /** Most bytes that {@link #available} can be asked for. */
    static final int WINDOW = 128 * 1024;
    private static final int BUFFER = 2 * WINDOW;

    private final String name;
    private final ReadableByteChannel channel;
    private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER);
    private int start;
    private int end;
    private long offset;
    private boolean ended;

    CaptureInput(String name, ReadableByteChannel channel) {
        this.name = name;
        this.channel = channel;
    }

    /**
     * Opens a file, or standard input for {@code -}.
     *
     * @throws PlatformException if there is none or it cannot be read
     */
    @SuppressWarnings("resource") // the channel closes the stream
    static CaptureInput open(String source) {
        if ("-".equals(source)) {
            return new CaptureInput("standard input", new FileInputStream(FileDescriptor.in).getChannel());
        }
        try {
            FileInputStream file = new FileInputStream(pathOf(source).toFile());
            // The channel of a file closes itself when its thread is interrupted, which for a file is no reason to fail;
            // with a pipe it is the one way to end a read that waits.
            return new CaptureInput(source, isFile(source) ? new FileBytes(file) : file.getChannel());
        } catch (FileNotFoundException e) {
            throw new PlatformException("capture file " + source + ": cannot be read: " + reason(e), e);
        }
    }

    /** A path, or the refusal of a text that cannot be one. */
    static Path pathOf(String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new PlatformException("capture file \"" + name + "\": not a file name: " + e.getReason(), e);
        }
    }

    /** True for a regular file, reading which never waits for another program. */
    static boolean isFile(String source) {
        return !"-".equals(source) && Files.isRegularFile(pathOf(source));
    }

    /** What the system said. */
    static String reason(IOException e) {
        String said = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        int bracket = said.lastIndexOf(" (");
        // An open that fails says "name (reason)".
        return e instanceof FileNotFoundException && bracket >= 0 ? said.substring(bracket + 2, said.length() - 1) : said;
    }

    /** For messages. */
    String name() {
        return name;
    }

    /** The byte order of what follows. */
    void order(ByteOrder order) {
        bytes.order(order);
    }

    /** Offset of the next byte in the file. */
    long offset() {
        return offset;
    }

    /**
     * Makes the next bytes available in one piece.
     *
     * @param wanted how many, up to {@link #WINDOW}
     * @return how many there are, {@code wanted} at most; less only at the end of the file
     * @throws PlatformException if the system cannot read the file
     */
    int available(int wanted) {
        while (end - start < wanted && !ended) {
            fill(wanted);
        }
        return Math.min(end - start, wanted);
    }

    private void fill(int wanted) {
        if (start + wanted > BUFFER) {
            bytes.limit(end).position(start);
            bytes.compact();
            end -= start;
            start = 0;
        }
        bytes.limit(BUFFER).position(end);
        try {
            int count = channel.read(bytes);
            if (count < 0) {
                ended = true;
            } else {
                end += count;
            }
        } catch (IOException e) {
            throw new PlatformException(
                "capture file " + name + ": cannot be read at offset " + (offset + end - start) + ": " + reason(e), e);
        } finally {
            bytes.clear();
        }
    }

    /** An available octet, {@code ahead} of the next one. */
    int byteAt(int ahead) {
        return bytes.get(start + ahead) & 0xff;
    }

    /** Two available octets, unsigned. */
    int shortAt(int ahead) {
        return bytes.getShort(start + ahead) & 0xffff;
    }

    /** Four available octets. */
    int intAt(int ahead) {
        return bytes.getInt(start + ahead);
    }

    /** Four available octets, unsigned. */
    long unsignedIntAt(int ahead) {
        return bytes.getInt(start + ahead) & 0xffff_ffffL;
    }

    /** Eight available octets. */
    long longAt(int ahead) {
        return bytes.getLong(start + ahead);
    }

    /** Copies the next octets, which are available. */
    void copyTo(Memory target, int length) {
        target.copyFrom(0, bytes.array(), start, length);
    }

    /** Passes over bytes that are available. */
    void advance(int count) {
        start += count;
        offset += count;
    }

    /** Passes over bytes, reading them where needed; returns how many there were. */
    long skip(long count) {
        long left = count;
        while (left > 0) {
            int now = available((int) Math.min(left, WINDOW));
            if (now == 0) {
                break;
            }
            advance(now);
            left -= now;
        }
        return count - left;
    }

    /** Ends a read that another thread is waiting in; it fails. May be called by any thread. */
    void interrupt() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new PlatformException("capture file " + name + ": cannot be closed: " + reason(e), e);
        }
    }

    /** Closes the file. Idempotent. */
    @Override
    public void close() {
        interrupt();
    }

    /** A file that an interrupt of the reading thread does not close. */
    private static final class FileBytes implements ReadableByteChannel {
        private final FileInputStream file;
        private boolean open = true;

        FileBytes(FileInputStream file) {
            this.file = file;
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            int count = file.read(into.array(), into.position(), into.remaining());
            into.position(into.position() + Math.max(count, 0));
            return count;
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close() throws IOException {
            open = false;
            file.close();
        }
    }
}
