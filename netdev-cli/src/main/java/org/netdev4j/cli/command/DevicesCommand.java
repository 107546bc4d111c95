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
import org.netdev4j.cli.report.PciReport;
import org.netdev4j.platform.bus.Bus;
import org.netdev4j.platform.pci.PciBinding;
import org.netdev4j.platform.pci.PciDevices;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists devices. */
@Command(name = "devices", mixinStandardHelpOptions = true,
    description = "List the network controllers on PCI and what drives them, as dpdk-devbind --status does; then the devices that the "
        + "other buses see, and those of the configuration.",
    footer = {"", "unused= names drivers that could have it instead, backend= the one of this tool that can drive it, before= what it was",
        "bound to before netdev bind; *Active* is what netdev bind would not touch.", "",
        "JSON: devices[address identity description kernel-driver backend name]; name is that of the configuration, which",
        "lists its devices first; what is not known is null. Network controllers on PCI come last and have more: driver-kind",
        "(user-space, kernel, none), driver-before, unused[], interfaces[], used-by[], iommu-group, numa-node."})
final class DevicesCommand implements Action {
    private static final String PCI = "pci";

    private final Console console;
    private final Supplier<Config> config;
    private final PciDevices machine;
    private final PciBinding binding;

    @Option(names = "--json", description = "as JSON")
    private boolean json;

    @Inject
    DevicesCommand(Console console, Supplier<Config> config, PciDevices machine, PciBinding binding) {
        this.console = console;
        this.config = config;
        this.machine = machine;
        this.binding = binding;
    }

    @Override
    public int execute() {
        return show(json);
    }

    /** Shows them; also for those who ask for the same under another name. */
    int show(boolean asJson) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (String name : config.get().devices()) {
            rows.add(row(name, config.get().get(name, Keys.ADDRESS), null, "of the configuration", null,
                config.get().get(name, Keys.BACKEND)));
        }
        for (Bus bus : NetDevs.buses()) {
            // Those of PCI are told in full below.
            for (Bus.Found found : bus.scheme().equals(PCI) ? List.<Bus.Found>of() : bus.scan()) {
                rows.add(row(null, found.address().toString(), found.identity().toString(), found.description(),
                    found.driver().orElse(null), PciReport.backend(found.identity()).orElse(null)));
            }
        }
        PciReport pci = new PciReport(machine, binding);
        if (asJson) {
            rows.addAll(pci.plain());
            console.json(Map.of("devices", rows));
            return DONE;
        }
        console.out().print(pci.text());
        if (rows.isEmpty()) {
            console.line(pci.plain().isEmpty() ? "no devices" : "no others");
            return DONE;
        }
        Table table = new Table("address", "name", "identity", "backend", "kernel driver", "description");
        rows.forEach(r -> table.row(cell(r, "address"), cell(r, "name"), cell(r, "identity"), cell(r, "backend"),
            cell(r, "kernel-driver"), cell(r, "description")));
        console.out().print(table);
        return DONE;
    }

    private static Map<String, Object> row(String name, String address, String identity, String description,
                                           String kernelDriver, String backend) {
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
