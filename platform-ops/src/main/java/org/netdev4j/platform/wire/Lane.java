package org.netdev4j.platform.wire;

import org.netdev4j.platform.RandomSource;
import org.netdev4j.platform.memory.Memory;

/**
 * One direction of an {@link ImpairedWire}: decides what becomes of each frame and keeps those that are under way.
 *
 * <p>The numbers for a frame are drawn all at once and always as many, so that to switch one impairment on does not change
 * what the others do. Times are nanoseconds from a start of the user's, never negative. One thread at a time, except for
 * {@link #isEmpty}.
 */
final class Lane implements AutoCloseable {
    /** {@link #nextDue()} if nothing is under way. */
    static final long NEVER = Long.MAX_VALUE;
    private static final long NO_STAMP = Long.MIN_VALUE;

    /**
     * What a frame occupies on an Ethernet line besides itself: preamble and start delimiter 8, FCS 4, gap 12 octets; and
     * the least that a frame is padded to, without FCS [IEEE 802.3-2018, 3.1.1 and 4.4.2].
     */
    private static final int LINE_OVERHEAD = 24;
    private static final int LEAST_ON_LINE = 60;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private final Impairments what;
    private final RandomSource random;
    // Frames in order; tag: when due. Null if nothing is held.
    private final FrameRing line;
    // Frames held back, in order as well, since all are held back alike; tag: when due at the latest; mark: value of passed
    // at which so many have overtaken it. Null if nothing is reordered.
    private final FrameRing heldBack;

    private boolean decided;
    private boolean lost;
    private boolean corrupted;
    private double corruptedAt;
    private boolean duplicated;
    private boolean reordered;
    private double jitter;

    private long heldBytes;
    private int entered;
    private int passed;
    private long lineFree;
    private long lineRemainder;
    private long lastDue;
    private FrameRing chosen;
    private int chosenLength;
    private long throughAt;

    Lane(String name, Impairments what, RandomSource random) {
        this.what = what;
        this.random = random;
        long room = what.queueBytes() + 4L * WirePort.MAX_FRAME;
        line = what.holds() ? new FrameRing(name, room) : null;
        heldBack = what.reordering() > 0 ? new FrameRing(name + ", held back", room) : null;
    }

    /** True if frames go through {@link #put} and {@link #next}; false if they can be passed on at once. */
    boolean holds() {
        return line != null;
    }

    /**
     * Decides about the next frame, unless that is done already: a frame that could not be sent is not thrown dice for
     * twice.
     */
    void decide() {
        if (decided) {
            return;
        }
        lost = random.nextDouble() < what.loss();
        corrupted = random.nextDouble() < what.corruption();
        corruptedAt = random.nextDouble();
        duplicated = random.nextDouble() < what.duplication();
        reordered = random.nextDouble() < what.reordering();
        jitter = 2 * random.nextDouble() - 1;
        decided = true;
    }

    /** The frame decided about is gone; the next one gets numbers of its own. */
    void decisionUsed() {
        decided = false;
    }

    /** Whether the frame decided about is lost. */
    boolean lost() {
        return lost;
    }

    /** Whether a bit of the frame decided about is inverted. */
    boolean corrupted() {
        return corrupted;
    }

    /** Inverts the bit. */
    void corrupt(Memory frame, long offset, int length) {
        long bit = (long) (corruptedAt * length * Byte.SIZE);
        long at = offset + bit / Byte.SIZE;
        frame.putByte(at, (byte) (frame.getByte(at) ^ 1 << bit % Byte.SIZE));
    }

    /** True if a frame of any length can be {@link #put}, twice. */
    boolean hasRoom() {
        return heldBytes < what.queueBytes() && line.hasRoom(2, WirePort.MAX_FRAME)
            && (heldBack == null || heldBack.hasRoom(1, WirePort.MAX_FRAME));
    }

