package org.netdev4j.platform.vfiouser;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.netdev4j.platform.LinuxException;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.linux.LinuxSockets;
import org.netdev4j.platform.memory.Memory;

/**
 * A server that is a small PCI function, until a test tells it to answer a command in some other way, or to say what nobody
 * asked for. One client after another.
 */
final class ScriptedServer implements AutoCloseable {
    static final int IDS = 0x1234_5678;
    static final int BAR_BYTES = 0x4000;
    static final int VECTORS = 20;

    private static final int HEADER = VfioUser.HEADER_BYTES;
    private static final int MOST = 1 << 18;
    private static final long LONG_ENOUGH_SECONDS = 60;

    private final int listener;
    private final Thread thread;
    private final Memory in = Memory.allocate("server in", MOST);
    private final Memory out = Memory.allocate("server out", MOST);
    private final Map<Integer, Script> scripts = new ConcurrentHashMap<>();
    private final List<Message> seen = new ArrayList<>();
    private final BlockingQueue<Message> replies = new LinkedBlockingQueue<>();
    private final byte[] bar = new byte[BAR_BYTES];
    private final byte[] config = new byte[256];
    private volatile String capabilities = "{\"capabilities\":{\"max_msg_fds\":8}}";
    private volatile int connection = -1;
    private volatile boolean stopping;

    /** How a command is answered. Descriptors of the answer are closed once they are sent. */
    interface Script {
        Answer to(Message request);
    }

    /** A message that came, with its descriptors, closed with the server. */
    record Message(int id, int command, int flags, int errno, ByteBuffer payload, int[] fds) {
        boolean wantsReply() {
            return (flags & VfioUser.FLAG_NO_REPLY) == 0;
        }
    }

    /** What to answer; {@code raw} is sent as it is. */
    record Answer(byte[] payload, int errno, byte[] raw, int... fds) {
        static Answer of(ByteBuffer payload, int... fds) {
            return new Answer(payload.array(), 0, null, fds);
        }

        static Answer refusal(int errno) {
            return new Answer(new byte[0], errno, null);
        }

        static Answer silence() {
            return raw(new byte[0]);
        }

        static Answer raw(byte[] bytes) {
            return new Answer(null, 0, bytes);
        }
    }

    ScriptedServer(Path socket) {
        ByteBuffer.wrap(config).order(ByteOrder.LITTLE_ENDIAN).putInt(0, IDS).putInt(8, 0x0200_0001);
        listener = LinuxSockets.socket(LinuxSockets.AF_UNIX, LinuxSockets.SOCK_STREAM, 0);
        LinuxSockets.listenUnix(listener, socket.toString(), 4);
        thread = new Thread(this::run, "scripted server");
        thread.setDaemon(true);
        thread.start();
    }

    /** Bytes, little-endian, to put things into. */
    static ByteBuffer bytes(int count) {
        return ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    }

    static byte[] message(int id, int command, int size, int flags, byte... payload) {
        return bytes(HEADER + payload.length).putShort((short) id).putShort((short) command).putInt(size).putInt(flags)
            .putInt(0).put(payload).array();
    }

    /** What a server says of a region. */
    static ByteBuffer regionInfo(int room, int argsz, int flags, int region, int caps, long size, long offset) {
        return bytes(room).putInt(argsz).putInt(flags).putInt(region).putInt(caps).putLong(size).putLong(offset);
    }

    ScriptedServer on(int command, Script script) {
        scripts.put(command, script);
        return this;
    }

    /** What it says that it can do. */
    ScriptedServer offers(String json) {
        capabilities = json;
        return this;
    }

    byte[] bar() {
        return bar;
    }

    /** Requests of a kind that came so far. */
    List<Message> seen(int command) {
        synchronized (seen) {
            return seen.stream().filter(message -> message.command == command).toList();
        }
    }

    /** Sends bytes to the client. */
    synchronized void send(byte[] bytes, int... fds) {
        out.copyFrom(0, bytes, 0, bytes.length);
        int sent = LinuxSockets.send(connection, out.address(), bytes.length, fds);
        while (sent < bytes.length) {
            sent += LinuxSockets.send(connection, out.address() + sent, bytes.length - sent);
        }
    }

    /** Asks the client for something; its reply. */
    Message ask(int command, ByteBuffer payload) {
        send(message(77, command, HEADER + payload.capacity(), 0, payload.array()));
        return reply();
    }

