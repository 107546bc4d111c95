package org.netdev4j.net;

import java.util.HexFormat;
import org.netdev4j.platform.memory.Memory;

/**
 * The Toeplitz hash, by which adapters spread packets over queues [Microsoft, "RSS Hashing Functions", in the Windows driver
 * documentation]: for every set bit of the input, the 32 bits of the key that begin at the same place are added without
 * carry.
 *
 * <p>The input is source address, destination address, and for the forms with ports source port and destination port, in
 * network order. {@link #hash} is the definition, bit by bit; {@link Table} is for packets.
 */
public final class Toeplitz {
    /** Shortest key in bytes: enough for two IPv6 addresses and two ports. */
    public static final int SHORTEST_KEY = 40;

    private static final int WINDOW = 4;

    private Toeplitz() {
    }

    /** A new array with the 40-byte key of Microsoft's verification suite. */
    public static byte[] microsoftKey() {
        return HexFormat.of().parseHex("6d5a56da255b0ec24167253d43a38fb0d0ca2bcbae7b30b477cb2da38030f20c6a42b73bbeac01fa");
    }

    /**
     * A new key that gives both directions of a connection the same hash: 6d5a, again and again [Woo and Park, "Scalable
     * TCP Session Monitoring with Symmetric Receive-side Scaling", KAIST 2012]. The upper 16 bits of each hash equal the
     * lower.
     *
     * @param length bytes, even, at least {@link #SHORTEST_KEY}
     */
    public static byte[] symmetricKey(int length) {
        if (length < SHORTEST_KEY || length % 2 != 0) {
            throw new IllegalArgumentException(
                "a symmetric key has an even number of bytes from " + SHORTEST_KEY + " on: length=" + length);
        }
        return HexFormat.of().parseHex("6d5a".repeat(length / 2));
    }

    /**
     * Hashes any bytes, bit by bit. For tests and the control path; packets are hashed with a {@link Table}.
     *
     * @throws IllegalArgumentException if the key is not at least four bytes longer than the input
     */
    public static int hash(byte[] key, byte[] input) {
        if (key.length < input.length + WINDOW) {
            throw new IllegalArgumentException("Toeplitz key is too short: an input of " + input.length + " bytes needs "
                + (input.length + WINDOW) + " bytes of key, there are " + key.length);
        }
        int hash = 0;
        for (int bit = 0; bit < input.length * 8; bit++) {
            if ((input[bit / 8] & 0x80 >>> bit % 8) != 0) {
                hash ^= window(key, bit);
            }
        }
        return hash;
    }

    /** The 32 bits of the key that begin at bit {@code at}. */
    private static int window(byte[] key, int at) {
        long five = 0;
        for (int i = 0; i < 5; i++) {
            int index = at / 8 + i;
            five = five << 8 | (index < key.length ? key[index] & 0xff : 0);
        }
        return (int) (five >>> 8 - at % 8);
    }

    /**
     * A key, worked out for every half byte of the input: 4.5 KiB, which stay in the first-level cache. Immutable; any
     * thread may use it.
     */
    public static final class Table {
        private static final int NIBBLE_VALUES = 16;
        // Half bytes of the longest input: two IPv6 addresses and two ports.
        private static final int NIBBLES = 2 * 36;

        // Entry (position * 16 + value): the hash of that half byte at that place alone.
        private final int[] entries = new int[NIBBLES * NIBBLE_VALUES];

        private Table(byte[] key) {
            for (int position = 0; position < NIBBLES; position++) {
                for (int value = 0; value < NIBBLE_VALUES; value++) {
                    int hash = 0;
                    for (int bit = 0; bit < 4; bit++) {
                        hash ^= (value & 8 >>> bit) != 0 ? window(key, position * 4 + bit) : 0;
                    }
                    entries[position * NIBBLE_VALUES + value] = hash;
                }
            }
        }

        /**
         * Works out a key. It is not kept, and bytes after the fortieth do not matter.
         *
         * @throws IllegalArgumentException if it has less than {@link #SHORTEST_KEY} bytes
         */
        public static Table of(byte[] key) {
            if (key.length < SHORTEST_KEY) {
                throw new IllegalArgumentException(
                    "Toeplitz key is too short: it must have at least " + SHORTEST_KEY + " bytes and has " + key.length);
            }
            return new Table(key);
        }

        /** Hash of two IPv4 addresses. */
        public int ipv4(int source, int destination) {
            return half(source, 0) ^ half(destination, 8);
        }

        /** Hash of two IPv4 addresses and two ports. */
        public int ipv4(int source, int destination, int sourcePort, int destinationPort) {
            return half(source, 0) ^ half(destination, 8) ^ half(ports(sourcePort, destinationPort), 16);
        }

        /** Hash of two IPv6 addresses. */
        public int ipv6(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow) {
            return whole(sourceHigh, 0) ^ whole(sourceLow, 16) ^ whole(destinationHigh, 32) ^ whole(destinationLow, 48);
        }

        /** Hash of two IPv6 addresses and two ports. */
        public int ipv6(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow,
            int sourcePort, int destinationPort) {
            return ipv6(sourceHigh, sourceLow, destinationHigh, destinationLow)
                ^ half(ports(sourcePort, destinationPort), 64);
        }

        /** Hash of the addresses of the IPv4 header at {@code ipAt}. */
        public int ipv4(Memory m, long ipAt) {
            return whole(m.getLongBe(ipAt + Ipv4.SOURCE_OFFSET), 0);
        }

        /**
         * Hash of the addresses of the IPv4 header at {@code ipAt} and the ports of the TCP or UDP header at {@code l4At}.
         */
        public int ipv4(Memory m, long ipAt, long l4At) {
            return ipv4(m, ipAt) ^ half(m.getIntBe(l4At), 16);
        }

        /** Hash of the addresses of the IPv6 header at {@code ipAt}. */
        public int ipv6(Memory m, long ipAt) {
            return ipv6(Ipv6.sourceHigh(m, ipAt), Ipv6.sourceLow(m, ipAt),
                Ipv6.destinationHigh(m, ipAt), Ipv6.destinationLow(m, ipAt));
        }

        /**
         * Hash of the addresses of the IPv6 header at {@code ipAt} and the ports of the TCP or UDP header at {@code l4At}.
         */
        public int ipv6(Memory m, long ipAt, long l4At) {
            return ipv6(m, ipAt) ^ half(m.getIntBe(l4At), 64);
        }

        private static int ports(int source, int destination) {
            return source << 16 | destination & 0xffff;
        }

        private int whole(long bytes, int position) {
            return half((int) (bytes >>> 32), position) ^ half((int) bytes, position + 8);
        }

        // Four bytes of input whose first half byte is number "position".
        private int half(int bytes, int position) {
            int[] table = entries;
            int at = position * NIBBLE_VALUES;
            return table[at + (bytes >>> 28)]
                ^ table[at + 16 + (bytes >>> 24 & 15)]
                ^ table[at + 32 + (bytes >>> 20 & 15)]
                ^ table[at + 48 + (bytes >>> 16 & 15)]
                ^ table[at + 64 + (bytes >>> 12 & 15)]
                ^ table[at + 80 + (bytes >>> 8 & 15)]
                ^ table[at + 96 + (bytes >>> 4 & 15)]
                ^ table[at + 112 + (bytes & 15)];
        }
    }
}
