package com.example.netdev;

import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.TxQueue;
import org.netdev4j.platform.wire.WirePort;
import org.netdev4j.spi.DeviceSettings;
import org.netdev4j.spi.TxQueueSetup;

/** Transmits: a packet stands in the ring until the wire has taken it, and then until it is reaped. Indices run freely. */
final class ExampleTxQueue extends TxQueue {
    private final WirePort wire;
    private final ExampleOps ops;
    private final NetBuf[] ring = new NetBuf[ringSize()];
    private int reaped;
    private int sent;
    private int taken;

    ExampleTxQueue(TxQueueSetup setup, WirePort wire, ExampleOps ops) {
        super(setup);
        this.wire = wire;
        this.ops = ops;
    }

    /** Bytes of the longest frame: Ethernet header and two VLAN tags come on top of the MTU. */
    static int longest(DeviceSettings settings) {
        return settings.mtu() + 14 + 2 * 4;
    }

    @Override
    protected int submit(NetBuf[] packets, int from, int count) {
        reap(ring.length);
        int longest = longest(ops.settings());
        int done = 0;
        while (done < count && pending() < ring.length) {
            NetBuf packet = packets[from + done++];
            if (packet.next() != null || packet.length() == 0 || packet.length() > longest || packet.hasRequests()) {
                counters.errors++;
                packet.free();
            } else {
                ring[taken++ & ring.length - 1] = packet;
            }
        }
        counters.doorbells++;
        counters.full += done < count ? 1 : 0;
        send();
        return done | (pending() < ring.length ? BurstStatus.MORE : 0) | (done < count ? BurstStatus.UNDERRUN : 0);
    }

    /** What hardware does by itself once told: here it happens with each call. */
    private void send() {
        while (sent != taken) {
            NetBuf packet = ring[sent & ring.length - 1];
            if (!wire.send(packet.memory(), packet.dataOffset(), packet.length())) {
                return;
            }
            sent++;
        }
    }

    @Override
    protected int reap(int max) {
        send();
        int before = reaped;
        while (reaped != sent && reaped - before < max) {
            NetBuf packet = ring[reaped++ & ring.length - 1];
            counters.packets++;
            counters.bytes += packet.length();
            packet.free();
        }
        return reaped - before;
    }

    @Override
    public int pending() {
        return taken - reaped;
    }

    void drain() {
        for (; reaped != taken; reaped++) {
            ring[reaped & ring.length - 1].free();
        }
        sent = taken;
    }
}
