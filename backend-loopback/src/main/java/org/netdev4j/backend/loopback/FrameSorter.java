package org.netdev4j.backend.loopback;

import org.netdev4j.api.NetBuf;
import org.netdev4j.net.Checksum;
import org.netdev4j.net.EtherType;
import org.netdev4j.net.Ethernet;
import org.netdev4j.net.IpProtocol;
import org.netdev4j.net.PacketChecksums;
import org.netdev4j.net.PacketParser;
import org.netdev4j.net.ParsedPacket;
import org.netdev4j.net.Vlan;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.WirePort;

/**
 * Takes frames off the wire one by one, finds out what they are, and puts them into the posted buffers of the right queue.
 *
 * <p>A frame is received straight into the next buffer of the queue that got the frame before. If it turns out to be for
 * another queue with the same pool, the two queues exchange their buffers; only with another pool it is copied. Frames
 * longer than a buffer go through a memory of their own and are copied from there.
 *
 * <p>Used under the lock of {@link LoopbackIngress} only. Allocates nothing after construction.
 */
final class FrameSorter implements AutoCloseable {
    /** {@link #take} found no frame. */
    static final int EMPTY = -1;
    /** {@link #take} found a frame that no queue gets. */
    static final int DROPPED = -2;

    // The hash input lies in front of the frame, so that one memory does.
    private static final int FRAME_AT = RssSelector.SCRATCH_BYTES;

    private final WirePort wire;
    private final Clock clock;
    private final PortStats port;
    private final Memory scratch = Memory.allocate("loopback receive", FRAME_AT + (long) WirePort.MAX_FRAME);
    private final ParsedPacket parsed = new ParsedPacket();
    private int likely;

    // What sort() found out about the frame at hand.
    private int flags;
    private int hash;
    private int tci;

    FrameSorter(WirePort wire, Clock clock, PortStats port) {
        this.wire = wire;
        this.clock = clock;
        this.port = port;
    }

    /** Forgets which queue the last frame was for; there may be other queues now. */
    void restart() {
        likely = 0;
    }

    /**
     * Takes a frame.
     *
     * @param queues all receive queues
     * @return the queue that the frame was for, also if it had no buffer; or {@link #DROPPED}, or {@link #EMPTY}
     */
    int take(RxPlan plan, LoopbackRxQueue[] queues) {
        RxRing ring = queues[likely].ring();
        int longest = plan.longestFrame();
        NetBuf buffer = ring.room() > longest && ring.posted() > 0 ? ring.posted(0) : null;
        Memory m = buffer == null ? scratch : buffer.memory();
        long at = buffer == null ? FRAME_AT : buffer.dataOffset();
        // A frame that fills the one byte beyond the longest is too long, whatever was cut off.
        int length = wire.receive(m, at, longest + 1);
        if (length == WirePort.EMPTY) {
            return EMPTY;
        }
        int queue = sort(plan, queues, m, at, length);
        return queue < 0 ? queue : deliver(plan, queues, queue, buffer == null ? null : ring, m, at, length);
    }

    /** Takes a frame and loses it, since the link is down on this side; {@link #DROPPED} or {@link #EMPTY}. */
    int discard() {
        if (wire.receive(scratch, FRAME_AT, WirePort.MAX_FRAME) == WirePort.EMPTY) {
            return EMPTY;
        }
        port.linkDown++;
        return DROPPED;
    }

    /** Finds the queue, or that there is none, and what is to be said of the frame. */
    private int sort(RxPlan plan, LoopbackRxQueue[] queues, Memory m, long at, int length) {
        flags = 0;
        if (length < Ethernet.HEADER_LENGTH) {
            port.tooShort++;
            queues[0].counters().errors++;
            return DROPPED;
        }
        long destination = Ethernet.destination(m, at);
        if (!plan.filter.takesAddress(destination)) {
            if (Ethernet.isMulticast(destination)) {
                port.multicastFiltered++;
            } else {
                port.unicastFiltered++;
            }
            return DROPPED;
        }
        boolean mayBeTooLong = length > plan.mtu + Ethernet.HEADER_LENGTH;
        if (!plan.parses && !mayBeTooLong) {
            return 0;
        }
        PacketParser.parse(m, at, length, parsed);
        if (!sortVlan(plan, m, at)) {
            port.vlanFiltered++;
            return DROPPED;
        }
        int queue = plan.spreads || plan.givesHash ? spread(plan, m, at) : 0;
        if (length - parsed.l2Length() > plan.mtu) {
            queues[queue].stats().tooLong++;
            queues[queue].counters().errors++;
            return DROPPED;
        }
        if (plan.checksums && parsed.ipVersion() != 0) {
            verify(queues[queue].stats(), m, at);
        }
        return queue;
    }

