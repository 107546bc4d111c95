package org.netdev4j.models.ena.io;

import org.netdev4j.backend.ena.spec.TxDescriptor;
import org.netdev4j.models.device.DeviceDma.Kind;
import org.netdev4j.models.device.DeviceModel;
import org.netdev4j.net.Ethernet;
import org.netdev4j.net.Ipv6;
import org.netdev4j.net.PacketParser;
import org.netdev4j.net.ParsedPacket;
import org.netdev4j.net.Vlan;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.WirePort;

/** Takes packets from transmit queues, one after another, and puts them on the wire. */
final class TxEngine implements AutoCloseable {
    // How long the wire may have no room before the packet is dropped, and how often it is asked meanwhile.
    private static final long PATIENCE_NANOS = 1_000_000;
    private static final long RETRY_NANOS = 20_000;
    // The longest packet that TSO takes: what IPv6 can say, its header, Ethernet and two tags.
    private static final int MOST_BYTES = WirePort.MAX_FRAME + Ipv6.HEADER_LENGTH;
    // The pushed header is copied in whole words.
    private static final int SLACK = 8;

    private final IoContext io;
    private final WirePort wire;
    private final Allowances allowances;
    private final TxOffload offload;
    private final TsoCutter cutter;
    private final ParsedPacket parsed = new ParsedPacket();
    private final Memory packet = Memory.allocate("ENA packet to send", MOST_BYTES + SLACK);
    private final Memory segment = Memory.allocate("ENA segment to send", MOST_BYTES);
    // The packet on its way to the wire, and the frame of it that comes next; null if there is none.
    private TxQueue sending;
    private Memory frame;
    private int frameLength;
    private boolean segmenting;
    private boolean blocked;
    private long giveUpAt;
    private long retryAt;

    TxEngine(IoContext io, Allowances allowances) {
        this.io = io;
        this.wire = io.host.wire();
        this.allowances = allowances;
        this.offload = new TxOffload(io);
        this.cutter = new TsoCutter(io, offload);
    }

    /** True if a packet waits for room on the wire, and no other can go. */
    boolean isBlocked() {
        return blocked;
    }

    /** Goes on with the packet that waits for the wire. Returns true if it is gone. */
    boolean resume() {
        if (!io.isPast(retryAt)) {
            return false;
        }
        emit();
        return !blocked;
    }

    /**
     * Sends packets of one queue, {@code most} at most, until the wire has no more room. Returns how many were dealt with.
     */
    int run(TxQueue queue, int most) {
        int count = 0;
        while (count < most && !blocked && !queue.isHalted() && !queue.isStuck() && queue.collect() == TxQueue.PACKET) {
            begin(queue);
            count++;
        }
        return count;
    }

    private void begin(TxQueue queue) {
        sending = queue;
        TxRequest request = queue.request();
        int length = request.length;
        if (!gather(queue, request) || !prepare(request, length)) {
            io.counters.txDrops++;
            finish();
            return;
        }
        emit();
    }

    // The packet's bytes, in one DMA read for each buffer.
    private boolean gather(TxQueue queue, TxRequest request) {
        if (request.length > MOST_BYTES) {
            io.counters.badOffloads++;
            return false;
        }
        int at = request.headerLength;
        if (at != 0) {
            queue.ring().header(packet, at);
        }
        for (int i = 0; i < request.buffers; i++) {
            int length = request.lengths[i];
            if (length != 0 && !io.dma.read(Kind.PAYLOAD, request.addresses[i], packet, at, length)) {
                io.counters.dmaFaults++;
                return false;
            }
            at += length;
        }
        return true;
    }

    private boolean prepare(TxRequest request, int length) {
        if (length < Ethernet.HEADER_LENGTH || offload.check(request, packet, length) != null) {
            io.counters.badOffloads++;
            return false;
        }
        segmenting = request.has(TxDescriptor.TSO_EN);
        if (!segmenting && length - l2Length(length) > io.settings.mtu) {
            return false;
        }
        int frames = segmenting ? cutter.start(request, packet, length) : 1;
        if (allowances.looksAtPackets()) {
            PacketParser.parse(packet, 0, length, parsed);
        }
        int bytes = segmenting ? length + (frames - 1) * offload.headers() : length;
        if (!allowances.sends(bytes, frames, packet, parsed)) {
            return false;
        }
        if (segmenting) {
            io.counters.tsoPackets++;
            frame = segment;
            frameLength = cutter.next(segment);
        } else {
            offload.insert(request);
            frame = packet;
            frameLength = length;
        }
        return true;
    }

    private int l2Length(int length) {
        int at = Ethernet.ETHER_TYPE_OFFSET;
        for (int tags = 0; tags < PacketParser.MOST_TAGS && at + 2 <= length; tags++) {
            if (!Vlan.isTag(packet.getUnsignedShortBe(at))) {
                break;
            }
            at += Vlan.HEADER_LENGTH;
        }
        return at + 2;
    }

    private void emit() {
        while (sending != null) {
            if (!wire.send(frame, 0, frameLength)) {
                noRoom(io.clock.nanoTime());
                return;
            }
            blocked = false;
            io.counters.txPackets++;
            io.counters.txBytes += frameLength;
            if (segmenting && cutter.hasNext()) {
                frameLength = cutter.next(segment);
            } else {
                finish();
            }
        }
    }

    private void noRoom(long now) {
        if (!blocked) {
            blocked = true;
            giveUpAt = io.after(PATIENCE_NANOS);
        } else if (now - giveUpAt >= 0) {
            io.counters.txDrops++;
            finish();
            return;
        }
        retryAt = io.after(RETRY_NANOS);
    }

    private void finish() {
        TxQueue queue = sending;
        sending = null;
        blocked = false;
        queue.finish();
    }

    /** A queue is gone; what it had on the way goes with it. */
    void forget(TxQueue queue) {
        if (sending == queue) {
            sending = null;
            blocked = false;
        }
    }

    long nextDueNanos() {
        return blocked ? retryAt : DeviceModel.NEVER;
    }

    @Override
    public void close() {
        packet.close();
        segment.close();
    }
}
