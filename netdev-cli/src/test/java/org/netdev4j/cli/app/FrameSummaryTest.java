package org.netdev4j.cli.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
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
    @CsvFileSource(resources = "FrameSummaryTest.csv", delimiter = ';', quoteCharacter = '`')
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
