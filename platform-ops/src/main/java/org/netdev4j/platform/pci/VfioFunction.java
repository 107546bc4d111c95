package org.netdev4j.platform.pci;

import java.util.Map;
import java.util.Optional;
import org.netdev4j.platform.LinuxException;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.DeviceIdentity;
import org.netdev4j.platform.bus.Interrupts;
import org.netdev4j.platform.bus.PciFunction;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.linux.LinuxMemory;
import org.netdev4j.platform.memory.DmaDomain;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.mmio.MappedMmio;
import org.netdev4j.platform.mmio.Mmio;
import org.netdev4j.platform.mmio.MmioHandler;
import org.netdev4j.platform.mmio.TrappedMmio;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A PCI function behind VFIO: the kernel lets this process do with it what cannot hurt others. [LINUX-VFIO] */
final class VfioFunction implements PciFunction {
    private static final Logger LOG = LoggerFactory.getLogger(VfioFunction.class);
    private static final int BARS = 6;
    private static final int DEVICE_INFO_BYTES = 24;
    private static final int REGION_INFO_BYTES = 32;

    private final DeviceAddress address;
    private final PciDevice device;
    private final VfioSpace space;
    private final int fd;
    private final Region[] regions = new Region[Vfio.REGION_CONFIG + 1];
    private final Map<Integer, Memory> settled;
    // Null as long as nobody has asked.
    private final Memory[] uncached = new Memory[BARS];
    private final Memory[] combined = new Memory[BARS];
    private final Memory scratch = Memory.allocate("access to a region", Long.BYTES, Long.BYTES);
    private VfioInterrupts interrupts;
    private boolean resets;
    private boolean closed;

    /** A part of the function's file: configuration space, or a BAR. */
    private record Region(long size, long offset, boolean mappable) {
    }

    private VfioFunction(DeviceAddress address, PciDevice device, VfioSpace.Opened opened, Map<Integer, Memory> settled) {
        this.settled = settled;
        this.address = address;
        this.device = device;
        this.space = opened.space();
        this.fd = opened.fd();
    }

