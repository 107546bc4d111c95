package org.netdev4j.platform.wire;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Measures what the current thread allocates. */
final class AllocatedBytes {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private AllocatedBytes() {
    }

    /** Most runs of {@link #byWarm}. */
    static final int RUNS = 20;

    /**
     * Bytes that work allocates once it is warm: the least of up to {@value #RUNS} runs, since code that is not compiled yet
     * may allocate what it will not later.
     */
    static long byWarm(Runnable work) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < RUNS && least > 0; i++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            work.run();
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}
