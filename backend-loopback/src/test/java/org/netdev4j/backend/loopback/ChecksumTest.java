package org.netdev4j.backend.loopback;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.NetBuf;
import org.netdev4j.net.IpProtocol;
import org.netdev4j.net.PacketBuilder;

/** Checksums that the device verifies. */
class ChecksumTest {
    private static final int NONE = 0;
    private static final int IP_GOOD = NetBuf.RX_IP_CHECKSUM_GOOD;
    private static final int IP_BAD = NetBuf.RX_IP_CHECKSUM_BAD;
    private static final int L4_GOOD = NetBuf.RX_L4_CHECKSUM_GOOD;
    private static final int L4_BAD = NetBuf.RX_L4_CHECKSUM_BAD;
    private static final int CHECKSUM_FLAGS = IP_GOOD | IP_BAD | L4_GOOD | L4_BAD;

    private static final int IP4_CHECKSUM = 14 + 10;
    private static final int UDP4_CHECKSUM = 14 + 20 + 6;
    private static final int UDP6_CHECKSUM = 14 + 40 + 6;
    private static final int FRAGMENT_WORD = 14 + 6;

    private static byte[] ip4(int protocol) {
        return Frames.toNic().ipv4(Frames.IP4_PEER, Frames.IP4).protocol(protocol).payload(Frames.bytes(32)).bytes();
    }

    /** With the header checksum put right after a change of the header's 16-bit word at {@code at}. */
    private static byte[] reworded(byte[] frame, int at, int value) {
        int sum = (~Frames.word(frame, IP4_CHECKSUM) & 0xffff) + (~Frames.word(frame, at) & 0xffff) + value;
        sum = (sum & 0xffff) + (sum >>> 16);
        sum = (sum & 0xffff) + (sum >>> 16);
        return Frames.with(Frames.with(frame, at, value), IP4_CHECKSUM, ~sum);
    }

    private static byte[] padded(byte[] frame, int bytes) {
        byte[] longer = Arrays.copyOf(frame, frame.length + bytes);
        Arrays.fill(longer, frame.length, longer.length, (byte) 0x55);
        return longer;
    }

    /** An IPv6 fragment: a fragment header between IPv6 and the UDP header. */
    private static byte[] fragment6() {
        byte[] payload = Frames.bytes(48);
        payload[0] = IpProtocol.UDP;
        payload[1] = 0;
        payload[2] = 0;
        payload[3] = 1;
        return Frames.toNic().ipv6(Frames.IP6_PEER, Frames.IP6).protocol(IpProtocol.FRAGMENT).payload(payload).bytes();
    }

