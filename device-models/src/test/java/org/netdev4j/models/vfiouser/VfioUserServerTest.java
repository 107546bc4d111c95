package org.netdev4j.models.vfiouser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.bus.DeviceAddress;

class VfioUserServerTest {
    @TempDir
    private Path dir;

    private static ByteBuffer message(int id, int command, int payload) {
        ByteBuffer message = ByteBuffer.allocate(16 + payload).order(ByteOrder.LITTLE_ENDIAN);
        return message.putShort((short) id).putShort((short) command).putInt(16 + payload).putInt(0).putInt(0);
    }

    private static ByteBuffer ask(SocketChannel client, ByteBuffer message) throws IOException {
        client.write(message.flip());
        ByteBuffer header = read(client, 16);
        return read(client, header.getInt(4) - 16);
    }

    private static ByteBuffer read(SocketChannel client, int bytes) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (in.hasRemaining() && client.read(in) >= 0) {
            Thread.onSpinWait();
        }
        assertFalse(in.hasRemaining(), "connection ended");
        return in.flip();
    }

    @Test
    void serve_answersVersionAndConfigurationSpace_oneClientAfterAnother() throws IOException {
        Path socket = dir.resolve("ena.sock");
        try (Platform platform = Platform.builder().build();
             VfioUserServer server = VfioUserServer.open(DeviceAddress.parse("sim:ena"), platform, Optional.empty(), socket,
                 line -> { })) {
            assertTrue(Files.exists(socket));
            for (int i = 0; i < 3; i++) {
                try (SocketChannel client = connected(socket, server)) {
                    ByteBuffer version = ask(client, message(1, 1, 4).putShort((short) 0).putShort((short) 0));
                    assertTrue(StandardCharsets.UTF_8.decode(version.slice(4, version.limit() - 4)).toString()
                        .contains("\"write_multiple\":true"));
                    ByteBuffer id = ask(client, message(2, 9, 16).putLong(0).putInt(7).putInt(4));
                    assertEquals(0xec201d0f, id.getInt(16));
                }
            }
        }
        assertFalse(Files.exists(socket));
    }

    private static SocketChannel connected(Path socket, VfioUserServer server) throws IOException {
        while (server.isAttached()) {
            Thread.onSpinWait();
        }
        SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX);
        client.connect(UnixDomainSocketAddress.of(socket));
        return client;
    }
}
