package org.netdev4j.cli.app;

import java.util.List;
import org.netdev4j.api.NetBuf;
import org.netdev4j.net.Checksum;
import org.netdev4j.net.Ethernet;
import org.netdev4j.net.Icmpv6;
import org.netdev4j.net.IpProtocol;
import org.netdev4j.net.Ipv6;
import org.netdev4j.net.Ipv6Address;
import org.netdev4j.net.NdpOption;
import org.netdev4j.platform.memory.Memory;

/**
 * Answers ICMPv6 echo [RFC 4443 §4] and neighbour solicitations [RFC 4861 §7.2]. Packets with extension headers are not answered; of
 * those, fragments are counted apart. One thread.
 */
final class Responder6 {
    private static final int HOP_LIMIT = 64;
    /** What a message of neighbour discovery has if no router passed it on [RFC 4861 §7.1.1]. */
    private static final int NDP_HOP_LIMIT = 255;
    private static final int ADVERTISEMENT = 24 + NdpOption.SHORTEST;
    private static final int NO_OPTION = -1;
    private static final int ECHO_REQUEST = Icmpv6.ECHO_REQUEST << 8;
    private static final int ECHO_REPLY = Icmpv6.ECHO_REPLY << 8;
    private static final long ALL_NODES_MAC = Ipv6Address.ALL_NODES.multicastMac().value();

    long echoReplies;
    long advertisements;
    long fragments;
    long badChecksums;
    long malformed;
    long notForUs;
    long other;

    private final long mac;
    private final List<Ipv6Address> addresses;
    private final long[] high;
    private final long[] low;

    Responder6(long mac, List<Ipv6Address> addresses) {
        this.mac = mac;
        this.addresses = addresses;
        this.high = addresses.stream().mapToLong(Ipv6Address::high).toArray();
        this.low = addresses.stream().mapToLong(Ipv6Address::low).toArray();
    }

    List<Ipv6Address> addresses() {
        return addresses;
    }

    /** Makes an answer of the packet whose IP header is {@code l2} bytes into its frame; false if there is none. */
    boolean answer(NetBuf packet, int l2) {
        Memory m = packet.memory();
        long at = packet.dataOffset() + l2;
        if (!Ipv6.check(m, at, packet.length() - l2) || isMulticast(Ipv6.sourceHigh(m, at))) {
            malformed++;
            return false;
        }
        int payload = Ipv6.payloadLength(m, at);
        if (payload > packet.packetLength() - l2 - Ipv6.HEADER_LENGTH) {
            malformed++;
            return false;
        }
        if (!isForUs(m, at, Ethernet.destination(m, at - l2))) {
            notForUs++;
            return false;
        }
        int next = Ipv6.nextHeader(m, at);
        if (next != IpProtocol.ICMPV6) {
            if (next == IpProtocol.FRAGMENT) {
                fragments++;
            } else {
                other++;
            }
            return false;
        }
        if (!Icmpv6.check(m, at + Ipv6.HEADER_LENGTH, Math.min(payload, packet.length() - l2 - Ipv6.HEADER_LENGTH))) {
            malformed++;
            return false;
        }
        int sum = Chains.sum(packet, l2 + Ipv6.HEADER_LENGTH, payload);
        if (Checksum.add(sum, Checksum.pseudoIpv6(m, at, IpProtocol.ICMPV6, payload)) != 0xffff) {
            badChecksums++;
            return false;
        }
        return icmp(packet, l2, payload);
    }

    private boolean icmp(NetBuf packet, int l2, int payload) {
        Memory m = packet.memory();
        long icmp = packet.dataOffset() + l2 + Ipv6.HEADER_LENGTH;
        int type = Icmpv6.type(m, icmp);
        if (Icmpv6.code(m, icmp) == 0 && type == Icmpv6.ECHO_REQUEST) {
            return echo(m, icmp - Ipv6.HEADER_LENGTH, l2);
        }
        if (type == Icmpv6.NEIGHBOUR_SOLICITATION) {
            return solicitation(packet, l2, payload);
        }
        other++;
        return false;
    }

    private boolean echo(Memory m, long ip, int l2) {
        long icmp = ip + Ipv6.HEADER_LENGTH;
        long askerHigh = Ipv6.sourceHigh(m, ip);
        long askerLow = Ipv6.sourceLow(m, ip);
        if (askerHigh == 0 && askerLow == 0) {
            malformed++; // nobody to answer to
            return false;
        }
        long ownHigh = Ipv6.destinationHigh(m, ip);
        long ownLow = Ipv6.destinationLow(m, ip);
        int checksum = Checksum.update(Icmpv6.checksum(m, icmp), ECHO_REQUEST, ECHO_REPLY);
        if (isMulticast(ownHigh)) {
            // "the source address of the reply MUST be a unicast address" [RFC 4443 §4.2]: the sum changes with it.
            int own = sourceFor(askerHigh);
            checksum = Checksum.updateLong(Checksum.updateLong(checksum, ownHigh, high[own]), ownLow, low[own]);
            ownHigh = high[own];
            ownLow = low[own];
        }
        Icmpv6.type(m, icmp, Icmpv6.ECHO_REPLY);
        Icmpv6.checksum(m, icmp, checksum);
        Ipv6.source(m, ip, ownHigh, ownLow);
        Ipv6.destination(m, ip, askerHigh, askerLow);
        Ipv6.hopLimit(m, ip, HOP_LIMIT);
        Ethernet.destination(m, ip - l2, Ethernet.source(m, ip - l2));
        Ethernet.source(m, ip - l2, mac);
        echoReplies++;
        return true;
    }

