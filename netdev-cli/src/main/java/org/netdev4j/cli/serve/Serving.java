package org.netdev4j.cli.serve;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.NetDevs;
import org.netdev4j.cli.config.ConfigException;
import org.netdev4j.cli.console.Console;
import org.netdev4j.cli.device.BusCost;
import org.netdev4j.models.control.ControlAddress;
import org.netdev4j.models.control.ControlServer;
import org.netdev4j.models.vfiouser.VfioUserServer;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.wire.WirePort;
import org.netdev4j.platform.wire.Wires;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves devices until somebody asks to stop, and does meanwhile what is typed. One thread, but for {@link #stop()}. */
public final class Serving {
    private static final Logger LOG = LoggerFactory.getLogger(Serving.class);
    private static final long TICK_NANOS = 50_000_000;
    private static final double NANOS_PER_SECOND = 1e9;
    // What a wire leads to that has two ends only, or any number.
    private static final List<String> SHARED = List.of("link:", "switch:", "self:", "null:");

    private final Console console;
    private final Platform platform;
    private final InputStream input;
    private final WaitEvent wake;
    private final long start;
    private final List<Served> devices = new ArrayList<>();
    private final Set<Integer> failed = new HashSet<>();
    private ControlServer control;
    private volatile boolean stopping;

    /**
     * One session.
     *
     * @param input commands, a line each; its end is not the end
     */
    public Serving(Console console, Platform platform, InputStream input) {
        this.console = console;
        this.platform = platform;
        this.input = input;
        this.wake = platform.newWaitEvent();
        this.start = platform.clock().nanoTime();
    }

    /** Ends the session: {@link #run} returns soon. Any thread. */
    public void stop() {
        stopping = true;
        wake.signal();
    }

    /**
     * Serves.
     *
     * @param offers  one or more
     * @param control where their control channel is to be, if there is to be one
     * @param nanos   how long; 0 for no limit
     * @return totals, for JSON
     * @throws ConfigException   if two devices cannot be together, or a wire is none
     * @throws PlatformException if the system refuses a socket, a wire or a file; or a wire or a device failed on the way
     */
    public Map<String, Object> run(List<Offer> offers, Optional<Control> control, long nanos) {
        try {
            requireOneEndEach(offers);
            offers.stream().map(offer -> offer.address().locator()).distinct().forEach(this::warmUp);
            offers.forEach(this::open);
            requireDifferentMacs();
            devices.forEach(this::announce);
            control.ifPresent(this::listen);
            console.note("ready; Ctrl-C ends it, help shows what can be typed meanwhile");
            watch(nanos);
            Map<String, Object> totals = totals();
            devices.forEach(each -> console.note("--- " + each.label() + " at " + each.server().socket() + " ---\n"
                + each.text()));
            requireAllWell();
            return totals;
        } finally {
            close();
        }
    }

    /** A wire that is given once for several devices is opened once for each. */
    private static void requireOneEndEach(List<Offer> offers) {
        Set<String> seen = new HashSet<>();
        for (Offer offer : offers) {
            String wire = offer.wire().orElse("self:");
            if (!seen.add(wire) && SHARED.stream().noneMatch(wire::startsWith)) {
                throw offer.refused().apply(new ConfigException("\"" + wire
                    + "\" has one end, and several devices are to be plugged into it; "
                    + "give each device a wire of its own, or switch:NAME or link:NAME to all"));
            }
        }
    }

    /**
     * Drives such a device with a driver of ours for a moment. A driver waits a fraction of a second for its first register,
     * and on a busy
     * machine the JVM may take as long to load what answers.
     */
    private void warmUp(String model) {
        try (NetDev dev = NetDevs.at("sim:" + model + ",trace=/dev/null").platform(platform).open()) {
            LOG.debug("{} was warmed up", dev.name());
        } catch (RuntimeException e) {
            LOG.debug("{} stays cold: {}", model, e.toString());
        }
    }

    private void open(Offer offer) {
        WirePort wire;
        try {
            wire = Wires.open(offer.wire().orElse("self:"), platform);
        } catch (PlatformException e) {
            if (e.getCause() instanceof IllegalArgumentException) {
                throw offer.refused().apply(new ConfigException(e.getMessage(), e));
            }
            throw e;
        }
        CableSwitch cable = new CableSwitch(wire);
        // The server closes the wire, also if it does not come to be.
        VfioUserServer server = VfioUserServer.open(offer.address(), platform, Optional.of(cable), offer.socket(),
            console::note);
        devices.add(new Served(devices.size() + 1, server, cable, BusCost.of(server.device(), platform.clock())));
    }

    /** Two stations of one address take each other's frames, and who debugs a driver looks for the fault there. */
    private void requireDifferentMacs() {
        Map<String, Served> seen = new LinkedHashMap<>();
        for (Served each : devices) {
            each.mac().ifPresent(mac -> {
                Served other = seen.putIfAbsent(mac, each);
                if (other != null) {
                    throw new ConfigException("devices " + other.number() + " and " + each.number()
                        + " have the same MAC address " + mac
                        + "; give one of them another seed= or mac=");
                }
            });
        }
    }

    private void announce(Served each) {
        console.note("serving " + each.device().model().name() + " at " + each.server().socket() + ", wire "
            + each.cable().name()
            + each.mac().map(mac -> ", MAC " + mac).orElse(""));
    }

    private void watch(long nanos) {
        Deadline end = nanos == 0 ? null : Deadline.afterNanos(platform.clock(), nanos);
        Operator operator = new Operator(devices, this::stop);
        LineInput lines = new LineInput(input);
        while (!stopping && (end == null || !end.expired())) {
            wake.await(Deadline.afterNanos(platform.clock(), TICK_NANOS));
            for (String line : lines.poll()) {
                String answer = operator.answer(line);
                if (!answer.isEmpty()) {
                    console.note(answer);
                }
            }
            devices.forEach(this::look);
        }
    }

    /**
     * Where the control channel is.
     *
     * @param address its address
     * @param anybody true if other machines may connect
     */
    public record Control(ControlAddress address, boolean anybody) {
    }

    private void listen(Control wanted) {
        control = ControlServer.open(wanted.address(), wanted.anybody(), devices.stream().map(Served::server).toList(), platform,
            console::note);
        console.note("control channel " + control.address());
    }

    /** What fails is told at once and fails the command at its end; the other devices go on. */
    private void look(Served each) {
        problem(each).filter(problem -> failed.add(each.number())).ifPresent(console::note);
    }

    private static Optional<String> problem(Served each) {
        return each.device().failure().map(e -> each.label() + ": the device model failed: " + e)
            .or(() -> each.cable().failure().map(e -> each.label() + ": its wire failed: " + e.getMessage()));
    }

    private void requireAllWell() {
        for (Served each : devices) {
            problem(each).ifPresent(problem -> {
                throw new PlatformException(problem);
            });
        }
    }

    private Map<String, Object> totals() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("seconds", (platform.clock().nanoTime() - start) / NANOS_PER_SECOND);
        all.put("devices", devices.stream().map(Served::plain).toList());
        return all;
    }

    private void close() {
        if (control != null) {
            control.close();
        }
        RuntimeException first = null;
        for (Served each : devices.reversed()) {
            try {
                each.close();
            } catch (RuntimeException e) {
                first = first == null ? e : first;
            }
        }
        // A wire that has failed says so again when it is closed; that was told.
        if (first != null && failed.isEmpty()) {
            throw first;
        }
    }
}
