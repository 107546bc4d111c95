package org.netdev4j.net;

import org.netdev4j.platform.memory.Memory;

/**
 * Cuts one big TCP or UDP frame into frames that fit the wire, as an adapter with TSO or USO does.
 *
 * <p>{@snippet :
 * int segments = segmenter.start(memory, at, length, mss);
 * while (segmenter.hasNext()) {
 *     int n = segmenter.next(scratch, 0);
 *     port.send(scratch, 0, n);
 * }
 * }
 *
 * <p>Each frame has the headers of the big one, with VLAN tags, IP options, IPv6 extension headers and TCP options, and in
 * them:
 * <ul>
 * <li>the right length in IPv4, IPv6 and UDP, whatever was there;</li>
 * <li>IPv4's identification plus the number of the frame, modulo 65536;</li>
 * <li>TCP's sequence number plus the payload before; FIN and PSH in the last only, CWR in the first only [RFC 3168
 *     §6.1.2], other flags in all. Accurate ECN [RFC 9768], where CWR has another meaning, is not provided for;</li>
 * <li>right checksums of the IPv4 header and of TCP or UDP.</li>
 * </ul>
 *
 * <p>One thread at a time. Allocates nothing after construction.
 */
public final class Segmenter {
    private static final int LONGEST_IP_LENGTH = 65_535;

    private final ParsedPacket packet = new ParsedPacket();
    private Memory source;
    private long sourceAt;
    private int headerLength;
    private int payloadLength;
    private int segmentPayload;
    private int segments;
    private int index;

    /** One with nothing to cut. */
    public Segmenter() {
    }

    /**
     * Begins with a frame; what is left of another one is forgotten. The frame must stay unchanged until the last segment
     * is made.
     *
     * @param at             first byte of the frame, which has no FCS
     * @param length         its bytes; may be more than IP can say
     * @param segmentPayload bytes of payload behind the TCP or UDP header in each segment but the last
     * @return segments to come, at least 1; 0 if the frame cannot be cut: it is not TCP or UDP over IP, is malformed, a
     *     fragment, or routed (see {@link ParsedPacket}), the segments would be too long for IP, or {@code segmentPayload}
     *     is below 1
     */
    public int start(Memory memory, long at, int length, int segmentPayload) {
        segments = 0;
        index = 0;
        if (segmentPayload < 1 || !PacketParser.parseUnsegmented(memory, at, length, packet)) {
            return 0;
        }
        if (!packet.hasPorts() || packet.fragment || packet.fragmentHeader || packet.routed) {
            return 0;
        }
        source = memory;
        sourceAt = at;
        headerLength = packet.payloadOffset;
        payloadLength = packet.payloadLength;
        this.segmentPayload = Math.min(segmentPayload, Math.max(payloadLength, 1));
        if (ipLength(Math.min(this.segmentPayload, payloadLength)) > LONGEST_IP_LENGTH) {
            return 0;
        }
        segments = Math.max(1, (int) (((long) payloadLength + this.segmentPayload - 1) / this.segmentPayload));
        return segments;
    }

    // What the IP header's length field will hold.
    private int ipLength(int payload) {
        return packet.l3Length - (packet.ipVersion == 6 ? Ipv6.HEADER_LENGTH : 0) + packet.l4Length + payload;
    }

    /** True if {@link #next} has a segment to make. */
    public boolean hasNext() {
        return index < segments;
    }

    /**
     * Bytes of the longest segment of this frame: the room that {@link #next} needs. Meaningless after {@link #start}
     * returned 0.
     */
    public int longestSegment() {
        return headerLength + Math.min(segmentPayload, payloadLength);
    }

    /**
     * Writes the next segment, a whole frame.
     *
     * @param into where to; must not overlap the frame that is cut
     * @param at   first byte there
     * @return bytes written; 0 if there is none left
     */
    public int next(Memory into, long at) {
        if (index >= segments) {
            return 0;
        }
        int before = index * segmentPayload;
        int payload = Math.min(segmentPayload, payloadLength - before);
        source.copyTo(sourceAt, into, at, headerLength);
        source.copyTo(sourceAt + headerLength + before, into, at + headerLength, payload);
        long ip = at + packet.l2Length;
        int l4Length = packet.l4Length + payload;
        int pseudo;
        if (packet.ipVersion == 4) {
            Ipv4.totalLength(into, ip, ipLength(payload));
            Ipv4.identification(into, ip, Ipv4.identification(into, ip) + index);
            Ipv4.checksum(into, ip, Checksum.ipv4Header(into, ip));
            pseudo = Checksum.pseudoIpv4(into, ip, packet.l4Protocol, l4Length);
        } else {
            Ipv6.payloadLength(into, ip, ipLength(payload));
            pseudo = Checksum.pseudoIpv6(into, ip, packet.l4Protocol, l4Length);
        }
        long l4 = at + packet.l4Offset;
        if (packet.l4Protocol == IpProtocol.TCP) {
            Tcp.sequence(into, l4, Tcp.sequence(into, l4) + before);
            Tcp.flags(into, l4, flags());
            Tcp.checksum(into, l4, Checksum.tcp(into, l4, l4Length, pseudo));
        } else {
            Udp.length(into, l4, l4Length);
            Udp.checksum(into, l4, Checksum.udp(into, l4, l4Length, pseudo));
        }
        index++;
        return headerLength + payload;
    }

    private int flags() {
        int flags = packet.tcpFlags;
        if (index != 0) {
            flags &= ~Tcp.CWR;
        }
        if (index != segments - 1) {
            flags &= ~(Tcp.FIN | Tcp.PSH);
        }
        return flags;
    }
}
