package org.netdev4j.cli.serve;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.WirePort;
import org.netdev4j.platform.wire.WireStats;

/** A wire whose plug can be pulled and put back: without it the link is down and frames are lost, both ways. */
final class CableSwitch implements WirePort {
    // What comes while the plug is out is taken and thrown away, so much of it at once.
    private static final int MOST_LOST_AT_ONCE = 256;

    private final WirePort wire;
    private final AtomicLong lost = new AtomicLong();
    private volatile boolean plugged = true;
    private volatile WaitEvent event;

    /** Plugged in. */
    CableSwitch(WirePort wire) {
        this.wire = wire;
    }

    /** Pulls the plug or puts it back. Any thread. */
    void plug(boolean in) {
        plugged = in;
        WaitEvent who = event;
        if (who != null) {
            who.signal();
        }
    }

    @Override
    public boolean send(Memory frame, long offset, int length) {
        if (plugged) {
            return wire.send(frame, offset, length);
        }
        lost.incrementAndGet();
        return true;
    }

    @Override
    public int receive(Memory into, long offset, int capacity) {
        if (plugged) {
            return wire.receive(into, offset, capacity);
        }
        for (int i = 0; i < MOST_LOST_AT_ONCE && wire.receive(into, offset, capacity) != EMPTY; i++) {
            lost.incrementAndGet();
        }
        return EMPTY;
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
    public void notify(WaitEvent who) {
        event = who;
        wire.notify(who);
    }

    @Override
    public boolean linkUp() {
        return plugged && wire.linkUp();
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
        return wire.stats().map(s -> new WireStats(s.sentFrames(), s.sentBytes(), s.receivedFrames(), s.receivedBytes(),
            s.dropped() + lost.get()));
    }

    @Override
    public String name() {
        return wire.name();
    }

    @Override
    public void close() {
        wire.close();
    }
}
