package org.netdev4j.platform.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.LinuxException;

/**
 * Calls on sockets, above all those that pass descriptors between processes. All sockets are made with SOCK_CLOEXEC.
 *
 * <p>Each throws {@link LinuxException} unless it says otherwise. Thread-safe.
 */
public final class LinuxSockets {
    public static final int AF_UNIX = 1;
    public static final int AF_INET = 2;
    public static final int AF_INET6 = 10;
    public static final int AF_NETLINK = 16;
    public static final int SOCK_STREAM = 1;
    public static final int SOCK_DGRAM = 2;
    public static final int SOCK_RAW = 3;
    public static final int SOCK_NONBLOCK = 0x800;

    /** The most descriptors in one message here; Linux allows 253. [unix(7), SCM_RIGHTS] */
    public static final int MAX_PASSED = 16;

    private static final int SOCK_CLOEXEC = 0x8_0000;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_CTRUNC = 8;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CMSG_CLOEXEC = 0x4000_0000;
    private static final int SHUT_RDWR = 2;
    private static final int PAUSE_MILLIS = 10;
    private static final int SUN_PATH = 108;
    private static final int MSGHDR_BYTES = 56;
    private static final int MSG_CONTROL = 32;
    private static final int MSG_CONTROLLEN = 40;
    private static final int MSG_FLAGS = 48;
    private static final int CMSG_HEADER = 16;
    private static final int CONTROL_BYTES = CMSG_HEADER + MAX_PASSED * Integer.BYTES;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

    private LinuxSockets() {
    }

    /** A new socket. */
    public static int socket(int domain, int type, int protocol) {
        return Linux.check(Linux.c().socket(domain, type | SOCK_CLOEXEC, protocol), "socket(domain " + domain + ")");
    }

