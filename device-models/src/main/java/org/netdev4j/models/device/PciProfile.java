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
    private static final int PAGE = 4096;
    private static final int ENTRY = 16;
    private static final int BARS = 6;
    private static final int MOST_VECTORS = 2048;

    /**
     * Checks that it can be.
     *
     * @throws IllegalArgumentException naming what is wrong
     */
    public PciProfile {
        bars = List.copyOf(bars);
        if (vectors < 1 || vectors > MOST_VECTORS) {
            throw new IllegalArgumentException(description + ": a function has 1 to " + MOST_VECTORS + " MSI-X vectors: "
                + vectors);
        }
        if (msixOffset < 0 || msixOffset % PAGE != 0) {
            throw new IllegalArgumentException(description + ": the MSI-X table begins at a multiple of " + PAGE + ": "
                + msixOffset);
        }
        int taken = 0;
        long room = 0;
        for (Bar bar : bars) {
            int mask = (bar.is64Bit ? 3 : 1) << bar.index;
            if ((taken & mask) != 0 || mask >>> BARS != 0) {
                throw new IllegalArgumentException(description + ": BAR " + bar.index
                    + " overlaps another or the end of the header");
            }
            taken |= mask;
            room = bar.index == msixBar ? bar.size : room;
        }
        if (pendingOffset(msixOffset, vectors) + PAGE > room) {
            throw new IllegalArgumentException(description + ": MSI-X table and pending bits do not fit into BAR "
                + msixBar + " of "
                + room + " bytes");
        }
    }

    /** Where in its BAR the pending bits are. */
    public long pendingOffset() {
        return pendingOffset(msixOffset, vectors);
    }

    private static long pendingOffset(long table, int vectors) {
        return table + (long) vectors * ENTRY + PAGE - 1 & -PAGE;
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
        /**
         * Checks that it can be.
         *
         * @throws IllegalArgumentException naming what is wrong
         */
        public Bar {
            if (index < 0 || index >= BARS || Long.bitCount(size) != 1 || size < PAGE) {
                throw new IllegalArgumentException("BAR " + index + " of " + size
                    + " bytes: there are BARs 0 to 5, of a power of two"
                    + " bytes of at least " + PAGE);
            }
        }
    }
}
