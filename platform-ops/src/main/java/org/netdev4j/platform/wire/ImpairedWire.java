package org.netdev4j.platform.wire;

import java.util.Optional;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.Mutex;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.RandomSource;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.memory.Memory;

/**
 * A wire around another that loses, corrupts, duplicates, paces, delays and reorders frames, in each direction by itself.
 *
 * <p>A frame meets, in this order: loss; corruption of one bit; duplication; the rate of the line (a frame is through when
 * its last bit is; padded to 60 bytes, with 24 more for preamble, FCS and gap); delay with jitter; reordering. A frame held
 * back does not hold up its duplicate.
 *
 * <p>The outcome is decided by the seed, the frames, and the clock at each call. What is held is bounded by {@link
 * Impairments#queueBytes()}: a fuller wire makes {@link #send} return false, and leaves arriving frames in the wire behind.
 * Frames lost on purpose count as taken and in {@link WireStats#dropped()}.
 *
 * <p>A received frame is through when it is due on the clock and {@link #receive} is called, never by waiting. Its arrival
 * counts from the call that finds it in the wire behind. {@link #readable()} may be true for a frame that will be lost or
 * delayed. Sent frames that are held are passed on by the platform's timers and by later sends; {@link #close} passes on all
 * of them at once. Threads as {@link WirePort} says. A frame allocates nothing; a timer, one at a time for any number of
 * frames, does.
 */
public final class ImpairedWire implements WirePort {
    /** How soon a frame is offered again that the wire behind had no room for. */
    private static final long RETRY_NANOS = 100_000;
    /** Frames lost in one call at most, so that a call ends even when all are lost and the wire behind has no end. */
    private static final int MOST_LOST_AT_ONCE = 256;

    private final WirePort behind;
    private final Clock clock;
    private final long start;
    private final Lane sending;
    private final Lane receiving;
    private final boolean sendUntouched;
    private final boolean receiveUntouched;
    private final Memory sendCopy;
    private final Memory receiveCopy;
    private final Mutex sendMutex;
    private final Alarm sendAlarm;
    private final Alarm receiveAlarm;
    private volatile WaitEvent event;
    // When a received frame is due next, for threads that may not look into the lane.
    private volatile long receiveDue = Lane.NEVER;
    private volatile boolean closed;

    private long sentFrames;
    private long sentBytes;
    private long sentDropped;
    private long receivedFrames;
    private long receivedBytes;
    private long receivedDropped;
    private long truncated;
    private long stamp;

    /**
     * Puts impairments on a wire.
     *
     * @param behind   the wire, which is closed with this one
     * @param platform clock and timers
     */
    public ImpairedWire(WirePort behind, Impairments impairments, Platform platform) {
        this.behind = behind;
        this.clock = platform.clock();
        this.start = clock.nanoTime();
        RandomSource seeded = RandomSource.seeded(impairments.seed());
        RandomSource forSending = seeded.split();
        RandomSource forReceiving = seeded.split();
        sendUntouched = !impairments.any() || impairments.direction() == Impairments.Direction.RECEIVE;
        receiveUntouched = !impairments.any() || impairments.direction() == Impairments.Direction.SEND;
        Impairments none = Impairments.builder().build();
        sending = new Lane("sent on " + behind.name(), sendUntouched ? none : impairments, forSending);
        receiving = new Lane("received on " + behind.name(), receiveUntouched ? none : impairments, forReceiving);
        sendCopy = Memory.allocate("frame sent on " + behind.name(), MAX_FRAME);
        receiveCopy = Memory.allocate("frame received on " + behind.name(), MAX_FRAME);
        sendMutex = platform.newMutex("sending on " + behind.name());
        sendAlarm = new Alarm(platform, "frames under way on " + behind.name(), this::passOn);
        receiveAlarm = new Alarm(platform, "frames due on " + behind.name(), this::signal);
    }

    private long now() {
        return clock.nanoTime() - start;
    }

    @Override
    public boolean send(Memory frame, long offset, int length) {
        FrameRing.requireFrame(length);
        if (closed) {
            return true;
        }
        boolean taken = sendUntouched ? behind.send(frame, offset, length)
            : sending.holds() ? sendLater(frame, offset, length) : sendNow(frame, offset, length);
        if (taken) {
            sentFrames++;
            sentBytes += length;
        }
        return taken;
    }

    private boolean sendNow(Memory frame, long offset, int length) {
        sending.decide();
        if (sending.lost()) {
            sentDropped++;
        } else if (sending.corrupted()) {
            frame.copyTo(offset, sendCopy, 0, length);
            sending.corrupt(sendCopy, 0, length);
            if (!behind.send(sendCopy, 0, length)) {
                return false;
            }
        } else if (!behind.send(frame, offset, length)) {
            return false;
        }
        sending.decisionUsed();
        return true;
    }

    private boolean sendLater(Memory frame, long offset, int length) {
        sendMutex.lock();
        try {
            long now = now();
            if (!sending.hasRoom()) {
                passOnDue(now);
                if (!sending.hasRoom()) {
                    return false;
                }
            }
            sending.decide();
            if (sending.lost()) {
                sending.decisionUsed();
                sentDropped++;
                return true;
            }
            frame.copyTo(offset, sendCopy, 0, length);
            if (sending.corrupted()) {
                sending.corrupt(sendCopy, 0, length);
            }
            sending.put(sendCopy, 0, length, 0, now);
            passOnDue(now);
            return true;
        } finally {
            sendMutex.unlock();
        }
    }

