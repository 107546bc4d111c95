package org.netdev4j.platform;

import java.util.concurrent.TimeUnit;

/**
 * Rounds that two threads play in step, one leading: as many as asked for, but fewer on a machine so busy that each step waits
 * for the scheduler.
 */
public final class Rounds {
    private static final long ENOUGH_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final int SPINS = 200;

    private final long end = System.nanoTime() + ENOUGH_NANOS;
    private volatile boolean over;
    private int played;

    /** For the leader, before each round: whether to play it. */
    public boolean again(int most) {
        if (played == most || System.nanoTime() - end > 0) {
            over = true;
            return false;
        }
        played++;
        return true;
    }

    /** For the one who follows, while it waits. */
    public boolean over() {
        return over;
    }

    /** Rounds that the leader began. */
    public int played() {
        return played;
    }

    /** A turn of a wait for the other thread, which may need this processor to go on. */
    public static int pause(int turn) {
        if (turn < SPINS) {
            Thread.onSpinWait();
        } else {
            Thread.yield();
        }
        return turn + 1;
    }
}
