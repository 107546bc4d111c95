package org.netdev4j.cli.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.netdev4j.net.Ipv4Address;
import org.netdev4j.net.MacAddress;
import org.netdev4j.net.PacketBuilder;
import org.netdev4j.net.Tcp;
import org.netdev4j.platform.RandomSource;
import org.netdev4j.platform.memory.Memory;

/** The first nine of the expected texts are what tcpdump 4.99 -n prints for the same bytes. */
class FrameSummaryTest {
    private static String describe(byte... frame) {
        try (Memory m = Memory.allocate("frame", Math.max(1, frame.length))) {
            m.copyFrom(0, frame, 0, frame.length);
            return FrameSummary.describe(m, 0, frame.length, frame.length);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
        ffffffffffff 020000000001 0806 0001 0800 06 04 0001 020000000001 0a4d0001 000000000000 0a4d0002 ; ARP, Request who-has 10.77.0.2 tell 10.77.0.1, length 28
        020000000001 020000000002 0806 0001 0800 06 04 0002 020000000002 0a4d0002 020000000001 0a4d0001 ; ARP, Reply 10.77.0.2 is-at 02:00:00:00:00:02, length 28
        020000000002 020000000001 0800 4500 0024 4ae4 4000 4001 db58 0a4d0001 0a4d0002 0800 7543 76ab 0001 0001020304050607 ; IP 10.77.0.1 > 10.77.0.2: ICMP echo request, id 30379, seq 1, length 16
        020000000001 020000000002 0800 4500 0024 67e7 0000 4001 fe55 0a4d0002 0a4d0001 0000 7d43 76ab 0001 0001020304050607 ; IP 10.77.0.2 > 10.77.0.1: ICMP echo reply, id 30379, seq 1, length 16
        3333ff000002 020000000001 86dd 60000000 0020 3a ff fd000077000000000000000000000001 ff0200000000000000000001ff000002 8700 7ca9 00000000 fd000077000000000000000000000002 0101 020000000001 ; IP6 fd00:77::1 > ff02::1:ff00:2: ICMP6, neighbor solicitation, who has fd00:77::2, length 32
        020000000001 020000000002 86dd 60000000 0020 3a ff fd000077000000000000000000000002 fd000077000000000000000000000001 8800 1b35 60000000 fd000077000000000000000000000002 0201 020000000002 ; IP6 fd00:77::2 > fd00:77::1: ICMP6, neighbor advertisement, tgt is fd00:77::2, length 32
        020000000002 020000000001 86dd 600c0da8 0010 3a 40 fd000077000000000000000000000001 fd000077000000000000000000000002 8000 0203 76ae 0001 0001020304050607 ; IP6 fd00:77::1 > fd00:77::2: ICMP6, echo request, id 30382, seq 1, length 16
        333300000002 020000000002 86dd 60000000 0010 3a ff fe80000000000000000000fffe000002 ff020000000000000000000000000002 8500 7b2a 00000000 0101 020000000002 ; IP6 fe80::ff:fe00:2 > ff02::2: ICMP6, router solicitation, length 16
        020000000002 020000000001 0800 4500 001d 0000 0000 4011 0000 0a000001 0a000002 03e8 0007 0009 0000 01 ; IP 10.0.0.1.1000 > 10.0.0.2.7: UDP, length 1
        020000000002 020000000001 0800 4500 0024 0001 00b9 4011 0000 0a000001 0a000002 000102030405060708090a0b0c0d0e0f ; IP 10.0.0.1 > 10.0.0.2: fragment, protocol 17, length 16
        020000000002 020000000001 88cc 0000 ; ethertype 0x88cc, length 16
        020000000002 020000000001 0004 42424203 ; 802.3, length 18
        020000000002 020000000001 8100 6005 0806 0001 0800 06 04 0001 020000000001 0a4d0001 000000000000 0a4d0002 ; vlan 5, p 3, ARP, Request who-has 10.77.0.2 tell 10.77.0.1, length 28
        020000000002 0200 ; [|ether], length 8
        020000000002 020000000001 0806 0001 ; [|arp], length 16
        020000000002 020000000001 0800 45 ; IP [|ip], length 15
        020000000002 020000000001 0800 4500 0024 4ae4 4000 4001 db58 0a4d0001 0a4d0002 0800 ; IP 10.77.0.1 > 10.77.0.2: [cut], length 36
        020000000002 020000000001 0800 4500 0018 4ae4 4000 4001 db58 0a4d0001 0a4d0002 0800 7543 ; IP 10.77.0.1 > 10.77.0.2: [malformed: l4 header], length 38
        """)
    void describe_saysWhatIsInAFrame(String frame, String expected) {
        assertEquals(expected, describe(Bed.hex(frame)));
    }

    @Test
    void describe_showsTcp() {
        PacketBuilder tcp = new PacketBuilder(MacAddress.parse("02:00:00:00:00:01"), MacAddress.parse("02:00:00:00:00:02"))
            .ipv4(Ipv4Address.of(10, 0, 0, 1), Ipv4Address.of(10, 0, 0, 2));

        assertEquals("IP 10.0.0.1.1024 > 10.0.0.2.80: Flags [S], seq 4294967295, win 65535, length 0",
            describe(tcp.tcp(1024, 80, -1, 0, Tcp.SYN).bytes()));
        assertEquals("IP 10.0.0.1.1024 > 10.0.0.2.80: Flags [P.], seq 4294967295:2, ack 7, win 65535, length 3",
            describe(tcp.tcp(1024, 80, -1, 7, Tcp.PSH | Tcp.ACK).payload(new byte[3]).bytes()));
        assertEquals("IP 10.0.0.1.1024 > 10.0.0.2.80: Flags [.], ack 7, win 65535, length 0",
            describe(tcp.tcp(1024, 80, 5, 7, Tcp.ACK).payload().bytes()));
        assertEquals("IP 10.0.0.1.1024 > 10.0.0.2.80: Flags [none], win 65535, length 0", describe(tcp.tcp(1024, 80, 5, 7, 0).bytes()));
    }

    @Test
    void describe_takesAnyBytes() {
        RandomSource random = RandomSource.seeded(3);
        int[] types = {0x0800, 0x86dd, 0x0806, 0x8100};
        for (int i = 0; i < 50_000; i++) {
            byte[] frame = new byte[random.nextInt(100)];
            for (int j = 0; j < frame.length; j++) {
                frame[j] = (byte) random.nextInt();
            }
            if (frame.length > 14) {
                frame[12] = (byte) (types[i % 4] >> 8);
                frame[13] = (byte) types[i % 4];
                frame[14] = i % 4 == 0 ? 0x45 : i % 4 == 1 ? 0x60 : frame[14];
            }
            assertFalse(describe(frame).isEmpty());
        }
    }

    @Test
    void line_beginsWithTheTimeOfDay() {
        try (Memory m = Memory.allocate("frame", 60)) {
            assertTrue(FrameSummary.line(m, 0, 60, 60, 1_767_225_600_123_456_789L).matches("[0-9]{2}:00:00\\.123456 802\\.3, length 60"));
        }
    }
}
