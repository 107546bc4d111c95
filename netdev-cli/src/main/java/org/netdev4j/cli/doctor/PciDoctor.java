package org.netdev4j.cli.doctor;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.netdev4j.cli.report.PciReport;
import org.netdev4j.platform.pci.KernelModules;
import org.netdev4j.platform.pci.MachineFacts;
import org.netdev4j.platform.pci.PciBinding;
import org.netdev4j.platform.pci.PciDevice;
import org.netdev4j.platform.pci.PciDevices;
import org.netdev4j.platform.pci.PciNames;

/** Looks at a PCI function from outside, without touching it. */
public final class PciDoctor {
    private final PciDevices machine;
    private final PciBinding binding;
    private final MachineFacts facts;
    private final KernelModules modules;

    /** Of a machine. */
    public PciDoctor(PciDevices machine, PciBinding binding) {
        this.machine = machine;
        this.binding = binding;
        this.facts = new MachineFacts(machine);
        this.modules = new KernelModules(machine);
    }

    /** Looks; true if the function is free to be opened from here. */
    public boolean examine(PciDevice device, Findings findings) {
        findings.section("PCI function " + device.location());
        findings.ok("device", device.identity() + " " + new PciNames(machine).describe(device.identity())
            + String.format(Locale.ROOT, ", class %06x, revision %d", device.identity().classCode(), device.identity()
            .revision()));
        backend(PciReport.backend(device.identity()), device.identity().toString(), findings);
        driver(device, findings);
        boolean free = holders(device, findings);
        group(device, findings);
        numa(device, findings);
        for (PciDevice.Bar bar : device.bars()) {
            findings.ok("BAR " + bar.index(), MachineDoctor.size(bar.size()) + (bar.io() ? " of ports" : "")
                + (bar.prefetchable() ? ", prefetchable" : ""));
        }
        OptionalLong vectors = facts.msixVectors(device);
        if (vectors.isPresent()) {
            findings.ok("MSI-X", vectors.getAsLong() + " vectors");
        }
        findings.ok("reset", facts.resetMethods(device).orElse("Linux names no way to reset it"));
        // Without a driver it is to be had through sysfs, unless an IOMMU stands in between.
        return free && (PciReport.Use.of(device) == PciReport.Use.USER_SPACE
            || device.driver().isEmpty() && device.iommuGroup().isEmpty());
    }

    static void backend(Optional<String> backend, String identity, Findings findings) {
        if (backend.isPresent()) {
            findings.ok("backend", backend.get());
        } else {
            findings.warn("backend", "none here drives " + identity,
                "netdev backends lists what is driven; others are put into plugins/ as jars");
        }
    }

    private void driver(PciDevice device, Findings findings) {
        String place = device.location().toString();
        String interfaces = device.interfaces().isEmpty() ? "" : ", as " + String.join(", ", device.interfaces());
        String before = binding.driverBefore(device).map(d -> " (before that: " + d + ")").orElse("");
        switch (PciReport.Use.of(device)) {
            case USER_SPACE -> findings.ok("driver", device.driver().orElseThrow() + before);
            case KERNEL -> {
                List<String> users = binding.users(device);
                findings.warn("driver", "Linux drives it with " + device.driver().orElseThrow() + interfaces
                    + (users.isEmpty() ? "" : "; " + String.join("; ", users)), users.isEmpty()
                        ? "to drive it from here: netdev bind " + place + " vfio-pci"
                        : "leave it to Linux, or take it out of use first; then netdev bind " + place + " vfio-pci");
            }
            case NONE -> {
                List<String> fitting = modules.matching(device.identity());
                findings.warn("driver", "none" + before, "to drive it from here: netdev bind " + place + " vfio-pci"
                    + (fitting.isEmpty() ? "" : "; from Linux: netdev bind " + place + " " + fitting.getFirst()));
            }
        }
    }

    private boolean holders(PciDevice device, Findings findings) {
        List<String> holders = binding.holders(device);
        holders.forEach(holder -> findings.warn("in use", holder, "one program at a time: end it first"));
        return holders.isEmpty();
    }

    private void group(PciDevice device, Findings findings) {
        if (device.iommuGroup().isEmpty()) {
            findings.warn("IOMMU group", "none: no IOMMU stands between it and memory", facts.withoutIommu().orElse(false)
                ? "it works, unprotected, in VFIO's no-IOMMU mode" : "netdev doctor says how to switch one on");
            return;
        }
        int group = device.iommuGroup().getAsInt();
        if (facts.isMadeUp(group)) {
            findings.warn("IOMMU group", group + ", made up by VFIO: no IOMMU stands between it and memory",
                "it works, unprotected: trust the driver, or switch an IOMMU on (netdev doctor says how)");
            return;
        }
        List<String> strangers = new ArrayList<>();
        List<String> others = new ArrayList<>();
        device.groupDevices().stream().map(machine::find).flatMap(Optional::stream).forEach(other -> {
            String text = other.location() + other.driver().map(d -> " (" + d + ")").orElse("");
            (PciReport.Use.of(other) == PciReport.Use.KERNEL && !other.isBoundTo("pcieport") ? strangers : others).add(text);
        });
        String text = group + device.groupType().map(t -> ", " + t).orElse("");
        if (!strangers.isEmpty()) {
            findings.warn("IOMMU group", text + ", shared with " + String.join(", ", strangers),
                "VFIO gives out whole groups: bind these to vfio-pci or "
                + "none as well");
            return;
        }
        Path node = facts.node("/dev/vfio/" + group);
        if (Files.exists(node) && !Files.isWritable(node)) {
            findings.bad("IOMMU group", text + ": " + node + " may not be opened", "as root: chown "
                + System.getProperty("user.name") + " " + node);
        } else {
            findings.ok("IOMMU group", text + (others.isEmpty() ? ", alone in it" : ", with " + String.join(", ", others)));
        }
    }

    private void numa(PciDevice device, Findings findings) {
        if (device.numaNode() >= 0) {
            findings.ok("NUMA node", device.numaNode() + (facts.numaNodes() > 1
                ? "; its queues want CPUs of that node (--cpus)" : ""));
        } else if (facts.numaNodes() > 1) {
            findings.warn("NUMA node", "not known, and the machine has " + facts.numaNodes(),
                "try CPUs of each node (--cpus)");
        }
    }
}
