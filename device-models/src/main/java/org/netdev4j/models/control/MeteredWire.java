package org.netdev4j.models.control;

import java.util.Optional;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.WirePort;
import org.netdev4j.platform.wire.WireStats;

/** A device's end of a cable, which counts what the device takes off it. */
final class MeteredWire implements WirePort {
    private final WirePort wire;
    private final WaitEvent taken;
    // Written by the device's thread.
    private volatile long total;
    private long told;

    /**
     * Wraps a wire.
     *
     * @param taken signalled now and then when frames were taken
     */
    MeteredWire(WirePort wire, WaitEvent taken) {
        this.wire = wire;
        this.taken = taken;
    }

    /** What was taken so far, as {@link Protocol#cost} has it. Any thread. */
    long total() {
        return total;
    }

    @Override
    public int receive(Memory into, long offset, int capacity) {
        int length = wire.receive(into, offset, capacity);
        if (length != EMPTY) {
            // A device gives room for the longest frame that it takes; what is cut makes the window smaller by that much.
            total = total + Protocol.cost(length);
            if (total - told >= Protocol.CREDIT_STEP) {
                told = total;
                taken.signal();
            }
        }
        return length;
    }

    @Override
    public boolean send(Memory frame, long offset, int length) {
        return wire.send(frame, offset, length);
    }

    @Override
    public long receivedAtEpochNanos() {
        return wire.receivedAtEpochNanos();
    }

    @Override
    public long truncated() {
        return wire.truncated();
    }

    @Override
    public boolean readable() {
        return wire.readable();
    }

    @Override
    public void notify(WaitEvent event) {
        wire.notify(event);
    }

    @Override
    public boolean linkUp() {
        return wire.linkUp();
    }

    @Override
    public boolean exhausted() {
        return wire.exhausted();
    }

    @Override
    public Optional<PlatformException> failure() {
        return wire.failure();
    }

    @Override
    public Optional<WireStats> stats() {
        return wire.stats();
    }

    @Override
    public String name() {
        return "control:";
    }

    @Override
    public void close() {
        wire.close();
    }
}
