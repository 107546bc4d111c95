package org.netdev4j.backend.loopback;

import org.netdev4j.platform.Platform;
import org.netdev4j.platform.SpinLock;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.WirePort;

/** The transmit side of the port: what all transmit queues share. */
final class LoopbackEgress {
    private final WirePort wire;
    private final LinkMonitor link;
    private final SpinLock lock;
    private volatile TxPlan plan;
    // More than one queue: their threads take turns at the wire.
    private boolean shared;

    LoopbackEgress(WirePort wire, Platform platform, LinkMonitor link) {
        this.wire = wire;
        this.link = link;
        lock = platform.newSpinLock("loopback transmit");
    }

    /** Changes the settings; for packets that are given from now on. */
    void plan(TxPlan next) {
        plan = next;
    }

    TxPlan plan() {
        return plan;
    }

    /** Says how many queues there are. While no queue is at work. */
    void queues(int count) {
        shared = count > 1;
    }

    boolean linkUp() {
        return link.isUp();
    }

    /** Puts a frame on the wire; false if it has no room. */
    boolean send(Memory m, long at, int length) {
        if (!shared) {
            return wire.send(m, at, length);
        }
        lock.lock();
        try {
            return wire.send(m, at, length);
        } finally {
            lock.unlock();
        }
    }
}
