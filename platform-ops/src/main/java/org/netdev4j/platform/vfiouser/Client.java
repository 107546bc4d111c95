package org.netdev4j.platform.vfiouser;

import java.util.function.Consumer;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.LinuxException;
import org.netdev4j.platform.Mutex;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.Threads;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.linux.Errno;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.linux.LinuxSockets;
import org.netdev4j.platform.linux.StreamSocket;
import org.netdev4j.platform.memory.Memory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The client's end of a connection: one command at a time, each waiting for its reply, and writes that wait for none.
 *
 * <p>A thread reads what the server sends and answers its requests. Commands come from any thread, one after another. A
 * server that is gone, breaks the protocol, does not read or does not answer in time ends the connection for good: every
 * command then fails at once. A write that waits for nothing allocates nothing.
 */
final class Client implements AutoCloseable {
    /** Bytes that a message moves at most, either way. */
    static final int MOST_DATA = 1 << 16;
    /** What becomes of a command when the server is gone. */
    static final int GONE = -1;

    private static final Logger LOG = LoggerFactory.getLogger(Client.class);
    private static final int HEADER = VfioUser.HEADER_BYTES;
    private static final int[] NO_FDS = {};
    private static final long JOIN_MILLIS = 5_000;

    private final String name;
    private final Platform platform;
    private final long timeoutNanos;
    private final Consumer<String> ended;
    private final StreamSocket socket;
    private final Mutex commands;
    // Inside the other: a command that waits must not keep the answer to a request of the server back.
    private final Mutex sending;
    private final Memory out;
    private final Memory answer;
    private final ServerMessages messages;
    private final WaitEvent answered;
    private final Thread reader;
    private int id;
    // Of the reader: a server that asks for nonsense again and again does not fill the log.
    private boolean refused;
    private volatile ServerRequests requests;
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
        this.sending = platform.newMutex("messages of " + name);
        this.answered = platform.newWaitEvent();
        this.socket = new StreamSocket(connect(path, Deadline.afterNanos(platform.clock(), timeoutNanos)));
        this.out = Memory.allocate("vfio-user: command", HEADER + ServerMessages.ROOM);
        this.answer = Memory.allocate("vfio-user: answer", HEADER + ServerMessages.ROOM);
        this.messages = new ServerMessages(socket, this::serve, answered);
        this.reader = new Thread(this::read, name);
        reader.setDaemon(true);
        reader.start();
    }

    private static int connect(String path, Deadline deadline) {
        int fd = LinuxSockets.socket(LinuxSockets.AF_UNIX, LinuxSockets.SOCK_STREAM, 0);
        try {
            LinuxSockets.connectUnix(fd, path, deadline);
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
            case Errno.EAGAIN -> "; the server takes no connections: it is busy or stopped";
            default -> "";
        };
    }

    /** Says who does what the server asks for; until then, and for what that one does not know, it is refused. */
    void serve(ServerRequests by) {
        requests = by;
    }

    /** Takes the connection for a command, whose payload is then built in what is returned, behind the header. */
    Memory begin() {
        commands.lock();
        return out;
    }

    /** Gives the connection back, and closes what descriptors of the reply nobody took. */
    void end() {
        messages.closeFds();
        commands.unlock();
    }

    /**
     * Sends the command that was built and waits for its reply, which lies in {@link #reply()} until {@link #end()}.
     *
     * @param passed descriptors to send along; they stay open here
     * @return bytes of the reply's payload, or {@link #GONE}
     * @throws VfioUserException if the server refused
     */
    int call(int command, int payload, int[] passed) {
        if (gone) {
            return GONE;
        }
        id = id + 1 & 0xffff;
        messages.expect(id, command);
        if (!send(out, id, command, payload, VfioUser.FLAG_COMMAND, passed)) {
            return GONE;
        }
        if (!awaitAnswer() && !gone) {
            fail("no answer to " + VfioUser.commandName(command) + " in " + timeoutNanos / 1_000_000 + " ms");
        }
        messages.expectNone();
        if (gone) {
            return GONE;
        }
        if (messages.error() != 0) {
            throw new VfioUserException(messages.error(), name + ": the server refuses " + VfioUser.commandName(command));
        }
        return messages.bytes();
    }

    /** The same, without descriptors. */
    int call(int command, int payload) {
        return call(command, payload, NO_FDS);
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

    /** Sends the command that was built and waits for nothing, except for room if the server does not read. */
    void post(int command, int payload) {
        if (!gone) {
            id = id + 1 & 0xffff;
            send(out, id, command, payload, VfioUser.FLAG_COMMAND | VfioUser.FLAG_NO_REPLY, NO_FDS);
        }
    }

    private boolean send(Memory message, int number, int command, int payload, int flags, int[] passed) {
        message.putShort(VfioUser.HEADER_ID, (short) number);
        message.putShort(VfioUser.HEADER_COMMAND, (short) command);
        message.putInt(VfioUser.HEADER_SIZE, HEADER + payload);
        message.putInt(VfioUser.HEADER_FLAGS, flags);
        boolean stuck;
        sending.lock();
        try {
            int patience = Math.clamp(timeoutNanos / 1_000_000, 1, Integer.MAX_VALUE);
            if (socket.send(message.checkedAddress(0, HEADER + payload), HEADER + payload, passed, patience)) {
                return true;
            }
            stuck = socket.isStuck();
        } finally {
            sending.unlock();
        }
        fail(stuck ? "the server has read nothing for " + timeoutNanos / 1_000_000 + " ms"
            : "the server has ended the connection");
        return false;
    }

    /** The reply to the last command; its payload begins at {@link VfioUser#HEADER_BYTES}. */
    Memory reply() {
        return messages.reply();
    }

    /** A descriptor that came with the reply, from now on the caller's; -1 if none is left. */
    int takeFd() {
        return messages.takeFd();
    }

    private void read() {
        try {
            while (messages.next()) {
                // One message after another.
            }
            fail("the server has ended the connection");
        } catch (RuntimeException e) {
            fail(e.getMessage());
        }
    }

    private boolean serve(int number, int command, Memory request, int payload, boolean wantsReply) {
        ServerRequests by = requests;
        int flags = VfioUser.FLAG_REPLY;
        int bytes = 0;
        answer.putInt(VfioUser.HEADER_ERROR, 0);
        try {
            if (by == null) {
                throw new VfioUserException(Errno.ENOTSUP, "nothing is served yet");
            }
            bytes = by.answer(command, request, payload, answer);
        } catch (VfioUserException e) {
            LOG.atLevel(refused ? Level.DEBUG : Level.WARN).log("{}: the server asks for {}: {}", name,
                VfioUser.commandName(command), e.getMessage());
            refused = true;
            flags |= VfioUser.FLAG_ERROR;
            answer.putInt(VfioUser.HEADER_ERROR, e.errno());
        }
        return !wantsReply || send(answer, number, command, bytes, flags, NO_FDS);
    }

    /** Ends the connection for good, for a reason that is told unless it has ended already. Any thread. */
    void fail(String why) {
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
        fail("closed");
        if (Threads.join(reader, JOIN_MILLIS)) {
            socket.close();
            messages.close();
            out.close();
            answer.close();
        }
    }
}
