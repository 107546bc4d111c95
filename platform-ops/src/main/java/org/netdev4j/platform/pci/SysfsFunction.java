package org.netdev4j.platform.pci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.netdev4j.platform.LinuxException;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.DeviceIdentity;
import org.netdev4j.platform.bus.Interrupts;
import org.netdev4j.platform.bus.PciFunction;
import org.netdev4j.platform.linux.Errno;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.linux.LinuxMemory;
import org.netdev4j.platform.memory.DmaDomain;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.mmio.MappedMmio;
import org.netdev4j.platform.mmio.Mmio;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PCI function through sysfs alone, where no IOMMU translates: no driver of the kernel has it, and nothing limits it. It
 * has no interrupts, since only a driver of the kernel could take them; it is polled.
 *
 * <p>If this process is killed the function goes on writing to memory that is somebody else's by then. The kernel stops it
 * if it is bound to uio_pci_generic, whose file is kept open here for that; else it goes on until somebody attaches it
 * again, which stops it first. [LINUX-PCI pci-sysfs.c; drivers/uio/uio_pci_generic.c]
 */
final class SysfsFunction implements PciFunction {
    private static final Logger LOG = LoggerFactory.getLogger(SysfsFunction.class);

    private final DeviceAddress address;
    private final PciDevice device;
    private final Platform platform;
    private final PhysicalDomain domain;
    private final Memory scratch = Memory.allocate("access to configuration space", Integer.BYTES, Integer.BYTES);
    private final Map<Integer, Memory> plain = new HashMap<>();
    private final Map<Integer, Memory> combined = new HashMap<>();
    private final Interrupts interrupts;
    private int config = -1;
    private int uio = -1;
    private long configBytes;
    private boolean enabled;
    private boolean attached;
    private boolean closed;

    private SysfsFunction(DeviceAddress address, PciDevice device, Platform platform) {
        this.address = address;
        this.device = device;
        this.platform = platform;
        this.domain = new PhysicalDomain("memory of " + address.name());
        this.interrupts = new NoInterrupts(address.name());
    }

    /**
     * A function that {@link SysfsRules} allows. It is stopped and reset: an earlier owner may have been killed.
     *
     * @throws PlatformException if it cannot be had; nothing is then left behind
     */
    static SysfsFunction of(DeviceAddress address, PciDevices machine, PciDevice device, Platform platform) {
        SysfsFunction function = new SysfsFunction(address, device, platform);
        try {
            function.plugIn(machine);
            return function;
        } catch (RuntimeException e) {
            try {
                function.close();
            } catch (RuntimeException inClose) {
                e.addSuppressed(inClose);
            }
            throw e;
        }
    }

    private void plugIn(PciDevices machine) {
        config = SysfsRules.lock(machine, device);
        configBytes = LinuxFiles.stat(config).size();
        enable();
        setBusMaster(false);
        if (!resetFunction()) {
            LOG.info("{}: the kernel has no way to reset it alone; the driver resets it", address.name());
        }
        // Those that nobody maps otherwise, so that what stands in the way is said now.
        device.bars().stream().filter(bar -> !bar.io() && !bar.prefetchable()).forEach(this::plain);
        openUio(machine);
        platform.dma().attach(domain);
        attached = true;
        LOG.warn("{}: no IOMMU stands between it and memory; a wrong address, in this program or in the device, overwrites"
            + " any memory of this machine", address.name());
    }

    /** Gives it power and lets it decode addresses, as the kernel does for a driver; if it has one, that was done. */
    private void enable() {
        if (device.driver().isEmpty()) {
            enabled = write("enable", "1");
        }
        writeConfig(COMMAND, Short.BYTES, readConfig(COMMAND, Short.BYTES) | COMMAND_MEMORY);
        if (readConfig(0, Integer.BYTES) == -1) {
            throw new PlatformException(address.name() + " does not answer: its configuration space reads as ones; take it off"
                + " the bus and find it again: echo 1 > " + device.directory() + "/remove; echo 1 > /sys/bus/pci/rescan");
        }
    }

    private Memory plain(PciDevice.Bar bar) {
        return plain.computeIfAbsent(bar.index(), index -> map(bar));
    }

    private Memory map(PciDevice.Bar bar) {
        String name = address.name() + " BAR" + bar.index();
        long offset = bar.address() % LinuxMemory.PAGE;
        long size = (offset + bar.size() + LinuxMemory.PAGE - 1) & -LinuxMemory.PAGE;
        try {
            int fd = LinuxFiles.open(device.directory().resolve("resource" + bar.index()).toString(), LinuxFiles.O_RDWR);
            try {
                long at = LinuxMemory.mapShared(fd, size, 0);
                return Memory.ofMapping(name, at + offset, bar.size(), () -> LinuxMemory.unmap(at, size));
            } finally {
                LinuxFiles.close(fd);
            }
        } catch (LinuxException e) {
            throw new PlatformException(name + " cannot be mapped: " + e.getMessage() + switch (e.errno()) {
                case Errno.EINVAL -> "; the kernel keeps it for a driver that has claimed it (IO_STRICT_DEVMEM): take that driver"
                    + " away, or boot with iomem=relaxed";
                case Errno.EPERM -> "; the kernel is locked down: boot without Secure Boot, or use VFIO behind an IOMMU";
                case Errno.EACCES -> "; run as root";
                default -> "";
            }, e);
        }
    }

