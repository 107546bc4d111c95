package org.netdev4j.platform;

import java.lang.invoke.VarHandle;

/**
 * Ordering between this CPU and a device that reads and writes the same memory.
 *
 * <p>Java's memory model speaks of threads, not of devices. What makes these fences hold towards a device is what HotSpot
 * compiles them to, stated for each: on x86-64 (TSO) loads are not reordered with loads, nor stores with stores, so the
 * fences there need only stop the compiler; on AArch64 they are {@code dmb ish*} instructions, and towards a device outside
 * the inner shareable domain Linux uses {@code dmb osh*} or {@code dsb}, which Java cannot emit. On coherent PCIe of server CPUs the
 * device is a member of the outer shareable domain: AArch64 is therefore <em>expected</em> to work with in-process models
 * and is not claimed for hardware.
 */
public final class Barriers {
    private Barriers() {
    }

    /** All accesses before, before all accesses after. x86-64: {@code lock addl}; AArch64: {@code dmb ish}. */
    public static void full() {
        VarHandle.fullFence();
    }

    /** Loads before, before loads and stores after. x86-64: compiler only; AArch64: {@code dmb ishld}. */
    public static void read() {
        VarHandle.acquireFence();
    }

    /** Loads and stores before, before stores after. x86-64: compiler only; AArch64: {@code dmb ish}. */
    public static void write() {
        VarHandle.releaseFence();
    }

    /**
     * After a load that saw the device give up a descriptor (phase bit, DD bit, used index), before loads of what the device
     * wrote with it. Same instructions as {@link #read()}.
     */
    public static void afterOwnershipRead() {
        VarHandle.acquireFence();
    }

    /**
     * After stores to descriptors and buffers, before the store that hands them to the device in memory (an avail index, a
     * valid bit). Same instructions as {@link #write()}.
     */
    public static void beforeOwnershipWrite() {
        VarHandle.releaseFence();
    }

    /**
     * After stores to descriptors in memory, before an MMIO store that makes the device read them. On x86-64 stores to
     * write-back memory become visible before a later store to uncached memory; stores to write-combined memory need
     * {@code sfence}, for which {@link #full()} stands in: use {@link #afterWriteCombining()} there.
     */
    public static void beforeDoorbell() {
        VarHandle.releaseFence();
    }

    /**
     * After stores to write-combined device memory, before the doorbell. A locked instruction drains the write-combining
     * buffers on x86-64 as {@code sfence} does [Intel SDM vol. 3A, "Buffering of Write Combining Memory Locations"].
     */
    public static void afterWriteCombining() {
        VarHandle.fullFence();
    }
}
