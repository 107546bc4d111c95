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

    // [Linux arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h]
    private static final int SYS_MEMBARRIER = "aarch64".equals(System.getProperty("os.arch")) ? 283 : 324;
    // [Linux include/uapi/linux/membarrier.h]
    private static final int PRIVATE_EXPEDITED = 1 << 3;
    private static final int REGISTER_PRIVATE_EXPEDITED = 1 << 4;

    private LinuxThreads() {
    }

    /** Prepares {@link #membarrier()}; false if this kernel has no such thing. */
    public static boolean registerMembarrier() {
        return Linux.c().syscall(SYS_MEMBARRIER, REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;
    }

    /** Makes all threads of this process that run now pass a full memory barrier. */
    public static void membarrier() {
        Linux.check((int) Linux.c().syscall(SYS_MEMBARRIER, PRIVATE_EXPEDITED, 0, 0), "membarrier(PRIVATE_EXPEDITED)");
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
