package org.netdev4j.platform.vfiouser;

import java.util.Arrays;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.linux.LinuxSockets;
import org.netdev4j.platform.linux.StreamSocket;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.platform.memory.Memory;

/**
 * Messages of vfio-user on a connected socket. One message at a time is received, and stays until the next; one is built in
 * {@link #reply()} and sent. Moving messages allocates nothing.
 *
 * <p>For one thread, except {@link #shutdown()}, {@link #isPeerGone()} and {@link #awaitTaken}.
 */
public final class MessageChannel implements AutoCloseable {
    /** Payload of the longest message: a transfer of {@link #MAX_TRANSFER} bytes and what describes it. */
    public static final int MAX_PAYLOAD = 1 << 20 | 4096;
    /** Bytes that one read or write moves at most. */
    public static final int MAX_TRANSFER = 1 << 20;

    /** Bytes taken from the socket at once, if there are as many. */
    private static final int AT_ONCE = 1 << 16;
    private static final int NONE = -1;
    // More than hold what a socket may have in it.
    private static final int MOST_LOOKS = 16;

    private final StreamSocket socket;
    private final Memory ahead = Memory.allocate("vfio-user: messages ahead", AT_ONCE);
    private final Memory in = Memory.allocate("vfio-user: message", VfioUser.HEADER_BYTES + MAX_PAYLOAD);
    private final Memory out = Memory.allocate("vfio-user: reply", VfioUser.HEADER_BYTES + MAX_PAYLOAD);
    private final PeerFiles files = new PeerFiles();
    private final int[] fds = new int[LinuxSockets.MAX_PASSED];
    private int fdCount;
    private boolean fdsLost;
    // The bytes ahead that are not taken yet, and whether the descriptors are of the last message that begins there.
    private int next;
    private int end;
    private boolean fdsAhead;
    // Written by the receiving thread: how often it found that all was done, and whether it is waiting since.
    private volatile int looks;
    private volatile boolean waiting;

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
        if (!fdsAhead) {
            closeFds();
        }
        if (next == end && !look() || !take(0, VfioUser.HEADER_BYTES)) {
            return false;
        }
        long size = Math.max(VfioUser.HEADER_BYTES, in.getUnsignedInt(VfioUser.HEADER_SIZE));
        if (size > VfioUser.HEADER_BYTES + MAX_PAYLOAD) {
            throw VfioUserException.invalid("message of " + size + " bytes: there are messages of "
                + VfioUser.HEADER_BYTES + " to " + (VfioUser.HEADER_BYTES + MAX_PAYLOAD));
        }
        boolean whole = take(VfioUser.HEADER_BYTES, (int) size);
        // Linux lets no read go on behind the bytes that descriptors were sent with, so they are of the last message in it:
        // a peer sends messages one by one.
        fdsAhead &= next < end;
        return whole;
    }

    /** Takes what is in the socket, and waits if there is nothing. */
    private boolean look() {
        next = 0;
        looks = looks + 1;
        waiting = true;
        socket.awaitReadable();
        waiting = false;
        end = Math.max(0, socket.receive(ahead.address(), AT_ONCE));
        takeFds();
        fdsAhead = fdCount > 0 || fdsLost;
        return end > 0;
    }

    /** Moves a part of the message to where it is to be: what is ahead, and the rest, and no more, from the socket. */
    private boolean take(int from, int to) {
        int at = from + Math.min(to - from, end - next);
        ahead.copyTo(next, in, from, at - from);
        next += at - from;
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
                fdsLost = true;
                LinuxFiles.close(socket.descriptor(i));
            }
        }
        fdsLost |= socket.isTruncated();
    }

    private void closeFds() {
        for (int i = 0; i < fdCount; i++) {
            if (fds[i] != NONE) {
                LinuxFiles.close(fds[i]);
            }
        }
        fdCount = 0;
        fdsLost = false;
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

    /** Bytes behind its header; negative if it says that it is shorter than a header, and no bytes follow. */
    public int payloadBytes() {
        return in.getInt(VfioUser.HEADER_SIZE) - VfioUser.HEADER_BYTES;
    }

    /** Where the message is; its payload begins at {@link VfioUser#HEADER_BYTES}. */
    public Memory message() {
        return in;
    }

    /** How many descriptors came with it. */
    public int fds() {
        return fdsAhead ? 0 : fdCount;
    }

    /** True if more descriptors came with it than there may be; those beyond are closed. */
    public boolean fdsLost() {
        return fdsLost && !fdsAhead;
    }

    /**
     * Maps memory that came as the descriptor of a file with the message.
     *
     * @param index    of the descriptor
     * @param offset   of the first byte in the file, a multiple of the page size
     * @param size     bytes, a multiple of the page size, that the file must have
     * @param iova     where the peer's device is to see it
     * @param writable whether the device may write to it
     * @return the memory; the caller closes it, on the thread that uses the channel
     * @throws VfioUserException if it cannot be mapped
     */
    public DmaMemory takeMemory(int index, long offset, long size, long iova, boolean writable) {
        int fd = take(index);
        try {
            return files.map(fd, offset, size, iova, writable);
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
        return FdEvent.of(take(index));
    }

    private int take(int index) {
        if (index >= fds() || fds[index] == NONE) {
            throw new IndexOutOfBoundsException("descriptor " + index + " of " + fds());
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

    /** True if the peer has closed its end. Any thread, before {@link #close()}. */
    public boolean isPeerGone() {
        return socket.isPeerGone();
    }

    /**
     * Waits until all that the peer had sent before this call has been received, and whoever received it has come back for
     * more; or until the deadline. Any thread, before {@link #close()}.
     */
    public void awaitTaken(Deadline deadline) {
        int first = looks;
        while (!isDrained() && looks - first < MOST_LOOKS && !deadline.expired()) {
            Thread.yield();
        }
    }

    private boolean isDrained() {
        int seen = looks;
        // If it has waited all the time, nothing was taken from the socket since it was seen to be empty.
        return waiting && !socket.isReadable() && waiting && looks == seen;
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
        ahead.close();
        in.close();
        out.close();
    }
}
