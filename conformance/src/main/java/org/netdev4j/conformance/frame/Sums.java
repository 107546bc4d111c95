package org.netdev4j.conformance.frame;

/** The Internet checksum, byte by byte as its definition has it [RFC 1071 §1]. */
public final class Sums {
    private Sums() {
    }

    /**
     * Ones' complement sum of 16-bit words, the last padded with zero, added to {@code start}; not yet complemented.
     */
    static int add(int start, byte[] bytes, int from, int length) {
        int sum = start;
        for (int i = 0; i < length; i += 2) {
            int high = bytes[from + i] & 0xff;
            int low = i + 1 < length ? bytes[from + i + 1] & 0xff : 0;
            sum += high << 8 | low;
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return sum;
    }

    /** Checksum of bytes in which the checksum field is zero; over bytes with a right checksum it is 0. */
    public static int checksum(byte[] bytes, int from, int length) {
        return ~add(0, bytes, from, length) & 0xffff;
    }

    /**
     * Checksum of a TCP or UDP packet and its pseudo-header [RFC 9293 §3.1, RFC 768, RFC 8200 §8.1]; 0 if the one in
     * the field is right.
     */
    static int transport(byte[] bytes, Frame frame) {
        int addresses = frame.ipVersion() == 4 ? frame.l2() + 12 : frame.l2() + 8;
        int sum = add(0, bytes, addresses, frame.ipVersion() == 4 ? 8 : 32);
        int length = frame.l4Bytes();
        sum += frame.protocol();
        sum += length;
        sum = (sum & 0xffff) + (sum >>> 16);
        return ~add(sum, bytes, frame.l4At(), length) & 0xffff;
    }
}
