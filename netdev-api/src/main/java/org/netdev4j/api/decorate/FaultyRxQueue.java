package org.netdev4j.api.decorate;

import java.util.ArrayDeque;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.DeviceState;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.RxQueue;
import org.netdev4j.api.decorate.FaultDice.Fault;

/**
 * Spoils what it receives. A packet held back comes after the next one, or, if none follows, with the next call:
 * nothing stays for ever. A corrupt packet is not called good.
 */
final class FaultyRxQueue extends RxQueue {
    private static final int GOOD = NetBuf.RX_IP_CHECKSUM_GOOD | NetBuf.RX_L4_CHECKSUM_GOOD;

    private final RxQueue inner;
    private final FaultyNetDev device;
    private final FaultDice dice;
    // Ready for the application, oldest first: what a burst had no room for.
    private final ArrayDeque<NetBuf> ready = new ArrayDeque<>();
    private NetBuf[] arrived = new NetBuf[32];
    private NetBuf held;

    FaultyRxQueue(RxQueue inner, FaultyNetDev device, FaultDice dice) {
        super(inner);
        this.inner = inner;
        this.device = device;
        this.dice = dice;
    }

    @Override
    protected int poll(NetBuf[] into, int from, int max) {
        if (device.state() != DeviceState.RUNNING) {
            return inner.receive(into, from, max);
        }
        int wanted = Math.max(0, max - ready.size());
        if (arrived.length < wanted) {
            arrived = new NetBuf[wanted];
        }
        int status = inner.receive(arrived, 0, wanted);
        int count = BurstStatus.count(status);
        for (int i = 0; i < count; i++) {
            spoil(arrived[i]);
            arrived[i] = null;
        }
        if (count == 0) {
            release();
        }
        int given = 0;
        while (given < max && !ready.isEmpty()) {
            into[from + given++] = ready.poll();
        }
        int more = hasOwn() ? BurstStatus.MORE : 0;
        return status & ~BurstStatus.MAX_COUNT | given | more;
    }

    private void spoil(NetBuf packet) {
        Fault fault = device.isLinkCut() ? Fault.DROP : dice.next();
        if (fault == Fault.DROP) {
            dice.done(fault);
            packet.free();
            return;
        }
        if (fault == Fault.REORDER && held == null) {
            dice.done(fault);
            held = packet;
            return;
        }
        if (fault == Fault.CORRUPT && packet.packetLength() > 0) {
            dice.done(fault);
            FaultDice.flip(packet, dice.anyBit(packet));
            packet.removeFlags(GOOD);
        }
        ready.add(packet);
        NetBuf twin = fault == Fault.DUPLICATE ? FaultDice.copy(packet) : null;
        if (twin != null) {
            dice.done(fault);
            ready.add(twin);
        }
        release();
    }

    private void release() {
        if (held != null) {
            ready.add(held);
            held = null;
        }
    }

    private boolean hasOwn() {
        return held != null || !ready.isEmpty();
    }

    /** Frees what is held; no thread is in the queue. */
    void drop() {
        release();
        ready.forEach(NetBuf::free);
        ready.clear();
    }

    @Override
    protected boolean arm() {
        return inner.armInterrupt() | hasOwn();
    }

    @Override
    protected void disarm() {
        inner.disarmInterrupt();
    }
}
