package org.netdev4j.platform.pci;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.netdev4j.platform.LinuxException;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.linux.LinuxMemory;
import org.netdev4j.platform.memory.Memory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The prefetchable BARs of a function, mapped so that the CPU merges stores: through sysfs, since VFIO maps uncached only.
 *
 * <p>They must be mapped before VFIO opens the function: it claims the BARs, and kernels with IO_STRICT_DEVMEM map nothing
 * through sysfs that a driver has claimed. [LINUX-PCI pci-sysfs.c; LINUX-VFIO pci/vfio_pci_core.c]
 */
final class CombinedBars implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CombinedBars.class);

    private final Map<Integer, Memory> bars = new HashMap<>();

    private CombinedBars() {
    }

    /** Maps those that can be; what cannot, for lack of rights, or of such a file, is left to VFIO. */
    static CombinedBars of(PciDevice device) {
        CombinedBars mapped = new CombinedBars();
        for (PciDevice.Bar bar : device.bars()) {
            if (bar.prefetchable() && !bar.io()) {
                mapped.map(device, bar);
            }
        }
        return mapped;
    }

    private void map(PciDevice device, PciDevice.Bar bar) {
        Path file = device.directory().resolve("resource" + bar.index() + "_wc");
        try {
            int fd = LinuxFiles.open(file.toString(), LinuxFiles.O_RDWR);
            try {
                long address = LinuxMemory.mapShared(fd, bar.size(), 0);
                bars.put(bar.index(), Memory.ofMapping("pci:" + device.location() + " BAR" + bar.index(), address, bar.size(),
                    () -> LinuxMemory.unmap(address, bar.size())));
            } finally {
                LinuxFiles.close(fd);
            }
        } catch (LinuxException e) {
            LOG.info("pci:{} BAR{} is not write-combined: {}; every store to it crosses the bus alone", device.location(),
                bar.index(), e.getMessage());
        } catch (PlatformException e) {
            close();
            throw e;
        }
    }

    /** A BAR, if it is mapped so. */
    Optional<Memory> bar(int index) {
        return Optional.ofNullable(bars.get(index));
    }

    @Override
    public void close() {
        bars.values().forEach(Memory::close);
        bars.clear();
    }
}
