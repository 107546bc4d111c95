package org.netdev4j.conformance.reference;

import java.util.concurrent.CountDownLatch;

/** How the rig reaches the device behind a driver, and what outlives a device on purpose. */
final class RefHandles {
    private static final ThreadLocal<RefDevice> LAST_OPENED = new ThreadLocal<>();
    private static volatile CountDownLatch stay = new CountDownLatch(1);

    private RefHandles() {
    }

    static void opened(RefDevice device) {
        LAST_OPENED.set(device);
    }

    /** The device that this thread opened last. */
    static RefDevice lastOpened() {
        RefDevice device = LAST_OPENED.get();
        LAST_OPENED.remove();
        return device;
    }

    static void startThreadThatStays() {
        CountDownLatch until = stay;
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

    /** Ends the threads that were left behind. */
    static void endThreads() {
        stay.countDown();
        stay = new CountDownLatch(1);
    }
}
