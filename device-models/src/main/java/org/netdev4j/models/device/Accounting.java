package org.netdev4j.models.device;

/** Counts what crosses the bus: the exact PCIe cost of a driver, which hardware hides. */
public interface Accounting {
    /** A register access. Any thread. */
    void mmio(int bar, boolean write, int width);

    /** A DMA transaction. For the device's thread. */
    void dma(DeviceDma.Kind kind, boolean write, int bytes);

    /** An interrupt message that was sent. Any thread. */
    void interrupt(int vector);
}
