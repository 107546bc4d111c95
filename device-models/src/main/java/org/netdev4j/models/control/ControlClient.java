package org.netdev4j.models.control;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.netdev4j.models.control.ControlException.Code;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.RandomSource;
import org.netdev4j.platform.WaitEvent;

/**
 * A client of the control channel. Thread-safe: one request is under way at a time, and others wait for it. Requests have a
 * limit of time; a channel that fails, or answers too late, is of no use any more.
 */
public final class ControlClient implements AutoCloseable {
    private static final long JOIN_MILLIS = 1_000;
    private static final byte[] NOTHING = {};

    /**
     * A device that can be powered on.
     *
     * @param index  number, from 0
     * @param model  name of the model, as {@code ena}
     * @param socket path at which the server serves it over vfio-user
     * @param faults names of faults that it can have
     * @param keys   keys that it can be powered on with
     */
    public record Offered(int index, String model, String socket, Set<String> faults, Set<String> keys) {
    }

    private final ControlAddress address;
    private final MessageStream stream;
    private final long patienceNanos;
    private final Platform platform;
    private final CountDownLatch greeted = new CountDownLatch(1);
    private final Thread reader;
    private final Object requests = new Object();
    private final WaitEvent answered;
    private List<Offered> offered = List.of();
    private AtomicReferenceArray<ControlledWire> wires = new AtomicReferenceArray<>(0);
    // Guarded by requests.
    private int id;
    // Written by the reader before it signals, read by who waits.
    private volatile int expected;
    private int answerType;
    private byte[] answer;
    private volatile String failed;
    private volatile boolean closed;

    private ControlClient(ControlAddress address, ByteStream bytes, Platform platform, long patienceNanos) {
        this.address = address;
        this.stream = new MessageStream(bytes);
        this.platform = platform;
        this.patienceNanos = patienceNanos;
        this.answered = platform.newWaitEvent();
        long nonce = RandomSource.secure().nextLong();
        // In the group of the first threads: it outlives the case that is under way.
        this.reader = new Thread(topGroup(), () -> read(nonce), "control channel " + address);
        reader.setDaemon(true);
        reader.start();
        try {
            stream.send(Protocol.HELLO, 0, 0, Fields.write(out -> {
                out.writeLong(Protocol.MAGIC);
                out.writeLong(nonce);
                out.writeShort(Protocol.VERSION);
            }));
        } catch (IOException e) {
            fail(e.getMessage());
        }
    }

