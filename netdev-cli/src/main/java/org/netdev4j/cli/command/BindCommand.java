package org.netdev4j.cli.command;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.netdev4j.cli.config.ConfigException;
import org.netdev4j.cli.console.Console;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.pci.PciBinding;
import org.netdev4j.platform.pci.PciBinding.Change;
import org.netdev4j.platform.pci.PciDevice;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Gives PCI functions from one driver of the kernel to another. */
@Command(name = "bind", mixinStandardHelpOptions = true,
    customSynopsis = {"netdev bind [--force] [--json] ADDRESS... DRIVER",
        "       netdev bind [--force] [--json] ADDRESS... --restore",
        "       netdev bind --status [--json]"},
    description = "Give network controllers on PCI from one driver of Linux to another, so that a program can drive them, and back. Needs root.",
    footer = {"", "A device that carries a default route, has an address, is a port of a bridge or bond, or has something else built on it is",
        "not touched, unless forced; an interface that is merely up is. A device that a process has open under VFIO is never",
        "taken away: Linux would wait for that process without end. The module of the driver is loaded by modprobe, if need be.",
        "", "Examples:",
        "  netdev bind 0000:00:06.0 vfio-pci    the function is free for netdev run --device pci:0000:00:06.0",
        "  netdev bind eth1 vfio-pci            the same, by its interface",
        "  netdev bind eth1 --restore           Linux's driver has it again, as before the first bind; a reboot does the same",
        "  netdev bind 00:06.0 00:06.1 none     no driver at all",
        "  netdev bind --status                 what is bound to what, as netdev devices",
        "", "JSON: bound[address driver-before driver interfaces-before interfaces iommu-group]."})
final class BindCommand implements Action {
    private final Console console;
    private final PciBinding binding;
    private final DevicesCommand devices;

    @Parameters(paramLabel = "ADDRESS... DRIVER", arity = "0..*",
        description = "functions, as 0000:00:06.0, pci:0000:00:06.0, 00:06.0 or their interface, as eth1; then vfio-pci, uio_pci_generic, a "
            + "driver of the kernel, or none")
    private List<String> words = new ArrayList<>();

    @Option(names = "--restore", description = "bind to what it was bound to before the first bind")
    private boolean restore;

    @Option(names = "--status", description = "only show what is bound to what")
    private boolean status;

    @Option(names = "--force", description = "also what is in use, and what is no network controller")
    private boolean force;

    @Option(names = "--json", description = "as JSON")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Inject
    BindCommand(Console console, PciBinding binding, DevicesCommand devices) {
        this.console = console;
        this.binding = binding;
        this.devices = devices;
    }

    @Override
    public int execute() {
        if (status) {
            if (restore || !words.isEmpty()) {
                throw new ParameterException(spec.commandLine(), "--status changes nothing and takes no ADDRESS");
            }
            return devices.show(json);
        }
        if (words.isEmpty() || !restore && words.size() < 2) {
            throw new ParameterException(spec.commandLine(), words.isEmpty()
                ? "which device? say ADDRESS DRIVER, ADDRESS --restore or --status"
                : "\"" + words.getFirst()
                + "\" is to be bound to which driver? say vfio-pci, the name of another, none, or --restore");
        }
        List<PciDevice> functions = (restore ? words : words.subList(0, words.size() - 1)).stream().map(this::find)
            .distinct().toList();
        List<Map<String, Object>> bound = new ArrayList<>();
        try {
            if (restore) {
                binding.restore(functions, force, change -> told(change, bound));
            } else {
                bind(functions, words.getLast(), bound);
            }
        } finally {
            // Also what was done before something was refused.
            if (json && !bound.isEmpty()) {
                console.json(Map.of("bound", bound));
            }
        }
        return DONE;
    }

    private void bind(List<PciDevice> functions, String driver, List<Map<String, Object>> bound) {
        requireDriver(driver);
        try {
            binding.bind(functions, driver, force, change -> told(change, bound));
        } catch (IllegalArgumentException e) {
            throw new ConfigException("argument DRIVER: " + e.getMessage(), e);
        }
    }

    private PciDevice find(String word) {
        try {
            return binding.find(word);
        } catch (IllegalArgumentException e) {
            throw new ConfigException("argument ADDRESS: " + e.getMessage(), e);
        }
    }

    /** The last of several addresses is taken for a driver if none is named: that is said, instead of what modprobe says. */
    private void requireDriver(String word) {
        Optional<PciDevice> device;
        try {
            device = Optional.of(binding.find(word));
        } catch (IllegalArgumentException | PlatformException e) {
            device = Optional.empty();
        }
        if (device.isPresent() || word.indexOf(':') >= 0) {
            throw new ConfigException("argument DRIVER: \"" + word
                + "\" is a device and no driver; name one at the end, as vfio-pci, or say --restore");
        }
    }

    private void told(Change change, List<Map<String, Object>> bound) {
        PciDevice after = change.after();
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("address", "pci:" + after.location());
        row.put("driver-before", change.before().driver().orElse(null));
        row.put("driver", after.driver().orElse(null));
        row.put("interfaces-before", change.before().interfaces());
        row.put("interfaces", after.interfaces());
        row.put("iommu-group", after.iommuGroup().isPresent() ? after.iommuGroup().getAsInt() : null);
        bound.add(row);
        if (!json) {
            console.line(text(change));
        }
    }

    private static String text(Change change) {
        PciDevice after = change.after();
        String driver = after.driver().orElse("no driver");
        StringBuilder text = new StringBuilder(after.location() + ": ");
        if (!change.changed()) {
            return text.append(after.driver().isPresent() ? "is bound to " + driver + " already" : "has no driver already")
                .toString();
        }
        text.append(change.before().driver().orElse("no driver"));
        text.append(change.before().interfaces().isEmpty() ? "" : " (" + String.join(", ", change.before().interfaces())
            + ")");
        text.append(" -> ").append(driver);
        text.append(after.interfaces().isEmpty() ? "" : " (" + String.join(", ", after.interfaces()) + ")");
        if (after.isBoundTo("vfio-pci") && after.iommuGroup().isPresent()) {
            text.append(", IOMMU group ").append(after.iommuGroup().getAsInt());
        }
        return text.toString();
    }
}
