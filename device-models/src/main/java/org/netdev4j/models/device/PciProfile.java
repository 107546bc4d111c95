package org.netdev4j.models.device;

import java.util.List;
import org.netdev4j.platform.bus.DeviceIdentity;

/**
 * What the configuration space of a function says.
 *
 * @param identity    ids, class and revision
 * @param description one line for people
 * @param bars        memory BARs
 * @param vectors     MSI-X vectors, 1 to 2048
 * @param msixBar     index of the BAR that holds the MSI-X table and pending bits; the host serves them there, at
 *                    {@code msixOffset} and behind it
 * @param msixOffset  of the table in that BAR, a multiple of 4096; the pending bits lie in the page after the table
 */
public record PciProfile(DeviceIdentity.Pci identity, String description, List<Bar> bars, int vectors, int msixBar,
                         long msixOffset) {
    public PciProfile {
        bars = List.copyOf(bars);
    }

    /**
     * A memory BAR.
     *
     * @param index        0 to 5; a 64-bit one takes the next as well
     * @param size         bytes, a power of two of at least 4096
     * @param is64Bit      true for a 64-bit BAR
     * @param prefetchable true if reads have no side effects and writes may be merged
     */
    public record Bar(int index, long size, boolean is64Bit, boolean prefetchable) {
    }
}
