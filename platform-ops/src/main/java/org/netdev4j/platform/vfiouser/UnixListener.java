package org.netdev4j.platform.vfiouser;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.netdev4j.platform.LinuxException;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.linux.Errno;
import org.netdev4j.platform.linux.Linux;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.linux.LinuxSockets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Unix socket in the file system that takes connections of vfio-user. */
public final class UnixListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UnixListener.class);
    private static final int BACKLOG = 8;
    private static final int LONGEST_PATH = 107;

    private final Path path;
    private final int fd;
    private volatile boolean stopping;
    private boolean closed;

    private UnixListener(Path path, int fd) {
        this.path = path;
        this.fd = fd;
    }

    /**
     * Listens. A socket file that a process left behind which is gone is replaced.
     *
     * @throws PlatformException in one line, if the path is not to be had
     */
    public static UnixListener open(Path path) {
        Linux.require("socket \"" + path + "\"");
        int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length == 0 || length > LONGEST_PATH) {
            throw new PlatformException("socket \"" + path + "\": a socket's path has 1 to " + LONGEST_PATH
                + " bytes, this has " + length + "; choose a shorter one");
        }
        removeIfDead(path);
        int fd = LinuxSockets.socket(LinuxSockets.AF_UNIX, LinuxSockets.SOCK_STREAM, 0);
        try {
            LinuxSockets.listenUnix(fd, path.toString(), BACKLOG);
            return new UnixListener(path, fd);
        } catch (LinuxException e) {
            LinuxFiles.close(fd);
            throw new PlatformException("socket \"" + path + "\": " + e.getMessage() + remedy(e.errno()), e);
        }
    }

    private static String remedy(int errno) {
        return switch (errno) {
            case Errno.ENOENT -> "; make its directory first";
            case Errno.EACCES, Errno.EPERM -> "; choose a directory that you may write to";
            default -> "; choose another path";
        };
    }

    private static void removeIfDead(Path path) {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        int fd = LinuxSockets.socket(LinuxSockets.AF_UNIX, LinuxSockets.SOCK_STREAM, 0);
        try {
            LinuxSockets.connectUnix(fd, path.toString());
            throw new PlatformException("socket \"" + path + "\": another process listens there; end it, or choose"
                + " another path");
        } catch (LinuxException e) {
            boolean socket = !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(path);
            if (e.errno() != Errno.ECONNREFUSED || !socket) {
                throw new PlatformException("socket \"" + path + "\": there is something else at this path;"
                    + " choose another", e);
            }
            remove(path);
        } finally {
            LinuxFiles.close(fd);
        }
    }

    private static void remove(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new PlatformException("socket \"" + path + "\": what an earlier process left there cannot be removed: "
                + e, e);
        }
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /**
     * Waits for a connection.
     *
     * @return the connection, the caller's; empty after {@link #stop()}
     */
    public Optional<MessageChannel> accept() {
        while (!stopping) {
            try {
                return Optional.of(new MessageChannel(LinuxSockets.accept(fd)));
            } catch (LinuxException e) {
                if (!stopping) {
                    throw e;
                }
            }
        }
        return Optional.empty();
    }

    /** Makes {@link #accept} return, now and from now on. Any thread. */
    public void stop() {
        stopping = true;
        LinuxSockets.shutdown(fd);
    }

    /** Closes and removes the socket; nobody may be in {@link #accept} any more. Idempotent. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.warn("socket \"{}\" cannot be removed: {}", path, e.toString());
        }
        LinuxFiles.close(fd);
    }
}
