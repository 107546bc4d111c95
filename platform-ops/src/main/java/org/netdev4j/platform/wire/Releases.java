package org.netdev4j.platform.wire;

import java.util.ArrayDeque;
import java.util.Deque;
import org.netdev4j.platform.linux.LinuxFiles;

/**
 * What a wire holds, in the order in which it came; released in the reverse order, all of it, also when opening the wire
 * failed half-way. One thread.
 */
final class Releases implements AutoCloseable {
    private final Deque<Runnable> actions = new ArrayDeque<>();

    /** Something to do at the end. */
    void onClose(Runnable action) {
        actions.push(action);
    }

    /** Something to close, which throws nothing checked. */
    <T extends AutoCloseable> T add(T closeable) {
        actions.push(() -> {
            try {
                closeable.close();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e.getMessage(), e);
            }
        });
        return closeable;
    }

    /** A descriptor to close. */
    int addFd(int fd) {
        actions.push(() -> LinuxFiles.close(fd));
        return fd;
    }

    /** Releases everything, then throws what went wrong first, if anything did. A second call does nothing. */
    @Override
    public void close() {
        RuntimeException first = null;
        while (!actions.isEmpty()) {
            try {
                actions.pop().run();
            } catch (RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
