package org.netdev4j.conformance.frame;

import java.util.Arrays;

/**
 * A frame and where its headers are.
 *
 * @param bytes     from destination address to the last byte, padding included; not copied
 * @param l2        bytes of Ethernet header and VLAN tags
 * @param l3        bytes of IP header with options or extension headers; 0 if it is no IP
 * @param l4        bytes of TCP or UDP header; 0 if it is neither, or a fragment
 * @param ipVersion 4, 6, or 0 if it is no IP
 * @param protocol  number of what is in the IP packet
 */
public record Frame(byte[] bytes, int l2, int l3, int l4, int ipVersion, int protocol) {
    /** Protocol number. */
    public static final int TCP = 6;
    /** Protocol number. */
    public static final int UDP = 17;
    /** Least length of a frame without FCS [IEEE 802.3-2018 §4.4.2, minFrameSize less 4 bytes of FCS]. */
    public static final int MIN_LENGTH = 60;

    static final int TPID = 0x8100;
    private static final int ETHERNET = 14;

    /** Reads a frame; what makes no sense as IP is taken as no IP. */
    public static Frame parse(byte[] bytes) {
        int at = 12;
        while (at + 4 <= bytes.length && (word(bytes, at) == TPID || word(bytes, at) == 0x88a8)) {
            at += 4;
        }
        int l2 = at + 2;
        int type = at + 2 <= bytes.length ? word(bytes, at) : 0;
        if (type == 0x0800 && bytes.length >= l2 + 20 && bytes[l2] >> 4 == 4) {
            return parse4(bytes, l2);
        }
        if (type == 0x86dd && bytes.length >= l2 + 40 && bytes[l2] >> 4 == 6) {
            return parse6(bytes, l2);
        }
        return new Frame(bytes, Math.min(l2, bytes.length), 0, 0, 0, 0);
    }

    private static Frame parse4(byte[] bytes, int l2) {
        int l3 = (bytes[l2] & 0xf) * 4;
        int protocol = bytes[l2 + 9] & 0xff;
        boolean fragment = (word(bytes, l2 + 6) & 0x3fff) != 0;
        return new Frame(bytes, l2, l3, fragment ? 0 : l4Length(bytes, l2 + l3, protocol), 4, protocol);
    }

    private static Frame parse6(byte[] bytes, int l2) {
        int protocol = bytes[l2 + 6] & 0xff;
        int at = l2 + 40;
        while ((protocol == 0 || protocol == 60) && at + 8 <= bytes.length) {
            protocol = bytes[at] & 0xff;
            at += 8 + (bytes[at + 1] & 0xff) * 8;
        }
        return new Frame(bytes, l2, at - l2, l4Length(bytes, at, protocol), 6, protocol);
    }

    private static int l4Length(byte[] bytes, int at, int protocol) {
        return protocol == UDP ? 8 : protocol == TCP && bytes.length > at + 12 ? (bytes[at + 12] >> 4 & 0xf) * 4 : 0;
    }

    private static int word(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }

    /** Bytes in all. */
    public int length() {
        return bytes.length;
    }

    /** Two bytes in network order. */
    public int word(int at) {
        return word(bytes, at);
    }

    /** Four bytes in network order. */
    public int dword(int at) {
        return word(at) << 16 | word(at + 2);
    }

    /** Where the transport header begins. */
    public int l4At() {
        return l2 + l3;
    }

    /** Where the TCP or UDP payload begins. */
    public int payloadAt() {
        return l2 + l3 + l4;
    }

    /** Bytes of the IP packet as its header says. */
    public int ipBytes() {
        return ipVersion == 4 ? word(l2 + 2) : 40 + word(l2 + 4);
    }

    /** Bytes of transport header and payload, without padding. */
    int l4Bytes() {
        return ipBytes() - l3;
    }

    /** The payload, without padding. */
    public byte[] payload() {
        return Arrays.copyOfRange(bytes, payloadAt(), l2 + ipBytes());
    }

    /** Where the TCP or UDP checksum is. */
    public int l4ChecksumAt() {
        return l4At() + (protocol == TCP ? 16 : 6);
    }

    /** Where the IPv4 header checksum is. */
    public int ipChecksumAt() {
        return l2 + 10;
    }

    /** True if the IPv4 header checksum is right. */
    public boolean ipChecksumGood() {
        return Sums.checksum(bytes, l2, l3) == 0;
    }

    /** True if the TCP or UDP checksum is right; a UDP checksum of 0 is not. */
    public boolean l4ChecksumGood() {
        return Sums.transport(bytes, this) == 0 && !(protocol == UDP && word(l4ChecksumAt()) == 0);
    }

    /** A copy with one byte changed. */
    public Frame withByte(int at, int value) {
        byte[] copy = bytes.clone();
        copy[at] = (byte) value;
        return new Frame(copy, l2, l3, l4, ipVersion, protocol);
    }

    /** A copy with two bytes changed, in network order. */
    public Frame withWord(int at, int value) {
        return withByte(at, value >>> 8).withByte(at + 1, value);
    }

    /** A copy whose IPv4 header checksum is wrong. */
    public Frame withBadIpChecksum() {
        return withByte(ipChecksumAt(), bytes[ipChecksumAt()] ^ 0x55);
    }

    /** A copy whose TCP or UDP checksum is wrong, and not 0. */
    public Frame withBadL4Checksum() {
        int good = word(l4ChecksumAt());
        return withWord(l4ChecksumAt(), (good ^ 0x5500) == 0 ? good ^ 0x00aa : good ^ 0x5500);
    }

    /** A copy with right checksums in all headers. */
    public Frame withChecksums() {
        byte[] copy = bytes.clone();
        if (ipVersion == 4) {
            put(copy, ipChecksumAt(), 0);
            put(copy, ipChecksumAt(), Sums.checksum(copy, l2, l3));
        }
        if (l4 > 0) {
            put(copy, l4ChecksumAt(), 0);
            int sum = Sums.transport(copy, this);
            put(copy, l4ChecksumAt(), sum == 0 && protocol == UDP ? 0xffff : sum);
        }
        return new Frame(copy, l2, l3, l4, ipVersion, protocol);
    }

    /** A copy without the outermost VLAN tag. */
    public Frame withoutTag() {
        byte[] copy = new byte[bytes.length - 4];
        System.arraycopy(bytes, 0, copy, 0, 12);
        System.arraycopy(bytes, 16, copy, 12, copy.length - 12);
        return new Frame(copy, l2 - 4, l3, l4, ipVersion, protocol);
    }

    /** A copy with one more VLAN tag, outermost. */
    public Frame withTag(int tci) {
        byte[] copy = new byte[bytes.length + 4];
        System.arraycopy(bytes, 0, copy, 0, 12);
        put(copy, 12, TPID);
        put(copy, 14, tci);
        System.arraycopy(bytes, 12, copy, 16, bytes.length - 12);
        return new Frame(copy, l2 + 4, l3, l4, ipVersion, protocol);
    }

    /** True if the frame begins with an Ethernet header. */
    public boolean hasEthernet() {
        return bytes.length >= ETHERNET;
    }

    private static void put(byte[] bytes, int at, int value) {
        bytes[at] = (byte) (value >>> 8);
        bytes[at + 1] = (byte) value;
    }
}
