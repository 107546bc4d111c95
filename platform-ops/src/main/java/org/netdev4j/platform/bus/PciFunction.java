package org.netdev4j.platform.bus;

import java.util.Optional;
import org.netdev4j.platform.memory.DmaDomain;
import org.netdev4j.platform.mmio.Mmio;

/**
 * A PCI function: the one border between a driver and its device, be it hardware behind VFIO, a device in another process, or
 * a model in this one.
 *
 * <p>Configuration and mapping belong to the control path and to one thread at a time. A function that is gone reads as all
 * ones and ignores writes; no call throws for it.
 */
public interface PciFunction extends BusDevice {
    /** Offset of the command register in configuration space, 16 bits. [PCI 6.2.2] */
    int COMMAND = 0x04;
    /** In {@link #COMMAND}: the function answers at its memory BARs. */
    int COMMAND_MEMORY = 1 << 1;
    /** In {@link #COMMAND}: the function may read and write memory. */
    int COMMAND_BUS_MASTER = 1 << 2;

    /** Reads configuration space: {@code width} 1, 2 or 4 at an aligned {@code offset} below 256 (4096 if extended). */
    int readConfig(int offset, int width);

    /** Writes configuration space. */
    void writeConfig(int offset, int width, int value);

    /**
     * Maps a BAR.
     *
     * @param index   0 to 5
     * @param mapping how the CPU may treat it
     * @return its registers, or empty if the function has no memory BAR there; valid until {@link #close()}
     */
    Optional<Mmio> mapBar(int index, BarMapping mapping);

    /** How a BAR is mapped. */
    enum BarMapping {
        /** Every access in order, one by one. */
        UNCACHED,
        /** Stores may be merged into lines; falls back to {@link #UNCACHED} where the system offers no such mapping. */
        WRITE_COMBINED
    }

    /** True if {@link #mapBar} with {@link BarMapping#WRITE_COMBINED} really gives that for this BAR. */
    boolean writeCombines(int index);

    /** Lets the function read and write memory, or stops it. */
    default void setBusMaster(boolean enabled) {
        int command = readConfig(COMMAND, Short.BYTES);
        writeConfig(COMMAND, Short.BYTES, enabled ? command | COMMAND_BUS_MASTER : command & ~COMMAND_BUS_MASTER);
    }

    /** The function's interrupts. */
    Interrupts interrupts();

    /** The address space it sees. */
    DmaDomain dmaDomain();

    /** Resets the function, as FLR does. False if the function has no such reset. */
    boolean resetFunction();
}
