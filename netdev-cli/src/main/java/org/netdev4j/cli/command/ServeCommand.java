package org.netdev4j.cli.command;

import jakarta.inject.Inject;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.netdev4j.cli.config.Config;
import org.netdev4j.cli.config.ConfigException;
import org.netdev4j.cli.config.Keys;
import org.netdev4j.cli.config.Origin;
import org.netdev4j.cli.console.Console;
import org.netdev4j.cli.console.Host;
import org.netdev4j.cli.console.Interruption;
import org.netdev4j.cli.serve.Offer;
import org.netdev4j.cli.serve.Serving;
import org.netdev4j.models.control.ControlAddress;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.Units;
import org.netdev4j.platform.bus.DeviceAddress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Serves simulated devices to other processes. */
@Command(name = "serve", mixinStandardHelpOptions = true,
    description = "Serve simulated devices over vfio-user, to QEMU and others that speak it, until Ctrl-C.",
    footer = {"", "An option that is given once for several devices counts for all, but --socket and --trace, of which each has its own;",
        "one seed for all is the first one's, the next has the next. What is typed meanwhile, as help, is done, also from a FIFO.",
        "JSON: seconds, devices[name address socket mac wire wire_statistics bus faults removed].",
        "How to plug it into QEMU: docs/run-your-driver.md."})
final class ServeCommand implements Action {
    private static final String SCHEME = "sim";

