package org.netdev4j.cli.command;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.netdev4j.cli.app.App;
import org.netdev4j.cli.app.RunDisplay;
import org.netdev4j.cli.app.Runner;
import org.netdev4j.cli.config.Config;
import org.netdev4j.cli.config.ConfigException;
import org.netdev4j.cli.config.Keys;
import org.netdev4j.cli.config.Origin;
import org.netdev4j.cli.console.Console;
import org.netdev4j.cli.console.Interruption;
import org.netdev4j.cli.device.DeviceOpener;
import org.netdev4j.platform.Platform;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Runs applications. */
@Command(name = "run", mixinStandardHelpOptions = true, subcommandsRepeatable = true,
    description = "Run applications, until they end or Ctrl-C does. Several may follow one another in one command; they run side by side.",
    subcommands = {EchoCommand.class, ForwardCommand.class, GenerateCommand.class, CaptureCommand.class},
    footer = {"", "An application ends when it has sent or received what it was told to, or when its wire has: a capture file at its",
        "end, a link whose far end is closed. As in",
        "  netdev run generate --from x.pcap --device loopback:g --wire link:l capture --device loopback:c --wire link:l -w y.pcapng",
        "", "Rates and totals go to standard error. JSON: seconds, apps[app devices[name address wire statistics bus] counters]."})
public final class RunCommand implements Action {
    private final Console console;
    private final Interruption interruption;
    private final Supplier<Config> config;
    private final Supplier<Platform> platform;
    private final DeviceOpener opener;

    @Spec
    private CommandSpec spec;

    @Option(names = "--stats-interval", paramLabel = "TIME", scope = ScopeType.INHERIT, description = "show rates so often, as 1s")
    private String statsInterval;

    @Option(names = "--busy-poll", scope = ScopeType.INHERIT, description = "threads that find nothing to do do not rest")
    private boolean busyPoll;

    @Option(names = "--bus-cost", scope = ScopeType.INHERIT, description = "show what each packet cost on the bus of simulated devices")
    private boolean busCost;

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "totals as JSON on standard output, when all is over")
    private boolean json;

    @Inject
    RunCommand(Console console, Interruption interruption, Supplier<Config> config, Supplier<Platform> platform,
               DeviceOpener opener) {
        this.console = console;
        this.interruption = interruption;
        this.config = config;
        this.platform = platform;
        this.opener = opener;
    }

    @Override
    public int execute() {
        List<AppCommand> commands = new ArrayList<>();
        for (ParseResult each : spec.commandLine().getParseResult().subcommands()) {
            commands.add((AppCommand) each.commandSpec().userObject());
        }
        if (commands.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "say what to run; there are "
                + String.join(", ", spec.subcommands().keySet()));
        }
        Config all = config.get().with(own());
        List<App> apps = new ArrayList<>();
        RunDisplay display = null;
        try {
            commands.forEach(command -> opener.expect(command.devices(command.over(all))));
            for (AppCommand command : commands) {
                apps.add(command.open(command.over(all), opener));
            }
            requireOneForOutput(apps);
            apps.forEach(app -> console.note(app.intent()));
            Runner runner = new Runner(platform.get(), all.get(Keys.BUSY_POLL));
            interruption.onStop(runner::stop);
            display = new RunDisplay(console, platform.get().clock(), all.get(Keys.STATS_INTERVAL), json, busCost);
            runner.run(apps, display);
        } finally {
            apps.forEach(App::close);
            if (json && display != null) {
                console.json(display.plain());
            }
        }
        return DONE;
    }

    private List<Config.Entry> own() {
        List<Config.Entry> entries = new ArrayList<>();
        if (statsInterval != null) {
            entries.add(new Config.Entry(Keys.STATS_INTERVAL.path(), statsInterval, new Origin.Option("--stats-interval")));
        }
        if (busyPoll) {
            entries.add(new Config.Entry(Keys.BUSY_POLL.path(), "on", new Origin.Option("--busy-poll")));
        }
        return entries;
    }

    private void requireOneForOutput(List<App> apps) {
        long writers = apps.stream().filter(App::usesStandardOutput).count() + (json ? 1 : 0);
        if (writers > 1) {
            throw new ConfigException("standard output: " + writers + " want to write there (capture without -w, or with -w -, and --json); "
                + "give capture a file: -w x.pcapng");
        }
    }
}
