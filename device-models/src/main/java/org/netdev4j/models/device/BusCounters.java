package org.netdev4j.models.device;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts exactly what crosses the bus. DMA is counted by one thread at a time, the device's; all else by any. A
 * snapshot may be taken meanwhile by any, and may have one count of a transaction and not yet another.
 */
public final class BusCounters implements Accounting {
    private final AtomicLongArray cells = new AtomicLongArray(BusTally.FIXED);
    private final AtomicLongArray vectors;

    /**
     * Counters at zero.
     *
     * @param vectors how many interrupts the device has
     */
    public BusCounters(int vectors) {
        this.vectors = new AtomicLongArray(vectors);
    }

    @Override
    public void mmio(int bar, boolean write, int width) {
        cells.getAndIncrement(BusTally.mmioCell(bar, write, width));
    }

    /** A line of a write-combined mapping was begun: merged, its stores cross the bus as one. */
    public void combinedLine() {
        cells.getAndIncrement(BusTally.COMBINED_LINES);
    }

    /** An access to configuration space. */
    public void config(boolean write) {
        cells.getAndIncrement(write ? BusTally.CONFIG_WRITES : BusTally.CONFIG_READS);
    }

    @Override
    public void dma(DeviceDma.Kind kind, boolean write, int bytes) {
        int cell = BusTally.dmaCell(kind, write);
        // One writer: half the cost of a small transaction would be atomic additions.
        cells.setOpaque(cell, cells.getPlain(cell) + 1);
        cells.setOpaque(cell + 1, cells.getPlain(cell + 1) + bytes);
    }

    /** A DMA transaction that reached no memory. */
    public void dmaFault() {
        cells.getAndIncrement(BusTally.DMA_FAULTS);
    }

    @Override
    public void interrupt(int vector) {
        vectors.getAndIncrement(vector);
    }

    /** An interrupt that nobody had enabled. */
    public void interruptDropped() {
        cells.getAndIncrement(BusTally.INTERRUPTS_DROPPED);
    }

    /** What was counted so far. */
    public BusTally snapshot() {
        long[] fixed = new long[cells.length()];
        for (int i = 0; i < fixed.length; i++) {
            fixed[i] = cells.get(i);
        }
        long[] perVector = new long[vectors.length()];
        for (int i = 0; i < perVector.length; i++) {
            perVector[i] = vectors.get(i);
        }
        return new BusTally(fixed, perVector);
    }
}
