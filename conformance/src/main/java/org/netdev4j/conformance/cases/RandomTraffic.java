package org.netdev4j.conformance.cases;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.netdev4j.api.Capability;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetDev;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.frame.Frame;
import org.netdev4j.conformance.frame.Packet;
import org.netdev4j.platform.RandomSource;

/** Packets of random kind, length and shape, with random requests for offloads. */
final class RandomTraffic {
    private static final int FLOWS = 12;
    private static final int LONGEST_TSO = 20_000;

    private final Bench bench;
    private final RandomSource random;
    private final List<byte[]> addresses = new ArrayList<>();
    // Two frames from the device are never the same: each has a source port of its own.
    private int unique = 2000;

    /** A packet, and the frames as which it leaves. */
    record Outgoing(NetBuf packet, List<byte[]> frames) {
    }

    RandomTraffic(Bench bench) {
        this.bench = bench;
        random = bench.random();
        for (int i = 0; i < 2 * FLOWS; i++) {
            byte[] address = new byte[16];
            random.nextBytes(address);
            address[0] = (byte) (i % 3 == 0 ? 0x20 : 10);
            addresses.add(address);
        }
    }

    /** A frame to the device, of one of a dozen flows. */
    Frame toDevice() {
        return flow(random.nextInt(FLOWS));
    }

    private Frame flow(int number) {
        return shape(bench.toDevice(), number, 1000 + number).frameLength(length(), random).build();
    }

    /** A length of frame, often one at a limit. */
    private int length() {
        int longest = bench.device().mtu() + 14;
        return switch (random.nextInt(6)) {
            case 0 -> longest;
            case 1 -> Math.min(longest, 60 + random.nextInt(8));
            case 2 -> 60 + random.nextInt(Math.max(1, longest - 60));
            default -> 60 + random.nextInt(Math.max(1, Math.min(longest, 400) - 60));
        };
    }

    private Packet shape(Packet packet, int flow, int port) {
        byte[] from = addresses.get(2 * flow);
        byte[] to = addresses.get(2 * flow + 1);
        if (flow == FLOWS - 1) {
            return packet.raw(0x88b5);
        }
        if (flow % 3 == 0) {
            packet.ip6(from, to);
        } else {
            packet.ip4(word(from), word(to));
        }
        return flow % 2 == 0 ? packet.tcp(port, 80) : packet.udp(port, 53);
    }

    private static int word(byte[] address) {
        return 10 << 24 | (address[1] & 0xff) << 16 | (address[2] & 0xff) << 8 | 1 + (address[3] & 0x7f);
    }

    /** A packet from the device, with or without a request. */
    Outgoing fromDevice() {
        if (random.nextInt(6) == 0) {
            Outgoing large = large();
            if (large != null) {
                return large;
            }
        }
        Frame frame = shape(bench.fromDevice(), random.nextInt(FLOWS), unique++).frameLength(length(), random).build();
        boolean l4 = frame.l4() > 0 && random.nextInt(2) == 0 && on(frame.ipVersion() == 4
            ? Capability.TX_L4_CHECKSUM_IPV4 : Capability.TX_L4_CHECKSUM_IPV6);
        boolean ip = frame.ipVersion() == 4 && random.nextInt(2) == 0 && on(Capability.TX_IPV4_CHECKSUM);
        Frame spoilt = frame;
        if (ip) {
            spoilt = spoilt.withWord(frame.ipChecksumAt(), random.nextInt());
        }
        if (l4) {
            spoilt = spoilt.withWord(frame.l4ChecksumAt(), random.nextInt());
        }
        NetBuf packet = cut(spoilt.bytes());
        if (ip || l4) {
            packet.setFlags((ip ? NetBuf.TX_IP_CHECKSUM | NetBuf.TX_IPV4 : 0) | (l4 ? TxChecksumCases.l4Request(frame) : 0));
            packet.headerLengths(frame.l2(), frame.l3(), frame.l4());
        }
        return new Outgoing(packet, List.of(frame.bytes()));
    }

    private boolean on(Capability offload) {
        return bench.device().offloads().contains(offload);
    }

    private Outgoing large() {
        boolean ipv6 = random.nextInt(2) == 0;
        if (!on(ipv6 ? Capability.TX_TSO_IPV6 : Capability.TX_TSO_IPV4) || !on(Capability.TX_SCATTER_GATHER)) {
            return null;
        }
        NetDev device = bench.device();
        int payload = 1 + random.nextInt(Math.min(LONGEST_TSO, bench.info().maxTsoLength() - 200));
        Frame frame = bench.fromDevice().randomAddresses(ipv6, random).tcp(unique++, 80)
            .tcpOptions(4 * random.nextInt(11)).unpadded().payload(payload, random).build();
        int most = device.mtu() - frame.l3() - frame.l4();
        int size = Math.max(Math.min(most, 88), 1 + random.nextInt(Math.max(1, most)));
        NetBuf packet = cut(frame.bytes());
        packet.setFlags(NetBuf.TX_TSO | (ipv6 ? NetBuf.TX_IPV6 : NetBuf.TX_IPV4));
        packet.headerLengths(frame.l2(), frame.l3(), frame.l4());
        packet.setSegmentSize(size);
        return new Outgoing(packet, segments(frame, size));
    }

    /** The frames that a large packet must leave as. */
    static List<byte[]> segments(Frame whole, int size) {
        byte[] payload = whole.payload();
        int count = Math.max(1, (payload.length + size - 1) / size);
        List<byte[]> frames = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int from = i * size;
            int length = Math.min(size, payload.length - from);
            byte[] bytes = Arrays.copyOf(whole.bytes(), whole.payloadAt() + length);
            System.arraycopy(payload, from, bytes, whole.payloadAt(), length);
            Frame segment = new Frame(bytes, whole.l2(), whole.l3(), whole.l4(), whole.ipVersion(), whole.protocol());
            int ipBytes = whole.l3() + whole.l4() + length;
            segment = whole.ipVersion() == 4
                ? segment.withWord(whole.l2() + 2, ipBytes).withWord(whole.l2() + 4, whole.word(whole.l2() + 4) + i)
                : segment.withWord(whole.l2() + 4, ipBytes - 40);
            int sequence = whole.dword(whole.l4At() + 4) + from;
            int flags = bytes[whole.l4At() + 13] & (i < count - 1 ? ~0x09 : ~0) & (i > 0 ? ~0x80 : ~0);
            frames.add(segment.withWord(whole.l4At() + 4, sequence >>> 16).withWord(whole.l4At() + 6, sequence)
                .withByte(whole.l4At() + 13, flags).withChecksums().bytes());
        }
        return frames;
    }

    /** The bytes in one buffer or several, cut at random. */
    private NetBuf cut(byte[] bytes) {
        int most = on(Capability.TX_SCATTER_GATHER) ? Math.min(bench.info().maxTxSegments(), 8) : 1;
        int parts = 1 + random.nextInt(most);
        int room = bench.pool().dataRoom();
        if (parts == 1 || parts > bytes.length / 2 || bytes.length > room) {
            return bench.packet(bytes);
        }
        int[] cuts = new int[parts - 1];
        for (int i = 0; i < cuts.length; i++) {
            cuts[i] = 1 + random.nextInt(bytes.length - 1);
        }
        return bench.chain(bytes, Arrays.stream(cuts).sorted().distinct().toArray());
    }

    /** True if one buffer, or a chain if it may be one, holds the longest frame. */
    static boolean fits(Bench bench, int mtu, boolean scatter) {
        return scatter || mtu + 14 + 8 <= bench.pool().dataRoom();
    }
}
