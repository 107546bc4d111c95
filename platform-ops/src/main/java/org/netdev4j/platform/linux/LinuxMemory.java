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

    /** Bytes that mappings are made in: the smallest page of the architectures. */
    public static final long PAGE = 4096;

    private static final int PROT_READ = 1;
    private static final int PROT_READ_WRITE = 3;
    private static final int PROT_NONE = 0;
    // [Linux include/uapi/asm-generic/mman-common.h, mman.h; the same on x86-64 and AArch64]
    private static final int MAP_SHARED = 1;
    private static final int MAP_PRIVATE = 2;
    private static final int MAP_FIXED = 0x10;
    private static final int MAP_ANONYMOUS = 0x20;
    private static final int MAP_NORESERVE = 0x4000;
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

    /** Takes addresses without memory behind them; {@link #mapSharedAt} puts some there. The first address. */
    public static long reserve(long size) {
        Pointer anywhere = Pointer.wrap(Runtime.getSystemRuntime(), 0L);
        long address = Linux.c().mmap(anywhere, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (address == MAP_FAILED) {
            throw Linux.failure("mmap(" + size + " bytes of addresses)", Linux.errno());
        }
        return address;
    }

    /** Maps the first bytes of a file, shared, for reading and writing, in place of what is mapped there. */
    public static void mapSharedAt(long address, int fd, long size) {
        Pointer there = Pointer.wrap(Runtime.getSystemRuntime(), address);
        if (Linux.c().mmap(there, size, PROT_READ_WRITE, MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED) {
            throw Linux.failure("mmap(" + size + " bytes at 0x" + Long.toHexString(address) + ")", Linux.errno());
        }
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
