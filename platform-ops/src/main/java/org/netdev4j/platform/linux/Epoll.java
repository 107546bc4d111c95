package org.netdev4j.platform.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.netdev4j.platform.LinuxException;

/**
 * An epoll instance: one thread waits on many descriptors, others arm them.
 *
 * <p>{@link #await} and {@link #tag} are for one thread; {@link #add} and {@link #arm} for any. {@link #close} must not run
 * while another call does. Waiting and arming allocate nothing.
 */
public final class Epoll implements AutoCloseable {
    /** Report each time there is something to read. */
    public static final int IN = 1;
    /** Report {@link #IN}, or an error, once; then nothing until {@link #arm}. */
    public static final int IN_ONCE = 1 | 1 << 30;
    /** Report nothing until {@link #arm}. */
    public static final int DISARMED = 1 << 30;

    private static final int MAX_EVENTS = 8;
    private static final int CLOEXEC = 0x8_0000;
    private static final int CTL_ADD = 1;
    private static final int CTL_MOD = 3;
    // struct epoll_event is packed on x86-64 only: [Linux include/uapi/linux/eventpoll.h, EPOLL_PACKED]
    private static final int DATA = System.getProperty("os.arch").equals("aarch64") ? 8 : 4;
    private static final int EVENT_BYTES = DATA + 8;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment events = arena.allocate((long) MAX_EVENTS * EVENT_BYTES, 8);
    // Written once: any thread may arm with it. It is the same for every descriptor but the tag, so there is one per tag.
    private final MemorySegment armed = arena.allocate((long) MAX_EVENTS * EVENT_BYTES, 8);
    private final int fd;

    /** A new instance that watches nothing. */
    public Epoll() {
        fd = Linux.check(Linux.c().epoll_create1(CLOEXEC), "epoll_create1()");
        for (int tag = 0; tag < MAX_EVENTS; tag++) {
            put(armed, tag, IN_ONCE, tag);
        }
    }

    /**
     * Watches a descriptor, which leaves by itself when it is closed.
     *
     * @param events {@link #IN}, {@link #IN_ONCE} or {@link #DISARMED}
     * @param tag    what {@link #tag} will say, 0 to 7; one descriptor per tag
     */
    public void add(int descriptor, int events, int tag) {
        try (Arena local = Arena.ofConfined()) {
            MemorySegment event = local.allocate(EVENT_BYTES, 8);
            put(event, 0, events, tag);
            int result = Linux.c().epoll_ctl(fd, CTL_ADD, descriptor, event.address());
            Linux.check(result, "epoll_ctl(add fd " + descriptor + ")");
        }
    }

    /**
     * Makes {@link #await} return once when the descriptor is readable, at once if it is.
     *
     * @param descriptor added before with this tag
     */
    public void arm(int descriptor, int tag) {
        if (Linux.c().epoll_ctl(fd, CTL_MOD, descriptor, armed.address() + (long) tag * EVENT_BYTES) < 0) {
            throw Linux.failure("epoll_ctl(arm fd " + descriptor + ")", Linux.errno());
        }
    }

    /**
     * Waits for ever until a watched descriptor has something to report.
     *
     * @return how many do
     */
    public int await() {
        while (true) {
            int ready = Linux.c().epoll_wait(fd, events.address(), MAX_EVENTS, -1);
            if (ready >= 0) {
                return ready;
            }
            int errno = Linux.errno();
            if (errno != Errno.EINTR) {
                throw Linux.failure("epoll_wait()", errno);
            }
        }
    }

    /** Which descriptor the event {@code index} of the last {@link #await} is about. */
    public int tag(int index) {
        return events.get(ValueLayout.JAVA_INT_UNALIGNED, (long) index * EVENT_BYTES + DATA);
    }

    private static void put(MemorySegment into, int index, int events, int tag) {
        into.set(ValueLayout.JAVA_INT_UNALIGNED, (long) index * EVENT_BYTES, events);
        into.set(ValueLayout.JAVA_LONG_UNALIGNED, (long) index * EVENT_BYTES + DATA, tag);
    }

    /**
     * Stops watching. Not to be called twice.
     *
     * @throws LinuxException if the system refuses; the memory is freed all the same
     */
    @Override
    public void close() {
        try {
            LinuxFiles.close(fd);
        } finally {
            arena.close();
        }
    }
}
