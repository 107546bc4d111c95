package org.netdev4j.conformance.frame;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.netdev4j.platform.RandomSource;

/**
 * Builds a frame. Starts as an empty UDP packet over IPv4; every method returns the builder. {@link #build()} fills in
 * all lengths and checksums and pads to the least length of a frame.
 */
public final class Packet {
    private long destination;
    private long source;
    private final List<Integer> tags = new ArrayList<>();
    private int etherType = -1;
    private int version = 4;
    private byte[] from = {10, 0, 0, 1};
    private byte[] to = {10, 0, 0, 2};
    private int fragment;
    private byte[] options = {};
    private boolean extension;
    private int protocol = Frame.UDP;
    private int sourcePort = 5000;
    private int destinationPort = 6000;
    private int sequence = 1000;
    private int tcpFlags = 0x18;
    private byte[] tcpOptions = {};
    private byte[] payload = {};
    private boolean padded = true;

    /** A packet between two stations. */
    public Packet(long destinationMac, long sourceMac) {
        destination = destinationMac;
        source = sourceMac;
    }

    /** To another station. */
    public Packet to(long mac) {
        destination = mac;
        return this;
    }

    /** One more VLAN tag, inside of those before. */
    public Packet tag(int tci) {
        tags.add(tci);
        return this;
    }

    /** No IP: the payload follows the Ethernet header, with this type. */
    public Packet raw(int type) {
        etherType = type;
        version = 0;
        return this;
    }

    /** IPv4, between two addresses. */
    public Packet ip4(int sourceAddress, int destinationAddress) {
        version = 4;
        from = bytes(sourceAddress);
        to = bytes(destinationAddress);
        return this;
    }

    /** IPv6, between two addresses of 16 bytes. */
    public Packet ip6(byte[] sourceAddress, byte[] destinationAddress) {
        version = 6;
        from = sourceAddress.clone();
        to = destinationAddress.clone();
        return this;
    }

    /** IPv6, between two addresses of the prefix for documentation [RFC 3849]. */
    public Packet ip6() {
        byte[] address = new byte[16];
        address[0] = 0x20;
        address[1] = 0x01;
        address[2] = 0x0d;
        address[3] = (byte) 0xb8;
        byte[] other = address.clone();
        address[15] = 1;
        other[15] = 2;
        return ip6(address, other);
    }

    /** IPv4 or IPv6, between two random unicast addresses. */
    public Packet randomAddresses(boolean ipv6, RandomSource random) {
        from = new byte[ipv6 ? 16 : 4];
        to = new byte[ipv6 ? 16 : 4];
        random.nextBytes(from);
        random.nextBytes(to);
        from[0] = (byte) (ipv6 ? 0x20 : 10);
        to[0] = (byte) (ipv6 ? 0x20 : 10);
        version = ipv6 ? 6 : 4;
        return this;
    }

    /** IPv4 options: bytes, a multiple of 4, of no-operation [RFC 791 §3.1]. */
    public Packet ipOptions(int length) {
        options = new byte[length];
        Arrays.fill(options, (byte) 1);
        return this;
    }

    /** IPv6 with a destination options header of 8 bytes. */
    public Packet extension() {
        extension = true;
        return this;
    }

    /** IPv4 fragment: the flags and offset field; the payload then has no header of its own unless the offset is 0. */
    public Packet fragment(int flagsAndOffset) {
        fragment = flagsAndOffset;
        return this;
    }

    /** UDP. */
    public Packet udp(int sourcePortNumber, int destinationPortNumber) {
        protocol = Frame.UDP;
        sourcePort = sourcePortNumber;
        destinationPort = destinationPortNumber;
        return this;
    }

    /** TCP. */
    public Packet tcp(int sourcePortNumber, int destinationPortNumber) {
        protocol = Frame.TCP;
        sourcePort = sourcePortNumber;
        destinationPort = destinationPortNumber;
        return this;
    }

    /** TCP sequence number and flags. */
    public Packet tcpState(int sequenceNumber, int flags) {
        sequence = sequenceNumber;
        tcpFlags = flags;
        return this;
    }

    /** TCP options: bytes, a multiple of 4, of no-operation. */
    public Packet tcpOptions(int length) {
        tcpOptions = new byte[length];
        Arrays.fill(tcpOptions, (byte) 1);
        return this;
    }

    /** Neither TCP nor UDP: the payload follows the IP header. */
    public Packet protocol(int number) {
        protocol = number;
        return this;
    }

    /** The payload. */
    public Packet payload(byte[] bytes) {
        payload = bytes.clone();
        return this;
    }

