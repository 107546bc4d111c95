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

    /** How many are open. */
    public static long open() {
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
            return fds.count() - 1; // the listing has one itself
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