    /**
     * Looks at the tag. A frame is of a VLAN if its first tag is one of IEEE 802.1Q: a service tag is left to the
     * application, since a stripped tag does not say what type it had.
     */
    private boolean sortVlan(RxPlan plan, Memory m, long at) {
        if (parsed.vlanCount() == 0 || Ethernet.etherType(m, at) != EtherType.VLAN) {
            return true;
        }
        tci = parsed.outerTci();
        if (plan.stripsVlan) {
            flags |= NetBuf.RX_VLAN_STRIPPED;
        }
        return plan.filter.takesVlan(tci & 0xfff);
    }

    private int spread(RxPlan plan, Memory m, long at) {
        int fields = plan.rss.fieldsOf(parsed);
        hash = fields == 0 ? 0 : plan.rss.hash(m, at, parsed, fields, scratch);
        if (fields != 0 && plan.givesHash) {
            flags |= NetBuf.RX_HASH;
        }
        return plan.rss.queue(hash);
    }

    private void verify(RxStats stats, Memory m, long at) {
        boolean tcpOrUdp = parsed.l4Protocol() == IpProtocol.TCP || parsed.l4Protocol() == IpProtocol.UDP;
        int found = tcpOrUdp ? PacketChecksums.verify(m, at, parsed) : verifyHeader(m, at);
        if ((found & PacketChecksums.L3_GOOD) != 0) {
            flags |= NetBuf.RX_IP_CHECKSUM_GOOD;
            stats.ipChecksumGood++;
        } else if ((found & PacketChecksums.L3_BAD) != 0) {
            flags |= NetBuf.RX_IP_CHECKSUM_BAD;
            stats.ipChecksumBad++;
        }
        if ((found & PacketChecksums.L4_GOOD) != 0) {
            flags |= NetBuf.RX_L4_CHECKSUM_GOOD;
            stats.l4ChecksumGood++;
        } else if ((found & PacketChecksums.L4_BAD) != 0) {
            flags |= NetBuf.RX_L4_CHECKSUM_BAD;
            stats.l4ChecksumBad++;
        }
    }

    private int verifyHeader(Memory m, long at) {
        if (parsed.ipVersion() != 4) {
            return 0;
        }
        return Checksum.ipv4HeaderOk(m, at + parsed.l3Offset()) ? PacketChecksums.L3_GOOD : PacketChecksums.L3_BAD;
    }

    /**
     * Puts the frame into posted buffers of its queue.
     *
     * @param received the ring in whose next buffer the frame is already; null if it is elsewhere
     */
    private int deliver(RxPlan plan, LoopbackRxQueue[] queues, int queue, RxRing received, Memory m, long at, int length) {
        LoopbackRxQueue to = queues[queue];
        RxRing ring = to.ring();
        int posted = ring.posted();
        if (posted == 0) {
            to.counters().missed++;
            return queue;
        }
        long from = at;
        int bytes = length;
        if ((flags & NetBuf.RX_VLAN_STRIPPED) != 0) {
            from = Vlan.remove(m, at);
            bytes -= Vlan.HEADER_LENGTH;
            to.stats().vlanStripped++;
        }
        int used = 1;
        if (received != null && received.pool() == ring.pool()) {
            if (received != ring) {
                received.exchange(ring);
            }
            NetBuf buffer = ring.posted(0);
            buffer.setData(buffer.headroom() + (int) (from - at), bytes);
        } else {
            used = (bytes + ring.room() - 1) / ring.room();
            if (used > 1 && !plan.scatters) {
                to.stats().tooLong++;
                to.counters().errors++;
                return DROPPED;
            }
            if (used > posted) {
                to.counters().missed++;
                return queue;
            }
            copy(ring, used, m, from, bytes);
            to.stats().scattered += used > 1 ? 1 : 0;
        }
        describe(plan, ring.posted(0));
        ring.complete(used);
        likely = queue;
        return queue;
    }

    private static void copy(RxRing ring, int buffers, Memory m, long from, int bytes) {
        NetBuf last = null;
        int done = 0;
        for (int i = 0; i < buffers; i++) {
            NetBuf buffer = ring.posted(i);
            int part = Math.min(bytes - done, ring.room());
            buffer.setLength(part);
            buffer.copyFrom(0, m, from + done, part);
            done += part;
            if (last != null) {
                last.chain(buffer);
            }
            last = buffer;
        }
    }

    private void describe(RxPlan plan, NetBuf packet) {
        if (plan.stamps) {
            long stamp = wire.receivedAtEpochNanos();
            packet.setTimestamp(stamp != 0 ? stamp : clock.epochNanos());
            flags |= NetBuf.RX_TIMESTAMP;
        }
        packet.setHash(hash);
        packet.setVlanTci(tci);
        packet.setFlags(flags);
    }

    @Override
    public void close() {
        scratch.close();
    }
}
