package org.netdev4j.platform.linux;

import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.netdev4j.platform.LinuxException;

/** Calls on memory mappings. Each throws {@link LinuxException} unless it says otherwise. Thread-safe. */
public final class LinuxMemory {
    // [Linux include/uapi/linux/memfd.h]
    public static final int MFD_CLOEXEC = 1;
    public static final int MFD_HUGETLB = 4;
    public static final int MFD_HUGE_2MB = 21 << 26;

    /** The longest name that {@link #memfdCreate} takes. [memfd_create(2)] */
    public static final int MEMFD_NAME_BYTES = 249;

    private static final int PROT_READ = 1;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 1;
    private static final long MAP_FAILED = -1;

    private LinuxMemory() {
    }

    /** Creates a file in memory, of no size. */
    public static int memfdCreate(String name, int flags) {
        try {
            return Linux.check(Linux.c().memfd_create(name, flags), "memfd_create(" + name + ")");
        } catch (UnsatisfiedLinkError e) {
            throw Linux.failure("memfd_create(" + name + "), which glibc has since 2.27", Errno.ENOSYS);
        }
    }

    /** Sets the size of a file. */
    public static void ftruncate(int fd, long size) {
        while (Linux.c().ftruncate(fd, size) < 0) {
            int errno = Linux.errno();
            if (errno != Errno.EINTR) {
                throw Linux.failure("ftruncate(fd " + fd + ", " + size + " bytes)", errno);
            }
        }
    }

    /** Maps a part of a file for reading and writing, shared with whoever else maps it; the address. */
    public static long mapShared(int fd, long size, long offset) {
        return mapShared(fd, size, offset, true);
    }

    /** Maps a part of a file, shared with whoever else maps it, for reading and perhaps for writing; the address. */
    public static long mapShared(int fd, long size, long offset, boolean writable) {
        Pointer anywhere = Pointer.wrap(Runtime.getSystemRuntime(), 0L);
        int protection = writable ? PROT_READ_WRITE : PROT_READ;
        long address = Linux.c().mmap(anywhere, size, protection, MAP_SHARED, fd, offset);
        if (address == MAP_FAILED) {
            throw Linux.failure("mmap(" + size + " bytes)", Linux.errno());
        }
        return address;
    }

    /** Unmaps. */
    public static void unmap(long address, long size) {
        Linux.check(Linux.c().munmap(address, size), "munmap(" + size + " bytes at 0x" + Long.toHexString(address) + ")");
    }

    /** Locks pages into memory; false if the system does not allow it, as above the limit of {@code ulimit -l}. */
    public static boolean tryLock(long address, long size) {
        return Linux.c().mlock(address, size) == 0;
    }
}
