package org.netdev4j.api.decorate;

import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.DeviceState;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.TxQueue;
import org.netdev4j.api.decorate.FaultDice.Fault;

/**
 * Spoils what it sends, packet by packet: the device is told of each by itself. A packet held back goes after the next
 * one, or with {@link #reclaim}. What is decided for a packet that the device then refuses holds when it is offered again.
 */
final class FaultyTxQueue extends TxQueue {
    private final TxQueue inner;
    private final FaultyNetDev device;
    private final FaultDice dice;
    private final NetBuf[] one = new NetBuf[1];
    private Fault decided;
    private int bit;
    private NetBuf held;

    FaultyTxQueue(TxQueue inner, FaultyNetDev device, FaultDice dice) {
        super(inner);
        this.inner = inner;
        this.device = device;
        this.dice = dice;
    }

    @Override
    protected int submit(NetBuf[] packets, int from, int count) {
        if (device.state() != DeviceState.RUNNING) {
            return inner.transmit(packets, from, count);
        }
        int taken = 0;
        while (taken < count && take(packets[from + taken])) {
            taken++;
        }
        int room = inner.transmit(packets, from, 0) & BurstStatus.MORE;
        return taken | (taken < count ? BurstStatus.UNDERRUN : room);
    }

    /** Sends a packet as is decided for it; false if it stays the caller's. */
    private boolean take(NetBuf packet) {
        if (decided == null) {
            decided = device.isLinkCut() ? Fault.DROP : dice.next();
            bit = decided == Fault.CORRUPT && packet.packetLength() > 0 ? dice.anyBit(packet) : -1;
        }
        boolean taken = switch (decided) {
            case NONE -> send(packet);
            case DROP -> drop(packet);
            case DUPLICATE -> sendTwice(packet);
            case CORRUPT -> sendCorrupt(packet);
            case REORDER -> hold(packet);
        };
        if (taken) {
            decided = null;
        }
        return taken;
    }

    private boolean send(NetBuf packet) {
        if (!sendAlone(packet)) {
            return false;
        }
        release();
        return true;
    }

    private boolean sendAlone(NetBuf packet) {
        one[0] = packet;
        return BurstStatus.count(inner.transmit(one, 0, 1)) == 1;
    }

    private boolean drop(NetBuf packet) {
        dice.done(Fault.DROP);
        packet.free();
        return true;
    }

    private boolean sendTwice(NetBuf packet) {
        NetBuf twin = FaultDice.copy(packet);
        if (!sendAlone(packet)) {
            if (twin != null) {
                twin.free();
            }
            return false;
        }
        if (twin != null && sendAlone(twin)) {
            dice.done(Fault.DUPLICATE);
        } else if (twin != null) {
            twin.free();
        }
        release();
        return true;
    }

    private boolean sendCorrupt(NetBuf packet) {
        // Empty, or another packet than the one refused before: the bit may lie beyond it.
        if (bit < 0 || bit >= packet.packetLength() * Byte.SIZE) {
            return send(packet);
        }
        FaultDice.flip(packet, bit);
        if (!send(packet)) {
            FaultDice.flip(packet, bit);
            return false;
        }
        dice.done(Fault.CORRUPT);
        return true;
    }

    private boolean hold(NetBuf packet) {
        if (held != null) {
            return send(packet);
        }
        dice.done(Fault.REORDER);
        held = packet;
        return true;
    }

    private void release() {
        if (held != null && sendAlone(held)) {
            held = null;
        }
    }

    /** Frees what is held; no thread is in the queue. */
    void drop() {
        if (held != null) {
            held.free();
            held = null;
        }
        decided = null;
    }

    @Override
    protected int reap(int max) {
        if (device.state() == DeviceState.RUNNING) {
            release();
        }
        return inner.reclaim(max);
    }

    @Override
    public int pending() {
        return inner.pending() + (held == null ? 0 : 1);
    }
}