    /** The next reply of the client. */
    Message reply() {
        try {
            Message reply = replies.poll(LONG_ENOUGH_SECONDS, TimeUnit.SECONDS);
            assertNotNull(reply, "no reply came");
            return reply;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Ends the connection to the client. */
    void hangUp() {
        LinuxSockets.shutdown(connection);
    }

    private void run() {
        while (!stopping) {
            try {
                connection = LinuxSockets.accept(listener);
                serve();
            } catch (LinuxException e) {
                // The client has gone, or the test is over.
            } finally {
                synchronized (this) {
                    if (connection >= 0) {
                        LinuxFiles.close(connection);
                        connection = -1;
                    }
                }
            }
        }
    }

    private void serve() {
        Message message = receive();
        while (message != null) {
            if ((message.flags & VfioUser.FLAG_TYPE_MASK) == VfioUser.FLAG_REPLY) {
                replies.add(message);
            } else {
                synchronized (seen) {
                    seen.add(message);
                }
                answer(message, scripts.getOrDefault(message.command, this::standard).to(message));
            }
            message = receive();
        }
    }

    private void answer(Message to, Answer answer) {
        if (answer.raw != null) {
            if (answer.raw.length > 0) {
                send(answer.raw, answer.fds);
            }
        } else if (to.wantsReply()) {
            byte[] bytes = message(to.id, to.command, HEADER + answer.payload.length,
                VfioUser.FLAG_REPLY | (answer.errno == 0 ? 0 : VfioUser.FLAG_ERROR), answer.payload);
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(VfioUser.HEADER_ERROR, answer.errno);
            send(bytes, answer.fds);
        }
        Arrays.stream(answer.fds).forEach(LinuxFiles::close);
    }

    private Message receive() {
        List<Integer> fds = new ArrayList<>();
        ByteBuffer header = take(HEADER, fds);
        ByteBuffer payload = header == null ? null : take(header.getInt(VfioUser.HEADER_SIZE) - HEADER, fds);
        return payload == null ? null : new Message(header.getShort(0) & 0xffff, header.getShort(2) & 0xffff,
            header.getInt(VfioUser.HEADER_FLAGS), header.getInt(VfioUser.HEADER_ERROR), payload,
            fds.stream().mapToInt(i -> i).toArray());
    }

    private ByteBuffer take(int count, List<Integer> fds) {
        ByteArrayOutputStream taken = new ByteArrayOutputStream();
        while (taken.size() < count) {
            LinuxSockets.Received received = LinuxSockets.receive(connection, in.address(), Math.min(MOST, count - taken.size()));
            Arrays.stream(received.fds()).forEach(fds::add);
            if (received.bytes() == 0) {
                return null;
            }
            taken.writeBytes(in.bytes(0, received.bytes()));
        }
        return ByteBuffer.wrap(taken.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** What such a function answers. */
    Answer standard(Message request) {
        ByteBuffer payload = request.payload;
        return switch (request.command) {
            case VfioUser.VERSION -> {
                byte[] json = (capabilities + "\0").getBytes(StandardCharsets.UTF_8);
                yield Answer.of(bytes(4 + json.length).putInt(0).put(json));
            }
            case VfioUser.DEVICE_GET_INFO -> Answer.of(bytes(16).putInt(16)
                .putInt(VfioUser.DEVICE_FLAG_PCI | VfioUser.DEVICE_FLAG_RESET).putInt(VfioUser.REGIONS).putInt(VfioUser.IRQS));
            case VfioUser.DEVICE_GET_REGION_INFO -> {
                int region = payload.getInt(8);
                long size = region == 0 || region == 2 ? BAR_BYTES : region == VfioUser.REGION_CONFIG ? config.length : 0;
                yield Answer.of(regionInfo(32, 32, size == 0 ? 0 : 3, region, 0, size, 0));
            }
            case VfioUser.DEVICE_GET_IRQ_INFO -> Answer.of(bytes(16).putInt(16).putInt(VfioUser.IRQ_FLAG_EVENTFD)
                .putInt(payload.getInt(8)).putInt(payload.getInt(8) == VfioUser.IRQ_MSIX ? VECTORS : 0));
            case VfioUser.REGION_READ -> {
                int count = payload.getInt(12);
                yield Answer.of(bytes(16 + count).put(payload.array(), 0, 16)
                    .put(region(payload), (int) payload.getLong(0), count));
            }
            case VfioUser.REGION_WRITE -> {
                payload.get(16, region(payload), (int) payload.getLong(0), payload.getInt(12));
                yield Answer.of(bytes(16).put(payload.array(), 0, 16));
            }
            case VfioUser.REGION_WRITE_MULTI -> {
                for (int at = 8; at < payload.capacity(); at += VfioUser.WRITE_MULTI_ENTRY) {
                    payload.get(at + 16, bar, (int) payload.getLong(at), 8);
                }
                yield Answer.silence();
            }
            default -> Answer.of(bytes(0));
        };
    }

    private byte[] region(ByteBuffer access) {
        return access.getInt(8) == VfioUser.REGION_CONFIG ? config : bar;
    }

    @Override
    public void close() {
        stopping = true;
        LinuxSockets.shutdown(listener);
        synchronized (this) {
            if (connection >= 0) {
                LinuxSockets.shutdown(connection);
            }
        }
        try {
            thread.join(TimeUnit.SECONDS.toMillis(LONG_ENOUGH_SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        LinuxFiles.close(listener);
        synchronized (seen) {
            seen.forEach(message -> Arrays.stream(message.fds).forEach(LinuxFiles::close));
        }
        replies.forEach(message -> Arrays.stream(message.fds).forEach(LinuxFiles::close));
        in.close();
        out.close();
    }
}
