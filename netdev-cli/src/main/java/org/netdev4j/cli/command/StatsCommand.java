package org.netdev4j.cli.command;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.netdev4j.cli.app.Runner;
import org.netdev4j.cli.app.StatsApp;
import org.netdev4j.cli.config.Config;
import org.netdev4j.cli.config.Keys;
import org.netdev4j.cli.config.Origin;
import org.netdev4j.cli.console.Console;
import org.netdev4j.cli.console.Interruption;
import org.netdev4j.cli.device.DeviceOpener;
import org.netdev4j.cli.device.DeviceResolver;
import org.netdev4j.cli.device.DeviceSpec;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.WaitEvent;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows counters. */
@Command(name = "stats", mixinStandardHelpOptions = true,
    description = "Open a device, receive what arrives and throw it away, and show all counters, as ethtool -S.",
    footer = {"", "Without --watch and --duration it ends when nothing more is there. A device belongs to the process that has opened it:",
        "what an application does, see with run --stats-interval.",
        "JSON: ifname, statistics{name value}; with --watch one such object a line, and rates{name per-second}."})
final class StatsCommand implements Action {
    private final Console console;
    private final Interruption interruption;
    private final Supplier<Config> config;
    private final Supplier<Platform> platform;
    private final DeviceOpener opener;

    @Parameters(paramLabel = "DEVICE", description = "address, or name in the configuration")
    private String device;

    @Option(names = "--watch", paramLabel = "TIME", arity = "0..1", fallbackValue = "1s",
        description = "show what changed, again and again, every second or TIME")
    private String watch;

    @Option(names = "--duration", paramLabel = "TIME", description = "how long to receive")
    private String duration;

    @Option(names = "--json", description = "as JSON")
    private boolean json;

    @Mixin
    private DeviceTuning tuning;

    @Inject
    StatsCommand(Console console, Interruption interruption, Supplier<Config> config, Supplier<Platform> platform,
                 DeviceOpener opener) {
        this.console = console;
        this.interruption = interruption;
        this.config = config;
        this.platform = platform;
        this.opener = opener;
    }

    @Override
    public int execute() {
        List<Config.Entry> entries = new ArrayList<>();
        if (duration != null) {
            entries.add(new Config.Entry(Keys.DURATION.path(), duration, new Origin.Option("--duration")));
        }
        if (watch != null) {
            entries.add(new Config.Entry(Keys.STATS_INTERVAL.path(), watch, new Origin.Option("--watch")));
        }
        Config all = config.get().with(entries);
        DeviceSpec spec = DeviceResolver.resolve(all, device, new Origin.Option("DEVICE"), "", tuning.given());
        // Before the event, which is of the platform: that is made for what this device needs of memory.
        opener.expect(List.of(spec));
        WaitEvent event = opener.newEvent();
        boolean endless = watch != null || all.get(Keys.DURATION) > 0;
        StatsApp app = StatsApp.start(opener.open(spec, queue -> event), all, endless);
        Runner runner = new Runner(platform.get(), false);
        interruption.onStop(runner::stop);
        runner.run(List.of(app), new StatsDisplay(console, platform.get().clock(), device,
            watch == null ? 0 : all.get(Keys.STATS_INTERVAL), json));
        return DONE;
    }
}
