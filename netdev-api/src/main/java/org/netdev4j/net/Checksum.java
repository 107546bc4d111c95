package org.netdev4j.net;

import org.netdev4j.platform.memory.Memory;

/**
 * The Internet checksum [RFC 1071]: of ranges, of headers, and what protocols demand of it.
 *
 * <p>A <em>sum</em> is the one's complement sum of 16-bit words in network order, folded to 16 bits, <em>not</em>
 * complemented: 0 to 0xffff, and 0 only if every byte was zero. A <em>checksum</em> is what a header holds: the complement
 * of the sum over everything else. Sums of parts are put together with {@link #add} and, where a part may begin at an odd
 * byte, {@link #append}.
 *
 * <p>Methods without {@code Ok} return the checksum to store and store nothing; what the checksum field holds does not
 * matter. Those with {@code Ok} verify what is stored. Nothing here allocates.
 */
public final class Checksum {
    /** The sum of no bytes. */
    public static final int EMPTY = 0;

    private static final long LOW_32 = 0xffff_ffffL;

    private Checksum() {
    }

    /** Sum of {@code length} bytes; the last one of an odd number counts as the first of a word, the second being zero. */
    public static int sum(Memory m, long at, int length) {
        // In the CPU's order, 8 bytes at a time, the two halves apart so that no carry is lost: 2^31 words fit into the
        // upper half. The order of bytes is put right at the end [RFC 1071 §2 (B)].
        long even = 0;
        long odd = 0;
        long i = at;
        long end = at + length;
        for (; i <= end - 16; i += 16) {
            long first = m.getLong(i);
            long second = m.getLong(i + 8);
            even += (first & LOW_32) + (second & LOW_32);
            odd += (first >>> 32) + (second >>> 32);
        }
        long total = even + odd;
        if (i <= end - 8) {
            long word = m.getLong(i);
            total += (word & LOW_32) + (word >>> 32);
            i += 8;
        }
        if (i <= end - 4) {
            total += m.getUnsignedInt(i);
            i += 4;
        }
        if (i <= end - 2) {
            total += m.getUnsignedShort(i);
            i += 2;
        }
        if (i < end) {
            total += m.getUnsignedByte(i);
        }
        return swap(fold(total));
    }

    /** Folds a number of any size to a sum: adds its four 16-bit parts, and the carries of that. */
    public static int fold(long wide) {
        long halves = (wide & LOW_32) + (wide >>> 32); // at most 0x1_ffff_fffe
        long sum = (halves & 0xffff) + (halves >>> 16 & 0xffff) + (halves >>> 32); // at most 0x1_fffe
        return (int) ((sum & 0xffff) + (sum >>> 16));
    }

    /** Puts two sums together. Either may also be a plain 16-bit number, such as a length. */
    public static int add(int a, int b) {
        int sum = a + b;
        return (sum & 0xffff) + (sum >>> 16);
    }

    /**
     * Puts together the sum of some bytes and the sum of those right after them.
     *
     * @param sum         of the bytes before
     * @param bytesBefore how many they are, all that count from the first word on; only whether it is odd matters
     * @param next        sum of the bytes after, taken by itself
     */
    public static int append(int sum, int bytesBefore, int next) {
        return add(sum, (bytesBefore & 1) == 0 ? next : swap(next));
    }

    /** Makes a checksum of a sum. */
    public static int finish(int sum) {
        return ~sum & 0xffff;
    }

    /** The checksum to send in UDP: 0 would say that there is none, and all ones says the same as 0 [RFC 768]. */
    public static int zeroToOnes(int checksum) {
        return checksum == 0 ? 0xffff : checksum;
    }

    /**
     * The checksum after a change of what it covers [RFC 1624 §3, equation 3]. A UDP checksum of zero is none and must not
     * be updated; the result for UDP goes through {@link #zeroToOnes}. Same as computed anew, unless every byte covered
     * has become zero.
     *
     * @param checksum before
     * @param oldSum   16-bit word at an even offset before, or the sum of the bytes that change, counted from an even offset
     * @param newSum   the same after
     */
    public static int update(int checksum, int oldSum, int newSum) {
        return finish(add(add(~checksum & 0xffff, ~oldSum & 0xffff), newSum));
    }

    /** As {@link #update} for four bytes at an even offset, such as an IPv4 address. */
    public static int updateInt(int checksum, int oldValue, int newValue) {
        return update(checksum, fold(oldValue & LOW_32), fold(newValue & LOW_32));
    }

    /** As {@link #update} for eight bytes at an even offset, such as half an IPv6 address. */
    public static int updateLong(int checksum, long oldValue, long newValue) {
        return update(checksum, fold(oldValue), fold(newValue));
    }

