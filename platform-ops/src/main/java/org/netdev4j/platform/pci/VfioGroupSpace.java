package org.netdev4j.platform.pci;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.netdev4j.platform.LinuxException;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.linux.Errno;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.platform.memory.Memory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A group of VFIO in a container of its own: with an IOMMU of type 1, version 2, or with none, which VFIO allows where the
 * administrator does; then nothing is mapped, and its functions see physical memory. [LINUX-VFIO]
 */
final class VfioGroupSpace extends VfioSpace {
    /** Where no-IOMMU mode is turned on. */
    static final String NO_IOMMU_MODE = "/sys/module/vfio/parameters/enable_unsafe_noiommu_mode";

    private static final int STATUS_BYTES = 8;
    private static final int MAP_BYTES = 32;
    private static final int UNMAP_BYTES = 24;
    private static final int INFO_BYTES = 24;
    private static final int INFO_CAPS_AT = 16;
    private static final int INFO_MOST = 64 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(VfioGroupSpace.class);

    private final int group;
    private final boolean translated;
    private int container = -1;
    private int groupFd = -1;
    private IovaRanges ranges;

    private VfioGroupSpace(PciDevices machine, String name, int group, boolean translated) {
        super(machine, name);
        this.group = group;
        this.translated = translated;
    }

    /** Opens the group of a function. */
    static VfioGroupSpace of(PciDevices machine, PciDevice device) {
        int group = device.iommuGroup().orElseThrow();
        boolean translated = !SysfsRules.isWithoutIommu(machine, device);
        VfioGroupSpace space = new VfioGroupSpace(machine, (translated ? "IOMMU group " + group + " of pci:" : "memory of pci:")
            + device.location(), group, translated);
        try {
            space.plugIn(device);
            return space;
        } catch (RuntimeException e) {
            space.free();
            throw e;
        }
    }

    private void plugIn(PciDevice device) {
        PciLocation function = device.location();
        container = openDev(machine, "vfio/vfio", device, "VFIO is not loaded; modprobe vfio-pci");
        groupFd = openDev(machine, file(device.iommuGroup().getAsInt(), translated), device,
            "the function has left vfio-pci, or /dev is not kept by udev; netdev bind " + function + " vfio-pci");
        int type = translated ? Vfio.TYPE1V2_IOMMU : Vfio.NOIOMMU_IOMMU;
        if (Vfio.ioctl(container, Vfio.GET_API_VERSION, 0, "VFIO_GET_API_VERSION") != Vfio.API_VERSION
            || Vfio.ioctl(container, Vfio.CHECK_EXTENSION, type, "VFIO_CHECK_EXTENSION") == 0) {
            throw new PlatformException("pci:" + function + (translated
                ? ": this kernel's VFIO has no IOMMU of type 1, version 2; modprobe vfio_iommu_type1"
                : ": VFIO's no-IOMMU mode has been turned off; remedy: echo 1 > " + NO_IOMMU_MODE));
        }
        requireViable(device);
        try (Memory number = Memory.allocate("container", Integer.BYTES, Integer.BYTES)) {
            number.putInt(0, container);
            Vfio.ioctl(groupFd, Vfio.GROUP_SET_CONTAINER, number, "VFIO_GROUP_SET_CONTAINER of group " + group);
        }
        try {
            Vfio.ioctl(container, Vfio.SET_IOMMU, type, "VFIO_SET_IOMMU of group " + group);
        } catch (LinuxException e) {
            throw new PlatformException("pci:" + function + ": " + e.getMessage() + (translated && e.errno() == Errno.EPERM
                ? "; the IOMMU remaps no interrupts, so that a device could send any: turn interrupt remapping on in the firmware,"
                    + " or accept that: echo 1 > /sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts" : ""), e);
        }
        ranges = translated ? learnRanges() : new IovaRanges(List.of(new IovaRanges.Range(0, -1)));
        if (!translated) {
            LOG.warn("pci:{}: VFIO is in its no-IOMMU mode: nothing stands between this device and memory; a wrong address, in this"
                + " program or in the device, overwrites any memory of this machine", function);
        }
    }

    /** The file of a group, in {@code /dev}. */
    static String file(int group, boolean translated) {
        return "vfio/" + (translated ? "" : "noiommu-") + group;
    }