    /** A payload of random bytes. */
    public Packet payload(int length, RandomSource random) {
        payload = new byte[length];
        random.nextBytes(payload);
        return this;
    }

    /** Chooses the payload's length so that the whole frame has this length, with random bytes. */
    public Packet frameLength(int length, RandomSource random) {
        return payload(Math.max(0, length - headers()), random);
    }

    /** Leaves the frame shorter than the least length if it is. */
    public Packet unpadded() {
        padded = false;
        return this;
    }

    private int headers() {
        return l2() + l3() + l4();
    }

    private int l2() {
        return 14 + 4 * tags.size();
    }

    private int l3() {
        return version == 4 ? 20 + options.length : version == 6 ? 40 + (extension ? 8 : 0) : 0;
    }

    private int l4() {
        if (version == 0 || (fragment & 0x1fff) != 0) {
            return 0;
        }
        return protocol == Frame.UDP ? 8 : protocol == Frame.TCP ? 20 + tcpOptions.length : 0;
    }

    /** The frame. */
    public Frame build() {
        int length = headers() + payload.length;
        byte[] out = new byte[padded ? Math.max(length, Frame.MIN_LENGTH) : length];
        put48(out, 0, destination);
        put48(out, 6, source);
        int at = 12;
        for (int tci : tags) {
            put16(out, at, Frame.TPID);
            put16(out, at + 2, tci);
            at += 4;
        }
        put16(out, at, version == 4 ? 0x0800 : version == 6 ? 0x86dd : etherType);
        int l4Length = l4();
        if (version == 4) {
            putIp4(out, l2(), l3() + l4Length + payload.length);
        } else if (version == 6) {
            putIp6(out, l2(), l3() - 40 + l4Length + payload.length);
        }
        if (l4Length > 0) {
            putL4(out, l2() + l3(), l4Length + payload.length);
        }
        System.arraycopy(payload, 0, out, headers(), payload.length);
        Frame frame = new Frame(out, l2(), l3(), l4Length, version, protocol);
        // The checksum of a fragmented packet is over all fragments; nobody here puts them together.
        return version == 0 ? frame : fragment == 0 ? frame.withChecksums() : new Frame(out, l2(), l3(), 0, 4, protocol)
            .withChecksums();
    }

    private void putIp4(byte[] out, int at, int length) {
        out[at] = (byte) (0x40 | l3() / 4);
        put16(out, at + 2, length);
        put16(out, at + 4, 0x1234);
        put16(out, at + 6, fragment);
        out[at + 8] = 64;
        out[at + 9] = (byte) protocol;
        System.arraycopy(from, 0, out, at + 12, 4);
        System.arraycopy(to, 0, out, at + 16, 4);
        System.arraycopy(options, 0, out, at + 20, options.length);
    }

    private void putIp6(byte[] out, int at, int length) {
        out[at] = 0x60;
        put16(out, at + 4, length);
        out[at + 6] = (byte) (extension ? 60 : protocol);
        out[at + 7] = 64;
        System.arraycopy(from, 0, out, at + 8, 16);
        System.arraycopy(to, 0, out, at + 24, 16);
        if (extension) {
            out[at + 40] = (byte) protocol;
            // PadN over the 6 bytes of the header's body [RFC 8200 §4.2].
            out[at + 42] = 1;
            out[at + 43] = 4;
        }
    }

    private void putL4(byte[] out, int at, int length) {
        put16(out, at, sourcePort);
        put16(out, at + 2, destinationPort);
        if (protocol == Frame.UDP) {
            put16(out, at + 4, length);
            return;
        }
        put16(out, at + 4, sequence >>> 16);
        put16(out, at + 6, sequence);
        put16(out, at + 10, 0x0102);
        out[at + 12] = (byte) ((20 + tcpOptions.length) / 4 << 4);
        out[at + 13] = (byte) tcpFlags;
        put16(out, at + 14, 0x7fff);
        System.arraycopy(tcpOptions, 0, out, at + 20, tcpOptions.length);
    }

    private static byte[] bytes(int address) {
        return new byte[] {(byte) (address >>> 24), (byte) (address >>> 16), (byte) (address >>> 8), (byte) address};
    }

    private static void put16(byte[] out, int at, int value) {
        out[at] = (byte) (value >>> 8);
        out[at + 1] = (byte) value;
    }

    private static void put48(byte[] out, int at, long value) {
        for (int i = 0; i < 6; i++) {
            out[at + i] = (byte) (value >>> 40 - 8 * i);
        }
    }
}
