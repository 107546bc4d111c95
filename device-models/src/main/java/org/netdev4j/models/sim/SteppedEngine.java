package org.netdev4j.models.sim;

import org.netdev4j.models.device.DeviceModel;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.Timers;
import org.netdev4j.platform.WaitEvent;

/**
 * Virtual time: turns are given by the clock's timers, on the thread that moves it. While there is work a turn comes
 * every {@value #TICK} ns; when there has been none for a while, only when the device is woken or something is due. One
 * thread at a time, like the clock.
 */
final class SteppedEngine implements Engine {
    /** Virtual nanoseconds between turns. */
    static final long TICK = 2_000;

    // So that a driver which polls without pause meets a device that is awake, without a timer made for each doorbell.
    private static final int IDLE_TICKS = 64;
    // A device that always has work must not keep time from passing.
    private static final int MOST_STEPS = 256;

    private final String name;
    private final Clock clock;
    private final Timers timers;
    private final Wake wake = new Wake();
    private Turns turns;
    private Timers.Task ticking;
    private Timers.Task due;
    private boolean inTurn;
    private boolean woken;
    private boolean closed;
    private int idle;

    SteppedEngine(String name, Platform platform) {
        this.name = name;
        this.clock = platform.clock();
        this.timers = platform.newTimers(name);
    }

    @Override
    public void start(Turns what) {
        turns = what;
        wake();
    }

    @Override
    public void wake() {
        woken = true;
        if (ticking == null && turns != null && !closed) {
            if (due != null) {
                due.cancel();
                due = null;
            }
            idle = 0;
            ticking = timers.every(name, TICK, this::tick);
        }
    }

    private void tick() {
        boolean worked = turn();
        idle = worked || woken ? 0 : idle + 1;
        woken = false;
        if (idle > IDLE_TICKS && ticking != null) {
            ticking.cancel();
            ticking = null;
            sleepUntilDue();
        }
    }

    private boolean turn() {
        if (inTurn || closed) {
            return false;
        }
        inTurn = true;
        try {
            int steps = 0;
            while (steps < MOST_STEPS && turns.step()) {
                steps++;
            }
            return steps > 0;
        } finally {
            inTurn = false;
        }
    }

    private void sleepUntilDue() {
        long at = turns.nextDueNanos();
        if (at != DeviceModel.NEVER && !closed) {
            due = timers.after(name, at - clock.nanoTime(), this::wakeWhenDue);
        }
    }

    private void wakeWhenDue() {
        due = null;
        wake();
        tick();
    }

    @Override
    public WaitEvent event() {
        return wake;
    }

    /** There is one thread: if it is here, either the device has no turn, or this is called from within it. */
    @Override
    public void exclusively(Runnable work) {
        work.run();
        wake();
    }

    @Override
    public void close() {
        closed = true;
        timers.close();
        ticking = null;
        due = null;
    }

    /** An event that nobody waits for: its signal is a call. */
    private final class Wake implements WaitEvent {
        @Override
        public void signal() {
            wake();
        }

        @Override
        public boolean await(Deadline deadline) {
            throw new IllegalStateException(name + ": nobody waits for a device that is stepped");
        }

        @Override
        public boolean poll() {
            return false;
        }
    }
}
