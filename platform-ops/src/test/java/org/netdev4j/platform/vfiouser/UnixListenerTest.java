package org.netdev4j.platform.vfiouser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.linux.Descriptors;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.linux.LinuxSockets;
import org.netdev4j.platform.linux.OnLinux;

@OnLinux
class UnixListenerTest {
    @TempDir
    private Path dir;
    private final long before = Descriptors.openSocketsAndEvents();

    @AfterEach
    void nothingIsLeft() {
        assertEquals(before, Descriptors.openSocketsAndEvents());
    }

    private static int connect(Path path) {
        int fd = LinuxSockets.socket(LinuxSockets.AF_UNIX, LinuxSockets.SOCK_STREAM, 0);
        LinuxSockets.connectUnix(fd, path.toString());
        return fd;
    }

    @Test
    void accept_bringsOneClientAfterAnother() {
        Path path = dir.resolve("s");
        try (UnixListener listener = UnixListener.open(path)) {
            assertEquals(path, listener.path());
            for (int i = 0; i < 3; i++) {
                int client = connect(path);
                listener.accept().orElseThrow().close();
                LinuxFiles.close(client);
            }
        }
        assertFalse(Files.exists(path));
    }

    @Test
    void stop_endsWaiting_forEver() throws Exception {
        try (UnixListener listener = UnixListener.open(dir.resolve("s"))) {
            CompletableFuture<Optional<MessageChannel>> accepted = CompletableFuture.supplyAsync(listener::accept);
            listener.stop();
            assertTrue(accepted.get().isEmpty());
            assertTrue(listener.accept().isEmpty());
        }
    }

    @Test
    void close_isIdempotent() {
        UnixListener listener = UnixListener.open(dir.resolve("s"));
        listener.close();
        listener.close();
    }

    @Test
    void socketLeftBehind_isReplaced() {
        Path path = dir.resolve("s");
        int left = LinuxSockets.socket(LinuxSockets.AF_UNIX, LinuxSockets.SOCK_STREAM, 0);
        LinuxSockets.listenUnix(left, path.toString(), 1);
        LinuxFiles.close(left);
        assertTrue(Files.exists(path));
        try (UnixListener listener = UnixListener.open(path)) {
            int client = connect(path);
            listener.accept().orElseThrow().close();
            LinuxFiles.close(client);
        }
    }

    private static void assertRefused(Path path, String... words) {
        PlatformException thrown = assertThrows(PlatformException.class, () -> UnixListener.open(path));
        for (String word : words) {
            assertTrue(thrown.getMessage().contains(word), thrown.getMessage());
        }
        assertFalse(thrown.getMessage().contains("\n"), thrown.getMessage());
    }

    @Test
    void pathInUse_isRefused_andStaysInUse() {
        Path path = dir.resolve("s");
        try (UnixListener listener = UnixListener.open(path)) {
            assertRefused(path, "another process listens there", path.toString());
            // The question whether somebody listens was a connection.
            listener.accept().orElseThrow().close();
            int client = connect(path);
            listener.accept().orElseThrow().close();
            LinuxFiles.close(client);
        }
    }

    @Test
    void fileOrDirectory_isRefused_andStays() throws IOException {
        Path file = Files.writeString(dir.resolve("file"), "mine");
        assertRefused(file, "something else", file.toString());
        assertEquals("mine", Files.readString(file));
        assertRefused(dir, "something else");
        Path link = Files.createSymbolicLink(dir.resolve("link"), dir.resolve("nowhere"));
        assertRefused(link, "link");
        assertTrue(Files.isSymbolicLink(link));
    }

    @Test
    void pathThatCannotBe_isRefused() {
        assertRefused(dir.resolve("none/s"), "make its directory first");
        assertRefused(Path.of("/proc/s"), "/proc/s");
    }

    @ParameterizedTest
    @ValueSource(ints = {108, 200})
    void pathThatIsTooLong_isRefused(int length) {
        assertRefused(Path.of("/" + "x".repeat(length - 1)), "1 to 107 bytes", "this has " + length);
    }
}