    /** Two new sockets of this process, connected to each other. */
    public static int[] pair(int type) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment fds = arena.allocate(8, 4);
            Linux.check(Linux.c().socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, fds.address()), "socketpair()");
            return fds.toArray(ValueLayout.JAVA_INT);
        }
    }

    /** Joins a netlink socket to multicast groups. [netlink(7), struct sockaddr_nl] */
    public static void bindNetlink(int fd, int groups) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(12, 4);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_NETLINK);
            address.set(INT, 8, groups);
            Linux.check(Linux.c().bind(fd, address.address(), 12), "bind(netlink groups " + groups + ")");
        }
    }

    /** Binds a Unix socket to a path, which comes into being, and listens there. */
    public static void listenUnix(int fd, String path, int backlog) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = unixAddress(arena, path);
            Linux.check(Linux.c().bind(fd, address.address(), (int) address.byteSize()), "bind(" + path + ")");
            Linux.check(Linux.c().listen(fd, backlog), "listen(" + path + ")");
        }
    }

    /** Connects a Unix socket to the one that listens at a path. */
    public static void connectUnix(int fd, String path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = unixAddress(arena, path);
            while (Linux.c().connect(fd, address.address(), (int) address.byteSize()) < 0) {
                retryOrThrow("connect(" + path + ")");
            }
        }
    }

    /**
     * The same, but a listener that takes no connections is waited for no longer than until a deadline.
     *
     * @throws LinuxException EAGAIN if it then takes none yet
     */
    public static void connectUnix(int fd, String path, Deadline deadline) {
        int flags = LinuxFiles.fcntl(fd, LinuxFiles.F_GETFL, 0);
        LinuxFiles.fcntl(fd, LinuxFiles.F_SETFL, flags | LinuxFiles.O_NONBLOCK);
        while (!tryConnectUnix(fd, path, deadline)) {
            LinuxFiles.poll(0, 0, PAUSE_MILLIS);
        }
        LinuxFiles.fcntl(fd, LinuxFiles.F_SETFL, flags);
    }

    private static boolean tryConnectUnix(int fd, String path, Deadline deadline) {
        try {
            connectUnix(fd, path);
            return true;
        } catch (LinuxException e) {
            if (e.errno() != Errno.EAGAIN || deadline.expired()) {
                throw e;
            }
            return false;
        }
    }

    /** Takes a connection from a listening socket; waits for one, unless the socket is not blocking. */
    public static int accept(int fd) {
        while (true) {
            int accepted = Linux.c().accept4(fd, 0, 0, SOCK_CLOEXEC);
            if (accepted >= 0) {
                return accepted;
            }
            retryOrThrow("accept4(fd " + fd + ")");
        }
    }

    /**
     * Ends a connection in both directions, or makes who waits in {@link #accept} on a listening socket fail with EINVAL.
     * Any thread; whoever uses the socket closes it afterwards. A socket that is not connected any more is no failure.
     */
    public static void shutdown(int fd) {
        if (Linux.c().shutdown(fd, SHUT_RDWR) < 0 && Linux.errno() != Errno.ENOTCONN) {
            throw Linux.failure("shutdown(fd " + fd + ")", Linux.errno());
        }
    }

    /**
     * Sends bytes and, with the first of them, descriptors.
     *
     * @param fds up to {@link #MAX_PASSED}; they stay open here
     * @return bytes sent, which may be less than {@code length} on a stream; the descriptors went along in any case
     */
    public static int send(int fd, long address, int length, int... fds) {
        if (fds.length > MAX_PASSED) {
            throw new IllegalArgumentException("at most " + MAX_PASSED + " descriptors in a message: " + fds.length);
        }
        try (Arena arena = Arena.ofConfined()) {
            int rights = fds.length == 0 ? 0 : CMSG_HEADER + fds.length * Integer.BYTES;
            MemorySegment control = arena.allocate(CONTROL_BYTES, 8);
            control.set(LONG, 0, rights);
            control.set(INT, 8, SOL_SOCKET);
            control.set(INT, 12, SCM_RIGHTS);
            MemorySegment.copy(fds, 0, control, INT, CMSG_HEADER, fds.length);
            MemorySegment message = message(arena, address, length, control, rights);
            while (true) {
                long sent = Linux.c().sendmsg(fd, message.address(), MSG_NOSIGNAL);
                if (sent >= 0) {
                    return (int) sent;
                }
                retryOrThrow("sendmsg(fd " + fd + ", " + length + " bytes)");
            }
        }
    }

    /**
     * Receives bytes and the descriptors that came with them, which are this process's from now on.
     *
     * @return what came; 0 bytes if the peer has closed
     * @throws LinuxException also if more descriptors came than {@link #MAX_PASSED}; those that arrived are closed
     */
    public static Received receive(int fd, long address, int capacity) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment control = arena.allocate(CONTROL_BYTES, 8);
            MemorySegment message = message(arena, address, capacity, control, CONTROL_BYTES);
            while (true) {
                long count = Linux.c().recvmsg(fd, message.address(), MSG_CMSG_CLOEXEC);
                if (count >= 0) {
                    return new Received((int) count, passed(fd, message, control));
                }
                retryOrThrow("recvmsg(fd " + fd + ")");
            }
        }
    }

    // struct msghdr and struct cmsghdr of a 64-bit system. [recvmsg(2), cmsg(3)]
    private static MemorySegment message(Arena arena, long address, int length, MemorySegment control, int controlBytes) {
        MemorySegment vector = arena.allocate(LinuxFiles.IOVEC_BYTES, 8);
        vector.set(LONG, 0, address);
        vector.set(LONG, 8, length);
        MemorySegment message = arena.allocate(MSGHDR_BYTES, 8);
        message.set(LONG, 16, vector.address());
        message.set(LONG, 24, 1);
        message.set(LONG, MSG_CONTROL, control.address());
        message.set(LONG, MSG_CONTROLLEN, controlBytes);
        return message;
    }

    private static int[] passed(int fd, MemorySegment message, MemorySegment control) {
        int[] fds = new int[0];
        boolean rights = message.get(LONG, MSG_CONTROLLEN) >= CMSG_HEADER
            && control.get(INT, 8) == SOL_SOCKET && control.get(INT, 12) == SCM_RIGHTS;
        if (rights) {
            fds = control.asSlice(CMSG_HEADER, control.get(LONG, 0) - CMSG_HEADER).toArray(INT);
        }
        if ((message.get(INT, MSG_FLAGS) & MSG_CTRUNC) != 0) {
            for (int passed : fds) {
                LinuxFiles.close(passed);
            }
            throw Linux.failure("recvmsg(fd " + fd + "), which brought more than " + MAX_PASSED + " descriptors",
                Errno.EINVAL);
        }
        return fds;
    }

    private static MemorySegment unixAddress(Arena arena, String path) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length >= SUN_PATH) {
            throw new IllegalArgumentException("a socket path has 1 to " + (SUN_PATH - 1) + " bytes: \"" + path + "\"");
        }
        MemorySegment address = arena.allocate(2 + bytes.length + 1L, 2);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
        MemorySegment.copy(bytes, 0, address, ValueLayout.JAVA_BYTE, 2, bytes.length);
        return address;
    }

    private static void retryOrThrow(String call) {
        int errno = Linux.errno();
        if (errno != Errno.EINTR) {
            throw Linux.failure(call, errno);
        }
    }

    /**
     * What came in one message.
     *
     * @param bytes how many; 0 if the peer has closed
     * @param fds   descriptors that came along; the receiver closes them
     */
    public record Received(int bytes, int[] fds) {
    }
}
