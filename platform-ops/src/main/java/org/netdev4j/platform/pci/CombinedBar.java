package org.netdev4j.platform.pci;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.netdev4j.platform.LinuxException;
import org.netdev4j.platform.linux.Errno;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.linux.LinuxMemory;
import org.netdev4j.platform.memory.Memory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A prefetchable BAR mapped so that the CPU merges stores. VFIO asks for uncached mappings only, so this goes through sysfs.
 *
 * <p>A kernel with IO_STRICT_DEVMEM maps nothing there that a driver has claimed, and takes back what was mapped before; and
 * vfio-pci claims a BAR at its first use, in newer kernels all when it opens the function, and maps it uncached for itself. On
 * x86 all mappings of a page have one memory type, that of the first: so one is made, and held, before VFIO opens the
 * function. Nobody uses it, and the kernel empties it, but its type stays and is what VFIO's own mapping then gets.
 * [LINUX-PCI pci-sysfs.c; LINUX-VFIO pci/vfio_pci_core.c; Linux kernel/resource.c, arch/x86/mm/pat/memtype.c]
 */
final class CombinedBar {
    private static final Logger LOG = LoggerFactory.getLogger(CombinedBar.class);

    private static final int AMAZON = 0x1d0f;
    private static final int ENA_PACKETS = 2;

    private CombinedBar() {
    }

    /**
     * Settles, before VFIO opens a function, that a BAR is write-combined, where that works. Only for BARs that are known to
     * hold packets [AMZN kernel/linux/ena/ena_netdev.h, ENA_MEM_BAR]: in registers, which may lie in prefetchable BARs as well,
     * stores must not be merged.
     *
     * @return what is to be held as long as the function is open, by index of the BAR; the caller closes it
     */
    static Map<Integer, Memory> settle(PciDevice device) {
        boolean packets = device.identity().vendor() == AMAZON && device.isNetwork();
        return packets && typesArePages() ? map(device, ENA_PACKETS).map(held -> Map.of(ENA_PACKETS, held)).orElse(Map.of()) : Map.of();
    }

    /** True where the kernel keeps one memory type for each page, whoever maps it. */
    static boolean typesArePages() {
        return System.getProperty("os.arch").equals("amd64");
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
