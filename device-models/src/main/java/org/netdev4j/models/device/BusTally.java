package org.netdev4j.models.device;

import java.util.Arrays;
import java.util.Locale;
import org.netdev4j.models.device.DeviceDma.Kind;

/** What had crossed the bus at an instant, or {@linkplain #since between two}: a device's exact PCIe cost. Immutable. */
public final class BusTally {
    private static final int BARS = 6;
    private static final int WIDTHS = 4;
    private static final int MMIO = 0;
    private static final int DMA = MMIO + BARS * 2 * WIDTHS;

    static final int CONFIG_READS = DMA + Kind.values().length * 4;
    static final int CONFIG_WRITES = CONFIG_READS + 1;
    static final int COMBINED_LINES = CONFIG_WRITES + 1;
    static final int DMA_FAULTS = COMBINED_LINES + 1;
    static final int INTERRUPTS_DROPPED = DMA_FAULTS + 1;
    /** Cells besides those of vectors. */
    static final int FIXED = INTERRUPTS_DROPPED + 1;

    private final long[] cells;
    private final long[] vectors;

    BusTally(long[] cells, long[] vectors) {
        this.cells = cells;
        this.vectors = vectors;
    }

    static int mmioCell(int bar, boolean write, int width) {
        return MMIO + (bar * 2 + (write ? 1 : 0)) * WIDTHS + Integer.numberOfTrailingZeros(width);
    }

    /** Of the transactions; their bytes are in the next. */
    static int dmaCell(Kind kind, boolean write) {
        return DMA + (kind.ordinal() * 2 + (write ? 1 : 0)) * 2;
    }

    /** Register accesses of one width to one BAR. */
    public long mmio(int bar, boolean write, int width) {
        return cells[mmioCell(bar, write, width)];
    }

    /** Register reads. */
    public long mmioReads() {
        return mmioAll(false);
    }

    /** Register writes, those to write-combined mappings store by store. */
    public long mmioWrites() {
        return mmioAll(true);
    }

    private long mmioAll(boolean write) {
        long sum = 0;
        for (int bar = 0; bar < BARS; bar++) {
            for (int width = 1; width <= 8; width *= 2) {
                sum += mmio(bar, write, width);
            }
        }
        return sum;
    }

    /** Lines of 64 bytes begun in write-combined mappings. */
    public long combinedLines() {
        return cells[COMBINED_LINES];
    }

    /** Reads of configuration space. */
    public long configReads() {
        return cells[CONFIG_READS];
    }

    /** Writes to configuration space. */
    public long configWrites() {
        return cells[CONFIG_WRITES];
    }

    /** DMA reads of a kind. */
    public long dmaReads(Kind kind) {
        return cells[dmaCell(kind, false)];
    }

    /** DMA writes of a kind. */
    public long dmaWrites(Kind kind) {
        return cells[dmaCell(kind, true)];
    }

    /** Bytes that DMA reads of a kind moved. */
    public long dmaReadBytes(Kind kind) {
        return cells[dmaCell(kind, false) + 1];
    }

    /** Bytes that DMA writes of a kind moved. */
    public long dmaWriteBytes(Kind kind) {
        return cells[dmaCell(kind, true) + 1];
    }

    /** DMA transactions that reached no memory. */
    public long dmaFaults() {
        return cells[DMA_FAULTS];
    }

    /** Interrupts sent by a vector. */
    public long interrupts(int vector) {
        return vectors[vector];
    }

    /** Interrupts sent. */
    public long interrupts() {
        return Arrays.stream(vectors).sum();
    }

    /** Interrupts that nobody had enabled. */
    public long interruptsDropped() {
        return cells[INTERRUPTS_DROPPED];
    }

    /** What crossed between an earlier snapshot of the same device and this. */
    public BusTally since(BusTally earlier) {
        return new BusTally(difference(cells, earlier.cells), difference(vectors, earlier.vectors));
    }

    private static long[] difference(long[] now, long[] before) {
        long[] out = now.clone();
        Arrays.setAll(out, i -> now[i] - before[i]);
        return out;
    }

    /** Text for people: what a packet cost, if so many crossed. */
    public String perPacket(long packets) {
        if (packets <= 0) {
            throw new IllegalArgumentException("cost per packet of no packets: packets=" + packets);
        }
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "per packet, over %d packets:%n", packets));
        row(text, "MMIO reads", mmioReads(), packets, -1);
        row(text, "MMIO writes", mmioWrites(), packets, -1);
        if (combinedLines() > 0) {
            row(text, "MMIO lines combined", combinedLines(), packets, -1);
        }
        for (Kind kind : Kind.values()) {
            String name = kind.name().toLowerCase(Locale.ROOT);
            row(text, "DMA reads, " + name, dmaReads(kind), packets, dmaReadBytes(kind));
            row(text, "DMA writes, " + name, dmaWrites(kind), packets, dmaWriteBytes(kind));
        }
        row(text, "interrupts", interrupts(), packets, -1);
        return text.toString();
    }

    private static void row(StringBuilder text, String what, long count, long packets, long bytes) {
        text.append(String.format(Locale.ROOT, "  %-24s %10.3f", what, (double) count / packets));
        if (bytes >= 0) {
            text.append(String.format(Locale.ROOT, " %10.1f bytes", (double) bytes / packets));
        }
        text.append(String.format("%n"));
    }

    @Override
    public String toString() {
        return "MMIO " + mmioReads() + " reads, " + mmioWrites() + " writes; DMA " + sum(false, 0) + " reads of "
            + sum(false, 1)
            + " bytes, " + sum(true, 0) + " writes of " + sum(true, 1) + " bytes, " + dmaFaults() + " faults; "
            + interrupts() + " interrupts, " + interruptsDropped() + " dropped";
    }

    private long sum(boolean write, int part) {
        return Arrays.stream(Kind.values()).mapToLong(kind -> cells[dmaCell(kind, write) + part]).sum();
    }
}
