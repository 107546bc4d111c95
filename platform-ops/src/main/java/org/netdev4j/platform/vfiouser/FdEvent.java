package org.netdev4j.platform.vfiouser;

import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.memory.Memory;

/** The peer's end of an event: a descriptor of an event counter that is signalled here and waited for there. */
public final class FdEvent implements WaitEvent, AutoCloseable {
    private static final String EVENT = "anon_inode:[eventfd]";
    private static final Memory ONE = one();

    private final int fd;
    private boolean closed;

    private FdEvent(int fd) {
        this.fd = fd;
    }

    /**
     * Takes over a descriptor. Signalling it does not wait from now on, whoever made it.
     *
     * @throws VfioUserException if it is no event counter: what is written to other things may wait, or do harm; the
     *                           descriptor is closed then
     */
    static FdEvent of(int fd) {
        try {
            String what = LinuxFiles.describe(fd);
            if (!EVENT.equals(what)) {
                throw VfioUserException.invalid("a descriptor is no event but " + what);
            }
            FdEvent event = new FdEvent(fd);
            event.letNobodyWait();
            return event;
        } catch (PlatformException e) {
            LinuxFiles.close(fd);
            throw e;
        }
    }

    private void letNobodyWait() {
        int flags = LinuxFiles.fcntl(fd, LinuxFiles.F_GETFL, 0);
        LinuxFiles.fcntl(fd, LinuxFiles.F_SETFL, flags | LinuxFiles.O_NONBLOCK);
    }

    private static Memory one() {
        Memory one = Memory.allocate("one event", Long.BYTES);
        one.putLong(0, 1);
        return one;
    }

    /**
     * Signals. A peer that does not listen, or is gone, is no failure. One that means ill can make this wait, since how its
     * descriptor behaves is its own to say: {@link #release()} ends that. Not during or after {@link #close()}.
     */
    @Override
    public void signal() {
        LinuxFiles.tryWrite(fd, ONE.address(), Long.BYTES);
    }

    /**
     * The peer waits, not this process.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public boolean await(Deadline deadline) {
        throw new UnsupportedOperationException("the peer waits for this event");
    }

    /**
     * The peer waits, not this process.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public boolean poll() {
        throw new UnsupportedOperationException("the peer waits for this event");
    }

    /**
     * Lets go whoever waits in {@link #signal()}, by counting the event down; what it counted is lost. For
     * the end of a peer. Any thread.
     */
    public synchronized void release() {
        if (!closed) {
            letNobodyWait();
            try (Memory count = Memory.allocate("event", Long.BYTES)) {
                LinuxFiles.tryRead(fd, count.address(), Long.BYTES);
            }
        }
    }

    /** Closes the descriptor. Idempotent. */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            LinuxFiles.close(fd);
        }
    }
}
