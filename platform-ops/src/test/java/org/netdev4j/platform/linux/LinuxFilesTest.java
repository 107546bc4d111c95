package org.netdev4j.platform.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import jnr.ffi.LibraryLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.netdev4j.platform.LinuxException;
import org.netdev4j.platform.PlatformException;

@OnLinux
class LinuxFilesTest {
    // The JVM handles it by doing nothing, so it interrupts a wait and harms nobody.
    private static final int SIGPIPE = 13;

    private final Arena arena = Arena.ofShared();

    @AfterEach
    void freeMemory() {
        arena.close();
    }

    @Test
    void open_namesCallFileAndErrno_whenTheFileIsMissing() {
        LinuxException e = assertThrows(LinuxException.class, () -> LinuxFiles.open("/no/such", LinuxFiles.O_RDONLY));

        assertEquals("open(/no/such)", e.call());
        assertEquals("ENOENT", e.errnoName());
        assertEquals(2, e.errno());
        assertTrue(e.getMessage().matches("open\\(/no/such\\): ENOENT \\(.+\\)"), e.getMessage());
    }

    @Test
    void reads_bringWhatWritesBrought_atTheOffset() {
        int fd = LinuxMemory.memfdCreate("test", LinuxMemory.MFD_CLOEXEC);
        MemorySegment out = arena.allocateFrom(ValueLayout.JAVA_LONG, 0x1122334455667788L);
        MemorySegment in = arena.allocate(8, 8);

        assertEquals(8, LinuxFiles.write(fd, out.address(), 8));
        assertEquals(4, LinuxFiles.pwrite(fd, out.address(), 4, 0x1_0000_0000L));
        assertEquals(4, LinuxFiles.pread(fd, in.address(), 8, 0x1_0000_0000L));
        assertEquals(0x55667788, in.get(ValueLayout.JAVA_INT, 0));
        assertEquals(8, LinuxFiles.pread(fd, in.address(), 8, 0));
        assertEquals(0x1122334455667788L, in.get(ValueLayout.JAVA_LONG, 0));
        LinuxFiles.close(fd);
    }

    @Test
    void checkedCalls_throw_onAClosedDescriptor() {
        int fd = LinuxFiles.eventfd();
        LinuxFiles.close(fd);

        long address = arena.allocate(8).address();
        for (Runnable call : new Runnable[] {() -> LinuxFiles.close(fd), () -> LinuxFiles.read(fd, address, 8),
            () -> LinuxFiles.write(fd, address, 8), () -> LinuxFiles.pread(fd, address, 8, 0),
            () -> LinuxFiles.pwrite(fd, address, 8, 0), () -> LinuxFiles.fcntl(fd, LinuxFiles.F_GETFD, 0),
            () -> LinuxFiles.ioctl(fd, 1, 0, "X"), () -> LinuxMemory.ftruncate(fd, 1),
            () -> LinuxMemory.mapShared(fd, 4096, 0), () -> LinuxSockets.accept(fd),
            () -> LinuxSockets.connectUnix(fd, "/x"),
            () -> LinuxSockets.send(fd, address, 1),
            () -> LinuxSockets.receive(fd, address, 1), () -> LinuxSockets.bindNetlink(fd, 1),
            () -> LinuxSockets.listenUnix(fd, "/x", 1)}) {
            assertEquals("EBADF", assertThrows(LinuxException.class, call::run).errnoName());
        }
    }

    @Test
    void ioctl_namesTheRequest_whenTheFileHasNone() {
        int fd = LinuxFiles.eventfd();

        LinuxException e = assertThrows(LinuxException.class, () -> LinuxFiles.ioctl(fd, 0x5413, 0, "TIOCGWINSZ"));

        assertTrue(e.getMessage().startsWith("ioctl(TIOCGWINSZ): ENOTTY ("), e.getMessage());
        LinuxFiles.close(fd);
    }

