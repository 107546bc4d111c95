package org.netdev4j.models.vfiouser;

import java.util.Optional;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.WirePort;
import org.netdev4j.platform.wire.WireStats;

/** A wire lent to a device: when the device is taken away, the wire stays, for the next one. */
final class LeadWire implements WirePort {
    private final WirePort wire;
    private volatile WaitEvent event;
    private volatile boolean unplugged;

    LeadWire(WirePort wire) {
        this.wire = wire;
    }

    /** The wire is another's from now on. While the device is kept out of its turns. */
    void unplug() {
        unplugged = true;
    }

    /** The wire is this one's again. */
    void plugBack() {
        unplugged = false;
        wire.notify(event);
    }

    @Override
    public boolean send(Memory frame, long offset, int length) {
        return unplugged || wire.send(frame, offset, length);
    }

    @Override
    public int receive(Memory into, long offset, int capacity) {
        return unplugged ? EMPTY : wire.receive(into, offset, capacity);
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
        return !unplugged && wire.readable();
    }

    @Override
    public void notify(WaitEvent who) {
        event = who;
        if (!unplugged) {
            wire.notify(who);
        }
    }

    @Override
    public boolean linkUp() {
        return !unplugged && wire.linkUp();
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
        return wire.name();
    }

    /** The wire itself stays open. */
    @Override
    public void close() {
        unplug();
    }
}
