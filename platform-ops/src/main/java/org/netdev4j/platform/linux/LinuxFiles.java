package org.netdev4j.platform.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.LinuxException;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.raw.RawMemory;

/**
 * Calls on descriptors. Addresses are process addresses that the caller has bounded.
 *
 * <p>A checked call throws {@link LinuxException}. A {@code try} call returns what the kernel would: a count, or minus the
 * errno; it allocates nothing, also when it fails. A call that a signal interrupts is made again. Thread-safe.
 */
public final class LinuxFiles {
    public static final int O_RDONLY = 0;
    public static final int O_RDWR = 2;
    public static final int O_NONBLOCK = 0x800;
    public static final int O_CLOEXEC = 0x8_0000;

    public static final int F_GETFD = 1;
    public static final int F_GETFL = 3;
    public static final int F_SETFL = 4;
    private static final int F_DUPFD_CLOEXEC = 1030;

    // [Linux include/uapi/linux/fcntl.h]
    private static final int F_ADD_SEALS = 1033;
    private static final int F_GET_SEALS = 1034;
    private static final int F_SEAL_SHRINK = 2;

    /** Size of a {@code struct pollfd}: fd, events and revents. */
    public static final int POLLFD_BYTES = 8;
    /** Size of a {@code struct iovec}: address and length. */
    public static final int IOVEC_BYTES = 16;
    public static final short POLLIN = 1;
    public static final short POLLOUT = 4;
    public static final short POLLERR = 8;
    public static final short POLLHUP = 0x10;

    // struct stat of a 64-bit system: device, inode, ... size; the mode is not at the same place on both.
    // [Linux arch/x86/include/uapi/asm/stat.h, include/uapi/asm-generic/stat.h]
    private static final int STAT_BYTES = 144;
    private static final int STAT_MODE = System.getProperty("os.arch").equals("aarch64") ? 16 : 24;
    private static final int STAT_SIZE = 48;
    private static final int TYPE_MASK = 0xf000;
    private static final int TYPE_REGULAR = 0x8000;
    // [flock(2)]
    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;
    private static final int EFD_CLOEXEC = 0x8_0000;
    private static final int EFD_NONBLOCK = 0x800;

    private LinuxFiles() {
    }

    /** Opens a file; {@link #O_CLOEXEC} is always set. */
    public static int open(String path, int flags) {
        while (true) {
            int fd = Linux.c().open(path, flags | O_CLOEXEC, 0);
            if (fd >= 0) {
                return fd;
            }
            retryOrThrow("open(" + path + ")");
        }
    }

    /** Closes a descriptor. Linux frees it also when it reports a failure, so the call is never made twice. */
    public static void close(int fd) {
        if (Linux.c().close(fd) < 0 && Linux.errno() != Errno.EINTR) {
            throw Linux.failure("close(fd " + fd + ")", Linux.errno());
        }
    }

    /** Reads; the count, 0 at the end, or minus the errno. */
    public static long tryRead(int fd, long address, long count) {
        LibC c = Linux.c();
        while (true) {
            long n = c.read(fd, address, count);
            if (n >= 0) {
                return n;
            }
            int errno = Linux.errno();
            if (errno != Errno.EINTR) {
                return -errno;
            }
        }
    }

    /** Reads into several places; {@code vectors} is the address of {@code count} iovecs. The count, or minus the errno. */
    public static long tryReadv(int fd, long vectors, int count) {
        LibC c = Linux.c();
        while (true) {
            long n = c.readv(fd, vectors, count);
            if (n >= 0) {
                return n;
            }
            int errno = Linux.errno();
            if (errno != Errno.EINTR) {
                return -errno;
            }
        }
    }

    /** Writes; the count, or minus the errno. */
    public static long tryWrite(int fd, long address, long count) {
        LibC c = Linux.c();
        while (true) {
            long n = c.write(fd, address, count);
            if (n >= 0) {
                return n;
            }
            int errno = Linux.errno();
            if (errno != Errno.EINTR) {
                return -errno;
            }
        }
    }

    /** Reads; the count, 0 at the end. */
    public static long read(int fd, long address, long count) {
        return checkTried(tryRead(fd, address, count), "read", fd);
    }

    /** Writes; the count, which may be less than asked. */
    public static long write(int fd, long address, long count) {
        return checkTried(tryWrite(fd, address, count), "write", fd);
    }

    /** Reads at an offset; the count, 0 at the end. */
    public static long pread(int fd, long address, long count, long offset) {
        while (true) {
            long n = Linux.c().pread(fd, address, count, offset);
            if (n >= 0) {
                return n;
            }
            retryOrThrow("pread(fd " + fd + ", " + count + " bytes at " + offset + ")");
        }
    }

    /** Writes at an offset; the count, which may be less than asked. */
    public static long pwrite(int fd, long address, long count, long offset) {
        while (true) {
            long n = Linux.c().pwrite(fd, address, count, offset);
            if (n >= 0) {
                return n;
            }
            retryOrThrow("pwrite(fd " + fd + ", " + count + " bytes at " + offset + ")");
        }
    }

