package org.netdev4j.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.netdev4j.platform.memory.Memory;

/** Frames that Linux sent, built again. */
class PacketBuilderTest {
    private static final MacAddress MAC_1 = new MacAddress(Captured.MAC_1);
    private static final MacAddress MAC_2 = new MacAddress(Captured.MAC_2);
    private static final Ipv4Address IP_1 = new Ipv4Address(Captured.IP_1);
    private static final Ipv4Address IP_2 = new Ipv4Address(Captured.IP_2);
    private static final Ipv6Address IP6_1 = Ipv6Address.parse("fd00:77::1");
    private static final Ipv6Address IP6_2 = Ipv6Address.parse("fd00:77::2");

    private static String plain(String captured) {
        return captured.replaceAll("\\s", "");
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void writesUdp_asLinuxSentIt() {
        PacketBuilder builder = new PacketBuilder(MAC_1, MAC_2).ipv4(IP_1, IP_2).identification(0xee3e).udp(4000, 4001)
            .payload(text("odd"));
        assertEquals(45, builder.length());
        assertEquals(plain(Captured.UDP), Bytes.hex(builder.bytes()));
        assertEquals(plain(Captured.TAGGED), Bytes.hex(builder.vlan(0x6005).bytes()));
        assertEquals(plain(Captured.TAGGED_TWICE), Bytes.hex(builder.vlan(0x3064, 0x00c8).bytes()));
        assertEquals(plain(Captured.UDP), Bytes.hex(builder.vlan().bytes()));
    }

    @Test
    void writesUdpOverIpv6_asLinuxSentIt() {
        byte[] frame = new PacketBuilder(MAC_1, MAC_2).ipv6(IP6_1, IP6_2).udp(4000, 4001).payload(text("hello")).bytes();
        // The builder's flow label is 0, which is in no checksum.
        assertEquals(plain(Captured.UDP_6).replace("600c8672", "60000000"), Bytes.hex(frame));
    }

    @Test
    void writesTcp_asLinuxSentIt() {
        byte[] frame = new PacketBuilder(MAC_1, MAC_2).ipv4(IP_1, IP_2).identification(0xc27b)
            .tcp(49274, 5001, 0x8ca91727, 0, Tcp.SYN)
            .tcpOptions(Bytes.parse("020405b4 0402080a749d3a5900000000 0103030a")).bytes();
        // Linux had a window of faf0; the builder has ffff, and the checksum is less by the difference.
        assertEquals(plain(Captured.TCP_SYN).replace("a002faf011a5", "a002ffff0c96"), Bytes.hex(frame));
    }

    @Test
    void writesEcho_asLinuxSentIt() {
        byte[] data = Bytes.parse("8352016b00000000b857080000000000");
        PacketBuilder builder = new PacketBuilder(MAC_1, MAC_2).ipv4(IP_1, IP_2).identification(0x622f)
            .echoRequest(0x2645, 1).payload(data);
        assertEquals(plain(Captured.ECHO_REQUEST), Bytes.hex(builder.bytes()));
        byte[] reply = new PacketBuilder(MAC_2, MAC_1).ipv4(IP_2, IP_1).identification(0xc0bc).echoReply(0x2645, 1)
            .payload(data).bytes();
        // Linux did not set "don't fragment" here.
        assertEquals(plain(Captured.ECHO_REPLY).replace("c0bc00004001a578", "c0bc400040016578"), Bytes.hex(reply));
    }

    @Test
    void writesEchoOverIpv6_asLinuxSentIt() {
        byte[] frame = new PacketBuilder(MAC_1, MAC_2).ipv6(IP6_1, IP6_2).echoRequest(0x2648, 1)
            .payload(Bytes.parse("8352016b00000000a085080000000000")).bytes();
        assertEquals(plain(Captured.ECHO_REQUEST_6).replace("600c0da8", "60000000"), Bytes.hex(frame));
        frame = new PacketBuilder(MAC_1, MAC_2).ipv6(IP6_1, IP6_2).echoReply(1, 2).bytes();
        assertEquals(Icmpv6.ECHO_REPLY, frame[54] & 0xff);
    }

    @Test
    void writesOtherTypesAndProtocols() {
        PacketBuilder builder = new PacketBuilder(MAC_1, MacAddress.BROADCAST).etherType(EtherType.ARP)
            .payload(Bytes.parse("0001080006040001 020000000001 0a4d0001 000000000000 0a4d0002"));
        assertEquals(plain(Captured.ARP_REQUEST), Bytes.hex(builder.bytes()));
        byte[] frame = builder.ipv4(IP_1, IP_2).ttl(1).trafficClass(0xb9).protocol(89).payload((byte) 7).bytes();
        assertEquals("ffffffffffff020000000001" + "0800" + "45b90015" + "00004000" + "0159",
            Bytes.hex(frame).substring(0, 48));
        assertEquals("07", Bytes.hex(frame).substring(68));
        frame = new PacketBuilder(MAC_1, MAC_2).ipv6(IP6_1, IP6_2).ttl(255).trafficClass(0xb9).protocol(59).bytes();
        assertEquals("86dd" + "6b900000" + "0000" + "3bff", Bytes.hex(frame).substring(24, 44));
    }

    @Test
    void writesEveryByte_andNoOther() {
        PacketBuilder builder = new PacketBuilder(MAC_1, MAC_2).vlan(5).ipv6(IP6_1, IP6_2).tcp(1, 2, 3, 4, Tcp.ACK)
            .tcpOptions(Bytes.parse("01010101")).payload(text("data"));
        int length = builder.length();
        try (Memory a = Bytes.filled(length + 2); Memory b = Memory.allocate("zeros", length)) {
            assertEquals(length, builder.writeTo(a, 1));
            builder.writeTo(b, 0);
            assertEquals("a5" + Bytes.hex(b, 0, length) + "a5", Bytes.hex(a, 0, length + 2));
        }
    }

    @Test
    void refusesWhatCannotBe() {
        PacketBuilder builder = new PacketBuilder(MAC_1, MAC_2);
        assertThrows(IllegalArgumentException.class, () -> builder.vlan(1, 2, 3));
        assertThrows(IllegalArgumentException.class, () -> builder.tcpOptions(new byte[3]));
        assertThrows(IllegalArgumentException.class, () -> builder.tcpOptions(new byte[44]));
        builder.ipv4(IP_1, IP_2);
        String message = assertThrows(IllegalStateException.class, builder::bytes).getMessage();
        assertTrue(message.startsWith("an IP header needs udp()"), message);
        builder.udp(1, 2).payload(new byte[65_535 - 28]);
        assertEquals(65_535 + 14, builder.bytes().length);
        builder.payload(new byte[65_535 - 27]);
        assertThrows(IllegalStateException.class, builder::bytes);
        builder.ipv6(IP6_1, IP6_2).payload(new byte[65_535 - 8]);
        assertEquals(65_535 + 54, builder.bytes().length);
        builder.payload(new byte[65_535 - 7]);
        assertThrows(IllegalStateException.class, builder::bytes);
    }
}
