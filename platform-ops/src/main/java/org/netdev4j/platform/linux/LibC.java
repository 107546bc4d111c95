package org.netdev4j.platform.linux;

import jnr.ffi.Pointer;
import jnr.ffi.types.intptr_t;
import jnr.ffi.types.off_t;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;
import jnr.ffi.types.u_int64_t;

/**
 * The C library's calls that this project uses, as in their manual pages (section 2). Called only by the wrappers of this
 * package. Public because the class that jnr-ffi makes of it lives in a class loader of its own.
 *
 * <p>Addresses are {@code @intptr_t long}: such a call compiles to a native method and allocates nothing, while a {@link
 * Pointer} must be made first. <b>No signature may have more than four parameters and all of them primitive:</b> the x86-64
 * stub compiler of jnr-ffi 2.3.4 passes wrong values for those that C takes from its stack or that JNI put there. A {@link
 * Pointer} parameter keeps {@link #mmap} from that compiler; {@code LibCTest} fails for a method that breaks the rule.
 */
public interface LibC {
    @intptr_t
    long mmap(Pointer address, @size_t long length, int protection, int flags, int fd, @off_t long offset);

    int munmap(@intptr_t long address, @size_t long length);

    int mlock(@intptr_t long address, @size_t long length);

    int memfd_create(String name, int flags);

    int ftruncate(int fd, @off_t long length);

    int open(String path, int flags, int mode);

    int close(int fd);

    @ssize_t
    long read(int fd, @intptr_t long buffer, @size_t long count);

    @ssize_t
    long write(int fd, @intptr_t long buffer, @size_t long count);

    @ssize_t
    long readv(int fd, @intptr_t long vectors, int count);

    @ssize_t
    long pread(int fd, @intptr_t long buffer, @size_t long count, @off_t long offset);

    @ssize_t
    long pwrite(int fd, @intptr_t long buffer, @size_t long count, @off_t long offset);

    int fcntl(int fd, int command, @intptr_t long argument);

    int flock(int fd, int operation);

    int ioctl(int fd, @size_t long request, @intptr_t long argument);

    int eventfd(int initial, int flags);

    int poll(@intptr_t long fds, @u_int64_t long count, int timeoutMillis);

    int epoll_create1(int flags);

    int epoll_ctl(int epoll, int operation, int fd, @intptr_t long event);

    int epoll_wait(int epoll, @intptr_t long events, int max, int timeoutMillis);

    int sched_setaffinity(int pid, @size_t long size, @intptr_t long mask);

    int sched_getaffinity(int pid, @size_t long size, @intptr_t long mask);

    int gettid();

    int socket(int domain, int type, int protocol);

    int socketpair(int domain, int type, int protocol, @intptr_t long fds);

    int bind(int fd, @intptr_t long address, int length);

    int listen(int fd, int backlog);

    int accept4(int fd, @intptr_t long address, @intptr_t long length, int flags);

    int connect(int fd, @intptr_t long address, int length);

    @ssize_t
    long sendmsg(int fd, @intptr_t long message, int flags);

    @ssize_t
    long recvmsg(int fd, @intptr_t long message, int flags);

    int shutdown(int fd, int how);

    @off_t
    long lseek(int fd, @off_t long offset, int whence);

    int fstat(int fd, @intptr_t long stat);

    long sysconf(int name);

    // Variadic in C; on both architectures its first four arguments travel as those of any function do.
    @ssize_t
    long syscall(@size_t long number, int first, int second, int third);

    String strerror(int errno);
}
