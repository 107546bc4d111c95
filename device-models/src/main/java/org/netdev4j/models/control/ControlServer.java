package org.netdev4j.models.control;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.netdev4j.models.vfiouser.VfioUserServer;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes clients of the control channel. Who can connect can do anything to the devices: a Unix socket is for the user alone
 * who made it, and a TCP port for this machine alone unless told otherwise. Thread-safe.
 */
public final class ControlServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);
    private static final int MOST_CLIENTS = 16;
    private static final int BACKLOG = 8;
    private static final long JOIN_MILLIS = 5_000;

    private final ControlAddress address;
    private final ServerSocketChannel listener;
    private final List<ControlledDevice> devices;
    private final Consumer<String> log;
    private final Thread accepting;
    // Both guarded by this.
    private final List<ControlSession> sessions = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closed;

    private ControlServer(ControlAddress address, ServerSocketChannel listener,
                          List<ControlledDevice> devices, Consumer<String> log) {
        this.address = address;
        this.listener = listener;
        this.devices = devices;
        this.log = log;
        this.accepting = new Thread(this::accept, "control channel " + address);
        accepting.setDaemon(true);
    }

    /**
     * Listens.
     *
     * @param address  of a Unix socket or a TCP port
     * @param anybody  true to let other machines connect to a TCP port
     * @param servers  the devices, which must outlive this
     * @param platform with a real clock
     * @param log      gets lines for people; on any thread
     * @throws PlatformException in one line, if the address is not to be had or not allowed
     */
    public static ControlServer open(ControlAddress address, boolean anybody, List<VfioUserServer> servers, Platform platform,
                                     Consumer<String> log) {
        ServerSocketChannel listener;
        try {
            listener = switch (address.kind()) {
                case UNIX -> listenUnix(address.path());
                case TCP -> listenTcp(address, anybody);
                case FILE -> throw new IOException("it is for those who connect; listen at unix:PATH or tcp:HOST:PORT");
            };
        } catch (IOException | RuntimeException e) {
            throw new PlatformException("control channel " + address + ": " + e.getMessage(), e);
        }
        List<ControlledDevice> devices = new ArrayList<>();
        for (VfioUserServer each : servers) {
            devices.add(new ControlledDevice(devices.size(), each, platform));
        }
        ControlServer server = new ControlServer(address, listener, List.copyOf(devices), log);
        server.accepting.start();
        return server;
    }

    private static ServerSocketChannel listenTcp(ControlAddress address, boolean anybody) throws IOException {
        if (!anybody && !address.tcp().getAddress().isLoopbackAddress()) {
            throw new IOException("anybody who reaches that address could do anything to the devices; use 127.0.0.1, or allow it");
        }
        return bound(ServerSocketChannel.open(), address.tcp());
    }

    private static ServerSocketChannel bound(ServerSocketChannel listener, SocketAddress where) throws IOException {
        try {
            return listener.bind(where, BACKLOG);
        } catch (IOException | RuntimeException e) {
            listener.close();
            throw e;
        }
    }

    /** Bound in a directory that only this user may enter, and moved when nobody else may connect. */
    private static ServerSocketChannel listenUnix(Path path) throws IOException {
        refuseIfTaken(path);
        Path parent = path.toAbsolutePath().getParent();
        Path own = Files.createTempDirectory(parent, ".nd");
        Path made = own.resolve("s");
        try {
            ServerSocketChannel listener =
                bound(ServerSocketChannel.open(StandardProtocolFamily.UNIX), UnixDomainSocketAddress.of(made));
            try {
                Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
                Files.move(made, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                return listener;
            } catch (IOException e) {
                listener.close();
                throw e;
            }
        } finally {
            Files.deleteIfExists(made);
            Files.delete(own);
        }
    }

    private static void refuseIfTaken(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) || Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("there is something else at this path; choose another");
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.connect(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            // Nobody listens: left behind by a process that is gone.
            return;
        }
        throw new IOException("another process listens there; end it, or choose another path");
    }

    /** Where it listens, with the port that it got if that was 0. */
    public ControlAddress address() {
        return address.kind() == ControlAddress.Kind.TCP
            ? new ControlAddress(ControlAddress.Kind.TCP, address.path(), address.host(), listener.socket().getLocalPort())
            : address;
    }

    private void accept() {
        try {
            while (!closed) {
                begin(listener.accept());
            }
        } catch (ClosedChannelException e) {
            LOG.debug("control channel {} is closed", address);
        } catch (IOException e) {
            log.accept("control channel " + address + " takes no more clients: " + e.getMessage());
        }
    }

    private void begin(SocketChannel channel) {
        ControlSession session;
        try {
            session = new ControlSession(ChannelStream.of(channel), devices, log);
        } catch (IOException e) {
            log.accept("control channel " + address + ": a client could not be taken: " + e.getMessage());
            return;
        }
        synchronized (this) {
            if (closed || !hasRoom()) {
                session.stop();
                if (!closed) {
                    log.accept("control channel " + address + ": a client was turned away; there are " + MOST_CLIENTS);
                }
                return;
            }
            sessions.add(session);
            Thread thread = new Thread(() -> serve(session), "client of control channel " + address);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    /**
     * Makes room among the clients, at the cost of one that has said nothing yet. Such a one may come to speak at any time: QEMU
     * connects when a machine starts, and what speaks through it starts in the machine.
     */
    private boolean hasRoom() {
        if (sessions.size() >= MOST_CLIENTS) {
            sessions.stream().filter(each -> !each.wasWelcome()).findFirst().ifPresent(silent -> {
                sessions.remove(silent);
                silent.stop();
            });
        }
        return sessions.size() < MOST_CLIENTS;
    }

    private void serve(ControlSession session) {
        try {
            session.run();
        } finally {
            synchronized (this) {
                sessions.remove(session);
                threads.remove(Thread.currentThread());
            }
        }
    }

    /** Ends all sessions, which releases their devices, and takes the socket away. Idempotent. */
    @Override
    public void close() {
        List<Thread> serving;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            serving = List.copyOf(threads);
            sessions.forEach(ControlSession::stop);
        }
        try {
            listener.close();
            if (address.kind() == ControlAddress.Kind.UNIX) {
                Files.deleteIfExists(address.path());
            }
        } catch (IOException e) {
            LOG.warn("control channel {}: {}", address, e.toString());
        }
        try {
            accepting.join(JOIN_MILLIS);
            for (Thread each : serving) {
                each.join(JOIN_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
