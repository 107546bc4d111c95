package org.netdev4j.platform.vfiouser;

import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.linux.Errno;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.linux.LinuxSockets;
import org.netdev4j.platform.linux.StreamSocket;
import org.netdev4j.platform.memory.Memory;

/**
 * What a server sends: the reply that its client waits for, and requests of its own.
 *
 * <p>One thread calls {@link #next}. The reply with what came along is for the thread that asked, from the signal of its
 * event until it expects another.
 */
final class ServerMessages implements AutoCloseable {
    /** Bytes that a message may have behind its header. */
    static final int ROOM = Client.MOST_DATA + 4096;

    private static final int HEADER = VfioUser.HEADER_BYTES;
    private static final int NOBODY = -1;

    private final StreamSocket socket;
    private final Requests requests;
    private final WaitEvent answered;
    private final Memory header = Memory.allocate("vfio-user: header", HEADER);
    private final Memory in = Memory.allocate("vfio-user: reply", HEADER + ROOM);
    private final Memory asked = Memory.allocate("vfio-user: request", HEADER + ROOM);
    private final int[] received = new int[LinuxSockets.MAX_PASSED];
    private int receivedCount;
    // Written before the signal, read by the command that waits for it.
    private final int[] fds = new int[LinuxSockets.MAX_PASSED];
    private int fdCount;
    private int bytes;
    private int error;
    private int expectedCommand;
    private volatile int expected = NOBODY;

    /** Takes a request of the server; false if its answer cannot be sent any more. */
    interface Requests {
        boolean request(int id, int command, Memory request, int payload, boolean wantsReply);
    }

    ServerMessages(StreamSocket socket, Requests requests, WaitEvent answered) {
        this.socket = socket;
        this.requests = requests;
        this.answered = answered;
    }

    /** Says which reply is waited for. */
    void expect(int id, int command) {
        closeFds();
        answered.poll();
        expectedCommand = command;
        expected = id;
    }

    /** None is waited for any more. */
    void expectNone() {
        expected = NOBODY;
    }

    /** The reply; its payload begins at {@link VfioUser#HEADER_BYTES}. */
    Memory reply() {
        return in;
    }

    /** Bytes of its payload. */
    int bytes() {
        return bytes;
    }

    /** The error number in it, or 0. */
    int error() {
        return error;
    }

    /** A descriptor that came with it, the first one first, from now on the caller's; or -1 if none is left. */
    int takeFd() {
        if (fdCount == 0) {
            return NOBODY;
        }
        int first = fds[0];
        System.arraycopy(fds, 1, fds, 0, --fdCount);
        return first;
    }

    /** Closes those that nobody took. */
    void closeFds() {
        while (fdCount > 0) {
            LinuxFiles.close(fds[--fdCount]);
        }
    }

    /**
     * Takes the next message, and waits for it.
     *
     * @return false if the connection has ended
     * @throws PlatformException if it is none that can be; the stream cannot be followed any more
     */
    boolean next() {
        if (!fill(header, 0, HEADER)) {
            return false;
        }
        long size = header.getUnsignedInt(VfioUser.HEADER_SIZE);
        if (size < HEADER || size > HEADER + ROOM) {
            throw new PlatformException("the server sent a message of " + size + " bytes; there are messages of " + HEADER
                + " to " + (HEADER + ROOM));
        }
        int payload = (int) size - HEADER;
        int flags = header.getInt(VfioUser.HEADER_FLAGS);
        int id = header.getUnsignedShort(VfioUser.HEADER_ID);
        int command = header.getUnsignedShort(VfioUser.HEADER_COMMAND);
        return switch (flags & VfioUser.FLAG_TYPE_MASK) {
            case VfioUser.FLAG_REPLY -> reply(id, command, payload, (flags & VfioUser.FLAG_ERROR) != 0);
            case VfioUser.FLAG_COMMAND -> fill(asked, HEADER, payload)
                && requests.request(id, command, asked, payload, (flags & VfioUser.FLAG_NO_REPLY) == 0);
            default -> throw new PlatformException("the server sent a message with flags 0x" + Integer.toHexString(flags)
                + ", neither command nor reply");
        };
    }

    private boolean reply(int id, int command, int payload, boolean failed) {
        if (id != expected || command != expectedCommand) {
            throw new PlatformException("the server sent a reply that nobody waits for, to " + VfioUser.commandName(command)
                + " of id " + id);
        }
        // Another one with this id would overwrite what is being read.
        expected = NOBODY;
        if (!fill(in, HEADER, payload)) {
            return false;
        }
        int number = header.getInt(VfioUser.HEADER_ERROR);
        bytes = payload;
        error = !failed ? 0 : number > 0 ? number : Errno.EINVAL;
        System.arraycopy(received, 0, fds, 0, receivedCount);
        fdCount = receivedCount;
        receivedCount = 0;
        answered.signal();
        return true;
    }

    /** Descriptors come with the first byte of their message, so a header is read by itself: those of what follows stay. */
    private boolean fill(Memory to, int offset, int length) {
        if (to == header) {
            closeReceived();
        }
        int at = 0;
        while (at < length) {
            int count = socket.receive(to.checkedAddress(offset + at, length - at), length - at);
            for (int i = 0; i < socket.descriptors(); i++) {
                keep(socket.descriptor(i));
            }
            if (count <= 0) {
                return false;
            }
            at += count;
        }
        return true;
    }

    private void keep(int fd) {
        if (receivedCount < received.length) {
            received[receivedCount++] = fd;
        } else {
            LinuxFiles.close(fd);
        }
    }

    private void closeReceived() {
        while (receivedCount > 0) {
            LinuxFiles.close(received[--receivedCount]);
        }
    }

    /** Nobody may be in {@link #next} any more. */
    @Override
    public void close() {
        closeReceived();
        closeFds();
        header.close();
        in.close();
        asked.close();
    }
}
