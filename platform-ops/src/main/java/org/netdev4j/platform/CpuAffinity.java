package org.netdev4j.platform;

import java.util.BitSet;
import org.netdev4j.platform.linux.Linux;
import org.netdev4j.platform.linux.LinuxThreads;

/**
 * Which CPUs the current thread runs on, so that a thread that polls a queue keeps its CPU and its caches.
 *
 * <p>For platform threads: a virtual thread runs on any carrier, and is refused. All methods throw {@link PlatformException}
 * where the system has no such thing, or refuses; none pretends.
 */
public final class CpuAffinity {
    private CpuAffinity() {
    }

    /**
     * Lets the current thread run on one CPU only; threads that it starts inherit that.
     *
     * @param cpu number as in {@code /proc/cpuinfo}
     * @throws PlatformException if there is no such CPU, it is off, or this process may not use it
     */
    public static void pin(int cpu) {
        BitSet one = new BitSet();
        if (cpu >= 0) {
            one.set(cpu);
        }
        restrict(one, "CPU " + cpu);
    }

    /**
     * Lets the current thread run on a set of CPUs; with what {@link #allowed()} said before it takes {@link #pin} back.
     * CPUs that the process may not use are left out.
     *
     * @param cpus not changed
     * @throws PlatformException if none of them can be used
     */
    public static void allow(BitSet cpus) {
        restrict(cpus, "CPUs " + cpus);
    }

    /** CPUs that the current thread may run on. */
    public static BitSet allowed() {
        requirePlatformThread("the allowed CPUs");
        return LinuxThreads.affinity(0);
    }

    private static void restrict(BitSet cpus, String asked) {
        requirePlatformThread(asked);
        try {
            LinuxThreads.setAffinity(cpus);
        } catch (LinuxException e) {
            // The first thread of a process is never pinned here: what it may use is what the process may use.
            BitSet usable = LinuxThreads.affinity((int) ProcessHandle.current().pid());
            throw new PlatformException("thread \"" + Thread.currentThread().getName() + "\" cannot be pinned to " + asked
                + ": " + e.errnoName() + "; this machine has CPUs 0 to " + (Linux.configuredCpus() - 1)
                + ", this process may use " + usable, e);
        }
    }

    private static void requirePlatformThread(String asked) {
        Linux.require(asked);
        if (Thread.currentThread().isVirtual()) {
            throw new PlatformException(asked + ": a virtual thread has no CPU of its own; use a platform thread");
        }
    }
}
