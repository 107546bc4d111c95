package org.netdev4j.backend.ena;

import org.netdev4j.platform.WaitEvent;

/** An admin command under way, by its id. */
final class AdminSlot {
    /** Who waits for the answer waits here. */
    final WaitEvent event;
    /** Written last by whoever changes the rest. */
    volatile State state = State.FREE;
    /** Of the answer. */
    int status;
    /** Of the answer. */
    int extended;

    /** What has become of it. */
    enum State { FREE, SUBMITTED, COMPLETED, ABORTED }

    AdminSlot(WaitEvent event) {
        this.event = event;
    }
}
