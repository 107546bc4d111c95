package org.netdev4j.platform.wire;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.Mutex;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.Timers;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.memory.Memory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A wire whose far end is capture files: what one file has is received, what is sent goes to another.
 *
 * <p>A file that turns out to be damaged ends the input after the frames before the damage; one that cannot be written
 * swallows what is sent. Either is in {@link #failure()}, logged once, and thrown by {@link #close}. A pipe is read by a
 * thread of its own, so that {@link #receive} never waits; with a virtual clock it is read by the receiving thread, which
 * then does.
 */
final class PcapWire implements WirePort {
    private static final Logger LOG = LoggerFactory.getLogger(PcapWire.class);
    /** How long sent frames stay in memory, so that a reader of the growing file sees them soon. */
    private static final long FLUSH_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final String name;
    private final Clock clock;
    private final FrameSource source;
    private final boolean paced;
    private final Alarm alarm;
    private volatile WaitEvent event;
    private volatile boolean closed;

    // When the next frame is due, if paced; see findDue.
    private volatile long due;
    private boolean dueKnown;
    private int passOfFirst = -1;
    private long firstEpoch;
    private long firstDue;

    private final Optional<CaptureWriter> writer;
    private final Mutex writing;
    private final Optional<Timers.Task> flushing;
    private volatile PlatformException writeFailure;

    private long sentFrames;
    private long sentBytes;
    private long sentDropped;
    private long receivedFrames;
    private long receivedBytes;
    private long truncated;
    private long stamp;

    /**
     * Joins files into a wire, which closes them.
     *
     * @param paced true to let frames arrive as far apart as they were captured
     */
    PcapWire(String name, Platform platform, FrameSource source, boolean paced, Optional<CaptureWriter> writer) {
        this.name = name;
        this.clock = platform.clock();
        this.source = source;
        this.paced = paced;
        this.due = clock.nanoTime();
        this.alarm = new Alarm(platform, "frames due on " + name, this::signal);
        this.writer = writer;
        this.writing = platform.newMutex("writing to " + name);
        this.flushing = writer.isPresent() && !platform.isVirtual()
            ? Optional.of(platform.timers().every("flush of " + name, FLUSH_NANOS, this::flush)) : Optional.empty();
    }

    @Override
    public boolean send(Memory frame, long offset, int length) {
        FrameRing.requireFrame(length);
        if (closed) {
            return true;
        }
        sentFrames++;
        sentBytes += length;
        if (writer.isEmpty() || writeFailure != null) {
            sentDropped++;
            return true;
        }
        writing.lock();
        try {
            writer.get().write(frame, offset, length, clock.epochNanos());
        } catch (PlatformException e) {
            sentDropped++;
            writeFailed(e);
        } finally {
            writing.unlock();
        }
        return true;
    }

    private void flush() {
        writing.lock();
        try {
            if (!closed && writeFailure == null) {
                writer.orElseThrow().flush();
            }
        } catch (PlatformException e) {
            writeFailed(e);
        } finally {
            writing.unlock();
        }
    }

    private void writeFailed(PlatformException e) {
        LOG.error("{}", e.getMessage());
        writeFailure = e;
    }

    @Override
    public int receive(Memory into, long offset, int capacity) {
        RingPort.requireRoom(capacity);
        if (closed) {
            return EMPTY;
        }
        int length = source.next();
        if (length == EMPTY || paced && !isDue()) {
            return EMPTY;
        }
        int kept = Math.min(length, capacity);
        source.memory().copyTo(source.offset(), into, offset, kept);
        stamp = source.epochNanos();
        source.release();
        dueKnown = false;
        if (paced && source.next() != EMPTY) {
            findDue();
        }
        truncated += kept < length ? 1 : 0;
        receivedFrames++;
        receivedBytes += kept;
        return kept;
    }

    private boolean isDue() {
        if (!dueKnown) {
            findDue();
        }
        if (clock.nanoTime() - due >= 0) {
            return true;
        }
        if (event != null) {
            alarm.setFor(due);
        }
        return false;
    }

    /**
     * When the frame that is next is due: the first when it is asked for, any other as long after the first as it was
     * captured after it, and none before the one before it. The first frame of a repeated file follows the last one at once.
     */
    private void findDue() {
        long epoch = source.epochNanos();
        if (source.pass() != passOfFirst) {
            due = passOfFirst < 0 ? clock.nanoTime() : due;
            passOfFirst = source.pass();
            firstEpoch = epoch;
            firstDue = due;
        } else if (epoch - firstEpoch > due - firstDue) {
            due = firstDue + (epoch - firstEpoch);
        }
        dueKnown = true;
    }

    private void signal() {
        WaitEvent toSignal = event;
        if (toSignal != null) {
            toSignal.signal();
        }
    }

    /** The file's own time of the frame. */
    @Override
    public long receivedAtEpochNanos() {
        return stamp;
    }

    @Override
    public long truncated() {
        return truncated;
    }

    @Override
    public boolean readable() {
        return !closed && source.waiting() && (!paced || clock.nanoTime() - due >= 0);
    }

    @Override
    public void notify(WaitEvent toSignal) {
        if (closed) {
            return;
        }
        event = toSignal;
        source.setEvent(toSignal);
        if (toSignal != null) {
            if (readable()) {
                toSignal.signal();
            } else if (source.waiting()) {
                alarm.setFor(due);
            }
        }
    }

    @Override
    public boolean linkUp() {
        return !closed;
    }

    @Override
    public boolean exhausted() {
        return closed || source.ended();
    }

    @Override
    public Optional<PlatformException> failure() {
        PlatformException onWriting = writeFailure;
        return onWriting != null ? Optional.of(onWriting) : source.failure();
    }

    @Override
    public Optional<WireStats> stats() {
        return Optional.of(new WireStats(sentFrames, sentBytes, receivedFrames, receivedBytes, sentDropped));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        alarm.close();
        flushing.ifPresent(Timers.Task::cancel);
        try {
            source.close();
        } finally {
            closeWriter();
        }
        Optional<PlatformException> failed = failure();
        if (failed.isPresent()) {
            throw failed.get();
        }
    }

    private void closeWriter() {
        try {
            writer.ifPresent(CaptureWriter::close);
        } catch (PlatformException e) {
            if (writeFailure == null) {
                writeFailed(e);
            }
        }
    }

    @Override
    public String toString() {
        return "wire " + name;
    }
}
