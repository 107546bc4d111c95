package org.netdev4j.platform.pci;

import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.bus.Bus;
import org.netdev4j.platform.bus.BusDevice;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.DeviceAddress.BadAddressException;
import org.netdev4j.platform.bus.OptionSpec;
import org.netdev4j.platform.linux.Linux;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.memory.MemoryNeed;
import org.netdev4j.platform.wire.WirePort;

/** PCI functions of this machine: {@code pci:0000:00:06.0}. */
public final class PciBus implements Bus {
    private static final String SCHEME = "pci";
    private static final String ACCESS = "access";
    private static final String VFIO = "vfio";
    private static final String SYSFS = "sysfs";
    private static final String AUTO = "auto";
    private static final String GROUP = "group";
    private static final String CDEV = "cdev";

    private final PciDevices machine;

    /** For {@link java.util.ServiceLoader}. */
    public PciBus() {
        this(new PciDevices());
    }

    PciBus(PciDevices machine) {
        this.machine = machine;
    }

    @Override
    public String scheme() {
        return SCHEME;
    }

    @Override
    public String description() {
        return "PCI functions of this machine, through VFIO, or through sysfs where no IOMMU is";
    }

    @Override
    public List<OptionSpec> options() {
        return List.of(
            new OptionSpec(ACCESS, "auto|vfio|sysfs", AUTO, "through VFIO, or through sysfs alone: without an IOMMU and without"
                + " interrupts; auto: VFIO for what is bound to vfio-pci, sysfs for what is bound to no driver or to uio_pci_generic"),
            new OptionSpec(VFIO, "auto|group|cdev", AUTO,
            "which interface of VFIO: /dev/vfio/GROUP with a container, or /dev/vfio/devices with iommufd"));
    }

    @Override
    public List<Found> scan() {
        return machine.list().stream().filter(PciDevice::isNetwork).map(device -> new Found(
            new DeviceAddress(SCHEME, device.location().toString(), Map.of()), device.identity(),
            "network controller", device.driver())).toList();
    }

    @Override
    public boolean takesWire() {
        return false;
    }

    @Override
    public MemoryNeed needs(DeviceAddress address) {
        try {
            return machine.find(PciLocation.parse(address.locator())).map(device -> needs(address, device)).orElse(MemoryNeed.ANY);
        } catch (IllegalArgumentException | PlatformException e) {
            return MemoryNeed.ANY; // attach says what is wrong
        }
    }

    private MemoryNeed needs(DeviceAddress address, PciDevice device) {
        if (device.isBoundTo(Vfio.DRIVER)) {
            return SysfsRules.isWithoutIommu(machine, device) ? MemoryNeed.PHYSICAL : MemoryNeed.LARGE_PAGES;
        }
        boolean sysfs = isSysfs(address, device) && SysfsRules.isFree(device) && !SysfsRules.isTranslated(machine, device);
        return sysfs ? MemoryNeed.PHYSICAL : MemoryNeed.ANY;
    }

    @Override
    public BusDevice attach(DeviceAddress address, Platform platform, Optional<WirePort> wire) {
        Linux.require("device address \"" + address + "\"");
        PciLocation location;
        try {
            location = PciLocation.parse(address.locator());
        } catch (IllegalArgumentException e) {
            throw new BadAddressException(address.toString(), e.getMessage());
        }
        PciDevice device = machine.find(location).orElseThrow(() -> new PlatformException("pci:" + location
            + ": there is no such PCI function; netdev devices lists the network adapters"));
        if (platform.isVirtual()) {
            throw new PlatformException("device address \"" + address + "\": a real device cannot be driven in virtual time");
        }
        if (isSysfs(address, device)) {
            SysfsRules.require(machine, device);
            return SysfsFunction.of(address, machine, device, platform);
        }
        return attachVfio(address, device, platform);
    }

    private BusDevice attachVfio(DeviceAddress address, PciDevice device, Platform platform) {
        String how = how(address, device);
        Map<Integer, Memory> settled = CombinedBar.settle(device);
        VfioSpace.Opened opened;
        try {
            opened = VfioSpace.open(String.valueOf(device.iommuGroup().getAsInt()), device, platform,
                () -> how.equals(CDEV) ? VfioCdevSpace.of(machine, device) : VfioGroupSpace.of(machine, device));
        } catch (RuntimeException e) {
            settled.values().forEach(Memory::close);
            throw e;
        }
        return VfioFunction.of(address, device, opened, settled);
    }

    /** True if the function is to be driven through sysfs: asked for so, or free and behind no IOMMU that translates. */
    private boolean isSysfs(DeviceAddress address, PciDevice device) {
        String asked = address.options().getOrDefault(ACCESS, AUTO);
        if (!List.of(AUTO, VFIO, SYSFS).contains(asked)) {
            throw new BadAddressException(address.toString(), ACCESS + "=" + asked + ": there are auto, vfio and sysfs");
        }
        return asked.equals(SYSFS) || asked.equals(AUTO) && SysfsRules.isFree(device) && !SysfsRules.isTranslated(machine, device);
    }

    /** Which interface of VFIO to go through, if the function can be had at all. */
    private String how(DeviceAddress address, PciDevice device) {
        String asked = address.options().getOrDefault(VFIO, AUTO);
        if (!List.of(AUTO, GROUP, CDEV).contains(asked)) {
            throw new BadAddressException(address.toString(), VFIO + "=" + asked + ": there are auto, group and cdev");
        }
        String place = "pci:" + device.location();
        String bind = "netdev bind " + device.location() + " " + Vfio.DRIVER;
        if (!device.isBoundTo(Vfio.DRIVER)) {
            throw new PlatformException(place + device.driver().map(driver -> " belongs to the kernel driver " + driver)
                .orElse(" is bound to no driver") + "; to drive it from here: " + bind + (device.iommuGroup().isPresent() ? ""
                : "; no IOMMU is on, so VFIO must be allowed to do without, where its kernel module can: echo 1 > "
                    + VfioGroupSpace.NO_IOMMU_MODE));
        }
        if (device.iommuGroup().isEmpty()) {
            throw new PlatformException(place + " is in no IOMMU group: no IOMMU is on; turn it on in the firmware and with"
                + " intel_iommu=on on the kernel's command line; on a machine without one: echo 1 > "
                + VfioGroupSpace.NO_IOMMU_MODE + ", then " + bind);
        }
        if (!asked.equals(AUTO)) {
            return asked;
        }
        boolean translated = !SysfsRules.isWithoutIommu(machine, device);
        String file = VfioGroupSpace.file(device.iommuGroup().getAsInt(), translated);
        boolean group = Files.exists(machine.root().resolve("dev").resolve(file));
        return translated && !group && VfioCdevSpace.offers(machine, device) ? CDEV : GROUP;
    }
}
