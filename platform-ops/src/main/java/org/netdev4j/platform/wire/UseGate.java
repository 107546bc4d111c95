package org.netdev4j.platform.wire;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps what a call uses from being closed under it: a descriptor number that is closed may be another file's a moment
 * later.
 *
 * <p>Thread-safe; for calls that do not wait. Entering costs two atomic additions, no allocation.
 */
final class UseGate {
    private static final int SHUT = Integer.MIN_VALUE;

    // Calls inside, plus SHUT once shut.
    private final AtomicInteger inside = new AtomicInteger();

    /** True if the caller may go on, and then must {@link #leave()}. */
    boolean enter() {
        if (inside.getAndIncrement() >= 0) {
            return true;
        }
        inside.getAndDecrement();
        return false;
    }

    void leave() {
        inside.getAndDecrement();
    }

    /** Lets nobody in any more and waits until those inside have left; false if it was shut before, without waiting. */
    boolean shut() {
        int before = inside.getAndUpdate(count -> count < 0 ? count : count + SHUT);
        if (before < 0) {
            return false;
        }
        while (inside.get() != SHUT) {
            Thread.onSpinWait();
        }
        return true;
    }
}
