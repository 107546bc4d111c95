package org.netdev4j.cli.command;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import jakarta.inject.Inject;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.netdev4j.cli.config.Config;
import org.netdev4j.cli.config.ConfigException;
import org.netdev4j.cli.config.Keys;
import org.netdev4j.cli.config.Origin;
import org.netdev4j.cli.console.Console;
import org.netdev4j.cli.device.DeviceResolver;
import org.netdev4j.cli.device.DeviceSpec;
import org.netdev4j.conformance.CaseInfo;
import org.netdev4j.conformance.CaseResult;
import org.netdev4j.conformance.Catalog;
import org.netdev4j.conformance.Conformance;
import org.netdev4j.conformance.ConformanceOptions;
import org.netdev4j.conformance.ConformanceReport;
import org.netdev4j.conformance.Progress;
import org.netdev4j.conformance.report.ConsoleReport;
import org.netdev4j.conformance.report.HtmlReport;
import org.netdev4j.conformance.report.JUnitXmlReport;
import org.netdev4j.conformance.report.JsonReport;
import org.netdev4j.conformance.report.ReportWriter;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.Units;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the conformance suite. */
@Command(name = "conformance", mixinStandardHelpOptions = true,
    description = "Run the conformance suite on a device: does its backend keep the contract?",
    footer = {"", "A pattern is an id (TX-017), a group (TX) or a glob of ids (TX-0*). The suite holds the far end of the device's wire:",
        "the device takes none here. Exit code 1 if a case failed. The last line is: N passed, N failed, N skipped."})
final class ConformanceCommand implements Action {
    private static final int FAILED = 1;
    private static final List<String> ELSEWHERE = List.of("vfio-user:", "pci:");

    private final Console console;
    private final Supplier<Config> config;

    @Spec
    private CommandSpec spec;

    @Option(names = {"-d", "--device"}, paramLabel = "DEVICE", description = "address, or name in the configuration")
    private String device;

    @Option(names = {"-b", "--driver"}, paramLabel = "NAME", description = "driver, if not the one that fits")
    private String driver;

    @Option(names = "--rig", paramLabel = "NAME", description = "rig, if not the first that serves the device")
    private String rig;

    @Option(names = "--control", paramLabel = "ADDRESS", description = "control channel of the netdev serve that serves the device: "
        + "unix:PATH, tcp:HOST:PORT, or in a virtual machine file:PATH")
    private String control;

    @Option(names = "--further", paramLabel = "DEVICE", split = ",",
        description = "addresses of the other devices that are served, in their order, for cases that open several")
    private List<String> further = List.of();

    @Option(names = {"--include", "--only"}, paramLabel = "PATTERN", split = ",", description = "cases to run")
    private List<String> only = List.of();

    @Option(names = {"--exclude", "--skip"}, paramLabel = "PATTERN", split = ",", description = "cases to leave out")
    private List<String> skip = List.of();

    @Option(names = "--seed", paramLabel = "N", description = "from which all random choices follow", defaultValue = "1")
    private long seed;

    @Option(names = "--seeds", paramLabel = "N", description = "how many seeds, from that upwards", defaultValue = "1")
    private int seeds;

    @Option(names = "--timeout", paramLabel = "TIME", description = "how long one case may take", defaultValue = "40s")
    private String timeout;

    @Option(names = "--json", paramLabel = "FILE", description = "write a report as JSON")
    private Path json;

    @Option(names = "--junit", paramLabel = "FILE", description = "write a report as JUnit XML")
    private Path junit;

    @Option(names = "--html", paramLabel = "FILE", description = "write a report as one HTML page")
    private Path html;

    @Option(names = "--list", description = "show the cases, run none")
    private boolean list;

    @Inject
    ConformanceCommand(Console console, Supplier<Config> config) {
        this.console = console;
        this.config = config;
    }

