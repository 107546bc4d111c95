package org.netdev4j.net;

/**
 * Where the headers of a frame are, as {@link PacketParser} found them. The caller owns it and uses it again for frame
 * after frame; one thread at a time.
 *
 * <p>Offsets are in bytes from the first byte of the frame. What a frame does not have is 0, and {@link #l4Protocol()} -1.
 */
public final class ParsedPacket {
    /** What is wrong with a frame. */
    public enum Problem {
        /** Nothing. */
        NONE,
        /** Shorter than an Ethernet header, or than the VLAN tags that it announces. Only the length is set. */
        L2_HEADER,
        /** No legal IP header where the EtherType announces one. Only L2 values are set. */
        IP_HEADER,
        /**
         * The IP length is less than the header's, or more than the frame has: the frame was cut. Addresses are there;
         * nothing is known of what follows.
         */
        IP_LENGTH,
        /** An IPv6 extension header does not lie in the packet. The L3 values are those of the fixed header. */
        EXTENSION_HEADER,
        /** No whole TCP, UDP or ICMP header where one must be, and none of the fragments without one. */
        L4_HEADER,
        /** The UDP length is less than its header's, or more than the IP packet has. Ports are there. */
        UDP_LENGTH
    }

    // Written by PacketParser only.
    int frameLength;
    int etherType;
    int vlanCount;
    int outerTci;
    int innerTci;
    int l2Length;
    int ipVersion;
    int l3Length;
    int ipEnd;
    boolean fragment;
    boolean laterFragment;
    boolean fragmentHeader;
    boolean routed;
    int l4Protocol;
    int l4Offset;
    int l4Length;
    int tcpFlags;
    int payloadOffset;
    int payloadLength;
    Problem problem;

    /** An empty one, as for a frame of no bytes. */
    public ParsedPacket() {
        reset(0);
    }

    void reset(int length) {
        frameLength = length;
        etherType = 0;
        vlanCount = 0;
        outerTci = 0;
        innerTci = 0;
        l2Length = 0;
        ipVersion = 0;
        l3Length = 0;
        ipEnd = 0;
        fragment = false;
        laterFragment = false;
        fragmentHeader = false;
        routed = false;
        l4Protocol = -1;
        l4Offset = 0;
        l4Length = 0;
        tcpFlags = 0;
        payloadOffset = 0;
        payloadLength = 0;
        problem = Problem.NONE;
    }

    /** Bytes of the frame, as the parser was told. */
    public int frameLength() {
        return frameLength;
    }

    /** What is wrong; {@link Problem#NONE} for a good frame. */
    public Problem problem() {
        return problem;
    }

    /** True unless {@link #problem()} is {@link Problem#NONE}. */
    public boolean isMalformed() {
        return problem != Problem.NONE;
    }

    /**
     * The EtherType behind all tags: a value of {@link EtherType} or, below {@link EtherType#LOWEST}, an IEEE 802.3 length.
     */
    public int etherType() {
        return etherType;
    }

    /** VLAN tags found, 0 to 2. */
    public int vlanCount() {
        return vlanCount;
    }

    /** Tag control information of the first tag on the wire; 0 without tags. */
    public int outerTci() {
        return outerTci;
    }

    /** Tag control information of the last tag on the wire, which of one tag is the same; 0 without tags. */
    public int innerTci() {
        return innerTci;
    }

    /** Bytes of Ethernet header and tags, which is the offset of what follows: of the IP header if there is one. */
    public int l2Length() {
        return l2Length;
    }

    /** 4, 6, or 0 if there is no legal IP header. */
    public int ipVersion() {
        return ipVersion;
    }

    /** Offset of the IP header: {@link #l2Length()} under the name that reads better. */
    public int l3Offset() {
        return l2Length;
    }

    /** Bytes of the IP header with options and extension headers; 0 without a legal IP header. */
    public int l3Length() {
        return l3Length;
    }

    /** Offset of the first byte after the IP packet, by its own length; 0 if that is not known to be right. */
    public int ipEnd() {
        return ipEnd;
    }

    /** Bytes after the IP packet, as short frames have; 0 without IP. */
    public int padding() {
        return ipEnd == 0 ? 0 : frameLength - ipEnd;
    }

    /** True for a part of an IP packet: the first, one between, or the last. Its checksum of layer 4 cannot be verified. */
    public boolean isFragment() {
        return fragment;
    }

    /** True for the first part of an IP packet, which has the ports (see {@link #hasPorts()}). */
    public boolean isFirstFragment() {
        return fragment && !laterFragment;
    }

    /**
     * True if an IPv6 routing header has segments left: the pseudo header's destination is not the one in the IP header, and
     * {@link Checksum#pseudoIpv6} does not apply.
     */
    public boolean isRouted() {
        return routed;
    }

    /**
     * What the IP packet holds: a value of {@link IpProtocol}, also if the header is not there; -1 without IP, or if that
     * is malformed.
     */
    public int l4Protocol() {
        return l4Protocol;
    }

    /** Offset of what follows the IP headers; 0 without IP, or if that is malformed. */
    public int l4Offset() {
        return l4Offset;
    }

    /**
     * Bytes of the TCP header with options, or of the UDP header, or 8 for ICMP and ICMPv6; 0 if there is no such header:
     * another protocol, a later fragment, a first fragment that is shorter than it, or {@link Problem#L4_HEADER}.
     */
    public int l4Length() {
        return l4Length;
    }

    /** True if there are ports at {@link #l4Offset()}: a whole TCP or UDP header. */
    public boolean hasPorts() {
        return l4Length != 0 && (l4Protocol == IpProtocol.TCP || l4Protocol == IpProtocol.UDP);
    }

    /** Flags of TCP, as {@link Tcp#flags}; 0 for others. */
    public int tcpFlags() {
        return tcpFlags;
    }

    /** Offset of what follows all headers known; in a malformed frame, of what follows the last good one. */
    public int payloadOffset() {
        return payloadOffset;
    }

    /**
     * Bytes of payload: by the length of UDP or IP, without padding; without IP, to the end of the frame. 0 in a malformed
     * frame.
     */
    public int payloadLength() {
        return payloadLength;
    }

    /**
     * Bytes of transport header and payload, which is what a checksum of layer 4 covers; 0 without such a header, or if
     * malformed.
     */
    public int l4TotalLength() {
        return l4Length == 0 || isMalformed() ? 0 : l4Length + payloadLength;
    }

    /** For people: what it is and where its parts begin. */
    @Override
    public String toString() {
        return "frame of " + frameLength + " bytes: " + problem + ", EtherType 0x" + Integer.toHexString(etherType)
            + ", " + vlanCount + " tags, IPv" + ipVersion + " at " + l2Length + " (" + l3Length + " bytes, ends at "
            + ipEnd + ")" + (fragment ? ", fragment" : "") + ", protocol " + l4Protocol + " at " + l4Offset + " (" + l4Length
            + " bytes), payload at " + payloadOffset + " (" + payloadLength + " bytes)";
    }
}
