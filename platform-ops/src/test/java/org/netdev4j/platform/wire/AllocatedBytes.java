package org.netdev4j.platform.wire;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Measures what the current thread allocates. */
final class AllocatedBytes {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private AllocatedBytes() {
    }

    /** Bytes allocated by work that was done often before, least of a few times: a compilation may allocate in between. */
    static long byWarm(Runnable work) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 6; i++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            work.run();
            long used = THREADS.getCurrentThreadAllocatedBytes() - before;
            least = i == 0 ? least : Math.min(least, used);
        }
        return least;
    }
}
