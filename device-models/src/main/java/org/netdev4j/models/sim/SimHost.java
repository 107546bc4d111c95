package org.netdev4j.models.sim;

import org.netdev4j.models.device.Accounting;
import org.netdev4j.models.device.DeviceDma;
import org.netdev4j.models.device.DeviceHost;
import org.netdev4j.models.device.FaultPlan;
import org.netdev4j.models.device.Trace;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.RandomSource;
import org.netdev4j.platform.wire.WirePort;

/** What a model sees of its function. */
record SimHost(DeviceDma dma, MsixTable msix, Engine engine, Clock clock, RandomSource random, WirePort wire,
               Accounting accounting, Trace trace, FaultPlan faults) implements DeviceHost {
    @Override
    public void interrupt(int vector) {
        msix.interrupt(vector);
    }

    @Override
    public void wake() {
        engine.wake();
    }
}
