package org.netdev4j.conformance.reference;

/** How the rig reaches the device behind a driver. */
final class RefHandles {
    private static final ThreadLocal<RefDevice> LAST_OPENED = new ThreadLocal<>();

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
}
