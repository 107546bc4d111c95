package org.netdev4j.cli.doctor;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.netdev4j.api.NetDevs;
import org.netdev4j.cli.report.PciReport;
import org.netdev4j.platform.pci.KernelModules;
import org.netdev4j.platform.pci.MachineFacts;
import org.netdev4j.platform.pci.PciDevice;
import org.netdev4j.platform.pci.PciDevices;
import org.netdev4j.platform.pci.PciNames;

/** Looks a machine over: what drivers in a program need of it. */
public final class MachineDoctor {
    private static final String VFIO = "/dev/vfio/vfio";
    private static final long MIB = 1 << 20;
    // Rings and buffers of a device with a few queues.
    private static final long ENOUGH_LOCKED = 64 * MIB;
    private static final List<String> SAVING_GOVERNORS = List.of("powersave", "ondemand", "conservative", "schedutil");

    private final PciDevices machine;
    private final MachineFacts facts;
    private final KernelModules modules;

    /** Of a machine. */
    public MachineDoctor(PciDevices machine) {
        this.machine = machine;
        this.facts = new MachineFacts(machine);
        this.modules = new KernelModules(machine);
    }

    /** Looks at all there is. */
    public void examine(Findings findings) {
        findings.section("Machine");
        NetDevs.problems().forEach(problem -> findings.bad("plugins", problem, "take the jar out, or replace it"));
        if (!system(findings)) {
            return;
        }
        rights(findings);
        iommu(findings);
        vfio(findings);
        lockdown(findings);
        locked(findings);
        hugePages(findings);
        facts.transparentHugePages().ifPresent(when -> findings.ok("transparent pages", when));
        cpus(findings);
        pat(findings);
        adapters(findings);
    }

    /** True if there is more to look at: Linux. */
    private boolean system(Findings findings) {
        String os = System.getProperty("os.name");
        String arch = System.getProperty("os.arch");
        String what = os + facts.release().map(r -> " " + r).orElse("") + " on " + arch + ", Java "
            + System.getProperty("java.version")
            + ", " + Runtime.getRuntime().availableProcessors() + " CPUs";
        if (!"Linux".equals(os) || !List.of("amd64", "x86_64", "aarch64").contains(arch)) {
            findings.warn("system", what, "real devices need Linux on x86-64 or AArch64; loopback: and sim: work here");
            return false;
        }
        findings.ok("system", what);
        return true;
    }

    private static void rights(Findings findings) {
        String user = System.getProperty("user.name");
        if ("root".equals(user)) {
            findings.ok("rights", "root");
        } else {
            findings.warn("rights", "user " + user,
                "netdev bind needs root; to drive a device it is enough to own its /dev/vfio/GROUP "
                + "(chown) and to be allowed to lock memory (below)");
        }
    }

    private void iommu(Findings findings) {
        String asked = facts.bootOption("intel_iommu=").or(() -> facts.bootOption("amd_iommu="))
            .or(() -> facts.bootOption("iommu="))
            .map(o -> ", " + o + " on the kernel's command line").orElse("");
        int groups = facts.iommuGroups();
        if (groups > 0) {
            List<String> types = facts.groupTypes();
            findings.ok("IOMMU", "on: " + groups + " groups" + (types.isEmpty() ? "" : ", " + String.join(", ", types))
                + asked);
            return;
        }
        String remedy = "boot with intel_iommu=on, or switch it on in the firmware (VT-d, AMD-Vi, SMMU); a machine that has "
            + "none, as most EC2 types, needs no-IOMMU mode or UIO: docs/devices/pci.md";
        if (facts.withoutIommu().orElse(false)) {
            findings.warn("IOMMU", "off, and VFIO is in no-IOMMU mode: a device can write to all memory" + asked, remedy);
        } else {
            findings.warn("IOMMU", "off: there are no IOMMU groups" + asked
                + (facts.withoutIommu().isPresent() ? "; no-IOMMU mode is there, and off" : ""), remedy);
        }
    }

    private void vfio(Findings findings) {
        Path container = facts.node(VFIO);
        if (Files.exists(container) || facts.hasIommufd()) {
            String how = (Files.exists(container) ? "containers and groups" : "") + (facts.hasIommufd()
                ? (Files.exists(container) ? ", " : "") + "iommufd" : "");
            if (Files.exists(container) && !Files.isWritable(container)) {
                findings.warn("VFIO", VFIO + " may not be opened", "chmod 666 " + VFIO + "; it gives nobody a device");
            } else if (!modules.hasDriver("vfio-pci")) {
                findings.warn("VFIO", how + "; vfio-pci is not loaded", "modprobe vfio-pci; netdev bind does it by itself");
            } else {
                findings.ok("VFIO", how + ", vfio-pci is loaded");
            }
        } else if (modules.hasDriver("vfio-pci")) {
            findings.warn("VFIO", "vfio-pci is loaded, and " + VFIO + " is not here",
                "in a container: give it /dev/vfio (--device /dev/vfio)");
        } else if (modules.isAvailable("vfio-pci")) {
            findings.warn("VFIO", "not loaded", "modprobe vfio-pci; netdev bind does it by itself");
        } else {
            findings.warn("VFIO", "this kernel has no vfio-pci",
                "a kernel with CONFIG_VFIO_PCI, as those of distributions; sim: works without");
        }
    }