    /**
     * Sum of IPv4's pseudo header for TCP and UDP [RFC 9293 §3.1, RFC 768]. This is also what a device that completes
     * checksums wants to find in the checksum field.
     *
     * @param ipAt     first byte of the IPv4 header, for the addresses
     * @param protocol value of {@link IpProtocol}
     * @param length   bytes of transport header and payload
     */
    public static int pseudoIpv4(Memory m, long ipAt, int protocol, int length) {
        long addresses = m.getLongBe(ipAt + Ipv4.SOURCE_OFFSET);
        return fold((addresses & LOW_32) + (addresses >>> 32) + protocol + length);
    }

    /**
     * Sum of IPv6's pseudo header for TCP, UDP and ICMPv6 [RFC 8200 §8.1], with the destination in the fixed header. A
     * packet with a routing header that has segments left needs the last segment instead: see
     * {@link ParsedPacket#isRouted()}.
     *
     * @param ipAt     first byte of the IPv6 header, for the addresses
     * @param protocol value of {@link IpProtocol} of the transport header, not of an extension header
     * @param length   bytes of transport header and payload
     */
    public static int pseudoIpv6(Memory m, long ipAt, int protocol, int length) {
        int addresses = sum(m, ipAt + Ipv6.SOURCE_OFFSET, 2 * Ipv6.ADDRESS_LENGTH);
        return fold((long) addresses + protocol + length);
    }

    /** Checksum of an IPv4 header; its header length must be right. */
    public static int ipv4Header(Memory m, long at) {
        return finish(sumWithout(m, at, Ipv4.headerLength(m, at), Ipv4.CHECKSUM_OFFSET));
    }

    /** Verifies an IPv4 header that {@link Ipv4#check} accepted. */
    public static boolean ipv4HeaderOk(Memory m, long at) {
        return sum(m, at, Ipv4.headerLength(m, at)) == 0xffff;
    }

    /**
     * Checksum of a TCP segment.
     *
     * @param at     first byte of the TCP header
     * @param length bytes of header and payload, at least 20
     * @param pseudo sum of the pseudo header
     */
    public static int tcp(Memory m, long at, int length, int pseudo) {
        return finish(add(pseudo, sumWithout(m, at, length, Tcp.CHECKSUM_OFFSET)));
    }

    /** Verifies a TCP segment; parameters as for {@link #tcp}. */
    public static boolean tcpOk(Memory m, long at, int length, int pseudo) {
        return add(pseudo, sum(m, at, length)) == 0xffff;
    }

    /**
     * Checksum of a UDP datagram; never 0.
     *
     * @param at     first byte of the UDP header
     * @param length bytes of header and payload, at least 8
     * @param pseudo sum of the pseudo header
     */
    public static int udp(Memory m, long at, int length, int pseudo) {
        return zeroToOnes(finish(add(pseudo, sumWithout(m, at, length, Udp.CHECKSUM_OFFSET))));
    }

    /**
     * Verifies a UDP datagram; parameters as for {@link #udp}. A stored checksum of 0 is not right: over IPv4 it says that
     * there is none, and the caller lets it pass; over IPv6 it is illegal but for tunnels that agreed on it [RFC 8200
     * §8.1, RFC 6935].
     */
    public static boolean udpOk(Memory m, long at, int length, int pseudo) {
        return Udp.checksum(m, at) != 0 && add(pseudo, sum(m, at, length)) == 0xffff;
    }

    /**
     * Checksum of an ICMP message, which has no pseudo header.
     *
     * @param at     first byte of the message
     * @param length its bytes, at least 4
     */
    public static int icmp(Memory m, long at, int length) {
        return finish(sumWithout(m, at, length, Icmp.CHECKSUM_OFFSET));
    }

    /** Verifies an ICMP message; parameters as for {@link #icmp}. */
    public static boolean icmpOk(Memory m, long at, int length) {
        return sum(m, at, length) == 0xffff;
    }

    /**
     * Checksum of an ICMPv6 message.
     *
     * @param at     first byte of the message
     * @param length its bytes, at least 4
     * @param pseudo sum of the pseudo header
     */
    public static int icmpv6(Memory m, long at, int length, int pseudo) {
        return finish(add(pseudo, sumWithout(m, at, length, Icmpv6.CHECKSUM_OFFSET)));
    }

    /** Verifies an ICMPv6 message; parameters as for {@link #icmpv6}. */
    public static boolean icmpv6Ok(Memory m, long at, int length, int pseudo) {
        return add(pseudo, sum(m, at, length)) == 0xffff;
    }

    // Left out rather than subtracted: of the two zeros of one's complement, a subtraction may yield the wrong one.
    private static int sumWithout(Memory m, long at, int length, int fieldOffset) {
        int rest = fieldOffset + 2;
        return add(sum(m, at, fieldOffset), sum(m, at + rest, length - rest));
    }

    private static int swap(int sum) {
        return (sum & 0xff) << 8 | sum >>> 8;
    }
}
