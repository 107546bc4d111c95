package org.netdev4j.models.sim;

import java.util.Locale;
import org.netdev4j.models.device.BusCounters;
import org.netdev4j.models.device.DeviceModel;
import org.netdev4j.models.device.FaultPlan;
import org.netdev4j.models.device.Trace;
import org.netdev4j.platform.mmio.MmioHandler;

/** The way from a mapped BAR to the model: counted, written down, spoiled on request; the MSI-X table is served here. */
final class BarWindow implements MmioHandler {
    private static final long ALL_ONES = -1L;
    private static final int LINE = 64;

    private final SimFunction function;
    private final FunctionState state;
    private final DeviceModel model;
    private final MsixTable msix;
    private final BusCounters counters;
    private final FaultPlan faults;
    private final Trace trace;
    private final boolean traced;
    private final boolean combined;
    private final int bar;
    // Where in this BAR the MSI-X table and pending bits are; beyond all offsets if in another.
    private final long table;
    private final long pending;

    BarWindow(SimFunction function, int bar, boolean combined, boolean traced) {
        this.function = function;
        this.state = function.state();
        this.model = function.model();
        this.msix = function.msix();
        this.counters = function.counters();
        this.faults = function.faults();
        this.trace = function.trace();
        this.traced = traced;
        this.combined = combined;
        this.bar = bar;
        boolean here = model.pci().msixBar() == bar;
        this.table = here ? model.pci().msixOffset() : Long.MAX_VALUE;
        this.pending = here ? model.pci().pendingOffset() : Long.MAX_VALUE;
    }

    @Override
    public long read(long offset, int width) {
        counters.mmio(bar, false, width);
        if (!reached() || faults.happens(BusFaults.REGISTER_READS_ONES, bar)) {
            return ALL_ONES;
        }
        long value;
        if (offset >= table && offset < table + msix.size()) {
            value = msix.read(offset - table, width);
        } else if (offset >= pending && offset < pending + msix.pendingSize()) {
            value = msix.readPending(offset - pending, width);
        } else {
            value = readModel(offset, width);
        }
        if (traced && trace.enabled()) {
            trace.line(line("R", offset, width, value));
        }
        return value;
    }

    private long readModel(long offset, int width) {
        try {
            return model.readBar(bar, offset, width);
        } catch (RuntimeException | Error e) {
            function.failed(e);
            return ALL_ONES;
        }
    }

    @Override
    public void write(long offset, int width, long value) {
        counters.mmio(bar, true, width);
        if (combined && offset % LINE == 0) {
            counters.combinedLine();
        }
        if (!reached() || faults.happens(BusFaults.REGISTER_WRITE_LOST, bar)) {
            return;
        }
        if (traced && trace.enabled()) {
            trace.line(line("W", offset, width, value));
        }
        if (offset >= table && offset < table + msix.size()) {
            msix.write(offset - table, width, value);
        } else if (offset < pending || offset >= pending + msix.pendingSize()) {
            writeModel(offset, width, value);
        }
    }

    private void writeModel(long offset, int width, long value) {
        try {
            model.writeBar(bar, offset, width, value);
        } catch (RuntimeException | Error e) {
            function.failed(e);
        }
    }

    private boolean reached() {
        if (faults.happens(BusFaults.SURPRISE_REMOVAL, BusFaults.AT_REGISTER)) {
            function.remove();
        }
        return state.answers();
    }

    private String line(String what, long offset, int width, long value) {
        long shown = width == Long.BYTES ? value : value & (1L << width * Byte.SIZE) - 1;
        return String.format(Locale.ROOT, "%s BAR%d 0x%04x/%d 0x%0" + 2 * width + "x", what, bar, offset, width, shown);
    }
}
