package org.netdev4j.api.decorate;

import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.TxQueue;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.WirePort;

/**
 * Writes what the device takes to its device's capture file.
 *
 * <p>Which packets a device takes is known only when it has them, and then they are no longer there to be read. So
 * each is copied before, and those taken are written after. The staging place holds any one packet, and bursts of
 * ordinary ones; larger bursts go in parts.
 */
final class CapturingTxQueue extends TxQueue {
    static final int STAGING_BYTES = 256 * 1024;
    private static final int MOST_STAGED = 256;

    private final TxQueue inner;
    private final CapturingNetDev file;
    private final Memory staging;
    private final int[] kept = new int[MOST_STAGED];
    private final int[] length = new int[MOST_STAGED];

    CapturingTxQueue(TxQueue inner, CapturingNetDev file, Memory staging) {
        super(inner);
        this.inner = inner;
        this.file = file;
        this.staging = staging;
    }

    @Override
    protected int submit(NetBuf[] packets, int from, int count) {
        int done = 0;
        while (true) {
            int staged = stage(packets, from + done, count - done);
            int status = inner.transmit(packets, from + done, staged);
            int taken = BurstStatus.count(status);
            write(taken);
            done += taken;
            if (taken < staged || done == count) {
                return status & ~BurstStatus.MAX_COUNT | done;
            }
        }
    }

    /** Copies as many packets as there is room for; returns how many. */
    private int stage(NetBuf[] packets, int from, int count) {
        int staged = 0;
        long end = 0;
        while (staged < count && staged < MOST_STAGED) {
            NetBuf packet = packets[from + staged];
            length[staged] = packet.packetLength();
            kept[staged] = Math.min(length[staged], WirePort.MAX_FRAME);
            if (end + kept[staged] > STAGING_BYTES) {
                break;
            }
            copy(packet, staging, end, kept[staged]);
            end += kept[staged];
            staged++;
        }
        return staged;
    }

    private void write(int count) {
        if (count == 0) {
            return;
        }
        long now = file.now();
        long at = 0;
        for (int i = 0; i < count; i++) {
            file.sent(staging, at, kept[i], length[i], now);
            at += kept[i];
        }
    }

    /** Copies the first bytes of a packet, which may be a chain. */
    static void copy(NetBuf packet, Memory to, long at, int bytes) {
        int left = bytes;
        for (NetBuf segment = packet; left > 0; segment = segment.next()) {
            int part = Math.min(left, segment.length());
            segment.copyTo(0, to, at + bytes - left, part);
            left -= part;
        }
    }

    @Override
    protected int reap(int max) {
        return inner.reclaim(max);
    }

    @Override
    public int pending() {
        return inner.pending();
    }
}