    static Stream<Arguments> frames() {
        PacketBuilder icmp = Frames.toNic().ipv4(Frames.IP4_PEER, Frames.IP4).echoRequest(1, 2).payload(Frames.bytes(20));
        PacketBuilder icmp6 = Frames.toNic().ipv6(Frames.IP6_PEER, Frames.IP6).echoRequest(1, 2).payload(Frames.bytes(20));
        byte[] udp4 = Frames.udp4(33);
        return Stream.of(
            Arguments.of("tcp4 good", Frames.tcp4(33), IP_GOOD | L4_GOOD),
            Arguments.of("tcp4 payload damaged", Frames.flipped(Frames.tcp4(33), 80), IP_GOOD | L4_BAD),
            Arguments.of("tcp4 address damaged", Frames.flipped(Frames.tcp4(33), 28), IP_BAD | L4_BAD),
            Arguments.of("tcp4 ttl damaged", Frames.flipped(Frames.tcp4(33), 22), IP_BAD | L4_GOOD),
            Arguments.of("udp4 good", udp4, IP_GOOD | L4_GOOD),
            Arguments.of("udp4 empty", Frames.udp4(0), IP_GOOD | L4_GOOD),
            Arguments.of("udp4 damaged", Frames.flipped(udp4, 50), IP_GOOD | L4_BAD),
            Arguments.of("udp4 without checksum", Frames.with(udp4, UDP4_CHECKSUM, 0), IP_GOOD),
            Arguments.of("udp4 padded", padded(Frames.udp4(3), 15), IP_GOOD | L4_GOOD),
            Arguments.of("udp4 first fragment", reworded(udp4, FRAGMENT_WORD, 0x2000), IP_GOOD),
            Arguments.of("udp4 later fragment", reworded(udp4, FRAGMENT_WORD, 0x0010), IP_GOOD),
            Arguments.of("udp4 fragment, header damaged", Frames.with(udp4, FRAGMENT_WORD, 0x2000), IP_BAD),
            Arguments.of("udp4 cut", Arrays.copyOf(udp4, udp4.length - 4), IP_GOOD),
            Arguments.of("icmp", icmp.bytes(), IP_GOOD),
            Arguments.of("icmp damaged", Frames.flipped(icmp.bytes(), 50), IP_GOOD),
            Arguments.of("other protocol", ip4(132), IP_GOOD),
            Arguments.of("other protocol, header damaged", Frames.flipped(ip4(132), 24), IP_BAD),
            Arguments.of("tcp6 good", Frames.tcp6(33), L4_GOOD),
            Arguments.of("tcp6 damaged", Frames.flipped(Frames.tcp6(33), 90), L4_BAD),
            Arguments.of("udp6 good", Frames.udp6(33), L4_GOOD),
            Arguments.of("udp6 damaged", Frames.flipped(Frames.udp6(33), 70), L4_BAD),
            Arguments.of("udp6 without checksum", Frames.with(Frames.udp6(33), UDP6_CHECKSUM, 0), L4_BAD),
            Arguments.of("udp6 fragment", fragment6(), NONE),
            Arguments.of("icmp6", icmp6.bytes(), NONE),
            Arguments.of("no IP", Frames.plain(Nic.MAC, 60), NONE),
            Arguments.of("tcp4 in a VLAN", Frames.tagged(Frames.tcp4(33), 7), IP_GOOD | L4_GOOD),
            Arguments.of("tcp6 damaged in two VLANs",
                Frames.tagged(Frames.tagged(Frames.flipped(Frames.tcp6(33), 90), 7), 0x88a8, 8), L4_BAD));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("frames")
    void receive_saysWhatIsKnownOfChecksums(String what, byte[] frame, int expected) {
        try (Nic nic = Nic.running(1)) {
            nic.farSends(frame);

            NetBuf packet = nic.receiveOne(0);
            assertEquals(expected, packet.flags() & CHECKSUM_FLAGS, what);
            assertArrayEquals(frame, packet.packetBytes());
            packet.free();
            assertEquals(0, nic.device.statistics().ierrors());
            assertEquals(bit(expected, IP_GOOD), nic.counted("rx_q0_ip_csum_good"));
            assertEquals(bit(expected, IP_BAD), nic.counted("rx_q0_ip_csum_bad"));
            assertEquals(bit(expected, L4_GOOD), nic.counted("rx_q0_l4_csum_good"));
            assertEquals(bit(expected, L4_BAD), nic.counted("rx_q0_l4_csum_bad"));
        }
    }

    private static long bit(int flags, int flag) {
        return (flags & flag) != 0 ? 1 : 0;
    }

    @Test
    void offload_alone_works() {
        try (Nic nic = new Nic()) {
            nic.start(DeviceConfig.queues(1).withOffloads(Capability.RX_CHECKSUM));
            nic.farSends(Frames.tcp4(33));
            NetBuf packet = nic.receiveOne(0);
            assertEquals(IP_GOOD | L4_GOOD, packet.flags());
            packet.free();
        }
    }

    @Test
    void offload_off_saysNothing() {
        try (Nic nic = Nic.running(1)) {
            nic.device.setOffload(Capability.RX_CHECKSUM, false);
            for (byte[] frame : List.of(Frames.tcp4(10), Frames.flipped(Frames.udp6(33), 70))) {
                nic.farSends(frame);
                NetBuf packet = nic.receiveOne(0);
                assertEquals(NONE, packet.flags() & CHECKSUM_FLAGS);
                packet.free();
            }
        }
    }
}
