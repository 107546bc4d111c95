package org.netdev4j.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.netdev4j.cli.app.App;
import org.netdev4j.cli.config.Config;
import org.netdev4j.cli.config.ConfigException;
import org.netdev4j.cli.config.Key;
import org.netdev4j.cli.config.Keys;
import org.netdev4j.cli.config.Origin;
import org.netdev4j.cli.device.DeviceOpener;
import org.netdev4j.cli.device.DeviceResolver;
import org.netdev4j.cli.device.DeviceSpec;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** An application of {@code netdev run}. */
abstract class AppCommand {
    @ArgGroup(exclusive = false, multiplicity = "0..*", heading = "%nDevices, each followed by what is said of it:%n")
    private List<DeviceArgs> devices = new ArrayList<>();

    @Option(names = "--duration", paramLabel = "TIME", description = "how long to run")
    private String duration;

    @Option(names = "--burst", paramLabel = "N", description = "most packets moved at once")
    private String burst;

    private final List<Config.Entry> entries = new ArrayList<>();

    /** The devices that it opens. */
    abstract List<DeviceSpec> devices(Config config);

    /** Opens the application; if that throws nothing is left open. */
    abstract App open(Config config, DeviceOpener opener);

    /** Says of a key what an option says, if it was given. */
    final void given(Key<?> key, String text, String option) {
        if (text != null) {
            entries.add(new Config.Entry(key.path(), text, new Origin.Option(option)));
        }
    }

    /** Gives the options of the application itself. */
    abstract void collect();

    /** The configuration with the options of this application over it. */
    final Config over(Config config) {
        entries.clear();
        given(Keys.DURATION, duration, "--duration");
        given(Keys.BURST, burst, "--burst");
        collect();
        return config.with(entries);
    }

    /** The one device of the application: given, named in its section, or the only one of the configuration. */
    final DeviceSpec device(Config config, Key<String> key) {
        if (devices.size() > 1) {
            throw new ConfigException("option --device: this application has one device: " + devices.size() + " given");
        }
        if (devices.size() == 1) {
            return resolve(config, devices.getFirst());
        }
        Optional<String> named = config.find(key);
        if (named.isPresent()) {
            return DeviceResolver.resolve(config, named.get(), config.origin(key.path()), key.path(), List.of());
        }
        if (config.devices().size() == 1) {
            return new DeviceSpec(config, config.devices().iterator().next());
        }
        throw new ConfigException("which device? say --device loopback: or the like, or " + key.path() + " in the configuration");
    }

    /** Two devices: given, or named in the section. */
    final List<DeviceSpec> pair(Config config, Key<List<String>> key) {
        List<DeviceSpec> specs = new ArrayList<>();
        Config all = config;
        if (devices.isEmpty()) {
            for (String name : config.find(key).orElse(List.of())) {
                specs.add(DeviceResolver.resolve(all, name, config.origin(key.path()), key.path(), List.of()));
                all = specs.getLast().config();
            }
        }
        for (DeviceArgs each : devices) {
            specs.add(resolve(all, each));
            all = specs.getLast().config();
        }
        if (specs.size() != 2) {
            throw new ConfigException("this application has two devices: " + specs.size()
                + " given; say --device A --wire ... --device B --wire ..., or " + key.path() + " in the configuration");
        }
        return specs;
    }

    private static DeviceSpec resolve(Config config, DeviceArgs args) {
        return DeviceResolver.resolve(config, args.device(), new Origin.Option("--device"), "", args.given());
    }
}