    /**
     * A function of a space.
     *
     * @param opened  given back by the function's close, or here if this throws
     * @param settled BARs that are write-combined when VFIO maps them; closed likewise
     */
    static VfioFunction of(DeviceAddress address, PciDevice device, VfioSpace.Opened opened, Map<Integer, Memory> settled) {
        VfioFunction function = new VfioFunction(address, device, opened, settled);
        try {
            function.learn();
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

    private void learn() {
        try (Memory info = Vfio.structure(DEVICE_INFO_BYTES)) {
            Vfio.ioctl(fd, Vfio.DEVICE_GET_INFO, info, "VFIO_DEVICE_GET_INFO " + device.location());
            resets = (info.getInt(4) & Vfio.DEVICE_CAN_RESET) != 0;
        }
        for (int index = 0; index < regions.length; index++) {
            try (Memory info = Vfio.structure(REGION_INFO_BYTES)) {
                info.putInt(8, index);
                Vfio.ioctl(fd, Vfio.DEVICE_GET_REGION_INFO, info, "VFIO_DEVICE_GET_REGION_INFO " + device.location());
                regions[index] = new Region(info.getLong(16), info.getLong(24), (info.getInt(4) & Vfio.REGION_MAPPABLE) != 0);
            }
        }
        interrupts = new VfioInterrupts(address.name(), fd);
        writeConfig(COMMAND, Short.BYTES, COMMAND_MEMORY);
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
        return "PCI function " + device.identity() + " behind VFIO";
    }

    @Override
    public int readConfig(int offset, int width) {
        requireConfig(offset, width);
        int ones = width == Integer.BYTES ? -1 : (1 << width * Byte.SIZE) - 1;
        return (int) read(Vfio.REGION_CONFIG, offset, width) & ones;
    }

    @Override
    public void writeConfig(int offset, int width, int value) {
        requireConfig(offset, width);
        write(Vfio.REGION_CONFIG, offset, width, value);
    }

    private void requireConfig(int offset, int width) {
        boolean known = width == 1 || width == 2 || width == 4;
        if (!known || offset < 0 || offset % width != 0 || offset > regions[Vfio.REGION_CONFIG].size - width) {
            throw new IllegalArgumentException(address.name() + ": configuration space: access of " + width
                + " bytes at offset 0x" + Integer.toHexString(offset) + " is outside or not aligned");
        }
    }

    /** A function that is gone reads as all ones, and so does one that has been closed. */
    private synchronized long read(int region, long offset, int width) {
        if (closed) {
            return -1;
        }
        try {
            scratch.putLong(0, -1);
            LinuxFiles.pread(fd, scratch.address(), width, regions[region].offset + offset);
            return scratch.getLong(0);
        } catch (LinuxException e) {
            LOG.debug("{}: region {} at 0x{}: {}", address.name(), region, Long.toHexString(offset), e.getMessage());
            return -1;
        }
    }

    private synchronized void write(int region, long offset, int width, long value) {
        if (closed) {
            return;
        }
        try {
            scratch.putLong(0, value);
            LinuxFiles.pwrite(fd, scratch.address(), width, regions[region].offset + offset);
        } catch (LinuxException e) {
            LOG.debug("{}: region {} at 0x{}: {}", address.name(), region, Long.toHexString(offset), e.getMessage());
        }
    }

    @Override
    public Optional<Mmio> mapBar(int index, BarMapping mapping) {
        if (!isMemory(index)) {
            return Optional.empty();
        }
        String name = address.name() + " BAR" + index;
        if (mapping == BarMapping.WRITE_COMBINED && writeCombines(index)) {
            return Optional.of(new MappedMmio(name, combined[index]));
        }
        if (combined[index] != null) {
            // The kernel would take that mapping away for this one.
            throw new IllegalStateException(name + " is mapped write-combined already");
        }
        return Optional.of(mapUncached(index, name) ? new MappedMmio(name, uncached[index])
            : new TrappedMmio(name, regions[index].size, new Bar(index)));
    }

    private boolean isMemory(int index) {
        return index >= 0 && index < BARS && regions[index].size > 0
            && device.bar(index).filter(bar -> !bar.io()).isPresent();
    }

    private boolean mapUncached(int index, String name) {
        if (uncached[index] == null) {
            uncached[index] = mapRegion(index, name);
        }
        return uncached[index] != null;
    }

    /** Null if it cannot be had. */
    private Memory mapRegion(int index, String name) {
        Region region = regions[index];
        if (!region.mappable) {
            return null;
        }
        try {
            long at = LinuxMemory.mapShared(fd, region.size, region.offset);
            return Memory.ofMapping(name, at, region.size, () -> LinuxMemory.unmap(at, region.size));
        } catch (LinuxException e) {
            LOG.info("{} is not mapped, each access is a call of the kernel: {}", name, e.getMessage());
            return null;
        }
    }

    @Override
    public boolean writeCombines(int index) {
        if (isMemory(index) && combined[index] == null && uncached[index] == null) {
            if (settled.containsKey(index)) {
                combined[index] = mapRegion(index, address.name() + " BAR" + index);
            } else if (!CombinedBar.typesArePages()) {
                combined[index] = CombinedBar.map(device, index).orElse(null);
            }
        }
        return index >= 0 && index < BARS && combined[index] != null;
    }

    @Override
    public Interrupts interrupts() {
        return interrupts;
    }

    @Override
    public DmaDomain dmaDomain() {
        return space;
    }

    @Override
    public boolean resetFunction() {
        interrupts.disable();
        if (!resets) {
            return false;
        }
        try {
            Vfio.ioctl(fd, Vfio.DEVICE_RESET, 0, "VFIO_DEVICE_RESET " + address.name());
        } catch (LinuxException e) {
            LOG.warn("{}: no reset: {}", address.name(), e.getMessage());
            return false;
        }
        // The kernel puts back what stood in configuration space before; a reset leaves nothing of it.
        writeConfig(COMMAND, Short.BYTES, COMMAND_MEMORY);
        return true;
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            if (regions[Vfio.REGION_CONFIG] != null) {
                setBusMaster(false);
            }
            closed = true;
        }
        try {
            if (interrupts != null) {
                interrupts.close();
            }
        } finally {
            for (int index = 0; index < BARS; index++) {
                unmap(uncached[index]);
                unmap(combined[index]);
            }
            settled.values().forEach(Memory::close);
            try {
                space.close(device.location(), fd);
            } finally {
                scratch.close();
            }
        }
    }

    private static void unmap(Memory bar) {
        if (bar != null) {
            bar.close();
        }
    }

    /** A BAR that cannot be mapped. */
    private final class Bar implements MmioHandler {
        private final int index;

        Bar(int index) {
            this.index = index;
        }

        @Override
        public long read(long offset, int width) {
            return VfioFunction.this.read(index, offset, width);
        }

        @Override
        public void write(long offset, int width, long value) {
            VfioFunction.this.write(index, offset, width, value);
        }
    }
}
