package org.netdev4j.platform.pci;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.netdev4j.platform.LinuxException;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.linux.Errno;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.memory.DmaDomain;
import org.netdev4j.platform.memory.DmaMemory;

/**
 * The address space of an IOMMU group: what its functions see, as the IOMMU cannot tell them apart. All functions of a group
 * that this process drives share one, for the kernel gives a group away only once.
 */
abstract class VfioSpace implements DmaDomain {
    private static final Map<String, VfioSpace> OPEN = new HashMap<>();

    final PciDevices machine;
    private final String name;
    private final List<PciLocation> functions = new ArrayList<>();
    private Platform platform;

    VfioSpace(PciDevices machine, String name) {
        this.machine = machine;
        this.name = name;
    }

    /**
     * Opens a function in the space of its group, which is made if it is the first.
     *
     * @param group names the group
     * @param make  makes the space
     * @return the function's descriptor and its space; given back with {@link #close(PciLocation, int)}
     */
    static synchronized Opened open(String group, PciDevice device, Platform platform, Supplier<VfioSpace> make) {
        VfioSpace known = OPEN.get(group);
        if (known != null && known.functions.contains(device.location())) {
            throw new PlatformException("pci:" + device.location()
                + " is open in this process already; close it there, or use another function");
        }
        if (known != null && known.platform != platform) {
            throw new PlatformException("pci:" + device.location() + ": another function of its IOMMU group, "
                + known.functions.getFirst() + ", is open in this process on another platform; open both on one, for they"
                + " see the same memory");
        }
        VfioSpace space = known != null ? known : make.get();
        int fd = -1;
        try {
            fd = space.openFunction(device);
            space.platform = platform;
            platform.dma().attach(space);
            space.functions.add(device.location());
            OPEN.put(group, space);
            return new Opened(space, fd);
        } catch (RuntimeException e) {
            if (fd >= 0) {
                LinuxFiles.close(fd);
            }
            if (space.functions.isEmpty()) {
                space.free();
            }
            throw e;
        }
    }

    /** A function's descriptor. */
    record Opened(VfioSpace space, int fd) {
    }

    /**
     * Closes a function: the kernel then stops and resets it. With the last one the space goes: nothing of it stays mapped or
     * pinned.
     */
    final void close(PciLocation function, int fd) {
        synchronized (VfioSpace.class) {
            functions.remove(function);
            try {
                LinuxFiles.close(fd);
            } finally {
                if (functions.isEmpty()) {
                    OPEN.values().remove(this);
                    try {
                        platform.dma().detach(this);
                    } finally {
                        free();
                    }
                }
            }
        }
    }

    /** The descriptor of a function of this group. */
    abstract int openFunction(PciDevice device);

    /** Closes what the space itself has open. */
    abstract void free();

    /** Addresses that can be used. */
    abstract IovaRanges ranges();

    /** Maps memory; failures are the kernel's. */
    abstract void mapRange(DmaMemory memory);

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final int addressBits() {
        return ranges().addressBits();
    }

    @Override
    public final void map(DmaMemory memory) {
        if (!ranges().holds(memory.iova(), memory.mappedSize())) {
            throw new PlatformException(name + ": DMA memory \"" + memory.name() + "\" has device addresses from 0x"
                + Long.toHexString(memory.iova()) + " on, which its IOMMU does not translate; it does " + ranges());
        }
        try {
            mapRange(memory);
        } catch (LinuxException e) {
            throw new PlatformException(name + ": DMA memory \"" + memory.name() + "\" (" + memory.mappedSize()
                + " bytes) cannot be mapped for the device: " + e.getMessage() + remedy(e), e);
        }
    }

    private String remedy(LinuxException e) {
        return switch (e.errno()) {
            case Errno.ENOMEM -> "; the limit of locked memory of this process is " + lockedLimit()
                + ": raise it (ulimit -l, LimitMEMLOCK= of a service, memlock in /etc/security/limits.conf), run as root, or use"
                + " smaller rings and pools";
            case Errno.ENOSPC -> "; the IOMMU driver takes no more mappings (dma_entry_limit of vfio_iommu_type1): use hugepages";
            default -> "";
        };
    }

    private String lockedLimit() {
        try {
            Path limits = machine.root().resolve("proc/self/limits");
            return Files.readAllLines(limits, StandardCharsets.ISO_8859_1).stream()
                .filter(line -> line.startsWith("Max locked memory")).map(line -> line.substring(17).strip().split("\\s+")[0])
                .map(soft -> soft.equals("unlimited") ? soft : soft + " bytes").findFirst().orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }

    /** Opens a file of {@code /dev}, saying what stands in the way. */
    static int openDev(PciDevices machine, String file, PciDevice device, String missing) {
        try {
            return LinuxFiles.open(machine.root().resolve("dev").resolve(file).toString(), LinuxFiles.O_RDWR);
        } catch (LinuxException e) {
            String what = "pci:" + device.location() + ": ";
            String path = "/dev/" + file;
            throw new PlatformException(switch (e.errno()) {
                case Errno.ENOENT, Errno.ENODEV, Errno.ENXIO -> what + path + " is not there: " + missing;
                case Errno.EACCES, Errno.EPERM -> what + "no right to open " + path
                    + ": run as root, or let root give it to this user (chown)";
                case Errno.EBUSY -> what + path + " is busy: " + holders(machine, device) + "; end that first";
                default -> what + e.getMessage();
            }, e);
        }
    }

    private static String holders(PciDevices machine, PciDevice device) {
        List<DeviceHolders.Holder> holders = new DeviceHolders(new KernelFiles(machine.root())).of(device);
        return holders.isEmpty() ? "another process has it open"
            : String.join(", ", holders.stream().map(DeviceHolders.Holder::toString).toList());
    }
}
