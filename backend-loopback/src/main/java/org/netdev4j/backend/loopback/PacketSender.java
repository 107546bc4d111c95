package org.netdev4j.backend.loopback;

import org.netdev4j.api.NetBuf;
import org.netdev4j.net.EtherType;
import org.netdev4j.net.Ethernet;
import org.netdev4j.net.IpProtocol;
import org.netdev4j.net.PacketChecksums;
import org.netdev4j.net.PacketParser;
import org.netdev4j.net.ParsedPacket;
import org.netdev4j.net.Segmenter;
import org.netdev4j.net.Vlan;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.WirePort;

/**
 * Does what a packet asks for and puts it on the wire as one frame or, with TSO, many.
 *
 * <p>A packet in one buffer is worked on where it lies: it belongs to the queue and is freed afterwards. One in several
 * buffers is put together in a memory of its own. The header lengths that a request needs must be those of the packet as
 * {@link PacketParser} finds them: offloads reach the outer headers only, behind up to two VLAN tags.
 *
 * <p>One for each transmit queue, for its thread. Allocates nothing after construction.
 */
final class PacketSender implements AutoCloseable {
    /** Most buffers of a packet: TSO of 64 KB in standard buffers takes 32. */
    static final int MOST_BUFFERS = 64;
    /** Most bytes of a packet given to TSO. */
    static final int LONGEST_TSO = WirePort.MAX_FRAME;

    /** {@link #send}: the packet is on the wire. */
    static final int SENT = 0;
    /** {@link #send}: the wire has no room; to be called again with the same packet before any other. */
    static final int FULL = 1;
    /** {@link #send}: the packet can never be sent; counted. */
    static final int BAD = 2;

    // Room for a tag in front of a packet that was put together.
    private static final int FRAME_AT = 64;
    private static final long SEGMENT_AT = FRAME_AT + WirePort.MAX_FRAME;
    // Tags that a frame may have once one was inserted.
    private static final int MOST_TAGS = PacketParser.MOST_TAGS + 1;
    private static final int L4_CHECKSUM = NetBuf.TX_TCP_CHECKSUM | NetBuf.TX_UDP_CHECKSUM;
    private static final int NEEDS_HEADERS = NetBuf.TX_IP_CHECKSUM | L4_CHECKSUM | NetBuf.TX_TSO;

    private final LoopbackEgress egress;
    private final TxStats stats;
    // Both in one memory: the packet that was put together, and the segment that was cut.
    private final Memory scratch;
    private final ParsedPacket parsed = new ParsedPacket();
    private final Segmenter segmenter = new Segmenter();
    // The frame that the wire had no room for: where it is, and its bytes; none if that is 0.
    private Memory waitingIn;
    private long waitingAt;
    private int waiting;
    // More segments of a packet are to come.
    private boolean cutting;

    PacketSender(LoopbackEgress egress, TxStats stats, int maxMtu) {
        this.egress = egress;
        this.stats = stats;
        scratch = Memory.allocate("loopback transmit", SEGMENT_AT + maxMtu + RxPlan.LONGEST_L2 + Vlan.HEADER_LENGTH);
    }

    /** Sends a packet: {@link #SENT}, {@link #FULL} or {@link #BAD}. The caller frees it unless it is FULL. */
    int send(NetBuf packet, TxPlan plan) {
        if (waiting != 0) {
            return resume();
        }
        int length = packet.length();
        if ((packet.flags() & NetBuf.TX_REQUESTS) == 0 && packet.next() == null && length >= Ethernet.HEADER_LENGTH
            && length <= plan.mtu + Ethernet.HEADER_LENGTH) {
            return put(packet.memory(), packet.dataOffset(), length);
        }
        return prepare(packet, plan);
    }

    /** Counts a packet as lost. */
    int fault(TxFault fault) {
        stats.fault(fault);
        return BAD;
    }

    /** Forgets the packet that was FULL. */
    void reset() {
        cutting = false;
        waiting = 0;
    }

    private int put(Memory m, long at, int length) {
        if (!egress.send(m, at, length)) {
            stats.wireFull++;
            waitingIn = m;
            waitingAt = at;
            waiting = length;
            return FULL;
        }
        return SENT;
    }

    private int resume() {
        int length = waiting;
        waiting = 0;
        int result = put(waitingIn, waitingAt, length);
        return result == SENT && cutting ? segmentSent() : result;
    }

    private int prepare(NetBuf packet, TxPlan plan) {
        int requests = packet.flags() & NetBuf.TX_REQUESTS;
        int buffers = packet.segments();
        int length = packet.packetLength();
        if (buffers > MOST_BUFFERS || buffers > 1 && !plan.gathers) {
            return fault(TxFault.TOO_MANY_BUFFERS);
        }
        if (length < Ethernet.HEADER_LENGTH) {
            return fault(TxFault.TOO_SHORT);
        }
        if (length > LONGEST_TSO) {
            return fault(TxFault.TOO_LONG);
        }
        if ((requests & NetBuf.TX_VLAN) != 0 && !plan.insertsVlan) {
            return fault(TxFault.OFFLOAD_OFF);
        }
        boolean inPlace = buffers == 1 && ((requests & NetBuf.TX_VLAN) == 0 || packet.headroom() >= Vlan.HEADER_LENGTH);
        if (!inPlace) {
            gather(packet);
        }
        return transform(packet, plan, requests, inPlace, length);
    }

