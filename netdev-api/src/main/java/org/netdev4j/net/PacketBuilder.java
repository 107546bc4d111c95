package org.netdev4j.net;

import org.netdev4j.platform.memory.Memory;

/**
 * Writes whole frames with right lengths and checksums, for tests and the control path.
 *
 * <p>{@snippet :
 * int length = new PacketBuilder(source, destination).vlan(5)
 *     .ipv4(Ipv4Address.parse("10.77.0.1"), Ipv4Address.parse("10.77.0.2")).udp(4000, 4001)
 *     .payload(bytes)
 *     .writeTo(memory, 0);
 * }
 *
 * <p>Each call replaces what an earlier one of its layer said, so that one builder writes many frames. One thread at a
 * time. Frames get no padding and no FCS.
 */
public final class PacketBuilder {
    private static final int NONE = -1;
    private static final int LONGEST_IP_LENGTH = 65_535;
    private static final byte[] NOTHING = new byte[0];

    private final MacAddress source;
    private final MacAddress destination;
    private int[] tags = new int[0];
    private int etherType = EtherType.LOWEST;
    private Ipv4Address source4 = Ipv4Address.ANY;
    private Ipv4Address destination4 = Ipv4Address.ANY;
    private Ipv6Address source6 = Ipv6Address.ANY;
    private Ipv6Address destination6 = Ipv6Address.ANY;
    private int ttl = 64;
    private int identification;
    private int trafficClass;
    private int protocol = NONE;
    private int first;
    private int second;
    private int sequence;
    private int acknowledgment;
    private int flags;
    private byte[] options = NOTHING;
    private byte[] payload = NOTHING;

    /** Begins with the two addresses. */
    public PacketBuilder(MacAddress source, MacAddress destination) {
        this.source = source;
        this.destination = destination;
    }

    /**
     * One tag or two, the first on the wire first: one is {@link EtherType#VLAN}, of two the first is
     * {@link EtherType#SERVICE_VLAN}. None: no tag.
     */
    public PacketBuilder vlan(int... tci) {
        if (tci.length > PacketParser.MOST_TAGS) {
            throw new IllegalArgumentException(
                "a frame has at most " + PacketParser.MOST_TAGS + " VLAN tags, asked for " + tci.length);
        }
        tags = tci.clone();
        return this;
    }

    /** No IP: the payload follows this EtherType. */
    public PacketBuilder etherType(int type) {
        etherType = type;
        protocol = NONE;
        return this;
    }

    /** An IPv4 header without options, "don't fragment" set. What it holds is said by a call after this one. */
    public PacketBuilder ipv4(Ipv4Address from, Ipv4Address to) {
        etherType = EtherType.IPV4;
        source4 = from;
        destination4 = to;
        return this;
    }

    /** An IPv6 header without extension headers, flow label 0. What it holds is said by a call after this one. */
    public PacketBuilder ipv6(Ipv6Address from, Ipv6Address to) {
        etherType = EtherType.IPV6;
        source6 = from;
        destination6 = to;
        return this;
    }

    /** IPv4's time to live, IPv6's hop limit; 64 if not said. */
    public PacketBuilder ttl(int hops) {
        ttl = hops;
        return this;
    }

    /** IPv4's identification; 0 if not said. */
    public PacketBuilder identification(int value) {
        identification = value;
        return this;
    }

    /** Code point and ECN together; 0 if not said. */
    public PacketBuilder trafficClass(int value) {
        trafficClass = value;
        return this;
    }

    /** The payload follows the IP header, as this protocol. */
    public PacketBuilder protocol(int value) {
        protocol = value;
        return this;
    }

    /** A UDP header. */
    public PacketBuilder udp(int sourcePort, int destinationPort) {
        first = sourcePort;
        second = destinationPort;
        return protocol(IpProtocol.UDP);
    }

