package org.netdev4j.api;

/**
 * What was found out about a received packet, and what is to be done with one to be sent: flags, offload fields, hash,
 * VLAN tag, time.
 *
 * <p>Of a chain, those of the first buffer count. A field means something only while its flag is set. Not thread-safe:
 * the owner of the buffer alone reads and writes. No call allocates.
 */
public abstract sealed class PacketMeta permits NetBuf {
    /** Received: the IPv4 header checksum was checked and is good. */
    public static final int RX_IP_CHECKSUM_GOOD = 1;
    /** Received: the IPv4 header checksum was checked and is bad. */
    public static final int RX_IP_CHECKSUM_BAD = 1 << 1;
    /** Received: the TCP or UDP checksum was checked and is good. Neither good nor bad: it was not checked. */
    public static final int RX_L4_CHECKSUM_GOOD = 1 << 2;
    /** Received: the TCP or UDP checksum was checked and is bad. */
    public static final int RX_L4_CHECKSUM_BAD = 1 << 3;
    /** Received: {@link #hash()} is the RSS hash. */
    public static final int RX_HASH = 1 << 4;
    /** Received: a VLAN tag was taken out of the packet and is in {@link #vlanTci()}. */
    public static final int RX_VLAN_STRIPPED = 1 << 5;
    /** Received: {@link #timestamp()} is valid. */
    public static final int RX_TIMESTAMP = 1 << 6;

    /** To transmit: fill in the IPv4 header checksum. Needs {@link #headerLengths}. */
    public static final int TX_IP_CHECKSUM = 1 << 16;
    /**
     * To transmit: fill in the TCP checksum, pseudo-header included; what stands in the field is ignored. Needs {@link
     * #headerLengths} and one of {@link #TX_IPV4}, {@link #TX_IPV6}.
     */
    public static final int TX_TCP_CHECKSUM = 1 << 17;
    /** To transmit: fill in the UDP checksum, as {@link #TX_TCP_CHECKSUM}. */
    public static final int TX_UDP_CHECKSUM = 1 << 18;
    /**
     * To transmit: cut the TCP packet into segments of {@link #segmentSize()} bytes of payload and fill in all their
     * checksums. Needs {@link #headerLengths}, with the TCP header, and one of {@link #TX_IPV4}, {@link #TX_IPV6}.
     */
    public static final int TX_TSO = 1 << 19;
    /** To transmit: put a VLAN tag with {@link #vlanTci()} into the packet. */
    public static final int TX_VLAN = 1 << 20;
    /** The packet is IPv4; for the requests above. */
    public static final int TX_IPV4 = 1 << 21;
    /** The packet is IPv6; for the requests above. */
    public static final int TX_IPV6 = 1 << 22;

    /** All requests of the transmit side. */
    public static final int TX_REQUESTS = TX_IP_CHECKSUM | TX_TCP_CHECKSUM | TX_UDP_CHECKSUM | TX_TSO | TX_VLAN;

    private static final int L3_SHIFT = 8;
    private static final int L4_SHIFT = 17;
    private static final int L2_MASK = 0xff;
    private static final int L3_MASK = 0x1ff;
    private static final int L4_MASK = 0xff;
    private static final int MAX_16 = 0xffff;
    /** In {@code lens}: the buffer is in its pool. */
    private static final int FREE = 1 << 31;

    private long timestamp;
    private int flags;
    private int hash;
    private int lens = FREE;
    private char segmentSize;
    private char vlanTci;

    PacketMeta() {
    }

    /** Nothing known, nothing asked; the buffer is not in its pool. */
    final void clearMeta() {
        flags = 0;
        lens = 0;
    }

    /** The buffer is in its pool. */
    final void markFree() {
        lens = FREE;
    }

    final boolean isFree() {
        return lens < 0;
    }

    /** Takes over everything that another packet's notes say. */
    public final void copyNotes(PacketMeta other) {
        timestamp = other.timestamp;
        flags = other.flags;
        hash = other.hash;
        lens = lens & FREE | other.lens & ~FREE;
        segmentSize = other.segmentSize;
        vlanTci = other.vlanTci;
    }

    /** All flags. */
    public final int flags() {
        return flags;
    }

    /** Replaces all flags. */
    public final void setFlags(int value) {
        flags = value;
    }

    /** Sets some flags. */
    public final void addFlags(int mask) {
        flags |= mask;
    }

    /** Clears some flags. */
    public final void removeFlags(int mask) {
        flags &= ~mask;
    }

    /** True if all flags of {@code mask} are set. */
    public final boolean hasFlags(int mask) {
        return (flags & mask) == mask;
    }

    /** True if something is asked of the transmit side: the packet is not to be sent as it is. */
    public final boolean hasRequests() {
        return (flags & TX_REQUESTS) != 0;
    }

    /**
     * Says where the headers end, for the requests of the transmit side.
     *
     * @param l2 bytes of Ethernet header and VLAN tags, up to 255
     * @param l3 bytes of IP header with options or extension headers, up to 511
     * @param l4 bytes of TCP or UDP header, up to 255
     */
    public final void headerLengths(int l2, int l3, int l4) {
        if ((l2 & ~L2_MASK | l3 & ~L3_MASK | l4 & ~L4_MASK) != 0) {
            throw new IllegalArgumentException("header lengths out of range: l2=" + l2 + " l3=" + l3 + " l4=" + l4);
        }
        lens = lens & FREE | l4 << L4_SHIFT | l3 << L3_SHIFT | l2;
    }

    /** Bytes of Ethernet header and VLAN tags. */
    public final int l2Length() {
        return lens & L2_MASK;
    }

    /** Bytes of IP header. */
    public final int l3Length() {
        return lens >> L3_SHIFT & L3_MASK;
    }

    /** Bytes of TCP or UDP header. */
    public final int l4Length() {
        return lens >> L4_SHIFT & L4_MASK;
    }

    /** Payload bytes of one segment, for {@link #TX_TSO}. */
    public final int segmentSize() {
        return segmentSize;
    }

    /**
     * Sets the payload bytes of one segment.
     *
     * @throws IllegalArgumentException if it is not 1 to 65535
     */
    public final void setSegmentSize(int bytes) {
        if (bytes < 1 || bytes > MAX_16) {
            throw new IllegalArgumentException("a segment has 1 to 65535 bytes: " + bytes);
        }
        segmentSize = (char) bytes;
    }

    /** VLAN tag: priority, DEI and VLAN id as they stand in the tag. */
    public final int vlanTci() {
        return vlanTci;
    }

    /**
     * Sets the VLAN tag.
     *
     * @throws IllegalArgumentException if it has more than 16 bits
     */
    public final void setVlanTci(int tci) {
        if ((tci & ~MAX_16) != 0) {
            throw new IllegalArgumentException("a VLAN tag has 16 bits: 0x" + Integer.toHexString(tci));
        }
        vlanTci = (char) tci;
    }

    /** RSS hash, if {@link #RX_HASH}. */
    public final int hash() {
        return hash;
    }

    /** Sets the RSS hash. */
    public final void setHash(int value) {
        hash = value;
    }

    /** Nanoseconds since 1970 at which the packet was on the wire, if {@link #RX_TIMESTAMP}. */
    public final long timestamp() {
        return timestamp;
    }

    /** Sets the time stamp. */
    public final void setTimestamp(long epochNanos) {
        timestamp = epochNanos;
    }
}
