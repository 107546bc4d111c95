package org.netdev4j.conformance.reference;

import java.util.concurrent.CountDownLatch;

/** Threads that a device leaves behind on purpose. */
public final class LeftBehind {
    private static volatile CountDownLatch end = new CountDownLatch(1);

    private LeftBehind() {
    }

    static void startThread() {
        CountDownLatch until = end;
        Thread thread = new Thread(() -> {
            try {
                until.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }, "reference leaked");
        thread.setDaemon(true);
        thread.start();
    }

    /** Ends them. */
    public static void end() {
        end.countDown();
        end = new CountDownLatch(1);
    }
}
