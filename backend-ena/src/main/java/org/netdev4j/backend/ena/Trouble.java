package org.netdev4j.backend.ena;

import org.netdev4j.backend.ena.spec.ResetReason;

/** Who is told that the device must be reset. */
interface Trouble {
    /**
     * Asks for a reset. Any thread, also a queue's in the middle of a burst: returns at once. The first reason counts
     * until the device has been reset.
     *
     * @param reason   for the device
     * @param evidence one line for people: which queue, what was found, what was expected
     */
    void raise(ResetReason reason, String evidence);
}
