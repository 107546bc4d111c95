package org.netdev4j.platform.linux;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What the current thread allocates; for tests. */
public final class Allocations {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final int PASSES = 5;

    private Allocations() {
    }

    /**
     * Bytes that {@code rounds} runs of the work allocate in this thread once it is warm: the least of several passes, as
     * the JVM may charge a thread once for a method that it compiles anew. What a call allocates shows in every pass.
     */
    public static long of(int rounds, Runnable work) {
        long least = Long.MAX_VALUE;
        for (int pass = 0; pass < PASSES; pass++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < rounds; i++) {
                work.run();
            }
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}
