package org.netdev4j.platform.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;
import org.netdev4j.platform.LinuxException;

/** Calls on threads. Each throws {@link LinuxException}. Thread-safe. */
public final class LinuxThreads {
    // More than any kernel can be built for (NR_CPUS up to 8192 on x86-64): a shorter mask would be refused with EINVAL.
    private static final int MASK_BYTES = 1024;

    private LinuxThreads() {
    }

    /** The kernel's number of the current thread, as {@code top -H} shows it. */
    public static int currentId() {
        try {
            return Linux.c().gettid();
        } catch (UnsatisfiedLinkError e) {
            throw Linux.failure("gettid(), which glibc has since 2.30", Errno.ENOSYS);
        }
    }

    /** CPUs that a thread may run on; 0 is the current thread, the process id is its first thread. */
    public static BitSet affinity(int thread) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocate(MASK_BYTES, 8);
            Linux.check(Linux.c().sched_getaffinity(thread, MASK_BYTES, mask.address()), "sched_getaffinity()");
            return BitSet.valueOf(mask.toArray(ValueLayout.JAVA_BYTE));
        }
    }

    /** Lets the current thread run on these CPUs only. CPUs above 8191 are ignored, as none exist. */
    public static void setAffinity(BitSet cpus) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocate(MASK_BYTES, 8);
            byte[] bytes = cpus.toByteArray();
            MemorySegment.copy(bytes, 0, mask, ValueLayout.JAVA_BYTE, 0, Math.min(bytes.length, MASK_BYTES));
            Linux.check(Linux.c().sched_setaffinity(0, MASK_BYTES, mask.address()), "sched_setaffinity(CPUs " + cpus + ")");
        }
    }
}
