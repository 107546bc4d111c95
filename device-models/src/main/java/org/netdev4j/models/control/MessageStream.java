package org.netdev4j.models.control;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.netdev4j.platform.memory.Memory;

/** Messages over a byte stream. One thread reads; any may write. Allocates nothing for a frame. */
final class MessageStream implements Closeable {
    private final ByteStream bytes;
    private final byte[] head = new byte[Protocol.HEADER_BYTES];
    private final byte[] in = new byte[Protocol.MOST_PAYLOAD];
    private final byte[] out = new byte[Protocol.HEADER_BYTES + Protocol.MOST_PAYLOAD];
    private int length;
    private int type;
    private int device;
    private int id;

    MessageStream(ByteStream bytes) {
        this.bytes = bytes;
    }

    /**
     * Waits for the next message.
     *
     * @return false at the end of the stream
     * @throws IOException if the stream fails, or what comes is no message
     */
    boolean next() throws IOException {
        if (!fill(head, Protocol.HEADER_BYTES, true)) {
            return false;
        }
        ByteBuffer fields = ByteBuffer.wrap(head);
        length = fields.getInt();
        type = fields.getShort() & 0xffff;
        device = fields.getShort() & 0xffff;
        id = fields.getInt();
        if (length < 0 || length > Protocol.MOST_PAYLOAD) {
            throw new IOException("a message of " + Integer.toUnsignedString(length) + " bytes; the longest has "
                + Protocol.MOST_PAYLOAD);
        }
        return fill(in, length, false);
    }

    /** Passes over what is left of an earlier session: until the WELCOME that has this nonce, whose payload is then read. */
    void awaitWelcome(long nonce) throws IOException {
        ByteBuffer wanted = ByteBuffer.allocate(2 * Long.BYTES).putLong(Protocol.MAGIC).putLong(nonce);
        byte[] window = new byte[Protocol.HEADER_BYTES + wanted.capacity()];
        int passed = 0;
        fillOrFail(window, 0, window.length);
        while (ByteBuffer.wrap(window, Protocol.HEADER_BYTES, wanted.capacity()).mismatch(wanted.rewind()) >= 0) {
            System.arraycopy(window, 1, window, 0, window.length - 1);
            fillOrFail(window, window.length - 1, 1);
            if (++passed > 4 * Protocol.RING) {
                throw new IOException("what comes is no control channel of netdev serve");
            }
        }
        ByteBuffer fields = ByteBuffer.wrap(window);
        length = fields.getInt() - wanted.capacity();
        type = fields.getShort() & 0xffff;
        if (type != Protocol.WELCOME || length < 0 || length > Protocol.MOST_PAYLOAD) {
            throw new IOException("a malformed welcome");
        }
        fillOrFail(in, 0, length);
    }

    private void fillOrFail(byte[] into, int offset, int count) throws IOException {
        int at = offset;
        while (at < offset + count) {
            int got = bytes.read(into, at, offset + count - at);
            if (got < 0) {
                throw new IOException("the server has closed the connection");
            }
            at += got;
        }
    }

    private boolean fill(byte[] into, int count, boolean endAllowed) throws IOException {
        int at = 0;
        while (at < count) {
            int got = bytes.read(into, at, count - at);
            if (got < 0) {
                if (at == 0 && endAllowed) {
                    return false;
                }
                throw new IOException("the connection ended within a message");
            }
            at += got;
        }
        return true;
    }

    int type() {
        return type;
    }

    int device() {
        return device;
    }

    int id() {
        return id;
    }

    /** Bytes of the payload. */
    int length() {
        return length;
    }

    /** The payload, whose first {@link #length} bytes count, until the next message. */
    byte[] payload() {
        return in;
    }

    /** The payload, to be read field by field. */
    Fields fields() {
        return new Fields(in, length);
    }

    /** A frame's power-on, or a credit's; of a payload of four bytes or more. */
    int epoch() {
        return (in[0] & 0xff) << 24 | (in[1] & 0xff) << 16 | (in[2] & 0xff) << 8 | in[3] & 0xff;
    }

    /** Sends a message. */
    synchronized void send(int kind, int which, int number, byte[] payload) throws IOException {
        header(kind, which, number, payload.length);
        System.arraycopy(payload, 0, out, Protocol.HEADER_BYTES, payload.length);
        bytes.write(out, 0, Protocol.HEADER_BYTES + payload.length);
    }

    /** Sends a frame. */
    synchronized void sendFrame(int which, int epoch, Memory frame, long offset, int count) throws IOException {
        header(Protocol.FRAME, which, 0, Integer.BYTES + count);
        put(Protocol.HEADER_BYTES, epoch);
        frame.copyTo(offset, out, Protocol.HEADER_BYTES + Integer.BYTES, count);
        bytes.write(out, 0, Protocol.HEADER_BYTES + Integer.BYTES + count);
    }

    /** Tells how many bytes of frames were taken off a wire in all. */
    synchronized void sendCredit(int which, int epoch, long total) throws IOException {
        header(Protocol.CREDIT, which, 0, Integer.BYTES + Long.BYTES);
        put(Protocol.HEADER_BYTES, epoch);
        put(Protocol.HEADER_BYTES + 4, (int) (total >>> Integer.SIZE));
        put(Protocol.HEADER_BYTES + 8, (int) total);
        bytes.write(out, 0, Protocol.HEADER_BYTES + Integer.BYTES + Long.BYTES);
    }

    private void header(int kind, int which, int number, int payload) {
        put(0, payload);
        put(4, kind << Short.SIZE | which);
        put(8, number);
    }

    private void put(int at, int value) {
        out[at] = (byte) (value >>> 24);
        out[at + 1] = (byte) (value >>> 16);
        out[at + 2] = (byte) (value >>> 8);
        out[at + 3] = (byte) value;
    }

    @Override
    public void close() throws IOException {
        bytes.close();
    }
}
