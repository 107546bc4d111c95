package org.netdev4j.platform.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.netdev4j.platform.LinuxException;

@OnLinux
class LinuxSocketsTest {
    private final Arena arena = Arena.ofShared();

    @AfterEach
    void freeMemory() {
        arena.close();
    }

    @Test
    void send_passesBytesAndDescriptors_whichTheReceiverOwns() {
        int[] pair = LinuxSockets.pair(LinuxSockets.SOCK_STREAM);
        int file = LinuxMemory.memfdCreate("passed", LinuxMemory.MFD_CLOEXEC);
        int event = LinuxFiles.eventfd();
        MemorySegment bytes = arena.allocateFrom("hello");
        MemorySegment room = arena.allocate(100);

        assertEquals(6, LinuxSockets.send(pair[0], bytes.address(), 6, file, event));
        LinuxFiles.close(event);
        LinuxSockets.Received received = LinuxSockets.receive(pair[1], room.address(), 100);

        assertEquals(6, received.bytes());
        assertEquals("hello", room.getString(0));
        assertEquals(2, received.fds().length);
        LinuxFiles.signal(received.fds()[1]);
        LinuxFiles.write(received.fds()[0], bytes.address(), 5);
        assertEquals(5, LinuxFiles.pread(file, room.address() + 50, 50, 0));
        assertEquals(1, LinuxFiles.fcntl(received.fds()[0], LinuxFiles.F_GETFD, 0));
        closeAll(received.fds()[0], received.fds()[1], file, pair[0], pair[1]);
    }

    @Test
    void receive_bringsNoDescriptors_whenNoneCame_andZeroBytesAtTheEnd() {
        int[] pair = LinuxSockets.pair(LinuxSockets.SOCK_STREAM);
        MemorySegment room = arena.allocate(100);

        assertEquals(3, LinuxSockets.send(pair[0], room.address(), 3));
        LinuxSockets.Received received = LinuxSockets.receive(pair[1], room.address(), 100);
        assertEquals(3, received.bytes());
        assertArrayEquals(new int[0], received.fds());
        LinuxFiles.close(pair[0]);

        assertEquals(0, LinuxSockets.receive(pair[1], room.address(), 100).bytes());
        assertEquals("EPIPE", assertThrows(LinuxException.class,
            () -> LinuxSockets.send(pair[1], room.address(), 1)).errnoName());
        LinuxFiles.close(pair[1]);
    }

    @Test
    void receive_closesWhatItGot_whenMoreDescriptorsCameThanItTakes() {
        int[] pair = LinuxSockets.pair(LinuxSockets.SOCK_STREAM);
        MemorySegment byteAndVector = arena.allocate(24, 8);
        byteAndVector.set(ValueLayout.JAVA_LONG, 8, byteAndVector.address());
        byteAndVector.set(ValueLayout.JAVA_LONG, 16, 1);
        int count = LinuxSockets.MAX_PASSED + 4;
        MemorySegment control = arena.allocate(16 + 4L * count, 8);
        control.set(ValueLayout.JAVA_LONG, 0, control.byteSize());
        control.set(ValueLayout.JAVA_INT, 8, 1);
        control.set(ValueLayout.JAVA_INT, 12, 1);
        for (int i = 0; i < count; i++) {
            control.set(ValueLayout.JAVA_INT, 16 + 4L * i, pair[0]);
        }
        MemorySegment message = arena.allocate(56, 8);
        message.set(ValueLayout.JAVA_LONG, 16, byteAndVector.address() + 8);
        message.set(ValueLayout.JAVA_LONG, 24, 1);
        message.set(ValueLayout.JAVA_LONG, 32, control.address());
        message.set(ValueLayout.JAVA_LONG, 40, control.byteSize());
        assertEquals(1, Linux.c().sendmsg(pair[0], message.address(), 0));
        long open = Descriptors.open();

        LinuxException e = assertThrows(LinuxException.class,
            () -> LinuxSockets.receive(pair[1], arena.allocate(8).address(), 8));

        assertTrue(e.getMessage().contains("more than 16 descriptors"), e.getMessage());
        assertEquals(open, Descriptors.open());
        closeAll(pair);
    }

    @Test
    void send_refusesMoreDescriptorsThanAMessageTakes() {
        assertThrows(IllegalArgumentException.class, () -> LinuxSockets.send(0, 0, 0, new int[LinuxSockets.MAX_PASSED + 1]));
    }

    @Test
    void connect_reachesWhoListensAtThePath(@TempDir Path directory) {
        String path = directory.resolve("s").toString();
        int listener = LinuxSockets.socket(LinuxSockets.AF_UNIX, LinuxSockets.SOCK_STREAM, 0);
        int client = LinuxSockets.socket(LinuxSockets.AF_UNIX, LinuxSockets.SOCK_STREAM, 0);
        LinuxSockets.listenUnix(listener, path, 1);
        LinuxSockets.connectUnix(client, path);
        int server = LinuxSockets.accept(listener);
        MemorySegment bytes = arena.allocateFrom("x");

        LinuxSockets.send(client, bytes.address(), 1, client);
        LinuxSockets.Received received = LinuxSockets.receive(server, bytes.address(), 1);

        assertEquals(1, received.fds().length);
        closeAll(received.fds()[0], server, client, listener);
    }

    @Test
    void connect_saysThePathAndErrno_whenNobodyListens(@TempDir Path directory) {
        String path = directory.resolve("s").toString();
        int client = LinuxSockets.socket(LinuxSockets.AF_UNIX, LinuxSockets.SOCK_STREAM, 0);

        LinuxException e = assertThrows(LinuxException.class, () -> LinuxSockets.connectUnix(client, path));

        assertTrue(e.getMessage().startsWith("connect(" + path + "): ENOENT ("), e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> LinuxSockets.connectUnix(client, "/" + "x".repeat(107)));
        LinuxFiles.close(client);
    }

    private static void closeAll(int... fds) {
        for (int fd : fds) {
            LinuxFiles.close(fd);
        }
    }
}
