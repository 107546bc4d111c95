package org.netdev4j.models.vfiouser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.netdev4j.platform.LinuxException;
import org.netdev4j.platform.linux.Errno;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.linux.LinuxSockets;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.vfiouser.VfioUser;

/** A client that says whatever a test wants said, well-formed or not. Every wait is bounded. For one thread. */
final class VfioUserTestClient implements AutoCloseable {
    private static final int HEADER = VfioUser.HEADER_BYTES;
    private static final int WAIT_MILLIS = 60_000;
    private static final int MOST = 1 << 21;

    private final int fd;
    private final Memory buffer = Memory.allocate("client", MOST);
    private final Memory poll = Memory.allocate("poll", LinuxFiles.POLLFD_BYTES);
    private int lastId;
    private boolean open = true;

    private VfioUserTestClient(int fd) {
        this.fd = fd;
    }

    /** Connected, nothing said yet. */
    static VfioUserTestClient connect(Path socket) {
        int fd = LinuxSockets.socket(LinuxSockets.AF_UNIX, LinuxSockets.SOCK_STREAM, 0);
        try {
            LinuxSockets.connectUnix(fd, socket.toString());
        } catch (RuntimeException e) {
            LinuxFiles.close(fd);
            throw e;
        }
        return new VfioUserTestClient(fd);
    }

    /** Connected, and the version agreed upon. */
    static VfioUserTestClient attach(Path socket) {
        VfioUserTestClient client = connect(socket);
        client.ask(VfioUser.VERSION, Payload.version(0, 0));
        return client;
    }

    /** A message with an id of its own. */
    static byte[] message(int id, int command, int size, int flags, byte[] payload) {
        ByteBuffer out = ByteBuffer.allocate(HEADER + payload.length).order(ByteOrder.LITTLE_ENDIAN);
        return out.putShort((short) id).putShort((short) command).putInt(size).putInt(flags).putInt(0).put(payload).array();
    }

    /** Sends bytes as they are; descriptors go with the first. */
    void sendRaw(byte[] bytes, int... fds) {
        buffer.copyFrom(0, bytes, 0, bytes.length);
        int sent = LinuxSockets.send(fd, buffer.address(), bytes.length, fds);
        while (sent < bytes.length) {
            sent += LinuxSockets.send(fd, buffer.address() + sent, bytes.length - sent);
        }
    }

    /** Sends a message whose header says what is given, whatever comes behind it; its id. */
    int send(int command, int size, int flags, byte[] payload, int... fds) {
        int id = ++lastId & 0xffff;
        sendRaw(message(id, command, size, flags, payload), fds);
        return id;
    }

    int send(int command, Payload payload, int... fds) {
        byte[] bytes = payload.bytes();
        return send(command, HEADER + bytes.length, 0, bytes, fds);
    }

    /** A request that is answered without an error. */
    Reply ask(int command, Payload payload, int... fds) {
        int id = send(command, payload, fds);
        Reply reply = receive(id, command);
        assertEquals("0", Errno.name(reply.errno()).replace("errno ", ""), "command " + command);
        assertEquals(VfioUser.FLAG_REPLY, reply.flags());
        return reply;
    }

    /** A request that is refused with an error number, by a header and no more. */
    void refused(int errno, int command, Payload payload, int... fds) {
        refused(errno, command, send(command, payload, fds));
    }

    void refused(int errno, int command, int id) {
        Reply reply = receive(id, command);
        assertEquals(Errno.name(errno), Errno.name(reply.errno()), "command " + command);
        assertEquals(VfioUser.FLAG_REPLY | VfioUser.FLAG_ERROR, reply.flags());
        assertEquals(0, reply.payload().remaining());
    }

    private Reply receive(int id, int command) {
        Reply reply = receive();
        assertEquals(id, reply.id());
        assertEquals(command, reply.command());
        return reply;
    }

    Reply receive() {
        ByteBuffer header = bytes(HEADER);
        int size = header.getInt(VfioUser.HEADER_SIZE);
        assertTrue(size >= HEADER && size <= MOST, "size " + size);
        return new Reply(header.getShort(0) & 0xffff, header.getShort(2) & 0xffff, header.getInt(VfioUser.HEADER_FLAGS),
            header.getInt(VfioUser.HEADER_ERROR), bytes(size - HEADER));
    }

    private ByteBuffer bytes(int count) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (out.size() < count) {
            int got = receiveSome(count - out.size());
            assertTrue(got > 0, "the connection ended");
            out.writeBytes(buffer.bytes(0, got));
        }
        return ByteBuffer.wrap(out.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    }

    private int receiveSome(int most) {
        awaitReadable();
        LinuxSockets.Received received = LinuxSockets.receive(fd, buffer.address(), most);
        assertEquals(0, received.fds().length, "descriptors from the server");
        return received.bytes();
    }

    private void awaitReadable() {
        LinuxFiles.putPollFd(poll.address(), fd, LinuxFiles.POLLIN);
        assertEquals(1, LinuxFiles.poll(poll.address(), 1, WAIT_MILLIS), "nothing came");
    }

    /** The server has ended the connection, and has said nothing more. */
    void assertEnded() {
        try {
            assertEquals(0, receiveSome(1), "bytes before the end");
        } catch (LinuxException e) {
            // What it had not read is told as a reset.
            assertEquals("ECONNRESET", e.errnoName());
        }
    }

    /** The server still answers. */
    void assertAlive() {
        Reply reply = ask(VfioUser.DEVICE_GET_INFO, Payload.empty().u32(16).zeros(12));
        assertEquals(16, reply.payload().remaining());
    }

    long read(int region, long offset, int width) {
        ByteBuffer in = ask(VfioUser.REGION_READ, Payload.access(offset, region, width)).payload();
        assertEquals(16 + width, in.remaining());
        return switch (width) {
            case 1 -> in.get(16) & 0xffL;
            case 2 -> in.getShort(16) & 0xffffL;
            case 4 -> in.getInt(16) & 0xffff_ffffL;
            default -> in.getLong(16);
        };
    }

    void write(int region, long offset, int width, long value) {
        ByteBuffer in = ask(VfioUser.REGION_WRITE, written(region, offset, width, value)).payload();
        assertEquals(16, in.remaining());
        assertEquals(offset, in.getLong(0));
        assertEquals(region, in.getInt(8));
        assertEquals(width, in.getInt(12));
    }

    static Payload written(int region, long offset, int width, long value) {
        Payload payload = Payload.access(offset, region, width);
        for (int i = 0; i < width; i++) {
            payload.u8((int) (value >>> 8 * i));
        }
        return payload;
    }

    int fd() {
        return fd;
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            LinuxFiles.close(fd);
            buffer.close();
            poll.close();
        }
    }

    /** What came back. */
    record Reply(int id, int command, int flags, int errno, ByteBuffer payload) {
    }
}