    private void requireViable(PciDevice device) {
        try (Memory status = Vfio.structure(STATUS_BYTES)) {
            Vfio.ioctl(groupFd, Vfio.GROUP_GET_STATUS, status, "VFIO_GROUP_GET_STATUS of group " + group);
            if ((status.getInt(4) & Vfio.GROUP_VIABLE) == 0) {
                throw new PlatformException("pci:" + device.location() + ": its IOMMU group " + group
                    + " is shared with functions that kernel drivers hold: " + String.join(", ", others(device))
                    + "; the IOMMU cannot tell them apart: bind them to vfio-pci or to no driver, or move the card to another slot");
            }
        }
    }

    private List<String> others(PciDevice device) {
        return device.groupDevices().stream().map(other -> other + machine.find(other).flatMap(PciDevice::driver)
            .map(driver -> " (" + driver + ")").orElse(" (no driver)")).toList();
    }

    private IovaRanges learnRanges() {
        int size = INFO_BYTES;
        while (true) {
            try (Memory info = Vfio.structure(size)) {
                Vfio.ioctl(container, Vfio.IOMMU_GET_INFO, info, "VFIO_IOMMU_GET_INFO of group " + group);
                int wanted = info.getInt(0);
                if (wanted > size && wanted <= INFO_MOST) {
                    size = wanted;
                } else {
                    return (info.getInt(4) & Vfio.IOMMU_INFO_CAPS) == 0 ? new IovaRanges(List.of()) : rangesIn(info);
                }
            }
        }
    }

    /** Goes through the chain of capabilities: id, version and the offset of the next. */
    private static IovaRanges rangesIn(Memory info) {
        int at = info.getInt(INFO_CAPS_AT);
        for (int links = 0; at > 0 && links < 16; links++) {
            if (info.getUnsignedShort(at) == Vfio.IOMMU_CAP_IOVA_RANGE) {
                return IovaRanges.at(info, at + 16L, info.getInt(at + 8));
            }
            at = info.getInt(at + 4);
        }
        return new IovaRanges(List.of());
    }

    @Override
    IovaRanges ranges() {
        return ranges;
    }

    @Override
    int openFunction(PciDevice device) {
        byte[] name = device.location().toString().getBytes(StandardCharsets.US_ASCII);
        try (Memory text = Memory.allocate("name of a function", name.length + 1)) {
            text.copyFrom(0, name, 0, name.length);
            return Vfio.ioctl(groupFd, Vfio.GROUP_GET_DEVICE_FD, text, "VFIO_GROUP_GET_DEVICE_FD " + device.location());
        } catch (LinuxException e) {
            throw new PlatformException("pci:" + device.location() + " cannot be opened: " + e.getMessage()
                + "; the kernel's log says why (dmesg)", e);
        }
    }

    @Override
    public boolean physical() {
        return !translated;
    }

    @Override
    void mapRange(DmaMemory memory) {
        if (!translated) {
            return; // the device reaches all of memory
        }
        try (Memory map = Vfio.structure(MAP_BYTES)) {
            map.putInt(4, Vfio.DMA_READ_WRITE);
            map.putLong(8, memory.address());
            map.putLong(16, memory.iova());
            map.putLong(24, memory.mappedSize());
            Vfio.ioctl(container, Vfio.IOMMU_MAP_DMA, map, "VFIO_IOMMU_MAP_DMA");
        }
    }

    @Override
    public void unmap(DmaMemory memory) {
        if (!translated) {
            return;
        }
        try (Memory unmap = Vfio.structure(UNMAP_BYTES)) {
            unmap.putLong(8, memory.iova());
            unmap.putLong(16, memory.mappedSize());
            Vfio.ioctl(container, Vfio.IOMMU_UNMAP_DMA, unmap, "VFIO_IOMMU_UNMAP_DMA \"" + memory.name() + "\"");
            if (unmap.getLong(16) != memory.mappedSize()) {
                throw new PlatformException(name() + ": of DMA memory \"" + memory.name() + "\" " + unmap.getLong(16)
                    + " bytes were unmapped, not " + memory.mappedSize());
            }
        }
    }

    @Override
    void free() {
        // With its last descriptor the kernel takes the group out of the container.
        for (int fd : new int[] {groupFd, container}) {
            if (fd >= 0) {
                LinuxFiles.close(fd);
            }
        }
        groupFd = -1;
        container = -1;
    }
}