    /** The own address of the asker's network; else the link-local one, which is the last. */
    private int sourceFor(long askerHigh) {
        for (int i = 0; i < high.length; i++) {
            if (high[i] == askerHigh) {
                return i;
            }
        }
        return high.length - 1;
    }

    private boolean solicitation(NetBuf packet, int l2, int payload) {
        Memory m = packet.memory();
        long ip = packet.dataOffset() + l2;
        long icmp = ip + Ipv6.HEADER_LENGTH;
        int fixed = Icmpv6.fixedLength(Icmpv6.NEIGHBOUR_SOLICITATION);
        boolean anonymous = Ipv6.sourceHigh(m, ip) == 0 && Ipv6.sourceLow(m, ip) == 0;
        // The list of [RFC 4861 §7.1.1]. A solicitation in more than one buffer would be longer than any that a host sends.
        if (Ipv6.hopLimit(m, ip) != NDP_HOP_LIMIT || Icmpv6.code(m, icmp) != 0 || packet.next() != null
            || isMulticast(Icmpv6.targetHigh(m, icmp)) || !NdpOption.check(m, icmp + fixed, payload - fixed)) {
            malformed++;
            return false;
        }
        int option = NdpOption.find(m, icmp + fixed, payload - fixed, NdpOption.SOURCE_LINK_ADDRESS);
        long asker = option == NO_OPTION ? Ethernet.source(m, ip - l2) : NdpOption.linkAddress(m, icmp + fixed + option);
        if (anonymous && (option != NO_OPTION || !isSolicitedNode(m, ip)) || Ethernet.isMulticast(asker)) {
            malformed++;
            return false;
        }
        long targetHigh = Icmpv6.targetHigh(m, icmp);
        long targetLow = Icmpv6.targetLow(m, icmp);
        if (!owns(targetHigh, targetLow)) {
            notForUs++;
            return false;
        }
        int length = l2 + Ipv6.HEADER_LENGTH + ADVERTISEMENT;
        if (length > packet.length() + packet.tailroom()) {
            malformed++;
            return false;
        }
        packet.setLength(length);
        advertise(m, ip, targetHigh, targetLow, anonymous);
        Ethernet.destination(m, ip - l2, anonymous ? ALL_NODES_MAC : asker);
        Ethernet.source(m, ip - l2, mac);
        advertisements++;
        return true;
    }

    /** Writes the advertisement over the solicitation [RFC 4861 §7.2.4]; to all nodes if the asker has no address yet. */
    private void advertise(Memory m, long ip, long targetHigh, long targetLow, boolean toAll) {
        long icmp = ip + Ipv6.HEADER_LENGTH;
        if (toAll) {
            Ipv6.destination(m, ip, Ipv6Address.ALL_NODES.high(), Ipv6Address.ALL_NODES.low());
        } else {
            Ipv6.destination(m, ip, Ipv6.sourceHigh(m, ip), Ipv6.sourceLow(m, ip));
        }
        Ipv6.source(m, ip, targetHigh, targetLow);
        Ipv6.payloadLength(m, ip, ADVERTISEMENT);
        Ipv6.hopLimit(m, ip, NDP_HOP_LIMIT);
        Icmpv6.type(m, icmp, Icmpv6.NEIGHBOUR_ADVERTISEMENT);
        Icmpv6.clearReserved(m, icmp);
        Icmpv6.neighbourFlags(m, icmp, Icmpv6.OVERRIDE | (toAll ? 0 : Icmpv6.SOLICITED));
        Icmpv6.target(m, icmp, targetHigh, targetLow);
        NdpOption.linkAddress(m, icmp + Icmpv6.fixedLength(Icmpv6.NEIGHBOUR_ADVERTISEMENT), NdpOption.TARGET_LINK_ADDRESS, mac);
        int pseudo = Checksum.pseudoIpv6(m, ip, IpProtocol.ICMPV6, ADVERTISEMENT);
        Icmpv6.checksum(m, icmp, Checksum.icmpv6(m, icmp, ADVERTISEMENT, pseudo));
    }

    private boolean isForUs(Memory m, long ip, long destinationMac) {
        long destinationHigh = Ipv6.destinationHigh(m, ip);
        long destinationLow = Ipv6.destinationLow(m, ip);
        if (!isMulticast(destinationHigh)) {
            return destinationMac == mac && owns(destinationHigh, destinationLow);
        }
        if (!Ethernet.isMulticast(destinationMac) && destinationMac != mac) {
            return false;
        }
        if (destinationHigh != Ipv6Address.ALL_NODES.high()) {
            return false;
        }
        if (destinationLow == Ipv6Address.ALL_NODES.low()) {
            return true;
        }
        for (long own : low) {
            if (destinationLow == (0x1_ff00_0000L | own & 0xff_ffffL)) {
                return true;
            }
        }
        return false;
    }

    /** For an address that {@link #isForUs}: of groups that leaves the solicited-node ones and all nodes. */
    private static boolean isSolicitedNode(Memory m, long ip) {
        return isMulticast(Ipv6.destinationHigh(m, ip)) && Ipv6.destinationLow(m, ip) != Ipv6Address.ALL_NODES.low();
    }

    private boolean owns(long addressHigh, long addressLow) {
        for (int i = 0; i < high.length; i++) {
            if (high[i] == addressHigh && low[i] == addressLow) {
                return true;
            }
        }
        return false;
    }

    private static boolean isMulticast(long addressHigh) {
        return addressHigh >>> 56 == 0xff;
    }
}
