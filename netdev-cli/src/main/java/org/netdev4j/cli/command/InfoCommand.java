package org.netdev4j.cli.command;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.netdev4j.cli.config.Config;
import org.netdev4j.cli.config.Origin;
import org.netdev4j.cli.console.Console;
import org.netdev4j.cli.device.DeviceOpener;
import org.netdev4j.cli.device.DeviceResolver;
import org.netdev4j.cli.device.OpenDevice;
import org.netdev4j.cli.report.Section;
import org.netdev4j.platform.PlatformException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what a device is and how it is set. */
@Command(name = "info", mixinStandardHelpOptions = true,
    description = "Show what a device is and how it is set: everything, or what ethtool shows with the same option.",
    footer = {"", "JSON: an object of general, driver, rings, channels, features, rss, coalesce, as far as the device has them; with",
        "an option, as ethtool does, a list of one object with ifname and the keys of ethtool --json: -g rx rx-max tx tx-max,",
        "-k NAME{active fixed requested}, -x rss-indirection-table rss-hash-key rss-hash-function, -c rx-usecs rx-frames ..."})
final class InfoCommand implements Action {
    private static final List<Section> ALL =
        List.of(Section.GENERAL, Section.DRIVER, Section.RINGS, Section.CHANNELS, Section.FEATURES, Section.RSS, Section.COALESCE);

    private final Console console;
    private final Supplier<Config> config;
    private final DeviceOpener opener;

    @Parameters(paramLabel = "DEVICE", description = "address, or name in the configuration")
    private String device;

    @Option(names = {"-i", "--show-driver"}, description = "driver")
    private boolean driver;

    @Option(names = {"-g", "--show-ring"}, description = "ring sizes")
    private boolean rings;

    @Option(names = {"-l", "--show-channels"}, description = "queues")
    private boolean channels;

    @Option(names = {"-k", "--show-features"}, description = "offloads")
    private boolean features;

    @Option(names = {"-x", "--show-rxfh"}, description = "receive-side scaling")
    private boolean rss;

    @Option(names = {"-c", "--show-coalesce"}, description = "interrupt coalescing")
    private boolean coalesce;

    @Option(names = "--json", description = "as JSON")
    private boolean json;

    @Mixin
    private DeviceTuning tuning;

    @Inject
    InfoCommand(Console console, Supplier<Config> config, DeviceOpener opener) {
        this.console = console;
        this.config = config;
        this.opener = opener;
    }

    @Override
    public int execute() {
        List<Section> asked = asked();
        try (OpenDevice open = opener.open(DeviceResolver.resolve(config.get(), device, new Origin.Option("DEVICE"), "", tuning.given()))) {
            for (Section section : asked) {
                section.missing(open.dev()).ifPresent(why -> {
                    throw new PlatformException(device + ": " + why);
                });
            }
            List<Section> shown =
                asked.isEmpty() ? ALL.stream().filter(s -> s.missing(open.dev()).isEmpty()).toList() : asked;
            if (!json) {
                List<String> texts = shown.stream().map(s -> s.text(open.dev(), device)).toList();
                console.out().print(String.join(asked.isEmpty() ? "\n" : "", texts));
            } else if (asked.isEmpty()) {
                Map<String, Object> all = new LinkedHashMap<>();
                all.put("ifname", device);
                shown.forEach(s -> all.put(s.key(), s.plain(open.dev())));
                console.json(all);
            } else {
                Map<String, Object> all = new LinkedHashMap<>();
                all.put("ifname", device);
                shown.forEach(s -> all.putAll(s.plain(open.dev())));
                console.json(List.of(all));
            }
        }
        return DONE;
    }

    private List<Section> asked() {
        List<Section> asked = new ArrayList<>();
        Stream.of(pick(driver, Section.DRIVER), pick(rings, Section.RINGS), pick(channels, Section.CHANNELS),
            pick(features, Section.FEATURES), pick(rss, Section.RSS), pick(coalesce, Section.COALESCE)).forEach(s -> s.ifPresent(asked::add));
        return asked;
    }

    private static Optional<Section> pick(boolean wanted, Section section) {
        return wanted ? Optional.of(section) : Optional.empty();
    }
}
