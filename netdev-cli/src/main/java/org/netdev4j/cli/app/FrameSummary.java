package org.netdev4j.cli.app;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.netdev4j.net.Arp;
import org.netdev4j.net.EtherType;
import org.netdev4j.net.Icmp;
import org.netdev4j.net.Icmpv6;
import org.netdev4j.net.IpProtocol;
import org.netdev4j.net.Ipv4;
import org.netdev4j.net.Ipv4Address;
import org.netdev4j.net.Ipv6;
import org.netdev4j.net.Ipv6Address;
import org.netdev4j.net.MacAddress;
import org.netdev4j.net.PacketParser;
import org.netdev4j.net.ParsedPacket;
import org.netdev4j.net.Tcp;
import org.netdev4j.net.Udp;
import org.netdev4j.platform.memory.Memory;

/** A frame in one line, much as {@code tcpdump -n} shows it. Allocates: for eyes, not for rates. */
final class FrameSummary {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS", Locale.ROOT);
    private static final long NANOS = 1_000_000_000L;
    private static final int VLAN_ID = 0xfff;
    private static final int PRIORITY_SHIFT = 13;

    private final Memory m;
    private final long at;
    private final int length;
    private final ParsedPacket packet = new ParsedPacket();
    private final StringBuilder text = new StringBuilder();

    private FrameSummary(Memory m, long at, int captured, int length) {
        this.m = m;
        this.at = at;
        this.length = length;
        PacketParser.parse(m, at, captured, packet);
    }

    /**
     * The line.
     *
     * @param captured bytes of the frame that are there
     * @param length   bytes that it had
     */
    static String line(Memory m, long at, int captured, int length, long epochNanos) {
        Instant instant = Instant.ofEpochSecond(Math.floorDiv(epochNanos, NANOS), Math.floorMod(epochNanos, NANOS));
        return TIME.format(instant.atZone(ZoneId.systemDefault())) + " " + describe(m, at, captured, length);
    }

    /** The line without the time. */
    static String describe(Memory m, long at, int captured, int length) {
        FrameSummary summary = new FrameSummary(m, at, captured, length);
        summary.ethernet();
        return summary.text.toString();
    }

    private void ethernet() {
        if (packet.problem() == ParsedPacket.Problem.L2_HEADER) {
            text.append("[|ether], length ").append(length);
            return;
        }
        if (packet.vlanCount() == 2) {
            vlan(packet.outerTci());
        }
        if (packet.vlanCount() > 0) {
            vlan(packet.innerTci());
        }
        switch (packet.etherType()) {
            case EtherType.ARP -> arp();
            case EtherType.IPV4, EtherType.IPV6 -> ip();
            default -> text.append(packet.etherType() < EtherType.LOWEST ? "802.3" : String.format("ethertype 0x%04x", packet.etherType()))
                .append(", length ").append(length);
        }
    }

    private void vlan(int tci) {
        text.append("vlan ").append(tci & VLAN_ID).append(", p ").append(tci >>> PRIORITY_SHIFT).append(", ");
    }

    private void arp() {
        long arp = at + packet.l2Length();
        if (!Arp.check(m, arp, packet.frameLength() - packet.l2Length())) {
            text.append("[|arp], length ").append(length);
            return;
        }
        text.append("ARP, ");
        switch (Arp.operation(m, arp)) {
            case Arp.REQUEST -> text.append("Request who-has ").append(new Ipv4Address(Arp.targetIp(m, arp))).append(" tell ")
                .append(new Ipv4Address(Arp.senderIp(m, arp)));
            case Arp.REPLY -> text.append("Reply ").append(new Ipv4Address(Arp.senderIp(m, arp))).append(" is-at ")
                .append(new MacAddress(Arp.senderMac(m, arp)));
            default -> text.append("operation ").append(Arp.operation(m, arp));
        }
        text.append(", length ").append(length - packet.l2Length());
    }

    private void ip() {
        boolean v6 = packet.etherType() == EtherType.IPV6;
        text.append(v6 ? "IP6 " : "IP ");
        if (packet.ipVersion() == 0) {
            text.append(v6 ? "[|ip6]" : "[|ip]").append(", length ").append(length);
            return;
        }
        addresses();
        switch (packet.problem()) {
            case NONE, UDP_LENGTH -> upper();
            case IP_LENGTH -> text.append("[cut], length ").append(length);
            default -> text.append("[malformed: ").append(packet.problem().name().toLowerCase(Locale.ROOT).replace('_', ' '))
                .append("], length ").append(length);
        }
    }

    private void addresses() {
        long ip = at + packet.l3Offset();
        boolean v4 = packet.ipVersion() == 4;
        boolean ports = packet.hasPorts();
        long l4 = at + packet.l4Offset();
        text.append(v4 ? new Ipv4Address(Ipv4.source(m, ip)).toString()
            : new Ipv6Address(Ipv6.sourceHigh(m, ip), Ipv6.sourceLow(m, ip)).toString());
        text.append(ports ? "." + Udp.sourcePort(m, l4) : "").append(" > ");
        text.append(v4 ? new Ipv4Address(Ipv4.destination(m, ip)).toString()
            : new Ipv6Address(Ipv6.destinationHigh(m, ip), Ipv6.destinationLow(m, ip)).toString());
        text.append(ports ? "." + Udp.destinationPort(m, l4) : "").append(": ");
    }

