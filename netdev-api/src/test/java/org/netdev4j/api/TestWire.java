package org.netdev4j.api;

import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.WirePort;

/** A wire that only notes being closed. */
final class TestWire implements WirePort {
    int closed;

    @Override
    public boolean send(Memory frame, long offset, int length) {
        return true;
    }

    @Override
    public int receive(Memory into, long offset, int capacity) {
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
        // nothing ever comes
    }

    @Override
    public boolean linkUp() {
        return true;
    }

    @Override
    public boolean exhausted() {
        return false;
    }

    @Override
    public String name() {
        return "test";
    }

    @Override
    public void close() {
        closed++;
    }
}
