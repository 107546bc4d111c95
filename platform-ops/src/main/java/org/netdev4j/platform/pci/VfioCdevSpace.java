package org.netdev4j.platform.pci;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.netdev4j.platform.LinuxException;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.linux.Errno;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.platform.memory.Memory;

/** An address space of iommufd, with functions opened as {@code /dev/vfio/devices/vfioN}. [LINUX-VFIO] */
final class VfioCdevSpace extends VfioSpace {
    private static final int ALLOC_BYTES = 12;
    private static final int BIND_BYTES = 24;
    private static final int ATTACH_BYTES = 16;
    private static final int MAP_BYTES = 40;
    private static final int UNMAP_BYTES = 24;
    private static final int RANGES_BYTES = 32;
    private static final int MOST_RANGES = 64;
    private static final int RANGE_BYTES = 16;

    private int iommufd = -1;
    private int space;
    private IovaRanges ranges;

    private VfioCdevSpace(PciDevices machine, String name) {
        super(machine, name);
    }

    /** True if this kernel offers the function so. */
    static boolean offers(PciDevices machine, PciDevice device) {
        return Files.exists(machine.root().resolve("dev/iommu"))
            && node(device).filter(node -> Files.exists(machine.root().resolve("dev").resolve(node))).isPresent();
    }

    /** The function's file in {@code /dev}. */
    private static Optional<String> node(PciDevice device) {
        try (DirectoryStream<Path> nodes = Files.newDirectoryStream(device.directory().resolve("vfio-dev"))) {
            for (Path node : nodes) {
                return Optional.of("vfio/devices/" + node.getFileName());
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    /** An address space without any function yet. */
    static VfioCdevSpace of(PciDevices machine, PciDevice device) {
        VfioCdevSpace made = new VfioCdevSpace(machine, "address space of pci:" + device.location());
        made.iommufd = openDev(machine, "iommu", device, "this kernel has no iommufd; modprobe iommufd, or vfio=group");
        try (Memory alloc = Vfio.structure(ALLOC_BYTES)) {
            Vfio.ioctl(made.iommufd, Vfio.IOAS_ALLOC, alloc, "IOMMU_IOAS_ALLOC");
            made.space = alloc.getInt(8);
            return made;
        } catch (RuntimeException e) {
            made.free();
            throw e;
        }
    }

    @Override
    int openFunction(PciDevice device) {
        PciLocation function = device.location();
        String node = node(device).orElseThrow(() -> new PlatformException("pci:" + function
            + ": this kernel does not offer it as a file of its own (/dev/vfio/devices); use vfio=group"));
        int fd = openDev(machine, node, device, "is /dev kept by udev?");
        try (Memory bind = Vfio.structure(BIND_BYTES); Memory attach = Vfio.structure(ATTACH_BYTES)) {
            bind.putInt(8, iommufd);
            Vfio.ioctl(fd, Vfio.DEVICE_BIND_IOMMUFD, bind, "VFIO_DEVICE_BIND_IOMMUFD " + function);
            attach.putInt(8, space);
            Vfio.ioctl(fd, Vfio.DEVICE_ATTACH_IOMMUFD_PT, attach, "VFIO_DEVICE_ATTACH_IOMMUFD_PT " + function);
            ranges = learnRanges();
            return fd;
        } catch (RuntimeException e) {
            LinuxFiles.close(fd);
            throw e instanceof LinuxException failed ? refused(device, failed) : e;
        }
    }

    private static PlatformException refused(PciDevice device, LinuxException e) {
        String remedy = switch (e.errno()) {
            case Errno.EBUSY -> "; another process has it, or its IOMMU group";
            case Errno.EPERM -> "; the IOMMU remaps no interrupts, or a function of its group has a kernel driver";
            default -> "; the kernel's log says why (dmesg)";
        };
        return new PlatformException("pci:" + device.location() + " cannot be opened: " + e.getMessage() + remedy, e);
    }

    private IovaRanges learnRanges() {
        try (Memory found = Memory.allocate("IOVA ranges", MOST_RANGES * RANGE_BYTES, Long.BYTES);
             Memory ask = Vfio.structure(RANGES_BYTES)) {
            ask.putInt(4, space);
            ask.putInt(8, MOST_RANGES);
            ask.putLong(16, found.address());
            Vfio.ioctl(iommufd, Vfio.IOAS_IOVA_RANGES, ask, "IOMMU_IOAS_IOVA_RANGES");
            return IovaRanges.at(found, 0, Math.min(MOST_RANGES, ask.getInt(8)));
        }
    }

    @Override
    IovaRanges ranges() {
        return ranges;
    }

    @Override
    void mapRange(DmaMemory memory) {
        try (Memory map = Vfio.structure(MAP_BYTES)) {
            map.putInt(4, Vfio.IOAS_FIXED_READ_WRITE);
            map.putInt(8, space);
            map.putLong(16, memory.address());
            map.putLong(24, memory.mappedSize());
            map.putLong(32, memory.iova());
            Vfio.ioctl(iommufd, Vfio.IOAS_MAP, map, "IOMMU_IOAS_MAP");
        }
    }

    @Override
    public void unmap(DmaMemory memory) {
        try (Memory unmap = Vfio.structure(UNMAP_BYTES)) {
            unmap.putInt(4, space);
            unmap.putLong(8, memory.iova());
            unmap.putLong(16, memory.mappedSize());
            Vfio.ioctl(iommufd, Vfio.IOAS_UNMAP, unmap, "IOMMU_IOAS_UNMAP \"" + memory.name() + "\"");
        }
    }

    @Override
    void free() {
        if (iommufd >= 0) {
            LinuxFiles.close(iommufd);
            iommufd = -1;
        }
    }
}
