package org.netdev4j.api.decorate;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.RxQueue;
import org.netdev4j.api.TxQueue;
import org.netdev4j.platform.Mutex;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.CaptureWriter;
import org.netdev4j.platform.wire.FrameDirection;
import org.netdev4j.platform.wire.WirePort;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes every packet that the application receives and every packet that the device takes from it to a capture file,
 * each once.
 *
 * <p>A packet stands there as the application has it: received with its VLAN tag taken out if the device strips it,
 * sent before the device does what it is asked to (checksums, segments, tags). pcapng also says which way it went.
 * Times are those of the device for packets that have one, else the clock's.
 *
 * <p>Threads: queues write through one lock, which costs them some of their independence. Writing allocates nothing,
 * but the file may make a burst wait. If the file cannot be written traffic goes on without it; {@link #failure()} and
 * {@link #close()} tell.
 */
public final class CapturingNetDev extends ForwardingNetDev {
    private static final Logger LOG = LoggerFactory.getLogger(CapturingNetDev.class);

    private final CaptureWriter writer;
    private final Mutex writing;
    private final Memory whole;
    private final Map<Integer, Memory> staging = new ConcurrentHashMap<>();
    private volatile PlatformException failure;

    /**
     * Captures a device's packets.
     *
     * @param inner  the device
     * @param writer where to; closed with the device
     */
    public CapturingNetDev(NetDev inner, CaptureWriter writer) {
        super(inner);
        this.writer = writer;
        this.writing = inner.platform().newMutex("capture file " + writer.name());
        this.whole = Memory.allocate("a packet for " + writer.name(), WirePort.MAX_FRAME);
    }

    /** Why the file is not being written any more; empty if it is. Any thread. */
    public Optional<PlatformException> failure() {
        return Optional.ofNullable(failure);
    }

    /** Packets in the file so far. Any thread. */
    public long captured() {
        writing.lock();
        try {
            return writer.records();
        } finally {
            writing.unlock();
        }
    }

    @Override
    protected RxQueue wrap(RxQueue queue) {
        return new CapturingRxQueue(queue, this);
    }

    @Override
    protected TxQueue wrap(TxQueue queue) {
        // One for each index, not for each queue object: these come and go with every configuration.
        Memory memory = staging.computeIfAbsent(queue.index(),
            index -> Memory.allocate("staging of transmit queue " + index, CapturingTxQueue.STAGING_BYTES));
        return new CapturingTxQueue(queue, this, memory);
    }

    /**
     * Closes the device, then the file.
     *
     * @throws PlatformException if the file could not be written, now or before; everything is closed nevertheless
     */
    @Override
    public void close() {
        try {
            super.close();
        } finally {
            writing.lock();
            try {
                whole.close();
                staging.values().forEach(Memory::close);
                writer.close();
            } finally {
                writing.unlock();
            }
        }
    }

    long now() {
        return platform().clock().epochNanos();
    }

    /** Writes received packets. */
    void received(NetBuf[] packets, int from, int count) {
        if (count == 0 || failure != null) {
            return;
        }
        long now = now();
        writing.lock();
        try {
            for (int i = from; i < from + count; i++) {
                NetBuf packet = packets[i];
                put(packet, packet.hasFlags(NetBuf.RX_TIMESTAMP) ? packet.timestamp() : now);
            }
        } catch (PlatformException e) {
            giveUp(e);
        } finally {
            writing.unlock();
        }
    }

    private void put(NetBuf packet, long time) {
        int length = packet.packetLength();
        if (packet.next() == null) {
            writer.write(packet.memory(), packet.dataOffset(), length, length, time, FrameDirection.INBOUND);
        } else {
            int kept = Math.min(length, WirePort.MAX_FRAME);
            CapturingTxQueue.copy(packet, whole, 0, kept);
            writer.write(whole, 0, kept, length, time, FrameDirection.INBOUND);
        }
    }

    /** Writes a sent packet, of which {@code kept} bytes are at {@code offset}. */
    void sent(Memory memory, long offset, int kept, int length, long time) {
        if (failure != null) {
            return;
        }
        writing.lock();
        try {
            writer.write(memory, offset, kept, length, time, FrameDirection.OUTBOUND);
        } catch (PlatformException e) {
            giveUp(e);
        } finally {
            writing.unlock();
        }
    }

    private void giveUp(PlatformException e) {
        failure = e;
        LOG.warn("{}: capturing ends: {}", name(), e.getMessage());
    }
}