    /** When the last descriptor of this file is closed, also by the end of a process, the kernel ends bus mastering. */
    private void openUio(PciDevices machine) {
        Optional<String> name = SysfsRules.uio(device);
        if (name.isPresent()) {
            uio = VfioSpace.openDev(machine, name.get(), device, "is /dev kept by udev?");
        }
    }

    @Override
    public DeviceAddress address() {
        return address;
    }

    @Override
    public DeviceIdentity identity() {
        return device.identity();
    }

    @Override
    public String description() {
        return "PCI function " + device.identity() + " through sysfs, without an IOMMU"
            + device.driver().map(driver -> ", kept by " + driver).orElse("");
    }

    @Override
    public int readConfig(int offset, int width) {
        requireConfig(offset, width);
        int ones = width == Integer.BYTES ? -1 : (1 << width * Byte.SIZE) - 1;
        synchronized (this) {
            if (closed) {
                return ones;
            }
            try {
                scratch.putInt(0, -1);
                LinuxFiles.pread(config, scratch.address(), width, offset);
                return scratch.getInt(0) & ones;
            } catch (LinuxException e) {
                LOG.debug("{}: configuration at 0x{}: {}", address.name(), Integer.toHexString(offset), e.getMessage());
                return ones;
            }
        }
    }

    @Override
    public void writeConfig(int offset, int width, int value) {
        requireConfig(offset, width);
        synchronized (this) {
            if (closed) {
                return;
            }
            try {
                scratch.putInt(0, value);
                LinuxFiles.pwrite(config, scratch.address(), width, offset);
            } catch (LinuxException e) {
                LOG.debug("{}: configuration at 0x{}: {}", address.name(), Integer.toHexString(offset), e.getMessage());
            }
        }
    }

    private void requireConfig(int offset, int width) {
        boolean known = width == 1 || width == 2 || width == 4;
        if (!known || offset < 0 || offset % width != 0 || offset > configBytes - width) {
            throw new IllegalArgumentException(address.name() + ": configuration space: access of " + width
                + " bytes at offset 0x" + Integer.toHexString(offset) + " is outside or not aligned");
        }
    }

    /** The processor knows memory as merging or as not: the first mapping of a BAR decides. */
    @Override
    public Optional<Mmio> mapBar(int index, BarMapping mapping) {
        Optional<PciDevice.Bar> bar = device.bar(index).filter(each -> !each.io());
        String name = address.name() + " BAR" + index;
        if (bar.isPresent() && mapping == BarMapping.WRITE_COMBINED && writeCombines(index)) {
            return Optional.of(new MappedMmio(name, combined.get(index)));
        }
        if (combined.containsKey(index)) {
            throw new IllegalStateException(name + " is mapped write-combined already");
        }
        return bar.map(this::plain).map(memory -> new MappedMmio(name, memory));
    }

    @Override
    public boolean writeCombines(int index) {
        if (!plain.containsKey(index) && !combined.containsKey(index) && !closed) {
            CombinedBar.map(device, index).ifPresent(memory -> combined.put(index, memory));
        }
        return combined.containsKey(index);
    }

    @Override
    public Interrupts interrupts() {
        return interrupts;
    }

    @Override
    public DmaDomain dmaDomain() {
        return domain;
    }

    @Override
    public boolean resetFunction() {
        if (!write("reset", "1")) {
            return false;
        }
        // The kernel puts back what stood in configuration space before; a reset leaves nothing of it.
        writeConfig(COMMAND, Short.BYTES, COMMAND_MEMORY);
        return true;
    }

    /** Writes a word to a file of the function's; false if there is no such file, or the kernel refuses. */
    private boolean write(String name, String word) {
        Path file = device.directory().resolve(name);
        if (!Files.exists(file)) {
            return false;
        }
        try {
            Files.writeString(file, word);
            return true;
        } catch (IOException e) {
            LOG.info("{}: {} to {}: {}", address.name(), word, file, e.getMessage());
            return false;
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            if (config >= 0 && configBytes > 0) {
                setBusMaster(false);
            }
            closed = true;
        }
        try {
            if (attached) {
                platform.dma().detach(domain);
            }
        } finally {
            plain.values().forEach(Memory::close);
            combined.values().forEach(Memory::close);
            if (enabled) {
                write("enable", "0");
            }
            // The lock goes with the last of them.
            for (int fd : new int[] {uio, config}) {
                if (fd >= 0) {
                    LinuxFiles.close(fd);
                }
            }
            scratch.close();
        }
    }
}