    @Test
    void descriptors_areNotInheritedByPrograms() {
        int opened = LinuxFiles.open("/dev/null", LinuxFiles.O_RDWR);
        int counter = LinuxFiles.eventfd();

        assertEquals(1, LinuxFiles.fcntl(opened, LinuxFiles.F_GETFD, 0));
        assertEquals(1, LinuxFiles.fcntl(counter, LinuxFiles.F_GETFD, 0));
        LinuxFiles.fcntl(opened, LinuxFiles.F_SETFL, LinuxFiles.O_NONBLOCK);
        assertTrue((LinuxFiles.fcntl(opened, LinuxFiles.F_GETFL, 0) & LinuxFiles.O_NONBLOCK) != 0);
        LinuxFiles.close(opened);
        LinuxFiles.close(counter);
    }

    @Test
    void poll_seesASignal_andTheTimePass() {
        int fd = LinuxFiles.eventfd();
        long question = arena.allocate(LinuxFiles.POLLFD_BYTES, 4).address();
        LinuxFiles.putPollFd(question, fd, LinuxFiles.POLLIN);

        assertEquals(0, LinuxFiles.poll(question, 1, 0));
        assertEquals(0, LinuxFiles.poll(question, 1, 1));
        LinuxFiles.signal(fd);
        assertEquals(1, LinuxFiles.poll(question, 1, -1));
        assertEquals(LinuxFiles.POLLIN, LinuxFiles.revents(question));
        LinuxFiles.close(fd);
    }

    @Test
    void epoll_reportsOncePerArming() throws Exception {
        int fd = LinuxFiles.eventfd();
        int other = LinuxFiles.eventfd();
        try (Epoll epoll = new Epoll()) {
            epoll.add(fd, Epoll.DISARMED, 5);
            epoll.add(other, Epoll.IN, 7);
            LinuxFiles.signal(fd);
            LinuxFiles.signal(other);

            assertEquals(1, epoll.await());
            assertEquals(7, epoll.tag(0));
            epoll.arm(fd, 5);
            assertEquals(2, epoll.await());
            assertEquals(12, epoll.tag(0) + epoll.tag(1));
            assertEquals(1, epoll.await());
            assertEquals(7, epoll.tag(0));
        }
        LinuxFiles.close(fd);
        LinuxFiles.close(other);
    }

    @Test
    void hotCalls_allocateNothing_alsoWhenTheyFail() {
        int zero = LinuxFiles.open("/dev/zero", LinuxFiles.O_RDWR);
        int counter = LinuxFiles.eventfd();
        MemorySegment memory = arena.allocate(256, 8);
        long question = memory.address() + 128;
        LinuxFiles.putPollFd(question, counter, LinuxFiles.POLLIN);
        memory.set(ValueLayout.JAVA_LONG, 0, memory.address() + 64);
        memory.set(ValueLayout.JAVA_LONG, 8, 64);

        long bytes = Allocations.of(10_000, () -> {
            require(LinuxFiles.tryRead(zero, memory.address() + 64, 64) == 64);
            require(LinuxFiles.tryReadv(zero, memory.address(), 1) == 64);
            require(LinuxFiles.tryWrite(zero, memory.address() + 64, 64) == 64);
            require(LinuxFiles.tryRead(counter, memory.address() + 64, 64) == -Errno.EAGAIN);
            require(LinuxFiles.tryReadv(counter, memory.address(), 1) == -Errno.EAGAIN);
            require(LinuxFiles.tryWrite(counter, memory.address() + 64, 1) == -Errno.EINVAL);
            require(LinuxFiles.poll(question, 1, 0) == 0);
        });

        assertEquals(0, bytes);
        LinuxFiles.close(zero);
        LinuxFiles.close(counter);
    }

    private static void require(boolean condition) {
        if (!condition) {
            throw new AssertionError();
        }
    }

    @Test
    void waits_goOn_whenASignalInterruptsThem() throws Exception {
        int fd = LinuxFiles.eventfd();
        long question = arena.allocate(LinuxFiles.POLLFD_BYTES, 4).address();
        LinuxFiles.putPollFd(question, fd, LinuxFiles.POLLIN);
        try (Epoll epoll = new Epoll()) {
            epoll.add(fd, Epoll.IN, 1);
            interruptDuring(() -> LinuxFiles.poll(question, 1, -1), fd);
            interruptDuring(() -> LinuxFiles.poll(question, 1, 60_000), fd);
            interruptDuring(epoll::await, fd);
        } finally {
            LinuxFiles.close(fd);
        }
    }