    private void gather(NetBuf packet) {
        int done = 0;
        for (NetBuf part = packet; part != null; part = part.next()) {
            part.copyTo(0, scratch, FRAME_AT + (long) done, part.length());
            done += part.length();
        }
        stats.gathered++;
    }

    private int transform(NetBuf packet, TxPlan plan, int requests, boolean inPlace, int length) {
        Memory m = inPlace ? packet.memory() : scratch;
        long at = inPlace ? packet.dataOffset() : FRAME_AT;
        if ((requests & NEEDS_HEADERS) != 0) {
            TxFault wrong = check(packet, plan, requests, m, at, length);
            if (wrong != null) {
                return fault(wrong);
            }
        }
        boolean tso = (requests & NetBuf.TX_TSO) != 0;
        if (!tso) {
            if (length - l2Length(m, at, length) > plan.mtu) {
                return fault(TxFault.TOO_LONG);
            }
            complete(requests, m, at);
        }
        int total = length;
        if ((requests & NetBuf.TX_VLAN) != 0) {
            at = Vlan.insert(m, at, EtherType.VLAN, packet.vlanTci());
            total += Vlan.HEADER_LENGTH;
            stats.vlanInserted++;
        }
        if (tso) {
            return cut(packet, plan, m, at, total);
        }
        return put(m, at, total);
    }

    /** Bytes of Ethernet header and tags. */
    private static int l2Length(Memory m, long at, int length) {
        int l2 = Ethernet.HEADER_LENGTH;
        for (int i = 0; i < MOST_TAGS && l2 + Vlan.HEADER_LENGTH <= length
            && Vlan.isTag(m.getUnsignedShortBe(at + l2 - Short.BYTES)); i++) {
            l2 += Vlan.HEADER_LENGTH;
        }
        return l2;
    }

    /** Says why the requests cannot be done, or null if they can. */
    private TxFault check(NetBuf packet, TxPlan plan, int requests, Memory m, long at, int length) {
        boolean tso = (requests & NetBuf.TX_TSO) != 0;
        boolean v4 = packet.hasFlags(NetBuf.TX_IPV4);
        boolean v6 = packet.hasFlags(NetBuf.TX_IPV6);
        int l4 = requests & L4_CHECKSUM;
        if (l4 == L4_CHECKSUM || (tso || l4 != 0) && v4 == v6) {
            return TxFault.BAD_HEADERS;
        }
        if ((requests & NetBuf.TX_IP_CHECKSUM) != 0 && !plan.ipChecksum
            || l4 != 0 && !(v4 ? plan.l4ChecksumIpv4 : plan.l4ChecksumIpv6)
            || tso && !(v4 ? plan.tsoIpv4 : plan.tsoIpv6)) {
            return TxFault.OFFLOAD_OFF;
        }
        boolean sound = tso
            ? PacketParser.parseUnsegmented(m, at, length, parsed)
            : PacketParser.parse(m, at, length, parsed);
        if (!sound || packet.l2Length() != parsed.l2Length() || packet.l3Length() != parsed.l3Length()
            || (v4 || (requests & NetBuf.TX_IP_CHECKSUM) != 0) && parsed.ipVersion() != 4 || v6 && parsed.ipVersion() != 6) {
            return TxFault.BAD_HEADERS;
        }
        boolean tcp = tso || l4 == NetBuf.TX_TCP_CHECKSUM;
        if ((tso || l4 != 0) && (parsed.l4Protocol() != (tcp ? IpProtocol.TCP : IpProtocol.UDP) || !parsed.hasPorts()
            || parsed.isFragment() || parsed.isRouted() || tso && packet.l4Length() != parsed.l4Length())) {
            return TxFault.BAD_HEADERS;
        }
        return null;
    }

    private void complete(int requests, Memory m, long at) {
        // Layer 4 first or last is the same: its pseudo header has nothing that the IP checksum changes.
        if ((requests & L4_CHECKSUM) != 0) {
            PacketChecksums.completeL4(m, at, parsed);
            stats.l4Checksums++;
        }
        if ((requests & NetBuf.TX_IP_CHECKSUM) != 0) {
            PacketChecksums.completeL3(m, at, parsed);
            stats.ipChecksums++;
        }
    }

    private int cut(NetBuf packet, TxPlan plan, Memory m, long at, int length) {
        int segments = segmenter.start(m, at, length, packet.segmentSize());
        if (segments == 0) {
            return fault(packet.segmentSize() == 0 ? TxFault.BAD_SEGMENT_SIZE : TxFault.BAD_HEADERS);
        }
        if (segmenter.longestSegment() - l2Length(m, at, length) > plan.mtu) {
            return fault(TxFault.BAD_SEGMENT_SIZE);
        }
        cutting = true;
        return putSegments();
    }

    private int putSegments() {
        while (segmenter.hasNext()) {
            if (put(scratch, SEGMENT_AT, segmenter.next(scratch, SEGMENT_AT)) == FULL) {
                return FULL;
            }
            stats.tsoSegments++;
        }
        cutting = false;
        stats.tsoPackets++;
        return SENT;
    }

    private int segmentSent() {
        stats.tsoSegments++;
        return putSegments();
    }

    @Override
    public void close() {
        scratch.close();
    }
}
