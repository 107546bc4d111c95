package org.netdev4j.backend.ena;

import java.util.concurrent.atomic.AtomicBoolean;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.Timers;
import org.netdev4j.platform.WaitEvent;

/**
 * Brings what the management interrupt announces to where it belongs: completions to those who wait for them, at once,
 * and events to a thread of the driver's own, so that whoever signals is not held up.
 */
final class EventPump implements WaitEvent {
    private final AdminQueue admin;
    private final Aenq aenq;
    private final Aenq.Handler handler;
    private final AtomicBoolean due = new AtomicBoolean();
    private volatile Timers timers;
    private volatile boolean open;

    EventPump(AdminQueue admin, Aenq aenq, Aenq.Handler handler) {
        this.admin = admin;
        this.aenq = aenq;
        this.handler = handler;
    }

    /** Begins to hand out events, when there are timers to do it on. */
    void open() {
        open = true;
        aenq.enable();
    }

    /** Hands out no more events, but for one that is being handled. */
    void shut() {
        open = false;
        aenq.disable();
    }

    /** Makes the thread and returns its timers, for others' work too. */
    Timers start(Platform platform, String name) {
        timers = platform.newTimers(name);
        return timers;
    }

    /** Ends the thread; afterwards nothing of the driver's runs on it. */
    void stop() {
        open = false;
        Timers running = timers;
        if (running != null) {
            timers = null;
            running.close();
        }
    }

    /** The management interrupt. Any thread, never waits. */
    @Override
    public void signal() {
        admin.onInterrupt();
        soon();
    }

    /** Looks for events on the driver's thread. */
    void soon() {
        Timers running = timers;
        if (open && running != null && due.compareAndSet(false, true)) {
            running.after("events", 0, this::take);
        }
    }

    /** Looks for events. On the driver's thread. */
    void take() {
        due.set(false);
        if (open && aenq.process(handler)) {
            soon();
        }
    }

    @Override
    public boolean await(Deadline deadline) {
        throw new UnsupportedOperationException("nobody waits for the management interrupt itself");
    }

    @Override
    public boolean poll() {
        return false;
    }
}
