package org.netdev4j.cli.doctor;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.netdev4j.cli.report.PciReport;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.bus.Bus;
import org.netdev4j.platform.bus.BusDevice;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.DeviceIdentity;
import org.netdev4j.platform.bus.OptionSpec;
import org.netdev4j.platform.bus.PciFunction;
import org.netdev4j.platform.bus.PciFunction.BarMapping;
import org.netdev4j.platform.mmio.Mmio;
import org.netdev4j.platform.pci.ConfigSpace;
import org.netdev4j.platform.pci.MachineFacts;
import org.netdev4j.platform.pci.PciDevice;
import org.netdev4j.platform.pci.PciDevices;

/**
 * Looks at a PCI function as its bus gives it to drivers: real, simulated, or of another process. Writes to no register of
 * it.
 */
public final class BusDoctor {
    private static final int BARS = 6;
    private static final int AMAZON = 0x1d0f;
    private static final String X86 = "amd64";

    private final MachineFacts facts;
    private final Platform platform;

    /** For devices on a platform. */
    public BusDoctor(PciDevices machine, Platform platform) {
        this.facts = new MachineFacts(machine);
        this.platform = platform;
    }

    /**
     * Looks, if the bus gives PCI functions.
     *
     * @param real what Linux says of it, if it is one of this machine's
     * @return false if no driver can be tried on it
     */
    public boolean examine(Bus bus, DeviceAddress address, Optional<PciDevice> real, Findings findings) {
        List<String> keys = bus.options().stream().map(OptionSpec::key).toList();
        Map<String, String> options = new LinkedHashMap<>(address.options());
        options.keySet().retainAll(keys);
        try (BusDevice device = bus.attach(new DeviceAddress(address.scheme(), address.locator(), options), platform,
            Optional.empty())) {
            if (!(device instanceof PciFunction function)) {
                return true;
            }
            findings.section("Bus " + address.scheme() + ":");
            Optional<String> backend = PciReport.backend(device.identity());
            if (real.isEmpty()) {
                DeviceIdentity.Pci identity = (DeviceIdentity.Pci) device.identity();
                findings.ok("device", identity + String.format(" %s, class %06x", device.description(),
                    identity.classCode()));
                PciDoctor.backend(backend, identity.toString(), findings);
            }
            bars(function, real, findings);
            int vectors = function.interrupts().available();
            if (vectors > 0) {
                findings.ok("interrupts", vectors + " vectors of MSI-X can be had");
            } else {
                findings.warn("interrupts", "none can be had", "poll: leave --interrupts off");
            }
            return backend.isPresent();
        }
    }

    private void bars(PciFunction function, Optional<PciDevice> real, Findings findings) {
        ConfigSpace config = ConfigSpace.of(function);
        for (int index = 0; index < BARS; index++) {
            int bar = index;
            boolean merges = config.isPrefetchable(bar);
            Optional<Mmio> mapped = function.mapBar(bar, merges ? BarMapping.WRITE_COMBINED : BarMapping.UNCACHED);
            if (mapped.isEmpty()) {
                continue;
            }
            String size = MachineDoctor.size(mapped.get().size());
            if (!merges) {
                if (real.isEmpty()) {
                    findings.ok("BAR " + bar, size);
                }
                continue;
            }
            String kernel = real.flatMap(d -> d.bar(bar)).flatMap(facts::memoryType)
                .map(type -> "; Linux has mapped it " + type).orElse("");
            if (function.writeCombines(bar)) {
                findings.ok("BAR " + bar, size + ", write combining is on" + kernel);
            } else if (real.isPresent() && real.get().identity().vendor() == AMAZON) {
                findings.warn("BAR " + bar, size + ", prefetchable, but write combining is off: stores go out one by one"
                    + kernel, remedy(real.get()));
            } else if (real.isPresent()) {
                findings.ok("BAR " + bar, size + ", prefetchable; not merged, since it may hold registers" + kernel);
            } else {
                findings.ok("BAR " + bar, size + ", prefetchable; its stores are messages, which nothing combines");
            }
        }
    }

    /** On x86 root is all that it takes, elsewhere a kernel that does not keep what a driver has claimed to that driver. */
    private String remedy(PciDevice device) {
        boolean kept = !X86.equals(System.getProperty("os.arch")) && device.driver().isPresent()
            && facts.bootOption("iomem=relaxed").isEmpty();
        return "run as root" + (kept ? ", and boot with iomem=relaxed, so that sysfs may map what " + device.driver().get() + " has claimed"
            : ", on a kernel that is not locked down") + ": docs/devices/pci.md";
    }
}
