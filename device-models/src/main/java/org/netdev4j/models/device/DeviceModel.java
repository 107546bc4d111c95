package org.netdev4j.models.device;

import org.netdev4j.platform.Clock;

/**
 * A device, seen from the PCI bus. It knows its {@link DeviceHost} and nothing of the driver.
 *
 * <p><b>Threads.</b> {@link #step()} and {@link #reset()} are the device's own thread, one at a time, given by the
 * host. {@link #readBar} and {@link #writeBar} come from any thread, several at once, also while the device's thread
 * runs: what they change is published to it, and {@link DeviceHost#wake()} is called if there is work. A register that
 * has to answer at once answers there.
 */
public interface DeviceModel extends AutoCloseable {
    /** Name for messages and traces, as {@code ena}. */
    String name();

    /** What configuration space says and how large the BARs are. Constant. */
    PciProfile pci();

    /** Plugs it in: the first call, made once. The device powers up; it may use the host from now on. */
    void attach(DeviceHost host);

    /**
     * A register read.
     *
     * @param bar    index of a BAR of {@link #pci()}
     * @param offset inside it, a multiple of the width
     * @param width  1, 2, 4 or 8 bytes
     * @return the value; what lies at no register reads as the device does, and never throws
     */
    long readBar(int bar, long offset, int width);

    /** A register write; as {@link #readBar}. */
    void writeBar(int bar, long offset, int width, long value);

    /**
     * Does work: takes what doorbells announced, what the wire brought and what is due by the clock, a bounded amount of it.
     *
     * @return true if something was done, so that it should be called again at once
     */
    boolean step();

    /**
     * When, on {@link DeviceHost#clock()}, {@link #step()} has work even if nobody wakes it; {@link Long#MAX_VALUE} for
     * never.
     */
    long nextDueNanos();

    /** Resets the function, as PCI's FLR does: afterwards it is as after {@link #attach}. */
    void reset();

    /** Unplugs it. It uses the host no more. Idempotent, and does nothing to a model that was never plugged in. */
    @Override
    void close();

    /** The time of a deadline that never comes. */
    long NEVER = Long.MAX_VALUE;

    /** True if a time of {@link #nextDueNanos()} has come. */
    static boolean due(Clock clock, long nanos) {
        return nanos != NEVER && clock.nanoTime() - nanos >= 0;
    }
}
