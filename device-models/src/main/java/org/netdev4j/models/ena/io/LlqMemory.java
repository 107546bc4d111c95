package org.netdev4j.models.ena.io;

import java.util.concurrent.atomic.AtomicReferenceArray;

/** BAR2: a window for each low-latency queue, write-only for the driver. What lies in no queue's ring is not kept. */
final class LlqMemory {
    private final AtomicReferenceArray<LlqTxRing> windows;
    private final int windowBytes;
    private int next;

    LlqMemory(int count, int windowBytes) {
        this.windows = new AtomicReferenceArray<>(Math.max(1, count));
        this.windowBytes = windowBytes;
    }

    /** BAR2 bytes of a window. */
    int windowBytes() {
        return windowBytes;
    }

    /** A window that no queue has, or -1. */
    int free() {
        for (int i = 0; i < windows.length(); i++) {
            int window = (next + i) % windows.length();
            if (windows.get(window) == null) {
                next = (window + 1) % windows.length();
                return window;
            }
        }
        return -1;
    }

    /** Gives a window to a ring, or takes it back with null. */
    void set(int window, LlqTxRing ring) {
        windows.set(window, ring);
    }

    /** A write of the driver. False if there is no ring there. Any thread. */
    boolean write(long offset, int width, long value) {
        long window = offset / windowBytes;
        if (offset < 0 || window >= windows.length()) {
            return false;
        }
        LlqTxRing ring = windows.get((int) window);
        return ring != null && ring.write((int) (offset % windowBytes), width, value);
    }
}
