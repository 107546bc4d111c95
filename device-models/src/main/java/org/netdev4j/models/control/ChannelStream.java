package org.netdev4j.models.control;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** A socket. A peer that takes nothing for ten seconds is given up. Allocates nothing where nothing has to be waited for. */
final class ChannelStream implements ByteStream {
    private static final int ROOM = 1 << 16;
    private static final long PATIENCE_MILLIS = 10_000;

    private final SocketChannel channel;
    private final Selector readable;
    private final Selector writable;
    private final ByteBuffer in = ByteBuffer.allocateDirect(ROOM).flip();
    private final ByteBuffer out = ByteBuffer.allocateDirect(ROOM);

    private ChannelStream(SocketChannel channel, Selector readable, Selector writable) {
        this.channel = channel;
        this.readable = readable;
        this.writable = writable;
    }

    /** Takes a channel over; it is closed if this fails. */
    static ChannelStream of(SocketChannel channel) throws IOException {
        Selector readable = null;
        try {
            channel.configureBlocking(false);
            readable = Selector.open();
            Selector writable = Selector.open();
            ChannelStream stream = new ChannelStream(channel, readable, writable);
            channel.register(readable, SelectionKey.OP_READ);
            channel.register(writable, SelectionKey.OP_WRITE);
            return stream;
        } catch (IOException e) {
            channel.close();
            if (readable != null) {
                readable.close();
            }
            throw e;
        }
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        while (!in.hasRemaining()) {
            in.clear();
            int count;
            try {
                count = channel.read(in);
                if (count == 0) {
                    readable.select();
                    readable.selectedKeys().clear();
                }
            } catch (ClosedSelectorException e) {
                count = -1;
            } finally {
                in.flip();
            }
            if (count < 0) {
                return -1;
            }
        }
        int count = Math.min(length, in.remaining());
        in.get(into, offset, count);
        return count;
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        int at = offset;
        while (at < offset + length) {
            int part = Math.min(ROOM, offset + length - at);
            out.clear();
            out.put(from, at, part).flip();
            while (out.hasRemaining()) {
                if (channel.write(out) == 0) {
                    awaitRoom();
                }
            }
            at += part;
        }
    }

    private void awaitRoom() throws IOException {
        try {
            int ready = writable.select(PATIENCE_MILLIS);
            writable.selectedKeys().clear();
            if (ready == 0) {
                throw new IOException("the peer took nothing for " + PATIENCE_MILLIS / 1000 + " s");
            }
        } catch (ClosedSelectorException e) {
            throw new IOException("closed", e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            readable.close();
            writable.close();
        }
    }
}
