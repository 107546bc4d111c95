package org.netdev4j.api.decorate;

import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.RxQueue;

/** Writes what it receives to its device's capture file. */
final class CapturingRxQueue extends RxQueue {
    private final RxQueue inner;
    private final CapturingNetDev file;

    CapturingRxQueue(RxQueue inner, CapturingNetDev file) {
        super(inner);
        this.inner = inner;
        this.file = file;
    }

    @Override
    protected int poll(NetBuf[] into, int from, int max) {
        int status = inner.receive(into, from, max);
        file.received(into, from, BurstStatus.count(status));
        return status;
    }

    @Override
    protected boolean arm() {
        return inner.armInterrupt();
    }

    @Override
    protected void disarm() {
        inner.disarmInterrupt();
    }
}
