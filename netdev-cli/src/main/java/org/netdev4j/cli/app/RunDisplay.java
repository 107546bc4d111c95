package org.netdev4j.cli.app;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.Statistics;
import org.netdev4j.cli.config.Keys;
import org.netdev4j.cli.console.Console;
import org.netdev4j.cli.device.OpenDevice;
import org.netdev4j.platform.Clock;

/**
 * Shows on standard error how a run goes on: rates at intervals, or on a terminal a line that changes; totals when an application ends. One
 * thread.
 */
public final class RunDisplay implements Runner.Observer {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final long PROGRESS_NANOS = 500_000_000L;

    private final Console console;
    private final Clock clock;
    private final long intervalNanos;
    private final boolean quiet;
    private final boolean busCost;
    private final long start;
    private final Map<NetDev, Statistics> before = new IdentityHashMap<>();
    private final List<Map<String, Object>> totals = new ArrayList<>();
    private long shown;

    /**
     * A display.
     *
     * @param intervalNanos time between two shows of rates; 0 for none
     * @param quiet         true to show neither totals nor a line that changes
     * @param busCost       true to show with the totals what crossed the bus of simulated devices
     */
    public RunDisplay(Console console, Clock clock, long intervalNanos, boolean quiet, boolean busCost) {
        this.console = console;
        this.clock = clock;
        this.intervalNanos = intervalNanos;
        this.quiet = quiet;
        this.busCost = busCost;
        this.start = clock.nanoTime();
        this.shown = start;
    }

    @Override
    public void tick(List<App> running) {
        boolean lines = intervalNanos > 0;
        boolean changing = !lines && !quiet && console.showsProgress() && running.stream().noneMatch(App::usesStandardOutput);
        long now = clock.nanoTime();
        if (!lines && !changing || now - shown < (lines ? intervalNanos : PROGRESS_NANOS)) {
            return;
        }
        double seconds = (now - shown) / NANOS_PER_SECOND;
        shown = now;
        StringBuilder progress = new StringBuilder();
        for (App app : running) {
            for (OpenDevice device : app.devices()) {
                Statistics total = device.dev().statistics();
                Statistics delta = total.since(before.getOrDefault(device.dev(), Statistics.ZERO));
                before.put(device.dev(), total);
                if (lines) {
                    console.note(rate(device.name(), "RX", delta.ipackets(), delta.ibytes(), seconds));
                    console.note(rate(device.name(), "TX", delta.opackets(), delta.obytes(), seconds));
                } else {
                    progress.append(progress.isEmpty() ? "" : "  ").append(String.format(Locale.ROOT,
                        "[%s] RX %,d (%,.0f/s) TX %,d (%,.0f/s)", device.name(), total.ipackets(), delta.ipackets() / seconds,
                        total.opackets(), delta.opackets() / seconds));
                }
            }
        }
        if (changing) {
            console.progress(progress.toString());
        }
    }

    /** As ixy prints it; megabits count what a frame takes on the wire besides its own bytes, so that line rate reads as line rate. */
    static String rate(String device, String direction, long packets, long bytes, double seconds) {
        double bits = (bytes + packets * (double) Pacer.WIRE_OVERHEAD) * 8;
        return String.format(Locale.ROOT, "[%s] %s: %.2f Mbit/s %.2f Mpps", device, direction, bits / seconds / 1e6,
            packets / seconds / 1e6);
    }

    @Override
    public void ended(App app) {
        Map<String, Object> plain = new LinkedHashMap<>();
        plain.put("app", app.name());
        List<Map<String, Object>> devices = new ArrayList<>();
        StringBuilder text = new StringBuilder("--- " + app.intent() + " ---");
        for (OpenDevice device : app.devices()) {
            Statistics s = device.dev().statistics();
            devices.add(plain(device, s));
            text.append('\n').append(device.name()).append(": RX ").append(s.ipackets()).append(" packets, ").append(s.ibytes())
                .append(" bytes, ").append(s.imissed()).append(" missed, ").append(s.ierrors()).append(" errors; TX ")
                .append(s.opackets()).append(" packets, ").append(s.obytes()).append(" bytes, ").append(s.oerrors()).append(" errors");
        }
        Map<String, Long> counters = app.counters();
        String counted = counters.entrySet().stream().filter(c -> c.getValue() != 0).map(c -> c.getKey() + " " + c.getValue())
            .collect(Collectors.joining(", "));
        text.append(counted.isEmpty() ? "" : "\n" + counted);
        if (busCost) {
            for (OpenDevice device : app.devices()) {
                Statistics s = device.dev().statistics();
                device.bus().ifPresent(bus -> text.append('\n').append(bus.text(s.ipackets() + s.opackets())));
            }
        }
        plain.put("devices", devices);
        plain.put("counters", counters);
        totals.add(plain);
        if (!quiet) {
            console.note(text.toString());
        }
    }

    private static Map<String, Object> plain(OpenDevice device, Statistics s) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("name", device.name());
        all.put("address", device.spec().get(Keys.ADDRESS));
        all.put("wire", device.spec().find(Keys.WIRE).orElse(null));
        all.put("statistics", statistics(s));
        device.bus().ifPresent(bus -> all.put("bus", bus.plain()));
        return all;
    }

    /** Basic statistics under DPDK's names. */
    public static Map<String, Object> statistics(Statistics s) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("ipackets", s.ipackets());
        all.put("opackets", s.opackets());
        all.put("ibytes", s.ibytes());
        all.put("obytes", s.obytes());
        all.put("imissed", s.imissed());
        all.put("ierrors", s.ierrors());
        all.put("oerrors", s.oerrors());
        all.put("rx_nombuf", s.rxNombuf());
        return all;
    }

    @Override
    public void note(String text) {
        console.note(text);
    }

    /** All totals, for JSON: {@code seconds} and {@code apps}, in the order in which they ended. */
    public Map<String, Object> plain() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("seconds", (clock.nanoTime() - start) / NANOS_PER_SECOND);
        all.put("apps", totals);
        return all;
    }
}