    /** A TCP header with a window of 65535. */
    public PacketBuilder tcp(int sourcePort, int destinationPort, int sequenceNumber, int acknowledgmentNumber,
        int tcpFlags) {
        first = sourcePort;
        second = destinationPort;
        sequence = sequenceNumber;
        acknowledgment = acknowledgmentNumber;
        flags = tcpFlags;
        return protocol(IpProtocol.TCP);
    }

    /** Options of the TCP header: bytes as on the wire, padded by the caller to a multiple of 4, at most 40. */
    public PacketBuilder tcpOptions(byte... bytes) {
        if (bytes.length % 4 != 0 || bytes.length > Tcp.LONGEST_HEADER - Tcp.HEADER_LENGTH) {
            throw new IllegalArgumentException(
                "TCP options must be a multiple of 4 bytes, at most 40: length=" + bytes.length);
        }
        options = bytes.clone();
        return this;
    }

    /** An echo request of the IP version chosen before. */
    public PacketBuilder echoRequest(int identifier, int sequenceNumber) {
        return echo(Icmp.ECHO_REQUEST, Icmpv6.ECHO_REQUEST, identifier, sequenceNumber);
    }

    /** An echo reply of the IP version chosen before. */
    public PacketBuilder echoReply(int identifier, int sequenceNumber) {
        return echo(Icmp.ECHO_REPLY, Icmpv6.ECHO_REPLY, identifier, sequenceNumber);
    }

    private PacketBuilder echo(int type4, int type6, int identifier, int sequenceNumber) {
        first = identifier;
        second = sequenceNumber;
        flags = etherType == EtherType.IPV6 ? type6 : type4;
        return protocol(etherType == EtherType.IPV6 ? IpProtocol.ICMPV6 : IpProtocol.ICMP);
    }

    /** What follows all headers; copied. Nothing if not said. */
    public PacketBuilder payload(byte... bytes) {
        payload = bytes.clone();
        return this;
    }

    /** Bytes of the frame as it stands. */
    public int length() {
        return l3Offset() + ipHeaderLength() + l4HeaderLength() + payload.length;
    }

    /** A new array with the frame. */
    public byte[] bytes() {
        try (Memory m = Memory.allocate("frame", length())) {
            return m.bytes(0, writeTo(m, 0));
        }
    }

    /**
     * Writes the frame.
     *
     * @param at first byte; the memory has room for {@link #length()} bytes from there
     * @return bytes written
     * @throws IllegalStateException if the packet is longer than IP can say, or IP was chosen and nothing to put in it
     */
    public int writeTo(Memory m, long at) {
        boolean ip = ipHeaderLength() != 0;
        if (ip && protocol == NONE) {
            throw new IllegalStateException(
                "an IP header needs udp(), tcp(), echoRequest(), echoReply() or protocol() after it");
        }
        int ipPayload = l4HeaderLength() + payload.length;
        if (ip && ipPayload + (etherType == EtherType.IPV4 ? Ipv4.HEADER_LENGTH : 0) > LONGEST_IP_LENGTH) {
            throw new IllegalStateException("packet is longer than IP can say: payload=" + payload.length + " bytes");
        }
        writeL2(m, at);
        long ipAt = at + l3Offset();
        long l4 = ipAt + ipHeaderLength();
        m.copyFrom(l4 + l4HeaderLength(), payload, 0, payload.length);
        if (etherType == EtherType.IPV4) {
            writeIpv4(m, ipAt, ipPayload);
            writeL4(m, l4, ipPayload, protocol == IpProtocol.ICMP ? 0 : Checksum.pseudoIpv4(m, ipAt, protocol, ipPayload));
        } else if (etherType == EtherType.IPV6) {
            writeIpv6(m, ipAt, ipPayload);
            writeL4(m, l4, ipPayload, Checksum.pseudoIpv6(m, ipAt, protocol, ipPayload));
        }
        return length();
    }

    private int l3Offset() {
        return Ethernet.HEADER_LENGTH + tags.length * Vlan.HEADER_LENGTH;
    }

