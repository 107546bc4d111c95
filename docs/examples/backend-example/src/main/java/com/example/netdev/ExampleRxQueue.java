package com.example.netdev;

import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.RxQueue;
import org.netdev4j.net.Ethernet;
import org.netdev4j.platform.wire.WirePort;
import org.netdev4j.spi.DeviceSettings;
import org.netdev4j.spi.RxQueueSetup;

/** Receives: the wire writes each frame straight into a posted buffer, and the buffer goes to the application. */
final class ExampleRxQueue extends RxQueue {
    private final WirePort wire;
    private final ExampleOps ops;
    private final NetBuf[] posted = new NetBuf[ringSize()];
    private int count;

    ExampleRxQueue(RxQueueSetup setup, WirePort wire, ExampleOps ops) {
        super(setup);
        this.wire = wire;
        this.ops = ops;
    }

    /** Posts buffers as far as the pool has any. */
    void fill() {
        count += pool().allocate(posted, count, posted.length - count);
        counters.noBuffer += count < posted.length ? 1 : 0;
    }

    void drain() {
        NetBufPool.free(posted, 0, count);
        count = 0;
    }

    @Override
    protected int poll(NetBuf[] into, int from, int max) {
        DeviceSettings settings = ops.settings();
        int received = 0;
        // Each turn takes a frame off the wire, wanted or not: frames for others cannot keep the caller for ever.
        for (int turn = 0; turn < max && count > 0; turn++) {
            NetBuf buffer = posted[count - 1];
            long cut = wire.truncated();
            int length = wire.receive(buffer.memory(), buffer.dataOffset(), buffer.tailroom());
            if (length == WirePort.EMPTY) {
                break;
            }
            if (length < Ethernet.HEADER_LENGTH || length > ExampleTxQueue.longest(settings) || wire.truncated() != cut) {
                counters.errors++;
            } else if (isForUs(Ethernet.destination(buffer.memory(), buffer.dataOffset()), settings)) {
                buffer.setLength(length);
                counters.packets++;
                counters.bytes += length;
                into[from + received++] = buffer;
                count--;
            }
        }
        fill();
        return received | (wire.readable() ? BurstStatus.MORE : 0) | (count < posted.length ? BurstStatus.UNDERRUN : 0);
    }

    private static boolean isForUs(long destination, DeviceSettings settings) {
        return settings.promiscuous() || destination == settings.mac().value() || Ethernet.isMulticast(destination);
    }
}
