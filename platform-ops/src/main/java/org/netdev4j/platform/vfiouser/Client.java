package org.netdev4j.platform.vfiouser;

import java.util.function.Consumer;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.LinuxException;
import org.netdev4j.platform.Mutex;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.linux.Errno;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.linux.LinuxSockets;
import org.netdev4j.platform.linux.StreamSocket;
import org.netdev4j.platform.memory.Memory;

/**
 * The client's end of a connection: one command at a time, each waiting for its reply, and writes that wait for none.
 *
 * <p>A thread reads what the server sends. Commands come from any thread, one after another. A server that is gone, breaks
 * the protocol or does not answer in time ends the connection for good: every command then fails at once. A write
 * that waits for nothing allocates nothing.
 */
final class Client implements AutoCloseable {
    private static final int HEADER = VfioUser.HEADER_BYTES;
    private static final int ROOM = 8192;
    private static final int[] NO_FDS = {};
    private static final long JOIN_MILLIS = 5_000;

    /** What became of a command. */
    static final int GONE = -1;

    private final String name;
    private final Platform platform;
    private final long timeoutNanos;
    private final Consumer<String> ended;
    private final StreamSocket socket;
    private final Mutex commands;
    private final Memory out = Memory.allocate("vfio-user: command", HEADER + ROOM);
    private final Memory in = Memory.allocate("vfio-user: reply", HEADER + ROOM);
    private final WaitEvent answered;
    private final Thread reader;
    private int id;
    // Written by the reader before it signals, read by the command that waits.
    private int replyBytes;
    private int replyError;
    private volatile int expected = -1;
    private volatile boolean gone;
    private boolean closed;

    /**
     * Connects.
     *
     * @param ended told once, in a line for people, why the connection has ended if nobody closed it
     */
    Client(String path, Platform platform, long timeoutNanos, Consumer<String> ended) {
        this.name = "vfio-user:" + path;
        this.platform = platform;
        this.timeoutNanos = timeoutNanos;
        this.ended = ended;
        this.commands = platform.newMutex("commands of " + name);
        this.answered = platform.newWaitEvent();
        this.socket = new StreamSocket(connect(path));
        this.reader = new Thread(this::read, name);
        reader.setDaemon(true);
        reader.start();
    }

    private static int connect(String path) {
        int fd = LinuxSockets.socket(LinuxSockets.AF_UNIX, LinuxSockets.SOCK_STREAM, 0);
        try {
            LinuxSockets.connectUnix(fd, path);
            return fd;
        } catch (LinuxException | IllegalArgumentException e) {
            LinuxFiles.close(fd);
            throw new PlatformException("vfio-user:" + path + ": " + e.getMessage() + remedy(e), e);
        }
    }

    private static String remedy(RuntimeException e) {
        return switch (e instanceof LinuxException linux ? linux.errno() : 0) {
            case Errno.ENOENT -> "; is the server running, as \"netdev serve ena --socket PATH\"?";
            case Errno.ECONNREFUSED -> "; the socket is there, but nobody listens: start the server again";
            case Errno.EACCES, Errno.EPERM -> "; you may not write to it: run as who made it, or change its permissions";
            default -> "";
        };
    }

    /** Takes the connection for a command, whose payload is then built in {@link #payload()}. */
    Memory begin() {
        commands.lock();
        return out;
    }

    /** Gives the connection back. */
    void end() {
        commands.unlock();
    }

    /**
     * Sends the command that was built and waits for its reply, which lies in {@link #reply()} until {@link #end()}.
     *
     * @return bytes of its payload, or {@link #GONE}
     * @throws VfioUserException if the server refused
     */
    int call(int command, int payload) {
        return call(command, payload, NO_FDS);
    }

    /** The same, with descriptors, which stay open here. */
    int call(int command, int payload, int[] fds) {
        if (gone) {
            return GONE;
        }
        answered.poll();
        expected = id = id + 1 & 0xffff;
        put(command, payload, VfioUser.FLAG_COMMAND);
        if (!socket.send(out.address(), HEADER + payload, fds)) {
            gone("the server has ended the connection");
            return GONE;
        }
        if (!awaitAnswer() && !gone) {
            gone("no answer to command " + command + " in " + timeoutNanos / 1_000_000 + " ms");
        }
        expected = -1;
        if (gone) {
            return GONE;
        }
        if (replyError != 0) {
            throw new VfioUserException(replyError, name + ": the server refuses command " + command);
        }
        return replyBytes;
    }

