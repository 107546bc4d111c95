package org.netdev4j.platform.vfiouser;

import java.util.Arrays;
import org.netdev4j.platform.LinuxException;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.linux.LinuxSockets;
import org.netdev4j.platform.linux.StreamSocket;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.platform.memory.Memory;

/**
 * Messages of vfio-user on a connected socket. One message at a time is received, and stays until the next; one is built in
 * {@link #reply()} and sent. Moving messages allocates nothing.
 *
 * <p>For one thread, except {@link #shutdown()}.
 */
public final class MessageChannel implements AutoCloseable {
    /** Payload of the longest message: a transfer of {@link #MAX_TRANSFER} bytes and what describes it. */
    public static final int MAX_PAYLOAD = 1 << 20 | 4096;
    /** Bytes that one read or write moves at most. */
    public static final int MAX_TRANSFER = 1 << 20;

    private static final int NONE = -1;

    private final StreamSocket socket;
    private final Memory in = Memory.allocate("vfio-user: message", VfioUser.HEADER_BYTES + MAX_PAYLOAD);
    private final Memory out = Memory.allocate("vfio-user: reply", VfioUser.HEADER_BYTES + MAX_PAYLOAD);
    private final int[] fds = new int[LinuxSockets.MAX_PASSED];
    private int fdCount;

    /** Takes over a connected Unix socket. */
    MessageChannel(int fd) {
        socket = new StreamSocket(fd);
    }

    /**
     * Waits for the next message. Descriptors of the one before that nobody took are closed.
     *
     * @return false if the connection has ended
     * @throws VfioUserException if what came is no message; the stream cannot be followed any more
     */
    public boolean receive() {
        closeFds();
        // The header by itself: descriptors come with its first byte, and must not be taken for those of the message before.
        int count = socket.receive(in.address(), VfioUser.HEADER_BYTES);
        takeFds();
        if (count <= 0 || !fill(count, VfioUser.HEADER_BYTES)) {
            return false;
        }
        long size = in.getUnsignedInt(VfioUser.HEADER_SIZE);
        if (size < VfioUser.HEADER_BYTES || size > VfioUser.HEADER_BYTES + MAX_PAYLOAD) {
            throw VfioUserException.invalid("message of " + size + " bytes: there are messages of "
                + VfioUser.HEADER_BYTES + " to " + (VfioUser.HEADER_BYTES + MAX_PAYLOAD));
        }
        return fill(VfioUser.HEADER_BYTES, (int) size);
    }

    private boolean fill(int from, int to) {
        int at = from;
        while (at < to) {
            int count = socket.receive(in.address() + at, to - at);
            takeFds();
            if (count <= 0) {
                return false;
            }
            at += count;
        }
        return true;
    }

    private void takeFds() {
        for (int i = 0; i < socket.descriptors(); i++) {
            if (fdCount < fds.length) {
                fds[fdCount++] = socket.descriptor(i);
            } else {
                LinuxFiles.close(socket.descriptor(i));
            }
        }
    }

    private void closeFds() {
        for (int i = 0; i < fdCount; i++) {
            if (fds[i] != NONE) {
                LinuxFiles.close(fds[i]);
            }
        }
        fdCount = 0;
    }

    /** Identifies the message; its reply carries the same. */
    public int id() {
        return in.getUnsignedShort(VfioUser.HEADER_ID);
    }

    /** What it asks. */
    public int command() {
        return in.getUnsignedShort(VfioUser.HEADER_COMMAND);
    }

    /** Flags of its header. */
    public int flags() {
        return in.getInt(VfioUser.HEADER_FLAGS);
    }

    /** Bytes behind its header. */
    public int payloadBytes() {
        return in.getInt(VfioUser.HEADER_SIZE) - VfioUser.HEADER_BYTES;
    }

    /** Where the message is; its payload begins at {@link VfioUser#HEADER_BYTES}. */
    public Memory message() {
        return in;
    }

    /** How many descriptors came with it. */
    public int fds() {
        return fdCount;
    }

    /**
     * Maps memory that came as a descriptor with the message. Arguments and errors as {@link PeerMemory#map} has them.
     *
     * @param index of the descriptor
     */
    public DmaMemory takeMemory(int index, long offset, long size, long iova, boolean writable) {
        int fd = take(index);
        try {
            return PeerMemory.map(fd, offset, size, iova, writable);
        } finally {
            LinuxFiles.close(fd);
        }
    }

    /**
     * Takes an event that came as a descriptor with the message; the caller closes it.
     *
     * @param index of the descriptor
     * @throws VfioUserException if it is none
     */
    public FdEvent takeEvent(int index) {
        int fd = take(index);
        try {
            return new FdEvent(fd);
        } catch (LinuxException e) {
            LinuxFiles.close(fd);
            throw VfioUserException.invalid("descriptor " + index + " is no event: " + e.getMessage());
        }
    }

    private int take(int index) {
        if (index >= fdCount || fds[index] == NONE) {
            throw new IndexOutOfBoundsException("descriptor " + index + " of " + fdCount);
        }
        int fd = fds[index];
        fds[index] = NONE;
        return fd;
    }

    /** Where a reply is built; its payload begins at {@link VfioUser#HEADER_BYTES}. */
    public Memory reply() {
        return out;
    }

    /**
     * Sends the reply to the message.
     *
     * @param payload bytes of {@link #reply()} behind the header
     * @return false if the connection has ended
     */
    public boolean sendReply(int payload) {
        return send(payload, VfioUser.FLAG_REPLY, 0);
    }

    /** Sends a reply that refuses the message. False if the connection has ended. */
    public boolean sendError(int errno) {
        return send(0, VfioUser.FLAG_REPLY | VfioUser.FLAG_ERROR, errno);
    }

    private boolean send(int payload, int flags, int errno) {
        int size = VfioUser.HEADER_BYTES + payload;
        out.putShort(VfioUser.HEADER_ID, (short) id());
        out.putShort(VfioUser.HEADER_COMMAND, (short) command());
        out.putInt(VfioUser.HEADER_SIZE, size);
        out.putInt(VfioUser.HEADER_FLAGS, flags);
        out.putInt(VfioUser.HEADER_ERROR, errno);
        return socket.send(out.checkedAddress(0, size), size);
    }

    /** Ends the connection: {@link #receive} and the senders return false. Any thread, before {@link #close()}. */
    public void shutdown() {
        socket.shutdown();
    }

    /** Closes the socket and what descriptors nobody took. Idempotent. */
    @Override
    public void close() {
        closeFds();
        Arrays.fill(fds, NONE);
        socket.close();
        in.close();
        out.close();
    }
}
