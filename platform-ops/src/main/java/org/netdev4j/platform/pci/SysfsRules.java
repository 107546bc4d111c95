package org.netdev4j.platform.pci;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.netdev4j.platform.LinuxException;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.linux.Errno;
import org.netdev4j.platform.linux.LinuxFiles;

/** Whether a function may be driven without an IOMMU, and who may do it. */
final class SysfsRules {
    static final String UIO = "uio_pci_generic";

    private static final String NO_IOMMU = "vfio-noiommu";
    private static final String IDENTITY = "identity";

    private SysfsRules() {
    }

    /** True if no kernel driver stands in the way: it has none, or one that leaves all to others. */
    static boolean isFree(PciDevice device) {
        return device.driver().isEmpty() || device.isBoundTo(UIO);
    }

    /** True if an IOMMU translates what the function addresses. */
    static boolean isTranslated(PciDevices machine, PciDevice device) {
        return device.iommuGroup().isPresent() && !isWithoutIommu(machine, device)
            && !device.groupType().filter(IDENTITY::equals).isPresent();
    }

    /** True if its group is one that VFIO made up, for lack of an IOMMU. */
    static boolean isWithoutIommu(PciDevices machine, PciDevice device) {
        return device.iommuGroup().isPresent() && text(machine.sys().resolve("kernel/iommu_groups")
            .resolve(String.valueOf(device.iommuGroup().getAsInt())).resolve("name")).filter(NO_IOMMU::equals).isPresent();
    }

    /**
     * Refuses what cannot be driven through sysfs.
     *
     * @throws PlatformException saying why, with the remedy
     */
    static void require(PciDevices machine, PciDevice device) {
        String place = "pci:" + device.location();
        if (!isFree(device)) {
            throw new PlatformException(place + " belongs to the kernel driver " + device.driver().orElseThrow()
                + "; through sysfs it can be driven when it is bound to no driver or to " + UIO + ": netdev bind "
                + device.location() + " " + UIO);
        }
        if (isTranslated(machine, device)) {
            throw new PlatformException(place + ": an IOMMU translates for it (group " + device.iommuGroup().getAsInt()
                + ", type " + device.groupType().orElse("unknown") + "), so through sysfs it could reach no memory; use VFIO:"
                + " netdev bind " + device.location() + " " + Vfio.DRIVER);
        }
        Optional<String> lockdown = text(machine.sys().resolve("kernel/security/lockdown"));
        if (lockdown.filter(modes -> modes.contains("[") && !modes.contains("[none]")).isPresent()) {
            throw new PlatformException(place + ": the kernel is locked down (" + lockdown.get()
                + "), which allows no access to devices through sysfs; boot without Secure Boot, or use VFIO behind an"
                + " IOMMU");
        }
    }

    /**
     * Opens the function's configuration space for one process alone.
     *
     * @return the descriptor; closing it gives the function up
     * @throws PlatformException if another has it, or the rights are missing
     */
    static int lock(PciDevices machine, PciDevice device) {
        String place = "pci:" + device.location();
        Path file = device.directory().resolve("config");
        int fd;
        try {
            fd = LinuxFiles.open(file.toString(), LinuxFiles.O_RDWR);
        } catch (LinuxException e) {
            boolean rights = e.errno() == Errno.EACCES || e.errno() == Errno.EPERM;
            throw new PlatformException(place + ": " + e.getMessage() + (rights
                ? "; through sysfs a device is driven by root alone: run as root" : ""), e);
        }
        if (!LinuxFiles.tryLock(fd)) {
            LinuxFiles.close(fd);
            List<DeviceHolders.Holder> holders = new DeviceHolders(new KernelFiles(machine.root())).of(device);
            throw new PlatformException(place + (holders.isEmpty() ? " is open in this process already; close it there"
                : " is busy: " + holders.getFirst() + "; end that first"));
        }
        return fd;
    }

    /** The file of {@code /dev} that uio_pci_generic made for the function. */
    static Optional<String> uio(PciDevice device) {
        try (DirectoryStream<Path> nodes = Files.newDirectoryStream(device.directory().resolve("uio"), "uio*")) {
            for (Path node : nodes) {
                return Optional.of(node.getFileName().toString());
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    private static Optional<String> text(Path file) {
        try {
            return Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
