package org.netdev4j.cli.command;

import jakarta.inject.Inject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.netdev4j.api.DeviceFaultException;
import org.netdev4j.api.NetDevs;
import org.netdev4j.cli.config.Config;
import org.netdev4j.cli.config.Keys;
import org.netdev4j.cli.config.Origin;
import org.netdev4j.cli.console.Console;
import org.netdev4j.cli.device.DeviceOpener;
import org.netdev4j.cli.device.DeviceResolver;
import org.netdev4j.cli.device.DeviceSpec;
import org.netdev4j.cli.device.OpenDevice;
import org.netdev4j.cli.doctor.BusDoctor;
import org.netdev4j.cli.doctor.DeviceDoctor;
import org.netdev4j.cli.doctor.Findings;
import org.netdev4j.cli.doctor.MachineDoctor;
import org.netdev4j.cli.doctor.PciDoctor;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.bus.Bus;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.DeviceAddress.BadAddressException;
import org.netdev4j.platform.pci.PciBinding;
import org.netdev4j.platform.pci.PciDevice;
import org.netdev4j.platform.pci.PciDevices;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Looks a machine or a device over. */
@Command(name = "doctor", mixinStandardHelpOptions = true,
    description = "Look the machine over, or one device, and say of each thing whether it is as it should be, and if not, what to do.",
    footer = {"", "Nothing is changed. A device that Linux drives, or another program, is looked at from outside alone; one that is free is also",
        "opened by its driver, which resets it.",
        "", "Examples:",
        "  netdev doctor                   IOMMU, VFIO, memory, CPUs, adapters",
        "  netdev doctor 0000:00:06.0      a function of this machine, or by its interface: eth1",
        "  netdev doctor sim:ena           the same questions to a simulated device",
        "", "Exit code: 0 if nothing is bad, 1 otherwise.",
        "JSON: device, findings[section level what text remedy], ok, warn, bad; level is ok, warn or bad, and the last three count them."})
final class DoctorCommand implements Action {
    private static final int BAD = 1;
    private static final String PCI = "pci";

    private final Console console;
    private final Supplier<Config> config;
    private final Supplier<Platform> platform;
    private final DeviceOpener opener;
    private final PciDevices machine;
    private final PciBinding binding;

    @Parameters(paramLabel = "DEVICE", arity = "0..1",
        description = "address, name in the configuration, or interface; without it the machine")
    private String device;

    @Option(names = "--json", description = "as JSON")
    private boolean json;

    @Mixin
    private DeviceTuning tuning;

    @Inject
    DoctorCommand(Console console, Supplier<Config> config, Supplier<Platform> platform, DeviceOpener opener,
                  PciDevices machine,
                  PciBinding binding) {
        this.console = console;
        this.config = config;
        this.platform = platform;
        this.opener = opener;
        this.machine = machine;
        this.binding = binding;
    }

    @Override
    public int execute() {
        Findings findings = new Findings();
        if (device == null) {
            new MachineDoctor(machine).examine(findings);
        } else {
            examine(DeviceResolver.resolve(config.get(), address(), new Origin.Option("DEVICE"), "", tuning.given()),
                findings);
        }
        if (json) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("device", device);
            all.putAll(findings.plain());
            console.json(all);
        } else {
            findings.print(console);
        }
        return findings.count(Findings.Level.BAD) == 0 ? DONE : BAD;
    }

    /** What was given, with the place of a PCI function, or the name of its interface, turned into its address. */
    private String address() {
        if (config.get().devices().contains(device)) {
            return device;
        }
        try {
            return PCI + ":" + binding.find(device).location();
        } catch (IllegalArgumentException e) {
            return device;
        }
    }

    private void examine(DeviceSpec spec, Findings findings) {
        DeviceAddress address;
        Optional<PciDevice> real;
        try {
            address = DeviceAddress.parse(spec.get(Keys.ADDRESS));
            real = address.scheme().equals(PCI) ? Optional.of(binding.find(address.name())) : Optional.empty();
        } catch (BadAddressException | IllegalArgumentException e) {
            throw spec.refused(Keys.ADDRESS, e);
        }
        if (real.isPresent() && !new PciDoctor(machine, binding).examine(real.get(), findings)) {
            return;
        }
        Optional<Bus> bus = NetDevs.buses().stream().filter(b -> b.scheme().equals(address.scheme())).findFirst();
        try {
            opener.expect(List.of(spec));
            if (bus.isPresent() && !new BusDoctor(machine, platform.get()).examine(bus.get(), address, real, findings)) {
                return;
            }
            try (OpenDevice open = opener.open(spec)) {
                DeviceDoctor.examine(open.dev(), findings);
            }
        } catch (BadAddressException e) {
            throw e;
        } catch (PlatformException | DeviceFaultException e) {
            refused(e, findings);
        }
    }

    /** What the system or the device refuses is a finding; the message says what to do. */
    private void refused(RuntimeException e, Findings findings) {
        List<String> parts = List.of(String.valueOf(e.getMessage()).split("; ", 2));
        findings.refused(parts.getFirst(), parts.size() > 1 ? parts.get(1) : "its log says more: run again with -v");
    }
}
