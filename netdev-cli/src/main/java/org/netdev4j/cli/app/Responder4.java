package org.netdev4j.cli.app;

import org.netdev4j.api.NetBuf;
import org.netdev4j.net.Checksum;
import org.netdev4j.net.Ethernet;
import org.netdev4j.net.Icmp;
import org.netdev4j.net.IpProtocol;
import org.netdev4j.net.Ipv4;
import org.netdev4j.platform.memory.Memory;

/** Answers ICMP echo [RFC 792; RFC 1122 §3.2.2.6]. Fragments are counted and not put together. One thread. */
final class Responder4 {
    private static final int TTL = 64;
    private static final int HEADERS = Ipv4.HEADER_LENGTH + Icmp.HEADER_LENGTH;
    private static final int ECHO_REQUEST = Icmp.ECHO_REQUEST << 8;
    private static final int ECHO_REPLY = Icmp.ECHO_REPLY << 8;

    long echoReplies;
    long fragments;
    long badChecksums;
    long malformed;
    long notForUs;
    long other;

    private final long mac;
    private final int[] own;

    Responder4(long mac, int[] own) {
        this.mac = mac;
        this.own = own;
    }

    /** Makes an answer of the packet whose IP header is {@code l2} bytes into its frame; false if there is none. */
    boolean answer(NetBuf packet, int l2) {
        Memory m = packet.memory();
        long at = packet.dataOffset() + l2;
        int first = packet.length() - l2;
        int whole = packet.packetLength() - l2;
        if (!Ipv4.check(m, at, first)) {
            malformed++;
            return false;
        }
        int total = Ipv4.totalLength(m, at);
        int header = Ipv4.headerLength(m, at);
        if (total < header || total > whole) {
            malformed++;
            return false;
        }
        if (!Checksum.ipv4HeaderOk(m, at)) {
            badChecksums++;
            return false;
        }
        // A broadcast is nobody's echo request but a flood's [RFC 1122 §3.2.2.6, "MAY be silently discarded"].
        if (Ethernet.destination(m, at - l2) != mac || !owns(Ipv4.destination(m, at))) {
            notForUs++;
            return false;
        }
        if (Ipv4.isFragment(m, at)) {
            fragments++;
            return false;
        }
        // With options the way back would have to be written into the answer; nothing but old tools asks for that.
        if (header != Ipv4.HEADER_LENGTH || Ipv4.protocol(m, at) != IpProtocol.ICMP) {
            other++;
            return false;
        }
        return icmp(packet, l2, total);
    }

    private boolean icmp(NetBuf packet, int l2, int total) {
        Memory m = packet.memory();
        long ip = packet.dataOffset() + l2;
        long icmp = ip + Ipv4.HEADER_LENGTH;
        if (total < HEADERS || packet.length() - l2 < HEADERS) {
            malformed++;
            return false;
        }
        if (Chains.sum(packet, l2 + Ipv4.HEADER_LENGTH, total - Ipv4.HEADER_LENGTH) != 0xffff) {
            badChecksums++;
            return false;
        }
        if (Icmp.type(m, icmp) != Icmp.ECHO_REQUEST || Icmp.code(m, icmp) != 0) {
            other++;
            return false;
        }
        Icmp.type(m, icmp, Icmp.ECHO_REPLY);
        Icmp.checksum(m, icmp, Checksum.update(Icmp.checksum(m, icmp), ECHO_REQUEST, ECHO_REPLY));
        int asker = Ipv4.source(m, ip);
        Ipv4.source(m, ip, Ipv4.destination(m, ip));
        Ipv4.destination(m, ip, asker);
        Ipv4.ttl(m, ip, TTL);
        Ipv4.checksum(m, ip, Checksum.ipv4Header(m, ip));
        Ethernet.swapAddresses(m, ip - l2);
        echoReplies++;
        return true;
    }

    private boolean owns(int address) {
        for (int each : own) {
            if (each == address) {
                return true;
            }
        }
        return false;
    }
}
