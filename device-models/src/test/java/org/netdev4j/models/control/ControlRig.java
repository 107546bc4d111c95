package org.netdev4j.models.control;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.netdev4j.models.vfiouser.VfioUserServer;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.WirePort;

/** Two served ENAs with a control channel, and clients of it, well and ill behaved. */
final class ControlRig implements AutoCloseable {
    static final long PATIENCE_NANOS = 60_000_000_000L;
    static final Map<String, String> NO_KEYS = Map.of();

    final Path directory;
    final Platform platform = Platform.create();
    final List<String> said = new CopyOnWriteArrayList<>();
    final VfioUserServer first;
    final VfioUserServer second;
    private ControlServer control;

    ControlRig() {
        try {
            directory = Files.createTempDirectory("control");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        first = VfioUserServer.open(DeviceAddress.parse("sim:ena,seed=1"), platform, Optional.empty(), directory.resolve("a"),
            said::add);
        second = VfioUserServer.open(DeviceAddress.parse("sim:ena,seed=2"), platform, Optional.empty(), directory.resolve("b"),
            said::add);
        listen();
    }

    void listen() {
        control = ControlServer.open(address(), false, List.of(first, second), platform, said::add);
    }

    void listenNoMore() {
        control.close();
    }

    Path socket() {
        return directory.resolve("control");
    }

    ControlAddress address() {
        return ControlAddress.parse("unix:" + socket());
    }

    ControlClient connect() {
        return ControlClient.connect(address(), platform, PATIENCE_NANOS);
    }

    /** A client that says what the protocol does not know. */
    SocketChannel raw() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket()));
        return channel;
    }

    static ByteBuffer message(int type, int device, int id, byte[] payload) {
        ByteBuffer message = ByteBuffer.allocate(Protocol.HEADER_BYTES + payload.length);
        return message.putInt(payload.length).putShort((short) type).putShort((short) device).putInt(id).put(payload).flip();
    }

    static ByteBuffer hello(int version) {
        return message(Protocol.HELLO, 0, 0, Fields.write(out -> {
            out.writeLong(Protocol.MAGIC);
            out.writeLong(7);
            out.writeShort(version);
        }));
    }

    /** True when the server has closed the connection; what it said before is passed over. */
    static boolean ends(SocketChannel channel) throws IOException {
        ByteBuffer some = ByteBuffer.allocate(4096);
        while (channel.read(some) >= 0) {
            some.clear();
        }
        return true;
    }

    /** Sends a frame of so many bytes, each of this value; false if there is no room. */
    static boolean send(WirePort port, int length, int value) {
        try (Memory frame = Memory.allocate("frame", length)) {
            frame.fill(0, length, (byte) value);
            return port.send(frame, 0, length);
        }
    }

    @Override
    public void close() {
        control.close();
        first.close();
        second.close();
        platform.close();
        try {
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
