package org.netdev4j.cli.command;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.netdev4j.api.NetDevs;
import org.netdev4j.cli.config.Config;
import org.netdev4j.cli.config.Keys;
import org.netdev4j.cli.console.Console;
import org.netdev4j.platform.bus.Bus;
import org.netdev4j.platform.bus.DeviceIdentity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists devices. */
@Command(name = "devices", mixinStandardHelpOptions = true,
    description = "List the devices that the buses see, and those of the configuration.",
    footer = {"", "JSON: devices[address identity description kernel-driver backend name]; name is that of the configuration, which",
        "lists its devices first; what is not known is null."})
final class DevicesCommand implements Action {
    private final Console console;
    private final Supplier<Config> config;

    @Option(names = "--json", description = "as JSON")
    private boolean json;

    @Inject
    DevicesCommand(Console console, Supplier<Config> config) {
        this.console = console;
        this.config = config;
    }

    @Override
    public int execute() {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (String name : config.get().devices()) {
            rows.add(row(name, config.get().get(name, Keys.ADDRESS), null, "of the configuration", null,
                config.get().get(name, Keys.BACKEND)));
        }
        for (Bus bus : NetDevs.buses()) {
            for (Bus.Found found : bus.scan()) {
                rows.add(row(null, found.address().toString(), found.identity().toString(), found.description(),
                    found.driver().orElse(null), backend(found.identity())));
            }
        }
        if (json) {
            console.json(Map.of("devices", rows));
            return DONE;
        }
        if (rows.isEmpty()) {
            console.line("no devices");
            return DONE;
        }
        Table table = new Table("address", "name", "identity", "backend", "kernel driver", "description");
        rows.forEach(r -> table.row(cell(r, "address"), cell(r, "name"), cell(r, "identity"), cell(r, "backend"),
            cell(r, "kernel-driver"), cell(r, "description")));
        console.out().print(table);
        return DONE;
    }

    private static String backend(DeviceIdentity identity) {
        return NetDevs.drivers().stream().filter(d -> d.drives(identity)).map(d -> d.name()).findFirst().orElse(null);
    }

    private static Map<String, Object> row(String name, String address, String identity, String description, String kernelDriver,
                                           String backend) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("address", address);
        row.put("name", name);
        row.put("identity", identity);
        row.put("backend", backend);
        row.put("kernel-driver", kernelDriver);
        row.put("description", description);
        return row;
    }

    private static String cell(Map<String, Object> row, String key) {
        Object value = row.get(key);
        return value == null ? "-" : value.toString();
    }
}
