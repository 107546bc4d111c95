package org.netdev4j.platform.linux;

import java.util.Arrays;
import org.netdev4j.platform.Threads;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.memory.Memory;

/**
 * Event counters of the kernel or of another process, each leading to a {@link WaitEvent} of this one: a thread waits for
 * all of them.
 *
 * <p>A source that is masked and fires stays pending and is passed on when it is unmasked. Thread-safe.
 */
public final class EventFds implements AutoCloseable {
    private static final long JOIN_MILLIS = 5_000;

    private final int[] fds;
    private final int stop;
    private final Memory polled;
    private final Memory drain = Memory.allocate("event counter", Long.BYTES);
    private final Thread thread;
    // All guarded by this.
    private final WaitEvent[] events;
    private final boolean[] masked;
    private final boolean[] pending;
    private boolean closed;

    /**
     * Makes event counters and waits for them.
     *
     * @param name  of the thread
     * @param count how many, above zero
     */
    public EventFds(String name, int count) {
        events = new WaitEvent[count];
        masked = new boolean[count];
        pending = new boolean[count];
        fds = new int[count];
        Arrays.fill(fds, -1);
        polled = Memory.allocate(name + ": polled", (long) (count + 1) * LinuxFiles.POLLFD_BYTES);
        stop = LinuxFiles.eventfd();
        try {
            for (int i = 0; i < count; i++) {
                fds[i] = LinuxFiles.eventfd();
                LinuxFiles.putPollFd(polled.address() + (long) i * LinuxFiles.POLLFD_BYTES, fds[i], LinuxFiles.POLLIN);
            }
        } catch (RuntimeException e) {
            release();
            throw e;
        }
        LinuxFiles.putPollFd(polled.address() + (long) count * LinuxFiles.POLLFD_BYTES, stop, LinuxFiles.POLLIN);
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** The descriptor of a counter, for whoever signals it; it stays open until this is closed. */
    public int fd(int index) {
        return fds[index];
    }

    private void run() {
        int count = fds.length;
        while (true) {
            LinuxFiles.poll(polled.address(), count + 1, -1);
            if (LinuxFiles.revents(polled.address() + (long) count * LinuxFiles.POLLFD_BYTES) != 0) {
                return;
            }
            for (int i = 0; i < count; i++) {
                if (LinuxFiles.revents(polled.address() + (long) i * LinuxFiles.POLLFD_BYTES) != 0) {
                    LinuxFiles.tryRead(fds[i], drain.address(), Long.BYTES);
                    fired(i);
                }
            }
        }
    }

    private synchronized void fired(int index) {
        if (masked[index] || events[index] == null) {
            pending[index] = true;
        } else {
            events[index].signal();
        }
    }

    /** Lets a counter signal an event instead of the one before; what fired before there was any is passed on. */
    public synchronized void route(int index, WaitEvent event) {
        events[index] = event;
        pass(index);
    }

    /** Masks or unmasks a counter. */
    public synchronized void mask(int index, boolean mask) {
        masked[index] = mask;
        pass(index);
    }

    private void pass(int index) {
        if (pending[index] && !masked[index] && events[index] != null) {
            pending[index] = false;
            events[index].signal();
        }
    }

    /** Closes the counters; no event is signalled any more when it returns. Idempotent. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            Arrays.fill(events, null);
        }
        LinuxFiles.signal(stop);
        if (Threads.join(thread, JOIN_MILLIS)) {
            // Else it still polls what would be freed: kept, rather than read after it is gone.
            release();
        }
    }

    private void release() {
        for (int fd : fds) {
            if (fd >= 0) {
                LinuxFiles.close(fd);
            }
        }
        LinuxFiles.close(stop);
        polled.close();
        drain.close();
    }
}