    private int ipHeaderLength() {
        return switch (etherType) {
            case EtherType.IPV4 -> Ipv4.HEADER_LENGTH;
            case EtherType.IPV6 -> Ipv6.HEADER_LENGTH;
            default -> 0;
        };
    }

    private int l4HeaderLength() {
        return switch (protocol) {
            case IpProtocol.TCP -> Tcp.HEADER_LENGTH + options.length;
            case IpProtocol.UDP -> Udp.HEADER_LENGTH;
            case IpProtocol.ICMP, IpProtocol.ICMPV6 -> Icmp.HEADER_LENGTH;
            default -> 0;
        };
    }

    private void writeL2(Memory m, long at) {
        Ethernet.destination(m, at, destination.value());
        Ethernet.source(m, at, source.value());
        long typeAt = at + Ethernet.ETHER_TYPE_OFFSET;
        for (int i = 0; i < tags.length; i++) {
            m.putShortBe(typeAt, i == 0 && tags.length > 1 ? EtherType.SERVICE_VLAN : EtherType.VLAN);
            m.putShortBe(typeAt + 2, tags[i]);
            typeAt += Vlan.HEADER_LENGTH;
        }
        m.putShortBe(typeAt, etherType);
    }

    private void writeIpv4(Memory m, long at, int ipPayload) {
        Ipv4.headerLength(m, at, Ipv4.HEADER_LENGTH);
        m.putByte(at + Ipv4.DSCP_ECN_OFFSET, (byte) trafficClass);
        Ipv4.totalLength(m, at, Ipv4.HEADER_LENGTH + ipPayload);
        Ipv4.identification(m, at, identification);
        Ipv4.fragmentWord(m, at, Ipv4.DONT_FRAGMENT);
        Ipv4.ttl(m, at, ttl);
        Ipv4.protocol(m, at, protocol);
        Ipv4.source(m, at, source4.value());
        Ipv4.destination(m, at, destination4.value());
        Ipv4.checksum(m, at, Checksum.ipv4Header(m, at));
    }

    private void writeIpv6(Memory m, long at, int ipPayload) {
        Ipv6.versionClassFlow(m, at, trafficClass, 0);
        Ipv6.payloadLength(m, at, ipPayload);
        Ipv6.nextHeader(m, at, protocol);
        Ipv6.hopLimit(m, at, ttl);
        Ipv6.source(m, at, source6.high(), source6.low());
        Ipv6.destination(m, at, destination6.high(), destination6.low());
    }

    private void writeL4(Memory m, long at, int length, int pseudo) {
        switch (protocol) {
            case IpProtocol.TCP -> {
                Tcp.sourcePort(m, at, first);
                Tcp.destinationPort(m, at, second);
                Tcp.sequence(m, at, sequence);
                Tcp.acknowledgment(m, at, acknowledgment);
                Tcp.headerLengthAndFlags(m, at, Tcp.HEADER_LENGTH + options.length, flags);
                Tcp.window(m, at, 0xffff);
                Tcp.urgentPointer(m, at, 0);
                m.copyFrom(at + Tcp.OPTIONS_OFFSET, options, 0, options.length);
                Tcp.checksum(m, at, Checksum.tcp(m, at, length, pseudo));
            }
            case IpProtocol.UDP -> {
                Udp.sourcePort(m, at, first);
                Udp.destinationPort(m, at, second);
                Udp.length(m, at, length);
                Udp.checksum(m, at, Checksum.udp(m, at, length, pseudo));
            }
            case IpProtocol.ICMP, IpProtocol.ICMPV6 -> {
                Icmp.type(m, at, flags);
                Icmp.code(m, at, 0);
                Icmp.identifier(m, at, first);
                Icmp.sequence(m, at, second);
                Icmp.checksum(m, at, protocol == IpProtocol.ICMP
                    ? Checksum.icmp(m, at, length)
                    : Checksum.icmpv6(m, at, length, pseudo));
            }
            default -> {
                // The payload is the packet of layer 4.
            }
        }
    }
}
