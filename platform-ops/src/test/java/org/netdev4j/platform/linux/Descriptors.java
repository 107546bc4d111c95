package org.netdev4j.platform.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Descriptors of this process; for tests that look for leaks. */
public final class Descriptors {
    private Descriptors() {
    }

    /** How many are open, pipes not counted: the JDK closes those to programs that it ran when it sees fit. */
    public static long open() {
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
            return fds.filter(fd -> !target(fd).startsWith("pipe:")).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many sockets and event counters are open: what the JVM opens on its own, as for classes, is not counted. */
    public static long openSocketsAndEvents() {
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
            return fds.map(Descriptors::target).filter(name -> name.startsWith("socket:") || name.contains("[eventfd]"))
                .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path fd) {
        try {
            return Files.readSymbolicLink(fd).toString();
        } catch (IOException e) {
            return "pipe: closed meanwhile";
        }
    }
}
