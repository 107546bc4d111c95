package org.netdev4j.platform.pci;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.netdev4j.platform.PlatformException;

/** What speaks against taking a function from its driver, or giving it to another. */
final class BindingChecks {
    private static final String VFIO_PCI = "vfio-pci";
    // Drivers under which the others of a group may stay. [LINUX-PCI drivers/vfio/vfio_main.c, before 6.0;
    // drivers/iommu/iommu.c since]
    private static final List<String> HARMLESS = List.of(VFIO_PCI, "pci-stub", "pcieport");
    static final String NOIOMMU = "sys/module/vfio/parameters/enable_unsafe_noiommu_mode";

    private final PciDevices devices;
    private final KernelFiles files;
    private final InterfaceUse use;
    private final DeviceHolders holders;

    BindingChecks(PciDevices devices, InterfaceUse use) {
        this.devices = devices;
        this.files = new KernelFiles(devices.root());
        this.use = use;
        this.holders = new DeviceHolders(files);
    }

    /** Who uses it, each a phrase: {@code eth1 has the address 10.0.0.5}; empty if nobody would miss it. */
    List<String> users(PciDevice device) {
        List<String> users = new ArrayList<>();
        for (String name : device.interfaces()) {
            List<String> reasons = use.reasons(name);
            if (!reasons.isEmpty()) {
                users.add(name + " " + String.join(", ", reasons));
            }
        }
        long functions = KernelFiles.text(device.directory().resolve("sriov_numvfs")).map(Long::parseLong).orElse(0L);
        if (functions > 0) {
            users.add("it has " + functions + " virtual functions, which would go with it");
        }
        return users;
    }

    /** The processes that have it open. */
    List<DeviceHolders.Holder> holders(PciDevice device) {
        return holders.of(device);
    }

    /** Refuses what cannot be written, what hangs, and, unless forced, what would hurt. */
    void require(PciDevice device, boolean force) {
        String who = "PCI function " + device.location() + ": ";
        if (!Files.isWritable(device.directory().resolve("driver_override"))) {
            throw new PlatformException(who
                + "changing its driver needs root, and a /sys that is not read-only as in a container");
        }
        List<DeviceHolders.Holder> open = holders.of(device);
        if (!open.isEmpty() && (!force || device.isBoundTo(VFIO_PCI))) {
            throw new PlatformException(who + open.getFirst() + (open.size() == 1 ? "" : ", and " + (open.size() - 1)
                + " more")
                + "; end it first" + (device.isBoundTo(VFIO_PCI) ? ": VFIO lets the device go only when nobody has it open"
                : ""));
        }
        if (force) {
            return;
        }
        List<String> users = users(device);
        if (!device.isNetwork()) {
            users.add(String.format("it is no network controller (class %06x)", device.identity().classCode()));
        } else if (device.interfaces().isEmpty() && device.driver().filter(d -> !isWithoutInterface(d)).isPresent()) {
            users.add("its driver " + device.driver().orElseThrow()
                + " has no network interface here; it may be in another network namespace, as a container's");
        }
        if (!users.isEmpty()) {
            throw new PlatformException(who + String.join("; ", users)
                + "; take it out of use first, or force it with --force");
        }
    }

    private static boolean isWithoutInterface(String driver) {
        return HARMLESS.contains(driver) || KernelModules.USER_SPACE.contains(driver);
    }

    /**
     * Refuses vfio-pci where VFIO could not be used.
     *
     * @param together what is being bound with it
     */
    void requireVfio(PciDevice device, List<PciLocation> together, boolean force) {
        String who = "PCI function " + device.location() + ": ";
        if (device.iommuGroup().isEmpty()) {
            Optional<String> unsafe = files.text(NOIOMMU);
            if (unsafe.isPresent() && unsafe.get().startsWith("Y")) {
                return;
            }
            throw new PlatformException(who
                + "VFIO needs an IOMMU, and none is on: boot with intel_iommu=on, or switch it on in the firmware"
                + (unsafe.isPresent() ? "; or, without any protection, echo Y > /" + NOIOMMU : "")
                + "; or bind it to uio_pci_generic");
        }
        List<String> others = device.groupDevices().stream().filter(other -> !together.contains(other)).map(devices::find)
            .flatMap(Optional::stream).filter(other -> other.driver().filter(d -> !HARMLESS.contains(d)).isPresent())
            .map(other -> other.location() + " (" + other.driver().orElseThrow() + ")").toList();
        if (!others.isEmpty() && !force) {
            throw new PlatformException(who + "IOMMU group " + device.iommuGroup().getAsInt()
                + " has others in it, and VFIO gives out whole groups: "
                + String.join(", ", others) + "; bind these in the same command, or to none, or force it with --force");
        }
    }
}
