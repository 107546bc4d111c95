package org.netdev4j.platform.wire;

import java.util.Optional;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.memory.Memory;

/** A wire that swallows all and delivers nothing: for measuring what a sender can do. */
final class NullWire implements WirePort {
    private long sentFrames;
    private long sentBytes;

    @Override
    public boolean send(Memory frame, long offset, int length) {
        FrameRing.requireFrame(length);
        frame.checkedAddress(offset, length);
        sentFrames++;
        sentBytes += length;
        return true;
    }

    @Override
    public int receive(Memory into, long offset, int capacity) {
        RingPort.requireRoom(capacity);
        return EMPTY;
    }

    @Override
    public long receivedAtEpochNanos() {
        return 0;
    }

    @Override
    public long truncated() {
        return 0;
    }

    @Override
    public boolean readable() {
        return false;
    }

    @Override
    public void notify(WaitEvent event) {
        // nothing ever arrives, and the link does not change
    }

    @Override
    public boolean linkUp() {
        return true;
    }

    @Override
    public boolean exhausted() {
        return true;
    }

    @Override
    public Optional<WireStats> stats() {
        return Optional.of(new WireStats(sentFrames, sentBytes, 0, 0, sentFrames));
    }

    @Override
    public String name() {
        return "null:";
    }

    @Override
    public void close() {
        // holds nothing
    }
}
