package org.netdev4j.models.sim;

import java.util.Optional;
import org.netdev4j.models.device.BusTally;
import org.netdev4j.models.device.DeviceModel;
import org.netdev4j.models.device.Faults;
import org.netdev4j.models.device.TextTrace;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.wire.WirePort;

/**
 * The other side of a simulated device: what a driver never sees, for tests, rigs and tools. Found by {@link
 * SimDevices}; the device that {@link SimBus} attaches is one as well. Any thread, unless platform time is virtual.
 */
public interface SimDevice {
    /** Name in this process, as {@code sim:ena#0}, or what {@code name=} says. */
    String name();

    /** Where the driver found it. */
    DeviceAddress address();

    /** What it is plugged into. */
    Platform platform();

    /** What its choices are made by. */
    long seed();

    /** The device itself. Its state is for its own thread: see {@link #exclusively}. */
    DeviceModel model();

    /** What has crossed the bus since it was plugged in. */
    BusTally tally();

    /** What was said. Off unless the address has {@code trace=}. */
    TextTrace trace();

    /** What goes wrong on purpose: injected here, at any time. */
    Faults faults();

    /** What it reaches of memory. */
    SimIommu iommu();

    /** What its port is plugged into, to ask for names and counters; frames are the device's. */
    WirePort wire();

    /** Does work while the device's thread is kept out of the model, and waits for it. Interrupts no turn. */
    void exclusively(Runnable work);

    /**
     * Pulls it out, without a word to the driver: from now on it reads as all ones, takes no writes, moves no memory
     * and sends no interrupt; its thread has left the model when this returns. Idempotent.
     */
    void remove();

    /**
     * From now on its configuration space answers also when the device is pulled out. For a client that outlives the device,
     * as QEMU does: the guest's kernel would wait for minutes for a function whose configuration space reads as all ones, and
     * could not take another that is put in its place.
     */
    void keepConfigurationSpace();

    /** True once it was pulled out, or its model failed. */
    boolean isRemoved();

    /** What the model threw, which it must not: the device counts as pulled out since. */
    Optional<Throwable> failure();
}
