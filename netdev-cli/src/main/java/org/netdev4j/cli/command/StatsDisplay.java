package org.netdev4j.cli.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.netdev4j.api.NetDev;
import org.netdev4j.cli.app.App;
import org.netdev4j.cli.app.Runner;
import org.netdev4j.cli.console.Console;
import org.netdev4j.cli.report.Section;
import org.netdev4j.platform.Clock;

/** Shows counters on standard output: what changed, at intervals, or all of them at the end. One thread. */
final class StatsDisplay implements Runner.Observer {
    private static final double NANOS_PER_SECOND = 1e9;

    private final Console console;
    private final Clock clock;
    private final String name;
    private final long intervalNanos;
    private final boolean json;
    private Map<String, Long> before = Map.of();
    private long shown;

    /**
     * A display.
     *
     * @param name          what messages call the device
     * @param intervalNanos time between two shows; 0 to show only at the end
     */
    StatsDisplay(Console console, Clock clock, String name, long intervalNanos, boolean json) {
        this.console = console;
        this.clock = clock;
        this.name = name;
        this.intervalNanos = intervalNanos;
        this.json = json;
        this.shown = clock.nanoTime();
    }

    @Override
    public void tick(List<App> running) {
        long now = clock.nanoTime();
        if (intervalNanos > 0 && now - shown >= intervalNanos && !running.isEmpty()) {
            watch(running.getFirst().devices().getFirst().dev(), (now - shown) / NANOS_PER_SECOND);
            shown = now;
        }
    }

    private void watch(NetDev dev, double seconds) {
        Map<String, Long> now = dev.extendedStatistics();
        Map<String, Object> rates = new LinkedHashMap<>();
        StringBuilder text = new StringBuilder();
        now.forEach((key, value) -> {
            long grown = value - before.getOrDefault(key, 0L);
            if (grown != 0) {
                long rate = Math.round(grown / seconds);
                rates.put(key, rate);
                text.append("     ").append(key).append(": ").append(value).append(" (").append(rate).append("/s)\n");
            }
        });
        before = now;
        if (json) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("ifname", name);
            all.put("statistics", now);
            all.put("rates", rates);
            console.jsonLine(all);
        } else {
            console.out().print("NIC statistics:" + (text.isEmpty() ? " no change" : "") + "\n" + text);
        }
    }

    @Override
    public void ended(App app) {
        if (intervalNanos > 0) {
            watch(app.devices().getFirst().dev(), Math.max(1, clock.nanoTime() - shown) / NANOS_PER_SECOND);
            return;
        }
        NetDev dev = app.devices().getFirst().dev();
        if (json) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("ifname", name);
            all.put("statistics", Section.STATISTICS.plain(dev));
            console.json(all);
        } else {
            console.out().print(Section.STATISTICS.text(dev, name));
        }
    }

    @Override
    public void note(String text) {
        console.note(text);
    }
}