    /** Runs a wait in a thread, interrupts it by a signal while it sleeps in the kernel, and ends it by the event. */
    private void interruptDuring(IntSupplier wait, int event) throws Exception {
        CompletableFuture<Integer> id = new CompletableFuture<>();
        CompletableFuture<Integer> result = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            id.complete(LinuxThreads.currentId());
            try {
                result.complete(wait.getAsInt());
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        int thread = id.get();
        awaitInKernel(thread);
        long sleeps = sleeps(thread);
        Syscall.C.syscall(Syscall.TGKILL, ProcessHandle.current().pid(), thread, SIGPIPE);
        while (sleeps(thread) == sleeps && !result.isDone()) {
            Thread.onSpinWait();
        }
        assertFalse(result.isDone(), () -> "ended by the signal: " + result);
        LinuxFiles.signal(event);
        assertEquals(1, result.get(10, TimeUnit.SECONDS));
        LinuxFiles.read(event, arena.allocate(8, 8).address(), 8);
    }

    /** How often a thread has gone to sleep. */
    private static long sleeps(int thread) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/task/" + thread + "/status")).stream()
            .filter(line -> line.startsWith("voluntary_ctxt_switches:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", ""))).findFirst().orElse(-1);
    }

    private static void awaitInKernel(int thread) throws IOException {
        Path calls = Path.of("/proc/self/task/" + thread + "/syscall");
        Assumptions.assumeTrue(Files.isReadable(calls), calls + " cannot be read: it shows when a thread waits");
        // "number argument..." while in a call, "running" else; poll and epoll_wait (or epoll_pwait) on x86-64 and AArch64.
        while (Files.exists(calls) && !Files.readString(calls).matches("(?s)(7|232|281|73|22) .*")) {
            Thread.onSpinWait();
        }
    }

    /** The general system call, to send a signal to one thread. */
    public interface Syscall {
        long TGKILL = "aarch64".equals(System.getProperty("os.arch")) ? 131 : 234;
        Syscall C = LibraryLoader.create(Syscall.class).load("c");

        long syscall(long number, long a, long b, long c);
    }

    @Test
    void stat_tellsFilesFromOtherThings_andTheSameFromOthers() {
        int one = LinuxMemory.memfdCreate("one", LinuxMemory.MFD_CLOEXEC);
        int two = LinuxMemory.memfdCreate("two", LinuxMemory.MFD_CLOEXEC);
        int again = LinuxFiles.open("/proc/self/fd/" + one, LinuxFiles.O_RDONLY);
        int event = LinuxFiles.eventfd();
        int zero = LinuxFiles.open("/dev/zero", LinuxFiles.O_RDONLY);
        try {
            LinuxMemory.ftruncate(one, 12_345);
            LinuxFiles.Stat first = LinuxFiles.stat(one);
            assertTrue(first.regular());
            assertEquals(12_345, first.size());
            assertEquals(first, LinuxFiles.stat(again));
            assertNotEquals(first.inode(), LinuxFiles.stat(two).inode());
            assertEquals(0, LinuxFiles.stat(two).size());
            assertFalse(LinuxFiles.stat(event).regular());
            assertFalse(LinuxFiles.stat(zero).regular());
        } finally {
            for (int fd : new int[] {one, two, again, event, zero}) {
                LinuxFiles.close(fd);
            }
        }
    }

    @Test
    void stat_ofNothing_fails() {
        assertEquals(9, assertThrows(LinuxException.class, () -> LinuxFiles.stat(-1)).errno());
        assertThrows(PlatformException.class, () -> LinuxFiles.describe(-1));
    }

    @Test
    void describe_saysWhatADescriptorIs() {
        int zero = LinuxFiles.open("/dev/zero", LinuxFiles.O_RDONLY);
        int event = LinuxFiles.eventfd();
        assertEquals("/dev/zero", LinuxFiles.describe(zero));
        assertEquals("anon_inode:[eventfd]", LinuxFiles.describe(event));
        LinuxFiles.close(zero);
        LinuxFiles.close(event);
    }
}
