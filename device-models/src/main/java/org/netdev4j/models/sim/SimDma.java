package org.netdev4j.models.sim;

import org.netdev4j.models.device.BusCounters;
import org.netdev4j.models.device.DeviceDma;
import org.netdev4j.models.device.FaultPlan;
import org.netdev4j.platform.memory.Memory;

/** A function's DMA: allowed by bus mastering, translated by its IOMMU, counted. */
final class SimDma implements DeviceDma {
    private final String device;
    private final FunctionState state;
    private final SimIommu iommu;
    private final FaultPlan faults;
    private final BusCounters counters;

    SimDma(String device, FunctionState state, SimIommu iommu, FaultPlan faults, BusCounters counters) {
        this.device = device;
        this.state = state;
        this.iommu = iommu;
        this.faults = faults;
        this.counters = counters;
    }

    @Override
    public boolean read(Kind kind, long iova, Memory to, long at, int length) {
        requireLength(length);
        if (length == 0) {
            return true;
        }
        return allowed(kind, iova, length, false) && counted(iommu.read(kind, iova, to, at, length), kind, false, length);
    }

    @Override
    public boolean write(Kind kind, long iova, Memory from, long at, int length) {
        requireLength(length);
        return length == 0 || write(kind, iova, from, at, length, SimIommu.NO_FLAG);
    }

    @Override
    public boolean writeEntry(Kind kind, long iova, Memory from, long at, int length, int flagOffset) {
        if (length < Integer.BYTES || (length | flagOffset) % Integer.BYTES != 0 || flagOffset < 0
            || flagOffset > length - Integer.BYTES) {
            throw new IllegalArgumentException(device + ": an entry of " + length + " bytes has no flag word at "
                + flagOffset);
        }
        return write(kind, iova, from, at, length, flagOffset);
    }

    private boolean write(Kind kind, long iova, Memory from, long at, int length, int flagOffset) {
        if (!allowed(kind, iova, length, true)) {
            return false;
        }
        if (faults.happens(BusFaults.DMA_WRITE_LOST, kind.ordinal())) {
            counters.dma(kind, true, length);
            return true;
        }
        return counted(iommu.write(kind, iova, from, at, length, flagOffset), kind, true, length);
    }

    private void requireLength(int length) {
        if (length < 0) {
            throw new IllegalArgumentException(device + ": DMA of " + length + " bytes");
        }
    }

    private boolean allowed(Kind kind, long iova, int length, boolean write) {
        if (state.isRemoved()) {
            return false;
        }
        String why;
        if (!state.isBusMaster()) {
            why = "bus mastering is off: the driver has not allowed this function to do DMA";
        } else if (faults.happens(write ? BusFaults.DMA_WRITE_FAULT : BusFaults.DMA_READ_FAULT, kind.ordinal())) {
            why = "injected fault";
        } else {
            return true;
        }
        counters.dmaFault();
        iommu.fault(new DmaFault(device, write, kind, iova, length, why));
        return false;
    }

    private boolean counted(boolean done, Kind kind, boolean write, int length) {
        if (done) {
            counters.dma(kind, write, length);
        } else {
            counters.dmaFault();
        }
        return done;
    }
}
