package org.netdev4j.cli.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.netdev4j.api.NetBuf;
import org.netdev4j.cli.config.IpPrefix;
import org.netdev4j.net.Arp;
import org.netdev4j.net.EtherType;
import org.netdev4j.net.Ethernet;
import org.netdev4j.net.Ipv6Address;
import org.netdev4j.net.MacAddress;
import org.netdev4j.net.Vlan;
import org.netdev4j.platform.memory.Memory;

/**
 * Makes answers of requests, in their own buffers: ARP, ICMP echo, ICMPv6 echo and neighbour solicitation. Tagged requests get answers
 * with the same tags. One thread; allocates nothing per packet.
 */
final class Responder {
    private static final int MOST_TAGS = 2;

    private final long mac;
    private final int[] own4;
    private final Responder4 ipv4;
    private final Responder6 ipv6;
    private long arpReplies;
    private long malformed;
    private long other;

    /**
     * An answering machine.
     *
     * @param mac       its Ethernet address
     * @param addresses its IP addresses; the link-local one that follows from {@code mac} is added
     */
    Responder(MacAddress mac, List<IpPrefix> addresses) {
        this.mac = mac.value();
        List<Ipv6Address> own6 = new ArrayList<>();
        addresses.forEach(a -> {
            if (a instanceof IpPrefix.V6 v6) {
                own6.add(v6.address());
            }
        });
        own6.add(linkLocal(mac));
        own4 = addresses.stream().filter(IpPrefix.V4.class::isInstance).mapToInt(a -> ((IpPrefix.V4) a).address().value()).toArray();
        ipv4 = new Responder4(mac.value(), own4);
        ipv6 = new Responder6(mac.value(), own6.stream().distinct().toList());
    }

    /** {@code fe80::} and the modified EUI-64 of an Ethernet address [RFC 4291 §2.5.1 and appendix A; RFC 2464 §5]. */
    static Ipv6Address linkLocal(MacAddress mac) {
        long value = mac.value() ^ MacAddress.LOCAL_BIT;
        return new Ipv6Address(0xfe80L << 48, value >>> 24 << 40 | 0xff_fe00_0000L | value & 0xff_ffffL);
    }

    /** Its IPv6 addresses, the link-local one last. */
    List<Ipv6Address> ipv6Addresses() {
        return ipv6.addresses();
    }

    /**
     * Looks at a packet.
     *
     * @return true if the buffer now holds an answer to be sent; false if there is none
     */
    boolean answer(NetBuf packet) {
        Memory m = packet.memory();
        long at = packet.dataOffset();
        int length = packet.length();
        if (!Ethernet.check(m, at, length) || Ethernet.isMulticast(Ethernet.source(m, at))) {
            malformed++;
            return false;
        }
        int type = Ethernet.etherType(m, at);
        int l2 = Ethernet.HEADER_LENGTH;
        for (int tags = 0; tags < MOST_TAGS && Vlan.isTag(type) && Vlan.check(m, at + l2, length - l2); tags++) {
            type = Vlan.etherType(m, at + l2);
            l2 += Vlan.HEADER_LENGTH;
        }
        boolean answered = switch (type) {
            case EtherType.ARP -> arp(m, at, l2, length - l2);
            case EtherType.IPV4 -> ipv4.answer(packet, l2);
            case EtherType.IPV6 -> ipv6.answer(packet, l2);
            default -> {
                other++;
                yield false;
            }
        };
        if (answered) {
            // What was found out about the request is not asked for the answer; a tag that was taken out goes in again.
            packet.setFlags(packet.hasFlags(NetBuf.RX_VLAN_STRIPPED) ? NetBuf.TX_VLAN : 0);
        }
        return answered;
    }

    private boolean arp(Memory m, long frame, int l2, int available) {
        long at = frame + l2;
        if (!Arp.check(m, at, available) || Ethernet.isMulticast(Arp.senderMac(m, at))) {
            malformed++;
            return false;
        }
        int target = Arp.targetIp(m, at);
        if (Arp.operation(m, at) != Arp.REQUEST || !owns(target)) {
            other++;
            return false;
        }
        long asker = Arp.senderMac(m, at);
        Arp.write(m, at, Arp.REPLY, mac, target, asker, Arp.senderIp(m, at));
        Ethernet.destination(m, frame, asker);
        Ethernet.source(m, frame, mac);
        arpReplies++;
        return true;
    }

    private boolean owns(int address) {
        for (int own : own4) {
            if (own == address) {
                return true;
            }
        }
        return false;
    }

    /** What was answered and what was not, by name. */
    Map<String, Long> counters() {
        Map<String, Long> all = new LinkedHashMap<>();
        all.put("arp-replies", arpReplies);
        all.put("icmp-echo-replies", ipv4.echoReplies);
        all.put("icmpv6-echo-replies", ipv6.echoReplies);
        all.put("neighbour-advertisements", ipv6.advertisements);
        all.put("fragments", ipv4.fragments + ipv6.fragments);
        all.put("bad-checksums", ipv4.badChecksums + ipv6.badChecksums);
        all.put("malformed", malformed + ipv4.malformed + ipv6.malformed);
        all.put("not-for-us", ipv4.notForUs + ipv6.notForUs);
        all.put("other", other + ipv4.other + ipv6.other);
        return all;
    }
}
