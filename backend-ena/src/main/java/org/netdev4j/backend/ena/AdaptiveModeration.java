package org.netdev4j.backend.ena;

/**
 * Chooses the delay of receive interrupts by what the traffic makes of it: climbs from level to level while throughput
 * grows, or stays and needs fewer interrupts; turns when it gets worse; rests when both ways are worse, until the
 * traffic changes. The levels and the order of what counts are those of Linux's DIM, which its ENA driver uses [AMZN
 * net_dim.c].
 *
 * <p>For the queue's thread. A measurement is {@value #INTERRUPTS} interrupts long.
 */
final class AdaptiveModeration {
    /** Interrupts between two decisions. */
    static final int INTERRUPTS = 64;

    private static final int[] LEVEL_MICROS = {1, 8, 64, 128, 256};
    private static final int FIRST_LEVEL = 1;
    // A difference of less than one part in so many is none.
    private static final double SIGNIFICANT = 0.1;
    private static final int MOST_STEPS = 2 * LEVEL_MICROS.length;

    private int level;
    private int direction;
    private int turns;
    private int steps;
    private boolean resting;
    // Where the measurement began.
    private int events;
    private long packets;
    private long bytes;
    private long started;
    private boolean measuring;
    // What the measurement before found, per second; below zero if there was none.
    private double byteRate;
    private double packetRate;
    private double eventRate;

    AdaptiveModeration() {
        reset();
    }

    /** As new. */
    void reset() {
        level = FIRST_LEVEL;
        direction = 1;
        turns = 0;
        steps = 0;
        resting = false;
        measuring = false;
        byteRate = -1;
    }

    /** The delay now. */
    int micros() {
        return LEVEL_MICROS[level];
    }

    /**
     * An interrupt has been served.
     *
     * @param totalPackets that the queue has received
     * @param totalBytes   of those
     * @param nowNanos     monotonic
     */
    void served(long totalPackets, long totalBytes, long nowNanos) {
        if (!measuring) {
            begin(totalPackets, totalBytes, nowNanos);
            return;
        }
        events++;
        long nanos = nowNanos - started;
        if (events < INTERRUPTS || nanos <= 0) {
            return;
        }
        double perSecond = 1e9 / nanos;
        decide((totalBytes - bytes) * perSecond, (totalPackets - packets) * perSecond, events * perSecond);
        begin(totalPackets, totalBytes, nowNanos);
    }

    private void begin(long totalPackets, long totalBytes, long nowNanos) {
        measuring = true;
        events = 0;
        packets = totalPackets;
        bytes = totalBytes;
        started = nowNanos;
    }

    private void decide(double newBytes, double newPackets, double newEvents) {
        int outcome = byteRate < 0 ? 1 : compare(newBytes, newPackets, newEvents);
        if (resting) {
            if (outcome == 0) {
                // Compared with what it was when the rest began, so that a slow change is seen too.
                return;
            }
            resting = false;
            turns = 0;
            steps = 0;
            direction = level == 0 ? 1 : -1;
            step();
        } else {
            if (outcome <= 0) {
                direction = -direction;
                turns++;
            }
            if (turns >= 2 && outcome > 0 || steps >= MOST_STEPS || !step()) {
                resting = true;
            }
        }
        byteRate = newBytes;
        packetRate = newPackets;
        eventRate = newEvents;
    }

    /** One level on; false if there is none, or the best one has been passed both ways. */
    private boolean step() {
        int next = level + direction;
        if (next < 0 || next == LEVEL_MICROS.length) {
            return false;
        }
        level = next;
        steps++;
        return true;
    }

    /** Above zero if it got better, below if worse. */
    private int compare(double newBytes, double newPackets, double newEvents) {
        if (differs(newBytes, byteRate)) {
            return newBytes > byteRate ? 1 : -1;
        }
        if (differs(newPackets, packetRate)) {
            return newPackets > packetRate ? 1 : -1;
        }
        if (differs(newEvents, eventRate)) {
            return newEvents < eventRate ? 1 : -1;
        }
        return 0;
    }

    private static boolean differs(double now, double before) {
        return Math.abs(now - before) > SIGNIFICANT * before;
    }
}
