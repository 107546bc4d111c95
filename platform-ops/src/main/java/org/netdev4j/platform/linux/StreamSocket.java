package org.netdev4j.platform.linux;

import java.lang.foreign.Arena;
import org.netdev4j.platform.memory.Memory;

/**
 * A connected Unix stream socket: bytes both ways, and descriptors that come with them, without allocation.
 *
 * <p>One thread receives and one, which may be the same, sends. {@link #shutdown()} is for any thread, as long as {@link
 * #close()} has not begun: it makes the others come back.
 */
public final class StreamSocket implements AutoCloseable {
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CMSG_CLOEXEC = 0x4000_0000;
    private static final int MSG_CTRUNC = 8;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;

    // struct iovec, struct msghdr and struct cmsghdr of a 64-bit system, for each direction. [recvmsg(2), cmsg(3)]
    private static final int VECTOR = 0;
    private static final int HEADER = 16;
    private static final int HEADER_CONTROL = HEADER + 32;
    private static final int HEADER_CONTROL_LENGTH = HEADER + 40;
    private static final int HEADER_FLAGS = HEADER + 48;
    private static final int POLL = 112;
    private static final int CONTROL = 128;
    private static final int CONTROL_DATA = CONTROL + 16;
    private static final int CONTROL_BYTES = 16 + LinuxSockets.MAX_PASSED * Integer.BYTES;
    private static final int POLLED = 240;
    private static final int BYTES = 256;
    private static final int WITHOUT_BOUND = -1;

    private static final int[] NO_DESCRIPTORS = {};

    private final int fd;
    private final Memory in = Memory.allocate("socket: receiving", BYTES);
    private final Memory out = Memory.allocate("socket: sending", BYTES);
    private int descriptors;
    private boolean truncated;
    private boolean stuck;
    private boolean closed;

    /** Takes over a connected socket. */
    public StreamSocket(int fd) {
        this.fd = fd;
        prepare(in);
        prepare(out);
    }

    private static void prepare(Memory structs) {
        structs.putLong(HEADER + 16, structs.address() + VECTOR);
        structs.putLong(HEADER + 24, 1);
    }

    /**
     * Receives what is there, and waits if there is nothing yet.
     *
     * @return bytes received; 0 if the connection has ended; minus the errno if it broke
     */
    public int receive(long address, int length) {
        in.putLong(VECTOR, address);
        in.putLong(VECTOR + 8, length);
        while (true) {
            in.putLong(HEADER_CONTROL, in.address() + CONTROL);
            in.putLong(HEADER_CONTROL_LENGTH, CONTROL_BYTES);
            in.putInt(HEADER_FLAGS, 0);
            long count = Linux.c().recvmsg(fd, in.address() + HEADER, MSG_CMSG_CLOEXEC);
            if (count >= 0) {
                takeControl();
                return (int) count;
            }
            int errno = Linux.errno();
            if (errno != Errno.EINTR) {
                descriptors = 0;
                return -errno;
            }
        }
    }

    private void takeControl() {
        long length = in.getLong(HEADER_CONTROL_LENGTH);
        boolean rights = length >= 16 && in.getInt(CONTROL + 8) == SOL_SOCKET && in.getInt(CONTROL + 12) == SCM_RIGHTS;
        descriptors = rights ? (int) ((in.getLong(CONTROL) - 16) / Integer.BYTES) : 0;
        truncated = (in.getInt(HEADER_FLAGS) & MSG_CTRUNC) != 0;
    }

    /** How many descriptors came with the last {@link #receive}: they are the caller's. */
    public int descriptors() {
        return descriptors;
    }

    /** One of them. */
    public int descriptor(int index) {
        return in.getInt(CONTROL_DATA + (long) index * Integer.BYTES);
    }

    /** True if more descriptors came than {@link LinuxSockets#MAX_PASSED}, the others being lost. */
    public boolean isTruncated() {
        return truncated;
    }

    /** Sends all bytes, and waits while the peer does not read. False if the connection has ended. */
    public boolean send(long address, int length) {
        return send(address, length, NO_DESCRIPTORS);
    }

    /**
     * Sends all bytes and, with the first of them, descriptors.
     *
     * @param fds up to {@link LinuxSockets#MAX_PASSED}; they stay open here
     * @return false if the connection has ended
     */
    public boolean send(long address, int length, int[] fds) {
        return send(address, length, fds, WITHOUT_BOUND);
    }

