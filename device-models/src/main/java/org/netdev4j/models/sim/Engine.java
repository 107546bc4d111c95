package org.netdev4j.models.sim;

import org.netdev4j.platform.WaitEvent;

/** What gives a device its turns. */
interface Engine extends AutoCloseable {
    /** What is driven. For the device's thread. */
    interface Turns {
        /** True if something was done. Throws nothing. */
        boolean step();

        /** As {@link org.netdev4j.models.device.DeviceModel#nextDueNanos()}. */
        long nextDueNanos();
    }

    /** Begins. Called once. */
    void start(Turns turns);

    /** Sees to a turn soon. Any thread, never waits. */
    void wake();

    /** To be signalled when there may be work; as {@link #wake}. */
    WaitEvent event();

    /** Does work while the device has no turn; on the device's own thread it is done at once. */
    void exclusively(Runnable work);

    /** Gives no more turns; none is under way when it returns, unless this is called from within one. Idempotent. */
    @Override
    void close();
}
