package org.netdev4j.cli.command;

import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.netdev4j.api.NetDevs;
import org.netdev4j.cli.console.Console;
import org.netdev4j.platform.bus.Bus;
import org.netdev4j.platform.bus.OptionSpec;
import org.netdev4j.platform.wire.WireKind;
import org.netdev4j.platform.wire.Wires;
import org.netdev4j.spi.NetDevDriver;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists what there is to choose from. */
@Command(name = "backends", mixinStandardHelpOptions = true, description = "List drivers, buses and wires, with their options.",
    footer = {"", "JSON: backends[name version description drives options], buses[scheme description takes-wire options],",
        "wires[name locator description options], impairments; each option has key, values, default, description."})
final class BackendsCommand implements Action {
    private static final String INDENT = "    ";

    private final Console console;

    @Option(names = "--json", description = "as JSON")
    private boolean json;

    @Inject
    BackendsCommand(Console console) {
        this.console = console;
    }

    @Override
    public int execute() {
        if (json) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("backends", NetDevs.drivers().stream().map(BackendsCommand::plain).toList());
            all.put("buses", NetDevs.buses().stream().map(BackendsCommand::plain).toList());
            all.put("wires", Wires.kinds().stream().map(BackendsCommand::plain).toList());
            all.put("impairments", plain(Wires.impairments()));
            console.json(all);
            return DONE;
        }
        console.line("Backends:");
        for (NetDevDriver driver : NetDevs.drivers()) {
            console.line("  " + driver.name() + " " + driver.version() + ": " + driver.description());
            console.line(INDENT + "drives " + String.join(", ", driver.identities()));
            options(driver.options());
        }
        console.line("");
        console.line("Buses:");
        for (Bus bus : NetDevs.buses()) {
            console.line("  " + bus.scheme() + ": " + bus.description() + (bus.takesWire() ? "; takes a wire" : ""));
            options(bus.options());
        }
        console.line("");
        console.line("Wires:");
        for (WireKind wire : Wires.kinds()) {
            console.line("  " + wire.name() + ":" + wire.locator() + "  " + wire.description());
            options(wire.options());
        }
        console.line("  every wire");
        options(Wires.impairments());
        return DONE;
    }

    private void options(List<OptionSpec> options) {
        if (options.isEmpty()) {
            return;
        }
        Table table = new Table("option", "values", "default", "what it is");
        options.forEach(o -> table.row(o.key(), o.values(), o.standard().isEmpty() ? "-" : o.standard(), o.description()));
        console.out().print(table.toString().indent(INDENT.length()));
    }

    private static Map<String, Object> plain(NetDevDriver driver) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("name", driver.name());
        all.put("version", driver.version());
        all.put("description", driver.description());
        all.put("drives", driver.identities());
        all.put("options", plain(driver.options()));
        return all;
    }

    private static Map<String, Object> plain(Bus bus) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("scheme", bus.scheme());
        all.put("description", bus.description());
        all.put("takes-wire", bus.takesWire());
        all.put("options", plain(bus.options()));
        return all;
    }

    private static Map<String, Object> plain(WireKind wire) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("name", wire.name());
        all.put("locator", wire.locator());
        all.put("description", wire.description());
        all.put("options", plain(wire.options()));
        return all;
    }

    private static List<Map<String, Object>> plain(List<OptionSpec> options) {
        return options.stream().map(o -> {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("key", o.key());
            all.put("values", o.values());
            all.put("default", o.standard());
            all.put("description", o.description());
            return all;
        }).toList();
    }
}