    /** The timer's work. */
    private void passOn() {
        sendMutex.lock();
        try {
            if (!closed) {
                passOnDue(now());
            }
        } finally {
            sendMutex.unlock();
        }
    }

    /** Passes on what is due, and sees to it that the rest will be. */
    private void passOnDue(long now) {
        int length = sending.next(now);
        while (length != EMPTY) {
            if (!behind.send(sending.memory(), sending.offset(), length)) {
                sendAlarm.setFor(start + now + RETRY_NANOS);
                return;
            }
            sending.release();
            length = sending.next(now);
        }
        long due = sending.nextDue();
        if (due != Lane.NEVER) {
            sendAlarm.setFor(start + due);
        }
    }

    @Override
    public int receive(Memory into, long offset, int capacity) {
        RingPort.requireRoom(capacity);
        if (closed) {
            return EMPTY;
        }
        int length = receiveUntouched ? receiveBehind(into, offset, capacity)
            : receiving.holds() ? receiveHeld(into, offset, capacity) : receiveNow(into, offset, capacity);
        if (length != EMPTY) {
            receivedFrames++;
            receivedBytes += length;
        }
        return length;
    }

    private int receiveBehind(Memory into, long offset, int capacity) {
        int length = behind.receive(into, offset, capacity);
        stamp = length == EMPTY ? stamp : behind.receivedAtEpochNanos();
        return length;
    }

    private int receiveNow(Memory into, long offset, int capacity) {
        for (int i = 0; i < MOST_LOST_AT_ONCE; i++) {
            int length = receiveBehind(into, offset, capacity);
            if (length == EMPTY) {
                return EMPTY;
            }
            receiving.decide();
            receiving.decisionUsed();
            if (!receiving.lost()) {
                if (receiving.corrupted()) {
                    receiving.corrupt(into, offset, length);
                }
                return length;
            }
            receivedDropped++;
        }
        signal();
        return EMPTY;
    }

    private int receiveHeld(Memory into, long offset, int capacity) {
        long now = now();
        takeIn(now);
        int length = receiving.next(now);
        int kept = Math.min(length, capacity);
        if (length != EMPTY) {
            receiving.memory().copyTo(receiving.offset(), into, offset, kept);
            stamp = receiving.epochNanos();
            receiving.release();
            truncated += kept < length ? 1 : 0;
        }
        receiveDue = receiving.nextDue();
        if (length == EMPTY) {
            awaitDue();
        }
        return kept;
    }

    /** Takes arriving frames into the lane, as long as there is room. */
    private void takeIn(long now) {
        int lost = 0;
        while (receiving.hasRoom() && lost < MOST_LOST_AT_ONCE) {
            int length = behind.receive(receiveCopy, 0, MAX_FRAME);
            if (length == EMPTY) {
                return;
            }
            receiving.decide();
            if (receiving.lost()) {
                receiving.decisionUsed();
                receivedDropped++;
                lost++;
            } else {
                if (receiving.corrupted()) {
                    receiving.corrupt(receiveCopy, 0, length);
                }
                receiving.put(receiveCopy, 0, length, behind.receivedAtEpochNanos(), now);
            }
        }
        if (lost == MOST_LOST_AT_ONCE) {
            signal();
        }
    }

    private void awaitDue() {
        long due = receiveDue;
        if (due != Lane.NEVER && event != null) {
            receiveAlarm.setFor(start + due);
        }
    }

    private void signal() {
        WaitEvent toSignal = event;
        if (toSignal != null) {
            toSignal.signal();
        }
    }

    /** When the frame was through this wire: the time of the wire behind, and how long it was held. */
    @Override
    public long receivedAtEpochNanos() {
        return stamp;
    }

    @Override
    public long truncated() {
        return truncated + behind.truncated();
    }

    @Override
    public boolean readable() {
        return !closed && (receiveDue <= now() || behind.readable());
    }

    @Override
    public void notify(WaitEvent toSignal) {
        if (closed) {
            return;
        }
        event = toSignal;
        behind.notify(toSignal);
        if (toSignal != null) {
            if (receiveDue <= now()) {
                toSignal.signal();
            } else {
                awaitDue();
            }
        }
    }

    @Override
    public boolean linkUp() {
        return !closed && behind.linkUp();
    }

    @Override
    public boolean exhausted() {
        return closed || behind.exhausted() && receiving.isEmpty();
    }

    @Override
    public Optional<PlatformException> failure() {
        return behind.failure();
    }

    @Override
    public Optional<WireStats> stats() {
        return Optional.of(
            new WireStats(sentFrames, sentBytes, receivedFrames, receivedBytes, sentDropped + receivedDropped));
    }

    @Override
    public String name() {
        return behind.name();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        receiveAlarm.close();
        sendAlarm.close();
        try {
            passOnAll();
        } finally {
            closed = true;
            event = null;
            sending.close();
            receiving.close();
            sendCopy.close();
            receiveCopy.close();
            behind.close();
        }
    }

    private void passOnAll() {
        if (!sending.holds()) {
            return;
        }
        int length = sending.next(Lane.NEVER);
        while (length != EMPTY) {
            if (!behind.send(sending.memory(), sending.offset(), length)) {
                sentDropped++;
            }
            sending.release();
            length = sending.next(Lane.NEVER);
        }
    }

    @Override
    public String toString() {
        return "impaired wire " + name();
    }
}
