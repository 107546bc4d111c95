package org.netdev4j.models.vfiouser;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.netdev4j.models.sim.SimBus;
import org.netdev4j.models.sim.SimDevice;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.PciFunction;
import org.netdev4j.platform.vfiouser.MessageChannel;
import org.netdev4j.platform.vfiouser.UnixListener;
import org.netdev4j.platform.wire.WirePort;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A simulated device that other processes use over vfio-user: one client at a time, one after another. When a client has
 * gone, the device is as after power-on.
 *
 * <p>Thread-safe. The device has its own thread, as on the bus {@code sim:}; the socket has one, and a client another.
 */
public final class VfioUserServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VfioUserServer.class);
    private static final long JOIN_MILLIS = 5_000;
    private static final long STEP_MILLIS = 50;
    private static final long SETTLE_MILLIS = 200;

    private final Path socket;
    private final DeviceAddress address;
    private final Platform platform;
    private final Optional<WirePort> wire;
    private final UnixListener listener;
    private final Consumer<String> log;
    private final Thread accepting;
    // All guarded by this; the device may be read by any thread.
    private volatile SimDevice device;
    private LeadWire lead;
    private Session session;
    private Thread serving;
    private boolean closed;

    private VfioUserServer(Path socket, DeviceAddress address, Platform platform, Optional<WirePort> wire, LeadWire lead,
                           SimDevice device, UnixListener listener, Consumer<String> log) {
        this.socket = socket;
        this.address = address;
        this.platform = platform;
        this.wire = wire;
        this.lead = lead;
        this.device = device;
        this.listener = listener;
        this.log = log;
        this.accepting = new Thread(this::accept, "vfio-user " + socket);
        accepting.setDaemon(true);
    }

    /**
     * Plugs in a simulated device and listens for who wants to use it.
     *
     * @param address  of the bus {@code sim:}, with all its keys
     * @param platform with a real clock; nothing is allocated for DMA there
     * @param wire     the device's port; the device's from now on, also if this fails
     * @param socket   where to listen; a socket left behind by a process that is gone is replaced
     * @param log      gets lines for people: who comes and goes, what is refused; on any thread
     * @throws PlatformException in one line, if the address, the path or the system does not allow it
     */
    public static VfioUserServer open(DeviceAddress address, Platform platform, Optional<WirePort> wire, Path socket,
                                      Consumer<String> log) {
        UnixListener listener;
        SimDevice device;
        LeadWire lead = wire.map(LeadWire::new).orElse(null);
        try {
            listener = UnixListener.open(socket);
        } catch (RuntimeException e) {
            wire.ifPresent(WirePort::close);
            throw e;
        }
        try {
            device = plugIn(address, platform, Optional.ofNullable(lead));
        } catch (RuntimeException e) {
            listener.close();
            wire.ifPresent(WirePort::close);
            throw e;
        }
        VfioUserServer server = new VfioUserServer(socket, address, platform, wire, lead, device, listener, log);
        server.accepting.start();
        return server;
    }

    private static SimDevice plugIn(DeviceAddress address, Platform platform, Optional<WirePort> port) {
        return (SimDevice) new SimBus().attach(address, platform, port);
    }

    /** The address that it was opened with. */
    public DeviceAddress address() {
        return address;
    }

    /**
     * Puts another device in place of the one that is served, as if it had been powered off and on: also of one that was
     * pulled out or failed. Without a wire of its own it is plugged into the one that this was opened with. Its traces are
     * added to those of the device before it, and it has no name of its own.
     *
     * @param wanted      of the bus {@code sim:}
     * @param own         the device's wire; the device's from now on, also if this fails
     * @param clientStays if there is a client it is kept, as QEMU has to be: it finds the new device with all that it had set
     *                    up, and its configuration space answers for ever. Else a client is dropped
     * @return the new device
     * @throws PlatformException      if there can be no such device; the one before is still there
     * @throws DifferentFaceException if a client is to stay that would have to learn anew what the device is
     */
    public synchronized SimDevice replace(DeviceAddress wanted, Optional<WirePort> own, boolean clientStays) {
        LeadWire used = lead;
        SimDevice before = device;
        before.exclusively(() -> Optional.ofNullable(used).ifPresent(LeadWire::unplug));
        LeadWire wanting = own.isPresent() || wire.isEmpty() ? null : new LeadWire(wire.get());
        try {
            SimDevice next = follow(wanted, own.or(() -> Optional.ofNullable(wanting)), clientStays);
            lead = wanting;
            device = next;
            ((PciFunction) before).close();
            return next;
        } catch (RuntimeException e) {
            own.ifPresent(WirePort::close);
            Optional.ofNullable(used).ifPresent(LeadWire::plugBack);
            throw e;
        }
    }

    /** Plugs in the next device and gives it the client, if that stays. */
    private SimDevice follow(DeviceAddress wanted, Optional<WirePort> port, boolean clientStays) {
        if (closed) {
            throw new PlatformException(socket + ": the device is not served any more");
        }
        if (!clientStays) {
            dropClient();
        }
        SimDevice next = plugIn(Successor.of(wanted), platform, port);
        if (session != null) {
            if (!next.model().pci().equals(device.model().pci())) {
                ((PciFunction) next).close();
                throw new DifferentFaceException(socket + ": " + wanted + " has another configuration space than the device "
                    + "before it, which the client that stays has read; end the client, and let it connect again");
            }
            session.move(next);
        }
        if (clientStays) {
            next.keepConfigurationSpace();
        }
        return next;
    }

    private void dropClient() {
        Deadline deadline = Deadline.afterMillis(Clock.system(), JOIN_MILLIS);
        try {
            while (session != null && !deadline.expired()) {
                session.stop();
                wait(STEP_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (session != null) {
            throw new PlatformException(socket + ": the client that is there could not be dropped");
        }
    }

    /** What is served now. */
    public SimDevice device() {
        return device;
    }

    /** Where. */
    public Path socket() {
        return socket;
    }

    /** True while a client uses it. */
    public synchronized boolean isAttached() {
        return session != null;
    }

    /**
     * Waits until the register writes that the client had sent before this call have been done: writes wait for no answer, and
     * what is to come after them on another way would overtake them. For a fraction of a second at most; any thread.
     */
    public void settle() {
        Session current;
        synchronized (this) {
            current = session;
        }
        if (current != null) {
            current.settle(Deadline.afterMillis(Clock.system(), SETTLE_MILLIS));
        }
    }

    private void accept() {
        try {
            Optional<MessageChannel> client = listener.accept();
            while (client.isPresent()) {
                begin(client.get());
                client = listener.accept();
            }
        } catch (PlatformException e) {
            say("takes no more clients: " + e.getMessage());
        }
    }

    private synchronized void begin(MessageChannel client) {
        awaitEndOfPredecessor();
        if (closed || session != null) {
            client.close();
            if (!closed) {
                say("a second client was turned away; the device has one already");
            }
            return;
        }
        try {
            session = new Session(client, device, (PciFunction) device, this::say);
        } catch (RuntimeException | Error e) {
            client.close();
            throw e;
        }
        serving = new Thread(this::serve, "client of " + socket);
        serving.setDaemon(true);
        serving.start();
    }

    /** A client that comes right after another has gone waits until what that one had set up is taken back. */
    private void awaitEndOfPredecessor() {
        Deadline deadline = Deadline.afterMillis(Clock.system(), JOIN_MILLIS);
        try {
            while (session != null && !closed && session.isClientGone() && !deadline.expired()) {
                session.stop();
                wait(STEP_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void say(String line) {
        try {
            log.accept(socket + ": " + line);
        } catch (RuntimeException e) {
            LOG.warn("{}: {} (and whoever is told this failed: {})", socket, line, e.toString());
        }
    }

    private void serve() {
        Session mine;
        synchronized (this) {
            mine = session;
        }
        try {
            mine.run();
        } finally {
            synchronized (this) {
                session = null;
                notifyAll();
            }
        }
    }

    /** Ends what a client is doing, removes the socket, and unplugs the device and its wire. Idempotent. */
    @Override
    public void close() {
        Session last;
        Thread client;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            notifyAll();
            last = session;
            client = serving;
        }
        listener.stop();
        join(client, last == null ? () -> { } : last::stop);
        join(accepting, () -> { });
        listener.close();
        try {
            ((PciFunction) device).close();
        } finally {
            wire.ifPresent(WirePort::close);
        }
    }

    /** Waits for the end of a thread, for a while, urging it. */
    private static void join(Thread thread, Runnable urge) {
        if (thread == null || thread == Thread.currentThread()) {
            return;
        }
        Deadline deadline = Deadline.afterMillis(Clock.system(), JOIN_MILLIS);
        try {
            do {
                urge.run();
            } while (!thread.join(Duration.ofMillis(STEP_MILLIS)) && !deadline.expired());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
