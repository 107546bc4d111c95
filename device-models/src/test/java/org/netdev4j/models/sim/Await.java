package org.netdev4j.models.sim;

import java.util.function.BooleanSupplier;

/** Waits of tests with other threads; each ends when the test's time is up, which interrupts it. */
final class Await {
    private Await() {
    }

    static void until(BooleanSupplier done) {
        while (!done.getAsBoolean()) {
            if (Thread.interrupted()) {
                throw new AssertionError("it never came");
            }
            Thread.yield();
        }
    }
}