    private void lockdown(Findings findings) {
        Optional<String> mode = facts.lockdown().filter(word -> !word.equals("none"));
        mode.ifPresent(word -> findings.warn("lockdown", word + ": no access to devices but through VFIO",
            "use VFIO with an IOMMU; for UIO, and for write combining beside VFIO, switch Secure Boot off"));
    }

    private void locked(Findings findings) {
        OptionalLong limit = facts.lockableBytes();
        if (facts.locksFreely() || limit.isEmpty()) {
            findings.ok("locked memory", facts.locksFreely() ? "no limit for this user" : "unlimited");
        } else if (limit.getAsLong() >= ENOUGH_LOCKED) {
            findings.ok("locked memory", "up to " + size(limit.getAsLong()));
        } else {
            findings.warn("locked memory", "up to " + size(limit.getAsLong()) + ", and VFIO locks all that devices see",
                "ulimit -l unlimited, as root, or memlock in /etc/security/limits.conf (systemd: LimitMEMLOCK=infinity)");
        }
    }

    private void hugePages(Findings findings) {
        List<MachineFacts.HugePages> pools = facts.hugePages();
        if (pools.isEmpty()) {
            findings.warn("hugepages", "this kernel has none", "a kernel with CONFIG_HUGETLBFS; memfd works without");
            return;
        }
        String text = String.join("; ", pools.stream().filter(p -> p.pages() > 0)
            .map(p -> p.pages() + " of " + size(p.bytes()) + ", " + p.free() + " free").toList());
        MachineFacts.HugePages small = pools.getFirst();
        String remedy = "echo 64 > /proc/sys/vm/nr_hugepages; they need not be mounted";
        if (text.isEmpty()) {
            findings.warn("hugepages",
                "none reserved: packet buffers lie in pages of 4 KiB, which costs an IOMMU more entries", remedy);
        } else if (small.free() == 0) {
            findings.warn("hugepages", text, small.pages() == 0 ? "those of " + size(small.bytes()) + " are what is used: "
                + remedy
                : "all are in use: end who has them, or " + remedy);
        } else {
            findings.ok("hugepages", text + " (devices on bus pci: use them; no mount is needed)");
        }
    }

    private void cpus(Findings findings) {
        String isolated = facts.isolatedCpus().filter(text -> !text.isEmpty()).map(text -> "isolated: " + text)
            .orElse("none isolated");
        Optional<String> governor = facts.governor();
        String nodes = facts.numaNodes() > 1 ? ", " + facts.numaNodes() + " NUMA nodes" : "";
        String text = isolated + governor.map(g -> ", governor " + g).orElse("") + nodes;
        if (governor.filter(SAVING_GOVERNORS::contains).isPresent()) {
            findings.warn("CPUs", text, "echo performance | tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor");
        } else {
            findings.ok("CPUs", text);
        }
    }

    private void pat(Findings findings) {
        if ("aarch64".equals(System.getProperty("os.arch"))) {
            findings.ok("write combining", "can be had: Arm has a memory type for it");
        } else if (facts.bootOption("nopat").isPresent() || !facts.cpuHas("pat").orElse(true)) {
            findings.warn("write combining", "cannot be had: PAT is off", "boot without nopat");
        } else {
            findings.ok("write combining", "can be had: PAT is on; whether a device gets it, netdev doctor DEVICE says");
        }
    }

    private void adapters(Findings findings) {
        PciNames names = new PciNames(machine);
        List<PciDevice> all = machine.list().stream().filter(PciDevice::isNetwork).toList();
        if (all.isEmpty()) {
            findings.ok("network adapters", "none on PCI");
        }
        for (PciDevice device : all) {
            String backend = PciReport.backend(device.identity()).map(b -> "; backend " + b)
                .orElse("; no backend drives it");
            findings.ok(device.location().toString(), names.describe(device.identity()) + ", "
                + device.driver().map(d -> "driver " + d).orElse("no driver")
                + (device.interfaces().isEmpty() ? "" : " (" + String.join(", ", device.interfaces()) + ")") + backend);
        }
    }

    static String size(long bytes) {
        if (bytes >= 1 << 30 && bytes % (1 << 30) == 0) {
            return (bytes >> 30) + " GiB";
        }
        return bytes >= MIB ? (bytes >> 20) + " MiB" : bytes >= 1024 ? (bytes >> 10) + " KiB" : bytes + " bytes";
    }
}