    /**
     * The same, but waits for a peer that does not read no longer than it is given patience for.
     *
     * @param patienceMillis for each part of the message that finds no room; negative for ever
     * @return false if the connection has ended, or if the peer did not read: {@link #isStuck()}
     */
    public boolean send(long address, int length, int[] fds, int patienceMillis) {
        attach(fds);
        int flags = patienceMillis < 0 ? MSG_NOSIGNAL : MSG_NOSIGNAL | MSG_DONTWAIT;
        int sent = 0;
        stuck = false;
        while (sent < length) {
            out.putLong(VECTOR, address + sent);
            out.putLong(VECTOR + 8, length - sent);
            long count = Linux.c().sendmsg(fd, out.address() + HEADER, flags);
            if (count < 0 && !mayGoOn(Linux.errno(), patienceMillis)) {
                return false;
            }
            sent += (int) Math.max(0, count);
            if (count > 0 && fds.length > 0) {
                attach(NO_DESCRIPTORS);
            }
        }
        return true;
    }

    private boolean mayGoOn(int errno, int patienceMillis) {
        if (errno != Errno.EAGAIN) {
            return errno == Errno.EINTR;
        }
        LinuxFiles.putPollFd(out.address() + POLLED, fd, LinuxFiles.POLLOUT);
        stuck = LinuxFiles.poll(out.address() + POLLED, 1, patienceMillis) == 0;
        return !stuck;
    }

    /** True if the last {@link #send} failed because the peer did not read. */
    public boolean isStuck() {
        return stuck;
    }

    private void attach(int[] fds) {
        if (fds.length > LinuxSockets.MAX_PASSED) {
            throw new IllegalArgumentException("at most " + LinuxSockets.MAX_PASSED + " descriptors in a message: " + fds.length);
        }
        int length = fds.length == 0 ? 0 : 16 + fds.length * Integer.BYTES;
        out.putLong(HEADER_CONTROL, length == 0 ? 0 : out.address() + CONTROL);
        out.putLong(HEADER_CONTROL_LENGTH, length);
        out.putLong(CONTROL, length);
        out.putInt(CONTROL + 8, SOL_SOCKET);
        out.putInt(CONTROL + 12, SCM_RIGHTS);
        for (int i = 0; i < fds.length; i++) {
            out.putInt(CONTROL_DATA + (long) i * Integer.BYTES, fds[i]);
        }
    }

    /** True if the peer has closed its end, also if there is something to receive yet. Any thread. */
    public boolean isPeerGone() {
        try (Arena arena = Arena.ofConfined()) {
            long poll = arena.allocate(LinuxFiles.POLLFD_BYTES, 4).address();
            LinuxFiles.putPollFd(poll, fd, (short) 0);
            LinuxFiles.poll(poll, 1, 0);
            return (LinuxFiles.revents(poll) & (LinuxFiles.POLLHUP | LinuxFiles.POLLERR)) != 0;
        }
    }

    /** True if there is something to receive and the peer is there. Any thread. */
    public boolean isReadable() {
        try (Arena arena = Arena.ofConfined()) {
            long poll = arena.allocate(LinuxFiles.POLLFD_BYTES, 4).address();
            LinuxFiles.putPollFd(poll, fd, LinuxFiles.POLLIN);
            LinuxFiles.poll(poll, 1, 0);
            int events = LinuxFiles.revents(poll);
            return (events & LinuxFiles.POLLIN) != 0 && (events & (LinuxFiles.POLLHUP | LinuxFiles.POLLERR)) == 0;
        }
    }

    /** Waits until {@link #receive} would not wait. For the thread that receives. */
    public void awaitReadable() {
        LinuxFiles.putPollFd(in.address() + POLL, fd, LinuxFiles.POLLIN);
        LinuxFiles.poll(in.address() + POLL, 1, -1);
    }

    /** Ends the connection; receivers get 0, senders false. Any thread. */
    public void shutdown() {
        LinuxSockets.shutdown(fd);
    }

    /** Closes the socket. Idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            LinuxFiles.close(fd);
            in.close();
            out.close();
        }
    }
}
