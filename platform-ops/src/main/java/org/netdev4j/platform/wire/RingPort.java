package org.netdev4j.platform.wire;

import java.util.Optional;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.memory.Memory;

/** What the ports of in-process wires have in common: frames arrive in a ring of the port's own. */
abstract class RingPort implements WirePort {
    /** Room for arriving frames when nobody says otherwise: two thirds of a thousand full frames. */
    static final int STANDARD_BYTES = 1 << 20;

    final FrameRing arriving;

    private final String name;
    private final Clock clock;
    private volatile boolean closed;

    // Written by the sending thread, read racily.
    private long sentFrames;
    private long sentBytes;
    private long sentDropped;

    // Written by the receiving thread, read racily.
    private long receivedFrames;
    private long receivedBytes;
    private long truncated;
    private long takenAt;

    RingPort(String name, Clock clock, long bytes) {
        this.name = name;
        this.clock = clock;
        this.arriving = new FrameRing("wire " + name, bytes);
    }

    /** Counts a frame that was taken from the sender. */
    final void countSent(int length) {
        sentFrames++;
        sentBytes += length;
    }

    /** Counts a frame that was taken from the sender and reaches nobody. */
    final void countLost(int length) {
        countSent(length);
        sentDropped++;
    }

    /** Frames lost on their way to this port, besides those that its own sender lost. */
    long arrivalsDropped() {
        return 0;
    }

    @Override
    public final int receive(Memory into, long offset, int capacity) {
        requireRoom(capacity);
        if (closed) {
            return EMPTY;
        }
        int length = arriving.next();
        if (length == EMPTY) {
            return EMPTY;
        }
        int kept = Math.min(length, capacity);
        arriving.memory().copyTo(arriving.offset(), into, offset, kept);
        arriving.release();
        if (kept < length) {
            truncated++;
        }
        receivedFrames++;
        receivedBytes += kept;
        takenAt = 0;
        return kept;
    }

    /** Refuses a buffer without room: its cut frame could not be told from no frame. */
    static void requireRoom(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("there must be room for a byte: capacity=" + capacity);
        }
    }

    /**
     * The instant at which the frame was taken off, asked of the clock when this is first called for it: an in-process wire
     * has no time of its own, and a clock reading for every frame would cost more than moving it.
     */
    @Override
    public final long receivedAtEpochNanos() {
        if (takenAt == 0 && receivedFrames > 0) {
            takenAt = clock.epochNanos();
        }
        return takenAt;
    }

    @Override
    public final long truncated() {
        return truncated;
    }

    @Override
    public final boolean readable() {
        return !closed && !arriving.isEmpty();
    }

    @Override
    public final void notify(WaitEvent event) {
        if (!closed) {
            arriving.setEvent(event);
        }
    }

    @Override
    public final Optional<WireStats> stats() {
        return Optional.of(
            new WireStats(sentFrames, sentBytes, receivedFrames, receivedBytes, sentDropped + arrivalsDropped()));
    }

    /** True once {@link #close} was called. */
    final boolean isClosed() {
        return closed;
    }

    /** Marks the port closed; the ring is freed by whoever knows that nobody else uses it. */
    final void markClosed() {
        closed = true;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final String toString() {
        return "wire " + name;
    }
}
