package org.netdev4j.models.ena.io;

import org.netdev4j.models.device.DeviceDma;
import org.netdev4j.models.device.DeviceHost;
import org.netdev4j.models.device.FaultPlan;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.RandomSource;

/** What all parts of the data side share. */
final class IoContext {
    final DeviceHost host;
    final DeviceDma dma;
    final Clock clock;
    final RandomSource random;
    final FaultPlan faults;
    final EnaSettings settings;
    final IoCounters counters = new IoCounters();
    final IoForms forms;
    EnaIo.Trouble trouble = (what, transmit, index) -> { };

    IoContext(DeviceHost host, EnaSettings settings) {
        this.host = host;
        this.dma = host.dma();
        this.clock = host.clock();
        this.random = host.random();
        this.faults = host.faults();
        this.settings = settings;
        this.forms = new IoForms(host.trace());
    }

    /** True if a time that was taken from the clock has come. */
    boolean isPast(long nanos) {
        return clock.nanoTime() - nanos >= 0;
    }

    /** A time from now, never {@link org.netdev4j.models.device.DeviceModel#NEVER}. */
    long after(long nanos) {
        long time = clock.nanoTime() + nanos;
        return time == Long.MAX_VALUE ? time - 1 : time;
    }
}
