package org.netdev4j.models.device;

import org.netdev4j.platform.Clock;
import org.netdev4j.platform.RandomSource;
import org.netdev4j.platform.wire.WirePort;

/** What a model is plugged into. */
public interface DeviceHost {
    /** The memory of the other side, by IOVA. For the device's thread. */
    DeviceDma dma();

    /**
     * Sends an MSI-X message. Masked vectors become pending; vectors that are not enabled are dropped, and counted. Any
     * thread.
     */
    void interrupt(int vector);

    /** Sees to it that {@link DeviceModel#step()} is called soon. Any thread, never waits. */
    void wake();

    /** The device's time. */
    Clock clock();

    /** The device's random numbers: the same for the same seed. For the device's thread. */
    RandomSource random();

    /** The wire of the device's port. For the device's thread; the host has registered for its arrivals, and closes it. */
    WirePort wire();

    /** What counts accesses. */
    Accounting accounting();

    /** What writes them down. */
    Trace trace();

    /** What goes wrong on purpose. */
    FaultPlan faults();
}