    private static ThreadGroup topGroup() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group.getParent() != null && !group.getParent().getName().equals("system")) {
            group = group.getParent();
        }
        return group;
    }

    /**
     * Connects.
     *
     * @param platform      with a real clock; it must outlive the client
     * @param patienceNanos how long the server may take for an answer
     * @throws ControlException in one line, if there is no such channel
     */
    public static ControlClient connect(ControlAddress address, Platform platform, long patienceNanos) {
        ByteStream bytes;
        try {
            bytes = switch (address.kind()) {
                case UNIX -> unix(address);
                case TCP -> tcp(address);
                case FILE -> FileStream.open(address.path());
            };
        } catch (IOException | RuntimeException e) {
            throw new ControlException(Code.CHANNEL, "control channel " + address + ": " + e.getMessage()
                + "; is \"netdev serve ... --control\" running?", e);
        }
        ControlClient client = new ControlClient(address, bytes, platform, patienceNanos);
        try {
            client.awaitGreeting();
            return client;
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
    }

    private static ByteStream unix(ControlAddress address) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(address.path()));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        return ChannelStream.of(channel);
    }

    private static ByteStream tcp(ControlAddress address) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.connect(address.tcp());
            channel.setOption(java.net.StandardSocketOptions.TCP_NODELAY, true);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        return ChannelStream.of(channel);
    }

    private void awaitGreeting() {
        try {
            if (!greeted.await(patienceNanos, TimeUnit.NANOSECONDS)) {
                fail("no greeting in " + patienceNanos / 1_000_000 + " ms");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail("interrupted");
        }
        requireWell();
    }

    private void requireWell() {
        String why = failed;
        if (why != null) {
            throw new ControlException(Code.CHANNEL, "control channel " + address + ": " + why);
        }
    }

    /** What can be powered on. */
    public List<Offered> offered() {
        return offered;
    }

    private void read(long nonce) {
        try {
            stream.awaitWelcome(nonce);
            welcome(stream.fields());
            greeted.countDown();
            while (stream.next()) {
                handle();
            }
            fail("the server has closed the connection");
        } catch (IOException e) {
            fail(e.getMessage());
        } catch (RuntimeException e) {
            fail(e.toString());
        } finally {
            greeted.countDown();
        }
    }

    private void welcome(Fields fields) throws IOException {
        int version = fields.u16();
        if (version != Protocol.VERSION) {
            throw new IOException("the server speaks version " + version + " of the protocol, this is " + Protocol.VERSION);
        }
        int count = fields.u16();
        List<Offered> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(new Offered(i, fields.text(), fields.text(), texts(fields), texts(fields)));
        }
        fields.end();
        offered = List.copyOf(all);
        wires = new AtomicReferenceArray<>(count);
    }

    private static Set<String> texts(Fields fields) throws IOException {
        int count = fields.u16();
        Set<String> all = new HashSet<>();
        for (int i = 0; i < count; i++) {
            all.add(fields.text());
        }
        return Set.copyOf(all);
    }

    private void handle() throws IOException {
        switch (stream.type()) {
            case Protocol.FRAME -> frame();
            case Protocol.CREDIT -> {
                ControlledWire wire = wire();
                Fields fields = stream.fields();
                if (wire != null && wire.epoch() == fields.s32()) {
                    wire.credit(fields.s64());
                }
            }
            case Protocol.DONE, Protocol.REFUSED -> {
                if (stream.id() != expected) {
                    throw new IOException("an answer that nobody waits for");
                }
                answerType = stream.type();
                answer = java.util.Arrays.copyOf(stream.payload(), stream.length());
                answered.signal();
            }
            default -> throw new IOException("a message of type " + stream.type());
        }
    }

    private void frame() throws IOException {
        if (stream.length() <= Integer.BYTES) {
            throw new IOException("a frame without bytes");
        }
        ControlledWire wire = wire();
        if (wire != null && wire.epoch() == stream.epoch()) {
            wire.deliver(stream.payload(), stream.length());
        }
    }

    private ControlledWire wire() throws IOException {
        if (stream.device() >= wires.length()) {
            throw new IOException("a message of device " + stream.device());
        }
        return wires.get(stream.device());
    }

    private void fail(String why) {
        synchronized (this) {
            if (failed != null) {
                return;
            }
            failed = closed ? "it is closed" : why == null ? "it has failed" : why;
        }
        answered.signal();
        try {
            stream.close();
        } catch (IOException e) {
            // It is of no use any more in any case.
        }
    }

    /**
     * Powers a device on, as new: whatever was wrong with the one before is gone.
     *
     * @param device      of {@link #offered}
     * @param keys        further keys of its address; they win over those that it is served with
     * @param clientStays true if its vfio-user client is to stay, as QEMU has to; else a client is dropped
     * @throws ControlException if it is refused
     */
    public ControlNic powerOn(int device, Map<String, String> keys, boolean clientStays) {
        synchronized (requests) {
            ControlledWire wire = new ControlledWire(platform, stream, device, id + 1, this::fail);
            ControlledWire before = wires.getAndSet(device, wire);
            if (before != null) {
                before.close();
            }
            try {
                request(Protocol.POWER_ON, device, out -> {
                    out.writeInt(Protocol.TRACED | (clientStays ? Protocol.CLIENT_STAYS : 0));
                    out.writeShort(keys.size());
                    for (Map.Entry<String, String> each : keys.entrySet()) {
                        Fields.text(out, each.getKey());
                        Fields.text(out, each.getValue());
                    }
                });
            } catch (RuntimeException e) {
                wires.set(device, null);
                wire.close();
                throw e;
            }
            return new ControlNic(this, device, wire);
        }
    }

    /** Has the device as it was before it was powered on over this channel. */
    public void release(int device) {
        request(Protocol.RELEASE, device, out -> { });
    }

    /** Sends a request and waits for what it brings. */
    Fields request(int type, int device, Fields.Writer payload) {
        byte[] content = Fields.write(payload);
        synchronized (requests) {
            requireWell();
            answered.poll();
            expected = ++id;
            try {
                stream.send(type, device, id, content);
            } catch (IOException e) {
                fail(e.getMessage());
            }
            awaitAnswer();
            requireWell();
            Fields fields = new Fields(answer, answer.length);
            if (answerType == Protocol.DONE) {
                return fields;
            }
            throw refused(fields);
        }
    }

    /** An interrupt of the caller's thread says nothing about the server: it is kept for later. */
    private void awaitAnswer() {
        Deadline deadline = Deadline.afterNanos(platform.clock(), patienceNanos);
        boolean interrupted = false;
        boolean came = failed != null || answered.await(deadline);
        while (!came && !deadline.expired()) {
            interrupted |= Thread.interrupted();
            came = answered.await(deadline);
        }
        if (!came) {
            fail("no answer in " + patienceNanos / 1_000_000 + " ms");
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private ControlException refused(Fields fields) {
        try {
            int code = fields.u16();
            Code[] known = Code.values();
            return new ControlException(code < known.length ? known[code] : Code.REFUSED, fields.text());
        } catch (IOException e) {
            return new ControlException(Code.REFUSED, "control channel " + address + ": a malformed refusal", e);
        }
    }

    /** Gives all devices back, and ends the connection. Idempotent. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        try {
            if (failed == null) {
                request(Protocol.BYE, 0, out -> { });
            }
        } catch (ControlException e) {
            // What is gone needs no farewell.
        }
        closed = true;
        fail("closed");
        boolean interrupted = false;
        try {
            reader.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        for (int i = 0; i < wires.length(); i++) {
            ControlledWire wire = wires.getAndSet(i, null);
            if (wire != null) {
                wire.close();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "control channel " + address;
    }
}
