package org.netdev4j.platform.pci;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.netdev4j.platform.bus.DeviceIdentity;

/**
 * What sysfs says of a PCI function, at the moment it was asked.
 *
 * @param location     where it is
 * @param identity     what it is
 * @param driver       the kernel driver that it is bound to
 * @param iommuGroup   number of its IOMMU group; empty where no IOMMU is on
 * @param groupDevices the other functions of that group, which an IOMMU cannot tell from this one
 * @param groupType    what the IOMMU does for the group: {@code DMA}, {@code DMA-FQ} and {@code identity} are Linux's words
 * @param numaNode     node of its memory controller, or -1
 * @param bars         its BARs, in order; not those that are absent
 * @param interfaces   names of its network interfaces
 * @param directory    its directory in sysfs
 */
public record PciDevice(PciLocation location, DeviceIdentity.Pci identity, Optional<String> driver, OptionalInt iommuGroup,
                        List<PciLocation> groupDevices, Optional<String> groupType, int numaNode, List<Bar> bars,
                        List<String> interfaces, Path directory) {
    private static final int CLASS_NETWORK = 0x02;

    /**
     * A BAR as the kernel has placed it.
     *
     * @param index        0 to 5
     * @param address      on the CPU's bus
     * @param size         bytes
     * @param prefetchable true if reads have no side effects and writes may be merged
     * @param io           true for ports of x86, which are not memory
     */
    public record Bar(int index, long address, long size, boolean prefetchable, boolean io) {
    }

    /** True for a controller of class "network". */
    public boolean isNetwork() {
        return identity.classCode() >>> 16 == CLASS_NETWORK;
    }

    /** The BAR of an index, if the function has it. */
    public Optional<Bar> bar(int index) {
        return bars.stream().filter(bar -> bar.index() == index).findFirst();
    }

    /** True if it is bound to this driver. */
    public boolean isBoundTo(String name) {
        return driver.isPresent() && driver.get().equals(name);
    }
}
