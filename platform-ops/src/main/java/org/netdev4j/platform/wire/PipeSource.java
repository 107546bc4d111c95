package org.netdev4j.platform.wire;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.memory.Memory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Frames of a pipe, read by a thread of their own, so that a writer that is slow holds up nobody who asks for frames. */
final class PipeSource implements FrameSource {
    private static final Logger LOG = LoggerFactory.getLogger(PipeSource.class);
    private static final int RING_BYTES = 1 << 20;
    private static final long LONGEST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long JOIN_MILLIS = 5_000;

    private final CaptureReader reader;
    private final Platform platform;
    private final FrameRing ring;
    private final WaitEvent room;
    private final Thread thread;
    private volatile boolean waitsForRoom;
    private volatile boolean readerDone;
    private volatile boolean closed;
    private volatile PlatformException failure;

    /**
     * Opens a pipe, waiting for the start of the capture, and starts the thread.
     *
     * @throws PlatformException if it cannot be read or carries no capture
     */
    PipeSource(String pipe, Platform platform) {
        this(CaptureReader.open(pipe), platform);
    }

    PipeSource(CaptureReader reader, Platform platform) {
        this.reader = reader;
        this.platform = platform;
        this.ring = new FrameRing("frames of " + reader.name(), RING_BYTES);
        this.room = platform.newWaitEvent();
        this.thread = new Thread(this::readAll, "netdev-pcap-" + reader.name().replace(' ', '-'));
        thread.setDaemon(true);
        thread.start();
    }

    private void readAll() {
        try {
            while (!closed && reader.next()) {
                if (reader.length() > 0) {
                    put();
                }
            }
        } catch (PlatformException e) {
            if (!closed) {
                LOG.error("{}", e.getMessage());
                failure = e;
            }
        } finally {
            readerDone = true;
            ring.wake();
        }
    }

    private void put() {
        while (!closed && !ring.push(reader.frame(), 0, reader.length(), reader.epochNanos(), 0, 0)) {
            waitsForRoom = true;
            // The deadline covers a frame taken just before the flag was up.
            room.await(Deadline.afterNanos(platform.clock(), LONGEST_WAIT_NANOS));
            waitsForRoom = false;
        }
    }

    @Override
    public int next() {
        return ring.next();
    }

    @Override
    public Memory memory() {
        return ring.memory();
    }

    @Override
    public long offset() {
        return ring.offset();
    }

    @Override
    public long epochNanos() {
        return ring.stamp();
    }

    @Override
    public void release() {
        ring.release();
        if (waitsForRoom) {
            room.signal();
        }
    }

    @Override
    public int pass() {
        return 0;
    }

    @Override
    public boolean waiting() {
        return !ring.isEmpty();
    }

    @Override
    public boolean ended() {
        return readerDone && ring.isEmpty();
    }

    @Override
    public Optional<PlatformException> failure() {
        return Optional.ofNullable(failure);
    }

    @Override
    public void setEvent(WaitEvent event) {
        ring.setEvent(event);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        reader.interrupt();
        room.signal();
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            // Its memory stays with it: better lost than used after it is freed.
            LOG.warn("{}: a read of the pipe does not end", reader.name());
            return;
        }
        reader.close();
        ring.close();
    }
}
