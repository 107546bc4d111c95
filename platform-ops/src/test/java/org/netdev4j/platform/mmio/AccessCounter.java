package org.netdev4j.platform.mmio;

import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * Counts the accesses that this thread's machine code makes to an address, with one of the CPU's debug registers: the kernel's
 * {@code perf_event_open} with a hardware breakpoint, read and write, user mode only.
 *
 * <p>[Linux include/uapi/linux/perf_event.h: struct perf_event_attr; include/uapi/linux/hw_breakpoint.h]
 */
final class AccessCounter implements AutoCloseable {
    /** What is used of libc. */
    public interface Libc {
        long syscall(long number, Pointer attributes, long pid, long cpu, long group, long flags);

        long read(int fd, Pointer buffer, long count);

        int close(int fd);
    }

    /** The kernel or the CPU offers no such counter here. */
    static final class UnavailableException extends Exception {
        private static final long serialVersionUID = 1L;

        UnavailableException(String why) {
            super(why);
        }
    }

    private static final int ATTRIBUTES_SIZE = 72;
    private static final int TYPE_BREAKPOINT = 5;
    private static final int BREAKPOINT_READ_WRITE = 3;
    private static final long EXCLUDE_KERNEL_AND_HYPERVISOR = 1L << 5 | 1L << 6;

    private final Libc libc;
    private final Runtime runtime;
    private final int fd;

    /**
     * Counts from now on.
     *
     * @param address first byte, a multiple of {@code width}
     * @param width   1, 2, 4 or 8 bytes; an access that touches any of them counts once
     */
    AccessCounter(long address, int width) throws UnavailableException {
        String arch = System.getProperty("os.arch");
        long number = switch (arch) {
            case "amd64" -> 298;
            case "aarch64" -> 241;
            default -> throw new UnavailableException("the number of perf_event_open on " + arch + " is not known here");
        };
        libc = LibraryLoader.create(Libc.class).load("c");
        runtime = Runtime.getRuntime(libc);
        Pointer attributes = Memory.allocateDirect(runtime, ATTRIBUTES_SIZE, true);
        attributes.putInt(0, TYPE_BREAKPOINT);
        attributes.putInt(4, ATTRIBUTES_SIZE);
        attributes.putLong(40, EXCLUDE_KERNEL_AND_HYPERVISOR);
        attributes.putInt(52, BREAKPOINT_READ_WRITE);
        attributes.putLong(56, address);
        attributes.putLong(64, width);
        fd = (int) libc.syscall(number, attributes, 0, -1, -1, 0);
        if (fd < 0) {
            throw new UnavailableException("perf_event_open of a hardware breakpoint failed with errno "
                + LastError.getLastError(runtime) + "; it needs debug registers and kernel.perf_event_paranoid <= 2");
        }
    }

    long count() {
        Pointer value = Memory.allocateDirect(runtime, 8);
        if (libc.read(fd, value, 8) != 8) {
            throw new IllegalStateException("reading the counter failed with errno " + LastError.getLastError(runtime));
        }
        return value.getLong(0);
    }

    @Override
    public void close() {
        libc.close(fd);
    }
}
