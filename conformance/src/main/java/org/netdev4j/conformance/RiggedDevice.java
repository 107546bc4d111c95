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

    /** Called again and again while a case waits for the device: lets a device that is stepped do some work. */
    default void idle() {
    }

    /** Closes the device and the far end. Idempotent. */
    @Override
    void close();
}