    private void upper() {
        int bytes = packet.ipEnd() - packet.l4Offset();
        if (packet.isFragment() && !packet.isFirstFragment()) {
            text.append("fragment, protocol ").append(packet.l4Protocol()).append(", length ").append(bytes);
            return;
        }
        switch (packet.l4Protocol()) {
            case IpProtocol.UDP -> text.append("UDP, length ").append(packet.payloadLength());
            case IpProtocol.TCP -> tcp();
            case IpProtocol.ICMP -> icmp(bytes);
            case IpProtocol.ICMPV6 -> icmpv6(bytes);
            default -> text.append("protocol ").append(packet.l4Protocol()).append(", length ").append(bytes);
        }
        if (packet.isFragment()) {
            text.append(" (first fragment)");
        }
    }

    private void tcp() {
        long tcp = at + packet.l4Offset();
        int flags = packet.tcpFlags();
        int payload = packet.payloadLength();
        long sequence = Integer.toUnsignedLong(Tcp.sequence(m, tcp));
        text.append("Flags [").append(flags(flags)).append("]");
        if (payload > 0 || (flags & (Tcp.SYN | Tcp.FIN | Tcp.RST)) != 0) {
            text.append(", seq ").append(sequence);
            if (payload > 0) {
                text.append(':').append(sequence + payload & 0xffff_ffffL);
            }
        }
        if ((flags & Tcp.ACK) != 0) {
            text.append(", ack ").append(Integer.toUnsignedLong(Tcp.acknowledgment(m, tcp)));
        }
        text.append(", win ").append(Tcp.window(m, tcp)).append(", length ").append(payload);
    }

    private static String flags(int flags) {
        StringBuilder letters = new StringBuilder();
        letters.append((flags & Tcp.FIN) != 0 ? "F" : "").append((flags & Tcp.SYN) != 0 ? "S" : "")
            .append((flags & Tcp.RST) != 0 ? "R" : "").append((flags & Tcp.PSH) != 0 ? "P" : "")
            .append((flags & Tcp.ACK) != 0 ? "." : "").append((flags & Tcp.URG) != 0 ? "U" : "")
            .append((flags & Tcp.ECE) != 0 ? "E" : "").append((flags & Tcp.CWR) != 0 ? "W" : "");
        return letters.isEmpty() ? "none" : letters.toString();
    }

    private void icmp(int bytes) {
        long icmp = at + packet.l4Offset();
        if (packet.l4Length() == 0) {
            text.append("ICMP");
        } else if (Icmp.type(m, icmp) == Icmp.ECHO_REQUEST || Icmp.type(m, icmp) == Icmp.ECHO_REPLY) {
            text.append(Icmp.type(m, icmp) == Icmp.ECHO_REQUEST ? "ICMP echo request" : "ICMP echo reply").append(", id ")
                .append(Icmp.identifier(m, icmp)).append(", seq ").append(Icmp.sequence(m, icmp));
        } else {
            text.append("ICMP type ").append(Icmp.type(m, icmp)).append(" code ").append(Icmp.code(m, icmp));
        }
        text.append(", length ").append(bytes);
    }

    private void icmpv6(int bytes) {
        long icmp = at + packet.l4Offset();
        text.append("ICMP6");
        if (Icmpv6.check(m, icmp, bytes)) {
            switch (Icmpv6.type(m, icmp)) {
                case Icmpv6.ECHO_REQUEST, Icmpv6.ECHO_REPLY -> text
                    .append(Icmpv6.type(m, icmp) == Icmpv6.ECHO_REQUEST ? ", echo request" : ", echo reply")
                    .append(", id ").append(Icmpv6.identifier(m, icmp)).append(", seq ").append(Icmpv6.sequence(m, icmp));
                case Icmpv6.NEIGHBOUR_SOLICITATION -> text.append(", neighbor solicitation, who has ").append(target(icmp));
                case Icmpv6.NEIGHBOUR_ADVERTISEMENT -> text.append(", neighbor advertisement, tgt is ").append(target(icmp));
                case Icmpv6.ROUTER_SOLICITATION -> text.append(", router solicitation");
                case Icmpv6.ROUTER_ADVERTISEMENT -> text.append(", router advertisement");
                default -> text.append(", type ").append(Icmpv6.type(m, icmp)).append(" code ").append(Icmpv6.code(m, icmp));
            }
        }
        text.append(", length ").append(bytes);
    }

    private Ipv6Address target(long icmp) {
        return new Ipv6Address(Icmpv6.targetHigh(m, icmp), Icmpv6.targetLow(m, icmp));
    }
}
