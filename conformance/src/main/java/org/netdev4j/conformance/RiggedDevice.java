package org.netdev4j.conformance;

import org.netdev4j.api.NetDev;
import org.netdev4j.platform.wire.WirePort;

/** A device under test with the far end of its wire. One thread at a time, but for the device itself. */
public interface RiggedDevice extends AutoCloseable {
    /** The device, just opened. */
    NetDev device();

    /**
     * The far end: what is sent here the device receives, and what the device sends is received here. Room for 2 MiB of
     * frames each way at least, so that a case may send some hundred frames before anybody looks.
     */
    WirePort farEnd();

    /** Injects a fault of a kind that the rig offers. */
    void inject(Fault fault);

    /**
     * Injects a fault of the device's model by its own name.
     *
     * @param name  one of {@link ConformanceRig#namedFaults}
     * @param place queue, command or the like, -1 for any
     * @param skip  how many occasions pass before
     * @param count how many times; 0 for always
     * @param value what goes with it; 0 for the model's standard
     */
    default void inject(String name, int place, int skip, int count, long value) {
        throw new UnsupportedOperationException("there is no fault \"" + name + "\"");
    }

    /** Takes back faults that have not happened yet, or that happen for ever; what has broken stays broken. */
    default void clearFaults() {
    }

    /** Register accesses that the driver made since power on; -1 if nobody counts. */
    default int accesses() {
        return -1;
    }

    /** What the device has seen last, a few lines for people, to be shown when a case fails; empty if it keeps no log. */
    default String trace() {
        return "";
    }

    /**
     * Returns when what the device has put on its wire can be received at the far end, and what was sent there can be received
     * by the device. Needed only where there is a way between them that takes time.
     */
    default void settle() {
    }

    /** True if the device's clock is the one of this machine; one of another machine goes right, but is ahead or behind. */
    default boolean sharesClock() {
        return true;
    }

    /** Called again and again while a case waits for the device: lets a device that is stepped do some work. */
    default void idle() {
    }

    /** Closes the device and the far end. Idempotent. */
    @Override
    void close();
}