    /** What a file is and how large. */
    public static Stat stat(int fd) {
        try (Arena arena = Arena.ofConfined()) {
            long at = arena.allocate(STAT_BYTES, 8).address();
            if (Linux.c().fstat(fd, at) < 0) {
                throw Linux.failure("fstat(fd " + fd + ")", Linux.errno());
            }
            int type = RawMemory.getInt(at + STAT_MODE) & TYPE_MASK;
            return new Stat(RawMemory.getLong(at), RawMemory.getLong(at + 8), type == TYPE_REGULAR,
                RawMemory.getLong(at + STAT_SIZE));
        } catch (UnsatisfiedLinkError e) {
            throw Linux.failure("fstat(), which glibc has by this name since 2.33", Errno.ENOSYS);
        }
    }

    /** What a descriptor leads to, as Linux calls it: a path, or {@code anon_inode:[eventfd]}, {@code socket:[1234]}. */
    public static String describe(int fd) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd)).toString();
        } catch (IOException e) {
            throw new PlatformException("descriptor " + fd + " cannot be looked at: " + e, e);
        }
    }

    /** A {@code fcntl} with a number for argument. */
    public static int fcntl(int fd, int command, long argument) {
        return Linux.check(Linux.c().fcntl(fd, command, argument), "fcntl(fd " + fd + ", command " + command + ")");
    }

    /**
     * Sees to it that a file of memory never becomes shorter, whoever holds it.
     *
     * @return false if it may: it is no file of memory, or was made one that nobody may seal
     */
    public static boolean trySealSize(int fd) {
        Linux.c().fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK);
        int seals = Linux.c().fcntl(fd, F_GET_SEALS, 0);
        return seals >= 0 && (seals & F_SEAL_SHRINK) != 0;
    }

    /**
     * Gives a descriptor a number of {@code least} or above, where the limit of descriptors allows it. When a process ends the
     * kernel closes low numbers first.
     */
    public static int moveUp(int fd, int least) {
        int moved = Linux.c().fcntl(fd, F_DUPFD_CLOEXEC, least);
        if (moved < 0) {
            return fd;
        }
        close(fd);
        return moved;
    }

    /**
     * An {@code ioctl}.
     *
     * @param argument a number, or the address of a structure, as the request has it
     * @param what     request and subject for messages: {@code TUNSETIFF nd0}
     */
    public static int ioctl(int fd, long request, long argument, String what) {
        while (true) {
            int result = Linux.c().ioctl(fd, request, argument);
            if (result >= 0) {
                return result;
            }
            retryOrThrow("ioctl(" + what + ")");
        }
    }

    /** Locks a file for this descriptor alone, until it is closed; false if another descriptor, of any process, has it locked. */
    public static boolean tryLock(int fd) {
        while (Linux.c().flock(fd, LOCK_EX | LOCK_NB) < 0) {
            if (Linux.errno() == Errno.EAGAIN) {
                return false;
            }
            retryOrThrow("flock(fd " + fd + ")");
        }
        return true;
    }

    /** A new event counter at 0, not blocking. */
    public static int eventfd() {
        return Linux.check(Linux.c().eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd()");
    }

    /** Adds one to an event counter, which makes it readable. */
    public static void signal(int eventfd) {
        try (Arena arena = Arena.ofConfined()) {
            write(eventfd, arena.allocateFrom(ValueLayout.JAVA_LONG, 1).address(), Long.BYTES);
        }
    }

    /** Writes a {@code struct pollfd} that asks for {@code events}. */
    public static void putPollFd(long address, int fd, short events) {
        RawMemory.putInt(address, fd);
        RawMemory.putShort(address + 4, events);
        RawMemory.putShort(address + 6, (short) 0);
    }

    /** What a {@code struct pollfd} reports after {@link #poll}. */
    public static short revents(long address) {
        return RawMemory.getShort(address + 6);
    }

    /**
     * Waits for descriptors.
     *
     * @param fds           address of {@code count} pollfds
     * @param timeoutMillis 0 to look only, negative to wait for ever
     * @return how many have something to report in {@code revents}; 0 if the time passed
     */
    public static int poll(long fds, int count, int timeoutMillis) {
        if (timeoutMillis > 0) {
            return pollUntil(fds, count, Deadline.afterMillis(Clock.system(), timeoutMillis));
        }
        while (true) {
            int ready = Linux.c().poll(fds, count, timeoutMillis);
            if (ready >= 0) {
                return ready;
            }
            retryOrThrow("poll(" + count + " descriptors)");
        }
    }

    private static int pollUntil(long fds, int count, Deadline deadline) {
        while (true) {
            long millis = Math.max(0, (deadline.remainingNanos() + 999_999) / 1_000_000);
            int ready = Linux.c().poll(fds, count, (int) millis);
            if (ready >= 0) {
                return ready;
            }
            retryOrThrow("poll(" + count + " descriptors)");
        }
    }

    private static long checkTried(long result, String call, int fd) {
        if (result < 0) {
            throw Linux.failure(call + "(fd " + fd + ")", (int) -result);
        }
        return result;
    }

    private static void retryOrThrow(String call) {
        int errno = Linux.errno();
        if (errno != Errno.EINTR) {
            throw Linux.failure(call, errno);
        }
    }

    /**
     * What {@link #stat} tells.
     *
     * @param device  of the file system it is on; with {@code inode} the same for the same file only
     * @param inode   number there
     * @param regular whether it is a file with bytes, as memory files are
     * @param size    bytes
     */
    public record Stat(long device, long inode, boolean regular, long size) {
    }
}