    /** An interrupt of the caller's thread says nothing about the server: it is kept for later. */
    private boolean awaitAnswer() {
        Deadline deadline = Deadline.afterNanos(platform.clock(), timeoutNanos);
        boolean interrupted = false;
        boolean came = answered.await(deadline);
        while (!came && !deadline.expired()) {
            interrupted |= Thread.interrupted();
            came = answered.await(deadline);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return came;
    }

    /** Sends the command that was built and waits for nothing. */
    void post(int command, int payload) {
        if (gone) {
            return;
        }
        id = id + 1 & 0xffff;
        put(command, payload, VfioUser.FLAG_COMMAND | VfioUser.FLAG_NO_REPLY);
        if (!socket.send(out.address(), HEADER + payload, NO_FDS)) {
            gone("the server has ended the connection");
        }
    }

    private void put(int command, int payload, int flags) {
        out.putShort(VfioUser.HEADER_ID, (short) id);
        out.putShort(VfioUser.HEADER_COMMAND, (short) command);
        out.putInt(VfioUser.HEADER_SIZE, HEADER + payload);
        out.putInt(VfioUser.HEADER_FLAGS, flags);
        out.putInt(VfioUser.HEADER_ERROR, 0);
    }

    /** The reply to the last command; its payload begins at {@link VfioUser#HEADER_BYTES}. */
    Memory reply() {
        return in;
    }

    private void read() {
        try {
            while (fill(0, HEADER) && message()) {
                // One message after another.
            }
            gone("the server has ended the connection");
        } catch (RuntimeException e) {
            gone(e.getMessage());
        }
    }

    private boolean message() {
        long size = in.getUnsignedInt(VfioUser.HEADER_SIZE);
        int flags = in.getInt(VfioUser.HEADER_FLAGS);
        if (size < HEADER || size > HEADER + ROOM) {
            throw new PlatformException("the server sent a message of " + size + " bytes");
        }
        int received = in.getUnsignedShort(VfioUser.HEADER_ID);
        boolean reply = (flags & VfioUser.FLAG_TYPE_MASK) == VfioUser.FLAG_REPLY;
        if (!reply || received != expected) {
            // A server needs none of its own commands here: all memory it may reach came to it as a descriptor.
            throw new PlatformException("the server sent " + (reply ? "a reply that nobody waits for, id "
                : "a command that is not served here, ") + (reply ? received : in.getUnsignedShort(VfioUser.HEADER_COMMAND)));
        }
        if (!fill(HEADER, (int) size)) {
            return false;
        }
        replyBytes = (int) size - HEADER;
        int error = in.getInt(VfioUser.HEADER_ERROR);
        replyError = (flags & VfioUser.FLAG_ERROR) == 0 ? 0 : error == 0 ? Errno.EINVAL : error;
        answered.signal();
        return true;
    }

    private boolean fill(int from, int to) {
        int at = from;
        while (at < to) {
            int count = socket.receive(in.checkedAddress(at, to - at), to - at);
            for (int i = 0; i < socket.descriptors(); i++) {
                LinuxFiles.close(socket.descriptor(i));
            }
            if (count <= 0) {
                return false;
            }
            at += count;
        }
        return true;
    }

    private void gone(String why) {
        boolean first;
        boolean own;
        synchronized (this) {
            first = !gone;
            own = closed;
            gone = true;
        }
        if (first) {
            socket.shutdown();
            if (!own) {
                ended.accept(name + ": " + why + "; the device counts as pulled out");
            }
        }
        answered.signal();
    }

    /** True once the connection has ended. */
    boolean isGone() {
        return gone;
    }

    /** Ends the connection. Nobody may be in a command. Idempotent. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        gone("closed");
        boolean interrupted = false;
        try {
            reader.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (!reader.isAlive()) {
            socket.close();
            in.close();
            out.close();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
