package org.netdev4j.models.ena.io;

import org.netdev4j.backend.ena.spec.OffloadConfig;
import org.netdev4j.backend.ena.spec.TxDescriptor;
import org.netdev4j.net.Checksum;
import org.netdev4j.net.Ipv4;
import org.netdev4j.net.Ipv6;
import org.netdev4j.net.Tcp;
import org.netdev4j.platform.memory.Memory;

/**
 * Cuts a TCP packet into segments of one MSS.
 *
 * <p>Each has the packet's headers with its own lengths; IPv4's identification counts up; sequence numbers go on; FIN and
 * PSH are in the last only, and CWR in the first only if the device offers TSO with ECN [RFC 3168 §6.1.2], in all if it
 * does not. The IPv4 header checksum is filled in if it was asked for and is left alone if not; the TCP checksum always is.
 */
final class TsoCutter {
    private final IoContext io;
    private final TxOffload offload;
    private Memory packet;
    private int mss;
    private int payload;
    private int segments;
    private int index;
    private boolean l3Checksum;
    private boolean ecn;
    private int identification;
    private int sequence;
    private int flags;
    private int seed;

    TsoCutter(IoContext io, TxOffload offload) {
        this.io = io;
        this.offload = offload;
    }

    /** Begins with a packet that {@link TxOffload#check} accepted. Returns the number of segments, at least 1. */
    int start(TxRequest request, Memory memory, int length) {
        packet = memory;
        payload = length - offload.headers();
        mss = request.meta.mss;
        segments = Math.max(1, (payload + mss - 1) / mss);
        index = 0;
        l3Checksum = request.has(TxDescriptor.L3_CSUM_EN);
        ecn = (io.settings.txOffloads & OffloadConfig.TX_TSO_ECN) != 0;
        identification = offload.isIpv4() ? Ipv4.identification(memory, offload.l3()) : 0;
        sequence = Tcp.sequence(memory, offload.l4());
        flags = Tcp.flags(memory, offload.l4());
        seed = Tcp.checksum(memory, offload.l4());
        return segments;
    }

    /** True if {@link #next} has one more to make. */
    boolean hasNext() {
        return index < segments;
    }

    /** Makes the next segment at the start of {@code into}; returns its bytes. */
    int next(Memory into) {
        int headers = offload.headers();
        int before = index * mss;
        int bytes = Math.min(mss, payload - before);
        packet.copyTo(0, into, 0, headers);
        packet.copyTo(headers + before, into, headers, bytes);
        int l3 = offload.l3();
        int l4 = offload.l4();
        if (offload.isIpv4()) {
            Ipv4.totalLength(into, l3, headers - l3 + bytes);
            Ipv4.identification(into, l3, identification + index);
            if (l3Checksum) {
                Ipv4.checksum(into, l3, Checksum.ipv4Header(into, l3));
            }
        } else {
            Ipv6.payloadLength(into, l3, headers - l3 - Ipv6.HEADER_LENGTH + bytes);
        }
        Tcp.sequence(into, l4, sequence + before);
        Tcp.flags(into, l4, segmentFlags());
        int tcpLength = headers - l4 + bytes;
        // A partial sum comes without the length, which differs from segment to segment.
        int pseudo = offload.isPartial() ? Checksum.add(seed, tcpLength) : offload.pseudo(into, l3, tcpLength);
        Tcp.checksum(into, l4, Checksum.tcp(into, l4, tcpLength, pseudo));
        index++;
        return headers + bytes;
    }

    private int segmentFlags() {
        int result = flags;
        if (index != 0 && ecn) {
            result &= ~Tcp.CWR;
        }
        if (index != segments - 1) {
            result &= ~(Tcp.FIN | Tcp.PSH);
        }
        return result;
    }
}
