package org.netdev4j.platform.pci;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.netdev4j.platform.LinuxException;
import org.netdev4j.platform.linux.Errno;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.linux.LinuxMemory;
import org.netdev4j.platform.memory.Memory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A prefetchable BAR mapped so that the CPU merges stores. VFIO maps uncached only, so this goes through sysfs.
 *
 * <p>A kernel with IO_STRICT_DEVMEM maps nothing there that a driver has claimed, and takes back what was mapped before.
 * vfio-pci claims a BAR at its first use, in newer kernels all when it opens the function. So this is tried when the function
 * is open, and before VFIO is asked for the BAR; a mapping that is had then stays. [LINUX-PCI pci-sysfs.c; LINUX-VFIO
 * pci/vfio_pci_core.c; Linux kernel/resource.c]
 */
final class CombinedBar {
    private static final Logger LOG = LoggerFactory.getLogger(CombinedBar.class);

    private CombinedBar() {
    }

    /** Maps a BAR of a function, if the system lets it; the caller closes it. */
    static Optional<Memory> map(PciDevice device, int index) {
        Path file = device.directory().resolve("resource" + index + "_wc");
        Optional<PciDevice.Bar> bar = device.bar(index).filter(each -> each.prefetchable() && !each.io());
        if (bar.isEmpty() || !Files.exists(file)) {
            return Optional.empty();
        }
        String name = "pci:" + device.location() + " BAR" + index;
        long size = bar.get().size();
        try {
            int fd = LinuxFiles.open(file.toString(), LinuxFiles.O_RDWR);
            try {
                long address = LinuxMemory.mapShared(fd, size, 0);
                return Optional.of(Memory.ofMapping(name, address, size, () -> LinuxMemory.unmap(address, size)));
            } finally {
                LinuxFiles.close(fd);
            }
        } catch (LinuxException e) {
            LOG.info("{} is not write-combined, each store to it crosses the bus alone: {}: {}", name, file, switch (e.errno()) {
                case Errno.EINVAL -> "the kernel (IO_STRICT_DEVMEM) does not map what vfio-pci has claimed; with iomem=relaxed"
                    + " on its command line it does";
                case Errno.EACCES, Errno.EPERM -> "no right; root has it, unless the kernel is locked down";
                default -> e.getMessage();
            });
            return Optional.empty();
        }
    }
}
