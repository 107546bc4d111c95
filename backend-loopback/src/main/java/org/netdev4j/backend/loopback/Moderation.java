package org.netdev4j.backend.loopback;

import org.netdev4j.api.Coalescing;

/**
 * Decides when the interrupt of an armed queue comes: at once, after so many packets, or so long after the first of them.
 * Under the lock of {@link LoopbackIngress}; the timer is the caller's.
 */
final class Moderation {
    private static final long NANOS_PER_USEC = 1_000;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    // Packets a second up to which a delay of so many microseconds is chosen: few packets are not delayed at all, since
    // nothing is gained by it; at many, tens of packets share an interrupt.
    private static final long[] ADAPTIVE_RATES = {20_000, 100_000, 500_000, Long.MAX_VALUE};
    private static final int[] ADAPTIVE_USECS = {0, 16, 32, 64};

    private long packets;
    private long packetsAtArm;
    private long packetsAtInterrupt;
    private long lastInterrupt;
    private boolean holding;
    private long due;
    private boolean timerRuns;
    private long timerDue;

    /** A packet was put into the queue. */
    void packet() {
        packets++;
    }

    /** The queue was armed: packets count from here. */
    void armed() {
        packetsAtArm = packets;
        holding = false;
    }

    /**
     * Packets were put into an armed queue.
     *
     * @param now on the platform's clock; asked for anew only where time matters
     * @return true if the interrupt is due
     */
    boolean isDue(Coalescing rules, long now) {
        long usecs = rules.adaptive() ? adaptiveUsecs(packets - packetsAtInterrupt, now - lastInterrupt) : rules.rxUsecs();
        if (usecs == 0 || rules.rxFrames() > 0 && packets - packetsAtArm >= rules.rxFrames()) {
            return true;
        }
        if (!holding) {
            holding = true;
            due = now + usecs * NANOS_PER_USEC;
        }
        return now - due >= 0;
    }

    /** Microseconds of delay for a rate. */
    static int adaptiveUsecs(long packets, long nanos) {
        long rate = (long) (packets * (double) NANOS_PER_SECOND / Math.max(1, nanos));
        int level = 0;
        while (rate > ADAPTIVE_RATES[level]) {
            level++;
        }
        return ADAPTIVE_USECS[level];
    }

    /** The interrupt is given. */
    void interrupted(long now) {
        holding = false;
        packetsAtInterrupt = packets;
        lastInterrupt = now;
    }

    /**
     * True, once, if a timer has to be set: an interrupt is held back, and no timer rings early enough. One that rings
     * too early is no harm: it finds that nothing is due.
     */
    boolean needsTimer() {
        boolean needed = holding && (!timerRuns || due - timerDue < 0);
        if (needed) {
            timerRuns = true;
            timerDue = due;
        }
        return needed;
    }

    /** When the timer must ring. */
    long due() {
        return due;
    }

    /** The timer rang. */
    void timerRang() {
        timerRuns = false;
    }

    /** True if an interrupt is held back. */
    boolean isHolding() {
        return holding;
    }

    /** As new: nothing is held back, no timer runs. */
    void reset() {
        holding = false;
        timerRuns = false;
    }
}