    @Override
    public int execute() {
        if (list) {
            Catalog.standard().select(only, skip).forEach(this::show);
            return DONE;
        }
        if (device == null) {
            throw new ParameterException(spec.commandLine(), "which device? say --device loopback: or the like");
        }
        List<Path> files = java.util.stream.Stream.of(json, junit, html).filter(java.util.Objects::nonNull).toList();
        files.forEach(ConformanceCommand::requireWritable);
        expectWarnings();
        ConformanceReport report = Conformance.run(options());
        console.clearProgress();
        write(report, new ConsoleReport(console.colour()), null);
        write(report, new JsonReport(), json);
        write(report, new JUnitXmlReport(), junit);
        write(report, new HtmlReport(), html);
        files.forEach(file -> console.note("report: " + file));
        return report.ok() ? DONE : FAILED;
    }

    /** The suite breaks things on purpose; what is warned of then is no news, unless more than warnings was asked for. */
    private static void expectWarnings() {
        for (String part : List.of("org.netdev4j.api", "org.netdev4j.backend", "org.netdev4j.models")) {
            Logger logger = (Logger) LoggerFactory.getLogger(part);
            if (!logger.isInfoEnabled()) {
                logger.setLevel(Level.ERROR);
            }
        }
    }

    private void show(CaseInfo info) {
        console.line(info.id() + "  " + info.sentence());
    }

    private ConformanceOptions options() {
        DeviceSpec found = DeviceResolver.resolve(config.get(), device, new Origin.Option("--device"), "", List.of());
        ConformanceOptions options = ConformanceOptions.device(controlled(found.find(Keys.ADDRESS).orElse(device)))
            .withDriver(driver != null ? driver : found.get(Keys.BACKEND))
            .including(only.toArray(String[]::new))
            .excluding(skip.toArray(String[]::new))
            .withSeed(seed)
            .withProgress(new Display());
        try {
            options = options.withSeeds(seeds).withTimeout(Duration.ofNanos(Units.durationNanos(timeout)));
        } catch (IllegalArgumentException e) {
            throw new ConfigException("option --seeds or --timeout: " + e.getMessage());
        }
        return rig == null ? options : options.withRig(rig);
    }

    /** The address, with what tells the rig where the other side of the device is. */
    private String controlled(String address) {
        Config all = config.get();
        // What is in the configuration is for devices that are elsewhere; an option is taken at its word.
        boolean elsewhere = ELSEWHERE.stream().anyMatch(address::startsWith);
        String channel = control != null ? control : elsewhere ? all.find(Keys.CONFORMANCE_CONTROL).orElse("") : "";
        List<String> others = !further.isEmpty() || !elsewhere ? further : all.find(Keys.CONFORMANCE_FURTHER).orElse(List.of());
        return address + (channel.isEmpty() ? "" : ",control=" + channel)
            + (others.isEmpty() ? "" : ",further=" + String.join("+", others));
    }

    /** Before a run of many seconds, not after it. */
    private static void requireWritable(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder) || !Files.isWritable(folder) || Files.isDirectory(file)) {
            throw new ConfigException("report " + file + ": cannot be written; its folder must be there, and writable");
        }
    }

    private void write(ConformanceReport report, ReportWriter writer, Path file) {
        try {
            if (file != null) {
                try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
                    writer.write(report, out);
                }
            } else if (writer instanceof ConsoleReport) {
                writer.write(report, console.out());
            }
        } catch (IOException e) {
            throw new PlatformException("report " + file + ": cannot be written: " + e.getMessage(), e);
        }
    }

    private final class Display implements Progress {
        private int failed;

        @Override
        public void started(CaseInfo info, int number, int total) {
            if (console.showsProgress()) {
                console.progress(number + "/" + total + (failed == 0 ? " " : ", " + failed + " failed ") + info.id() + " "
                    + info.sentence());
            }
        }

        @Override
        public void finished(CaseResult result, int number, int total) {
            if (result.outcome() == org.netdev4j.conformance.Outcome.FAILED) {
                failed++;
            }
        }
    }
}
