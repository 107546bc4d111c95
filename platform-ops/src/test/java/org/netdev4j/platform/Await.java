package org.netdev4j.platform;

import java.util.function.BooleanSupplier;

/** Waits of tests; each ends when the test's time is up, which interrupts it. */
final class Await {
    private Await() {
    }

    static void until(BooleanSupplier done) {
        while (!done.getAsBoolean()) {
            if (Thread.interrupted()) {
                throw new AssertionError("it never came");
            }
            Thread.onSpinWait();
        }
    }

    /** Until a thread waits for something. */
    static void parked(Thread thread) {
        until(() -> switch (thread.getState()) {
            case WAITING, TIMED_WAITING -> true;
            case TERMINATED -> throw new AssertionError(thread.getName() + " ended instead of waiting");
            default -> false;
        });
    }
}
