package org.netdev4j.platform;

import org.netdev4j.platform.linux.LinuxThreads;
import org.slf4j.LoggerFactory;

/**
 * A pair of barriers between threads of this process, of which one side pays: {@link #light()}, for the side that runs all the
 * time, is free, and {@link #heavy()} takes microseconds. Each orders stores before it with loads after it, so that of two threads
 * that each store one thing, pass their barrier and load the other's, one sees the other's store.
 *
 * <p>It rests on membarrier(2). Where the kernel lacks that, both are full fences. On x86-64 {@code light()} then only stops the
 * compiler; that it does is a property of HotSpot's release fence, not of Java's memory model. Thread-safe.
 */
public final class AsymmetricBarrier {
    private static final boolean MEMBARRIER = registered();

    private AsymmetricBarrier() {
    }

    private static boolean registered() {
        try {
            return LinuxThreads.registerMembarrier();
        } catch (PlatformException e) {
            LoggerFactory.getLogger(AsymmetricBarrier.class).debug("no membarrier(2): {}", e.getMessage());
            return false;
        }
    }

    /** The side that must be quick. */
    public static void light() {
        if (MEMBARRIER) {
            Barriers.write();
        } else {
            Barriers.full();
        }
    }

    /** The other side. */
    public static void heavy() {
        Barriers.full();
        if (MEMBARRIER) {
            LinuxThreads.membarrier();
        }
    }
}