    /**
     * Takes a frame in, as decided; there must be room.
     *
     * @param epochNanos when it arrived; 0 if that is not known
     */
    void put(Memory frame, long offset, int length, long epochNanos, long now) {
        long epochAtStart = epochNanos == 0 ? NO_STAMP : epochNanos - now;
        long due = whenDue(length, now);
        if (reordered) {
            heldBack.push(frame, offset, length, epochAtStart, due + what.heldNanos(), entered + what.heldFrames());
            heldBytes += length;
        } else {
            enter(frame, offset, length, epochAtStart, due);
        }
        if (duplicated) {
            enter(frame, offset, length, epochAtStart, whenDue(length, now));
        }
        decided = false;
    }

    private void enter(Memory frame, long offset, int length, long epochAtStart, long due) {
        line.push(frame, offset, length, epochAtStart, due, 0);
        heldBytes += length;
        entered++;
    }

    private long whenDue(int length, long now) {
        long departed = now;
        if (what.bitsPerSecond() > 0) {
            if (lineFree <= now) {
                lineFree = now;
                lineRemainder = 0;
            }
            // The time of a frame in whole nanoseconds, with what is left over counted to the next.
            long bits = (Math.max(length, LEAST_ON_LINE) + LINE_OVERHEAD) * (long) Byte.SIZE;
            long scaled = bits * NANOS_PER_SECOND + lineRemainder;
            lineFree += scaled / what.bitsPerSecond();
            lineRemainder = scaled % what.bitsPerSecond();
            departed = lineFree;
        }
        lastDue = Math.max(lastDue, departed + what.delayNanos() + (long) (jitter * what.jitterNanos()));
        return lastDue;
    }

    /**
     * Finds the next frame that is through. It stays until {@link #release}.
     *
     * @return its length, or {@link WirePort#EMPTY}
     */
    int next(long now) {
        int inLine = line.next();
        int held = heldBack == null ? WirePort.EMPTY : heldBack.next();
        boolean lineReady = inLine != WirePort.EMPTY && line.tag() <= now;
        if (held != WirePort.EMPTY && overtaken()) {
            // Through with the last one that overtook it, which left throughAt behind.
            chosen = heldBack;
            chosenLength = held;
        } else if (held != WirePort.EMPTY && heldBack.tag() <= now && (!lineReady || heldBack.tag() < line.tag())) {
            chosen = heldBack;
            chosenLength = held;
            throughAt = heldBack.tag();
        } else if (lineReady) {
            chosen = line;
            chosenLength = inLine;
            throughAt = line.tag();
        } else {
            return WirePort.EMPTY;
        }
        return chosenLength;
    }

    private boolean overtaken() {
        return what.heldFrames() > 0 && passed - heldBack.mark() >= 0;
    }

    /** When the next frame is through if no other comes, or {@link #NEVER}. */
    long nextDue() {
        long due = line.next() == WirePort.EMPTY ? NEVER : line.tag();
        if (heldBack == null || heldBack.next() == WirePort.EMPTY) {
            return due;
        }
        return overtaken() ? throughAt : Math.min(due, heldBack.tag());
    }

    /** Where the frame is that {@link #next} found. */
    Memory memory() {
        return chosen.memory();
    }

    /** Its first byte. */
    long offset() {
        return chosen.offset();
    }

    /** When it was through, in nanoseconds since 1970; 0 if it is not known when it arrived. */
    long epochNanos() {
        return chosen.stamp() == NO_STAMP ? 0 : chosen.stamp() + throughAt;
    }

    /** Gives up the frame that {@link #next} found. */
    void release() {
        chosen.release();
        heldBytes -= chosenLength;
        if (chosen == line) {
            passed++;
        }
    }

    /** True if nothing is under way. Any thread. */
    boolean isEmpty() {
        return line == null || line.isEmpty() && (heldBack == null || heldBack.isEmpty());
    }

    /** Frees the memory. Idempotent. */
    @Override
    public void close() {
        if (line != null) {
            line.close();
        }
        if (heldBack != null) {
            heldBack.close();
        }
    }
}
