package org.netdev4j.platform.wire;

import java.util.function.Supplier;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.linux.Epoll;
import org.netdev4j.platform.linux.Errno;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.linux.LinuxSockets;
import org.netdev4j.platform.memory.Memory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread behind a TAP wire's notification: sleeps until a frame comes that somebody waits for, the state of a link of
 * this machine changes, or the wire closes.
 *
 * <p>The TAP is watched once per {@link #arm()}, so that traffic which nobody waits for wakes nobody. Arming is one call and
 * does not wake the thread.
 */
final class TapWatcher implements AutoCloseable {
    /** How the link is. */
    enum State {
        UP,
        DOWN,
        /** The interface was removed, for good. */
        GONE
    }

    private static final Logger LOG = LoggerFactory.getLogger(TapWatcher.class);

    private static final int TAP = 0;
    private static final int LINKS = 1;
    private static final int STOP = 2;
    private static final int NETLINK_ROUTE = 0;
    // [Linux include/uapi/linux/rtnetlink.h]
    private static final int RTMGRP_LINK = 1;
    private static final int NETLINK_ROOM = 8192;

    private final int tap;
    private final Supplier<State> asker;
    private final Releases releases = new Releases();
    private final Memory messages;
    private final int links;
    private final int stop;
    private final Epoll epoll;
    private final Thread thread;
    private volatile WaitEvent event;
    private volatile boolean armed;
    private volatile State state;
    private volatile boolean stopping;

    /**
     * Starts watching.
     *
     * @param tap   stays open until this is closed
     * @param asker asks the kernel how the link is
     */
    TapWatcher(String name, int tap, Supplier<State> asker) {
        this.tap = tap;
        this.asker = asker;
        try {
            messages = releases.add(Memory.allocate(name + " netlink", NETLINK_ROOM));
            int type = LinuxSockets.SOCK_RAW | LinuxSockets.SOCK_NONBLOCK;
            links = releases.addFd(LinuxSockets.socket(LinuxSockets.AF_NETLINK, type, NETLINK_ROUTE));
            LinuxSockets.bindNetlink(links, RTMGRP_LINK);
            stop = releases.addFd(LinuxFiles.eventfd());
            epoll = releases.add(new Epoll());
            epoll.add(tap, Epoll.DISARMED, TAP);
            epoll.add(links, Epoll.IN, LINKS);
            epoll.add(stop, Epoll.IN, STOP);
            // After joining the group: a change from here on is reported.
            state = asker.get();
            thread = new Thread(this::run, name);
            thread.setDaemon(true);
            thread.start();
        } catch (RuntimeException e) {
            releases.close();
            throw e;
        }
    }

    /** How the link was when it last changed. */
    State state() {
        return state;
    }

    /** Names the event to signal, or null; without one nothing is armed. */
    void notify(WaitEvent next) {
        event = next;
        if (next != null) {
            armed = true;
            epoll.arm(tap, TAP);
        }
    }

    /** Signals the event once when a frame is there, at once if one is. For the receiving thread, when it found none. */
    void arm() {
        // If armed is still true though the watcher is about to clear it, the signal that follows the clearing is for us.
        if (event != null && !armed) {
            armed = true;
            epoll.arm(tap, TAP);
        }
    }

    private void run() {
        try {
            while (!stopping) {
                int ready = epoll.await();
                for (int i = 0; i < ready && !stopping; i++) {
                    switch (epoll.tag(i)) {
                        case TAP -> {
                            // In this order: who is woken, and finds nothing, must be able to arm again.
                            armed = false;
                            signal();
                        }
                        case LINKS -> {
                            drainLinks();
                            refreshLink();
                        }
                        default -> stopping = true;
                    }
                }
            }
        } catch (PlatformException e) {
            LOG.error("{}: no more notifications: {}", thread.getName(), e.getMessage());
        }
    }

    /** The messages only say that something changed; what it is now is asked, so that a lost message does no harm. */
    private void drainLinks() {
        long n;
        do {
            n = LinuxFiles.tryRead(links, messages.address(), messages.size());
        } while (n > 0 || n == -Errno.ENOBUFS);
    }

    private void refreshLink() {
        State now = asker.get();
        if (now != state) {
            state = now;
            signal();
        }
    }

    private void signal() {
        WaitEvent waiting = event;
        if (waiting != null) {
            waiting.signal();
        }
    }

    /** Stops the thread and waits for its end, unless this is it. Not to be called twice, or while another call runs. */
    @Override
    public void close() {
        stopping = true;
        LinuxFiles.signal(stop);
        boolean interrupted = false;
        while (thread.isAlive() && thread != Thread.currentThread()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        releases.close();
    }
}
