package org.netdev4j.cli.app;

import org.netdev4j.cli.config.Rate;
import org.netdev4j.platform.Clock;

/**
 * Says when the next frame may leave. Time lost is made up for, up to a second of it, so that the rate holds on average. One thread;
 * allocates nothing.
 */
final class Pacer {
    /** Bytes that a frame takes on the wire besides its own: preamble 8, FCS 4, gap 12 [IEEE 802.3-2022 §3.1.1, §4.4.2]. */
    static final int WIRE_OVERHEAD = 24;

    private static final long PICOS_PER_SECOND = 1_000_000_000_000L;
    private static final long PICOS_PER_NANO = 1_000;
    private static final long MOST_ARREARS_NANOS = 1_000_000_000L;

    private final Clock clock;
    private final Rate rate;
    private boolean started;
    // When the next frame is due: on the clock, and the picoseconds that do not make up a nanosecond.
    private long dueNanos;
    private long duePicos;
    // As captured: the instant on the clock of the capture's time zero.
    private long captureZero;

    Pacer(Rate rate, Clock clock) {
        this.rate = rate;
        this.clock = clock;
    }

    /** True if the next frame, captured then, may leave now. */
    boolean due(long capturedNanos) {
        if (rate.limit() == Rate.Limit.NONE) {
            return true;
        }
        long now = clock.nanoTime();
        if (!started) {
            started = true;
            dueNanos = now;
            captureZero = now - capturedNanos;
        }
        if (rate.limit() == Rate.Limit.AS_CAPTURED) {
            return captureZero + capturedNanos - now <= 0;
        }
        if (now - dueNanos > MOST_ARREARS_NANOS) {
            dueNanos = now - MOST_ARREARS_NANOS;
        }
        return dueNanos - now <= 0;
    }

    /** A frame of so many bytes has had its turn. */
    void sent(int bytes) {
        switch (rate.limit()) {
            case PACKETS -> advance(PICOS_PER_SECOND / rate.perSecond());
            case BITS -> advance((bytes + WIRE_OVERHEAD) * 8L * PICOS_PER_SECOND / rate.perSecond());
            case NONE, AS_CAPTURED -> {
                // these do not count
            }
        }
    }

    private void advance(long picos) {
        long sum = duePicos + picos;
        dueNanos += sum / PICOS_PER_NANO;
        duePicos = sum % PICOS_PER_NANO;
    }
}