    private final Console console;
    private final Host host;
    private final Interruption interruption;
    private final Supplier<Config> config;
    private final Supplier<Platform> platform;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DEVICE", arity = "0..*",
        description = "model with its keys, as ena,queues=4 (see netdev backends), or name in the configuration")
    private List<String> devices = new ArrayList<>();

    @Option(names = "--socket", paramLabel = "PATH", description = "where to listen, one for each device, in the same order")
    private List<String> sockets = new ArrayList<>();

    @Option(names = "--wire", paramLabel = "WIRE",
        description = "what its port is plugged into: tap:nd0, link:a between two devices, switch:a between several, ...; else into itself")
    private List<String> wires = new ArrayList<>();

    @Option(names = "--profile", paramLabel = "NAME",
        description = "which device it resembles, as c5n.9xlarge: the key profile")
    private List<String> profiles = new ArrayList<>();

    @Option(names = "--faults", paramLabel = "FAULTS", description = "what goes wrong: the key faults")
    private List<String> faults = new ArrayList<>();

    @Option(names = "--trace", paramLabel = "FILE", description = "file that gets what driver and device say: the key trace")
    private List<String> traces = new ArrayList<>();

    @Option(names = "--seed", paramLabel = "N",
        description = "decides all that happens by chance, the MAC address too: the key seed")
    private List<String> seeds = new ArrayList<>();

    @Option(names = "--control", paramLabel = "ADDRESS",
        description = "listen there for tests that control the devices: unix:PATH or tcp:127.0.0.1:PORT; who can connect can do "
            + "anything to them")
    private String control;

    @Option(names = "--control-anyone", description = "let other machines connect to --control tcp:")
    private boolean anyone;

    @Option(names = "--duration", paramLabel = "TIME", description = "how long to serve")
    private String duration;

    @Option(names = "--json", description = "totals as JSON on standard output, when all is over")
    private boolean json;

    @Inject
    ServeCommand(Console console, Host host, Interruption interruption, Supplier<Config> config,
        Supplier<Platform> platform) {
        this.console = console;
        this.host = host;
        this.interruption = interruption;
        this.config = config;
        this.platform = platform;
    }

    @Override
    public int execute() {
        Config all = config.get();
        if (duration != null) {
            all = all.with(List.of(new Config.Entry(Keys.DURATION.path(), duration, new Origin.Option("--duration"))));
        }
        List<String> names = devices.isEmpty() ? all.find(Keys.SERVE_DEVICES).orElse(List.of()) : devices;
        if (names.isEmpty()) {
            throw new ParameterException(spec.commandLine(),
                "which device? as netdev serve ena --socket /run/ena.sock, or " + Keys.SERVE_DEVICES.path()
                    + " in the configuration");
        }
        List<Offer> offers = offers(all, names);
        Serving serving = new Serving(console, platform.get(), host.in());
        interruption.onStop(serving::stop);
        Map<String, Object> totals = serving.run(offers, control(all), all.get(Keys.DURATION));
        if (json) {
            console.json(totals);
        }
        return DONE;
    }

    private Optional<Serving.Control> control(Config all) {
        try {
            return control != null ? Optional.of(new Serving.Control(ControlAddress.parse(control), anyone))
                : all.find(Keys.SERVE_CONTROL).map(text -> new Serving.Control(ControlAddress.parse(text), anyone));
        } catch (IllegalArgumentException e) {
            throw control != null ? new ConfigException("option --control: " + e.getMessage(), e)
                : all.refused(Keys.SERVE_CONTROL.path(), e.getMessage(), e);
        }
    }

    private List<Offer> offers(Config all, List<String> names) {
        int count = names.size();
        List<Optional<String>> profile = spread("--profile", profiles, count, true);
        List<Optional<String>> fault = spread("--faults", faults, count, true);
        List<Optional<String>> trace = spread("--trace", traces, count, false);
        List<Optional<String>> wire = spread("--wire", wires, count, true);
        List<Optional<String>> socket = spread("--socket", sockets, count, false);
        List<Optional<String>> seed = seeds(count);
        List<Offer> offers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            DeviceAddress address = address(all, names.get(i));
            address = with(address, "profile", profile.get(i));
            address = with(address, "faults", fault.get(i));
            address = with(address, "trace", trace.get(i));
            address = with(address, "seed", seed.get(i));
            String name = names.get(i);
            boolean named = all.devices().contains(name);
            Optional<String> plug = wire.get(i).or(() -> named ? all.find(name, Keys.WIRE) : Optional.empty());
            boolean option = wire.get(i).isPresent();
            Path path = path(socket.get(i).or(() -> named ? all.find(name, Keys.SOCKET) : Optional.empty()), name);
            offers.add(new Offer(address, path, plug, why -> option
                ? new ConfigException("option --wire: " + why.getMessage(), why)
                : all.refused(Keys.WIRE.path(name), why.getMessage(), why)));
        }
        requireDifferent("--socket", offers.stream().map(offer ->
            offer.socket().toAbsolutePath().normalize().toString()).toList());
        requireDifferent("--trace", offers.stream().flatMap(offer ->
            Optional.ofNullable(offer.address().options().get("trace")).stream()).toList());
        return offers;
    }

    /** What each device has of an option: none, the same, or its own. */
    private static List<Optional<String>> spread(String option, List<String> values, int count, boolean forAll) {
        List<Optional<String>> all = new ArrayList<>();
        if (!values.isEmpty() && values.size() != count && !(forAll && values.size() == 1)) {
            throw new ConfigException("option " + option + ": " + values.size() + " given for " + count + (count == 1
                ? " device" : " devices")
                + "; give " + (forAll ? "one for all, or " : "") + "one for each, in the same order");
        }
        for (int i = 0; i < count; i++) {
            all.add(values.isEmpty() ? Optional.empty() : Optional.of(values.get(values.size() == 1 ? 0 : i)));
        }
        return all;
    }

    /** From one seed for all each device has its own: else they would all have the same MAC address. */
    private List<Optional<String>> seeds(int count) {
        List<Optional<String>> all = spread("--seed", seeds, count, true);
        if (seeds.size() != 1 || count == 1) {
            return all;
        }
        long first;
        try {
            first = Units.wholeNumber(seeds.getFirst(), Long.MIN_VALUE, Long.MAX_VALUE);
        } catch (IllegalArgumentException e) {
            throw new ConfigException("option --seed: " + e.getMessage(), e);
        }
        List<Optional<String>> own = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            own.add(Optional.of(String.valueOf(first + i)));
        }
        return own;
    }

    private static DeviceAddress address(Config all, String name) {
        boolean named = all.devices().contains(name);
        String text = named ? all.find(name, Keys.ADDRESS).orElseThrow() : name;
        int colon = text.indexOf(':');
        int comma = text.indexOf(',');
        boolean scheme = colon >= 0 && (comma < 0 || colon < comma);
        DeviceAddress address = DeviceAddress.parse(scheme ? text : SCHEME + ":" + text);
        if (!address.scheme().equals(SCHEME)) {
            throw new ConfigException((named ? all.origin(Keys.ADDRESS.path(name)).about(Keys.ADDRESS.path(name))
                : "argument DEVICE") + ": \""
                + text + "\" is no simulated device, and only such can be served; as ena or sim:ena");
        }
        return address;
    }

    private static DeviceAddress with(DeviceAddress address, String key, Optional<String> value) {
        if (value.isEmpty()) {
            return address;
        }
        if (address.options().containsKey(key)) {
            throw new ConfigException("option --" + key + ": \"" + address + "\" has " + key + "= already; say it once");
        }
        Map<String, String> keys = new LinkedHashMap<>(address.options());
        keys.put(key, value.get());
        try {
            return new DeviceAddress(address.scheme(), address.locator(), keys);
        } catch (IllegalArgumentException e) {
            throw new ConfigException("option --" + key + ": \"" + value.get() + "\": a comma cannot be in it", e);
        }
    }

    private static Path path(Optional<String> text, String device) {
        String path = text.orElseThrow(() -> new ConfigException("option --socket: where is \"" + device
            + "\" to be served? as --socket /run/ena.sock, one for each device"));
        try {
            return Path.of(path);
        } catch (InvalidPathException e) {
            throw new ConfigException("option --socket: \"" + path + "\": " + e.getReason(), e);
        }
    }

    private static void requireDifferent(String option, List<String> paths) {
        Set<String> seen = new HashSet<>();
        for (String path : paths) {
            if (!seen.add(path)) {
                throw new ConfigException("option " + option + ": \"" + path
                    + "\" is given to two devices; each needs one of its own");
            }
        }
    }
}
