package org.netdev4j.conformance.frame;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.netdev4j.platform.RandomSource;

/** The judge is judged: on literal bytes that other programs made, or that a specification has. */
class FrameTest {
    private static final long A = 0x02_00_00_00_00_01L;
    private static final long B = 0x02_00_00_00_00_02L;

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    @Test
    void checksum_isThatOfTheRfc() {
        // The example of RFC 1071 §3: the sum of these bytes is ddf2.
        assertEquals(~0xddf2 & 0xffff, Sums.checksum(hex("0001 f203 f4f5 f6f7"), 0, 8));
        // A header whose checksum is widely published: 4500 0073 ... with checksum b861.
        assertEquals(0xb861, Sums.checksum(hex("4500 0073 0000 4000 4011 0000 c0a8 0001 c0a8 00c7"), 0, 20));
    }

    @Test
    void checksum_padsAnOddByteWithZero() {
        assertEquals(Sums.checksum(hex("0102 0300"), 0, 4), Sums.checksum(hex("0102 03"), 0, 3));
    }

    @Test
    void packet_isLaidOutAsSpecified() {
        Frame frame = new Packet(A, B).ip4(0x0a000001, 0x0a000002).udp(53, 1024).payload(hex("abcd")).unpadded()
            .build();
        assertArrayEquals(hex("020000000001 020000000002 0800 4500 001e 1234 0000 4011 5499 0a000001 0a000002 0035 "
            + "0400 000a 3ae0 abcd".replace("5499",
            String.format("%04x", frame.word(24))).replace("3ae0", String.format("%04x", frame.word(40)))),
                frame.bytes());
        // Worked out by hand: 4500 + 001e + 1234 + 4011 + 0a00 + 0001 + 0a00 + 0002 = ab66; complement 5499.
        assertEquals(0x5499, frame.word(24));
        // 0a00 + 0001 + 0a00 + 0002 + 0011 + 000a + 0035 + 0400 + 000a + abcd = c43a; its complement.
        assertEquals(~(0x0a00 + 1 + 0x0a00 + 2 + 0x11 + 0xa + 0x35 + 0x400 + 0xa + 0xabcd) & 0xffff, frame.word(40));
        assertTrue(frame.ipChecksumGood() && frame.l4ChecksumGood());
    }

    @Test
    void packet_isPadded_andItsLengthsDoNotCountThePadding() {
        Frame frame = new Packet(A, B).udp(1, 2).payload(new byte[3]).build();
        assertEquals(60, frame.length());
        assertEquals(20 + 8 + 3, frame.ipBytes());
        assertEquals(3, frame.payload().length);
    }

    @Test
    void parse_readsBackWhatWasBuilt() {
        RandomSource random = RandomSource.seeded(7);
        for (int i = 0; i < 200; i++) {
            Packet packet = new Packet(A, B).randomAddresses(i % 2 == 0, random).payload(random.nextInt(200), random);
            for (int t = 0; t < i % 3; t++) {
                packet.tag(random.nextInt(65536));
            }
            Frame frame = switch (i % 5) {
                case 0 -> packet.tcp(1, 2).build();
                case 1 -> packet.tcp(1, 2).tcpOptions(12).build();
                case 2 -> packet.udp(1, 2).build();
                case 3 -> packet.protocol(132).build();
                default -> (i % 2 == 0 ? packet.extension() : packet.ipOptions(8)).udp(3, 4).build();
            };
            Frame parsed = Frame.parse(frame.bytes());
            assertEquals(frame, new Frame(frame.bytes(), parsed.l2(), parsed.l3(), parsed.l4(), parsed.ipVersion(),
                parsed.protocol()), "packet " + i);
        }
    }

    @Test
    void badChecksums_areBad_andNeverNone() {
        RandomSource random = RandomSource.seeded(3);
        for (int i = 0; i < 500; i++) {
            Frame frame = new Packet(A, B).udp(random.nextInt(65536), i).payload(random.nextInt(50), random).build();
            assertTrue(frame.l4ChecksumGood());
            Frame bad = frame.withBadL4Checksum();
            assertFalse(bad.l4ChecksumGood());
            assertTrue(bad.word(bad.l4ChecksumAt()) != 0);
            assertFalse(frame.withBadIpChecksum().ipChecksumGood());
        }
    }

    @Test
    void tags_goInAndOut() {
        Frame frame = new Packet(A, B).payload(new byte[30]).build();
        Frame tagged = frame.withTag(0x2064);
        assertEquals(0x8100_2064, tagged.dword(12));
        assertEquals(0x0800, tagged.word(16));
        assertArrayEquals(frame.bytes(), tagged.withoutTag().bytes());
        assertArrayEquals(new Packet(A, B).tag(0x2064).payload(new byte[30]).build().bytes(), tagged.bytes());
    }

    @Test
    void difference_saysWhereAndHow() {
        byte[] sent = new Packet(A, B).payload(new byte[100]).build().bytes();
        byte[] came = sent.clone();
        assertEquals("", FrameDiff.difference(sent, came));
        came[70] = 0x41;
        assertEquals("byte 70 is 0x41, should be 0x00 (of 142 bytes; from there 4100000000000000, should be "
            + "0000000000000000)",
            FrameDiff.difference(sent, came));
        assertEquals("it has 141 bytes, should have 142", FrameDiff.difference(sent,
            java.util.Arrays.copyOf(sent, 141)));
    }

    @Test
    void difference_allowsPaddingWithZeros_only() {
        byte[] small = new byte[40];
        byte[] padded = new byte[60];
        assertEquals("", FrameDiff.difference(small, padded));
        padded[59] = 1;
        assertTrue(FrameDiff.difference(small, padded)
            .startsWith("it has 60 bytes, should have 40; behind them stand"));
        assertFalse(FrameDiff.difference(small, new byte[61]).isEmpty());
    }
}
