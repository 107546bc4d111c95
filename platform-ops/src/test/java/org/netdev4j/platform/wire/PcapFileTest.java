package org.netdev4j.platform.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.wire.Captures.Captured;
import org.netdev4j.platform.wire.Captures.Reading;

/** Classic pcap, against bytes written down by hand from the draft and from what tcpdump writes. */
class PcapFileTest {
    private static final long TIME = 0x6500_0001L * 1_000_000_000 + 123_456_789;
    // 123456789 ns is 0x075bcd15, 123456 us is 0x0001e240.
    private static final byte[] LITTLE_NANOS = Captures.hex(
        "4d 3c b2 a1  02 00  04 00  00 00 00 00  00 00 00 00  60 00 00 00  01 00 00 00",
        "01 00 00 65  15 cd 5b 07  03 00 00 00  05 00 00 00  aa bb cc",
        "02 00 00 65  00 00 00 00  01 00 00 00  01 00 00 00  dd");
    private static final byte[] BIG_MICROS = Captures.hex(
        "a1 b2 c3 d4  00 02  00 04  00 00 00 00  00 00 00 00  00 00 00 60  00 00 00 01",
        "65 00 00 01  00 01 e2 40  00 00 00 03  00 00 00 05  aa bb cc",
        "65 00 00 02  00 00 00 00  00 00 00 01  00 00 00 01  dd");
    private static final long SECOND_TIME = 0x6500_0002L * 1_000_000_000;
    private static final List<Captured> FRAMES =
        List.of(new Captured("aabbcc", 5, TIME), new Captured("dd", 1, SECOND_TIME));
    private static final List<Captured> MICRO_FRAMES =
        List.of(new Captured("aabbcc", 5, TIME / 1000 * 1000), new Captured("dd", 1, SECOND_TIME));

    private static byte[] swapped(byte[] file, int... fieldOffsets) {
        byte[] other = file.clone();
        for (int i = 0; i < fieldOffsets.length; i += 2) {
            for (int j = 0; j < fieldOffsets[i + 1]; j++) {
                other[fieldOffsets[i] + j] = file[fieldOffsets[i] + fieldOffsets[i + 1] - 1 - j];
            }
        }
        return other;
    }

    // Offset and length of each field of the two files above.
    private static final int[] FIELDS = {0, 4, 4, 2, 6, 2, 8, 4, 12, 4, 16, 4, 20, 4,
        24, 4, 28, 4, 32, 4, 36, 4, 43, 4, 47, 4, 51, 4, 55, 4};

    @Test
    void read_littleEndianNanoseconds() {
        assertEquals(new Reading(FRAMES, Optional.empty()), Captures.read(LITTLE_NANOS));
    }

    @Test
    void read_bigEndianMicroseconds() {
        assertEquals(new Reading(MICRO_FRAMES, Optional.empty()), Captures.read(BIG_MICROS));
    }

    @Test
    void read_bigEndianNanoseconds_andLittleEndianMicroseconds() {
        assertEquals(new Reading(FRAMES, Optional.empty()), Captures.read(swapped(LITTLE_NANOS, FIELDS)));
        assertEquals(new Reading(MICRO_FRAMES, Optional.empty()), Captures.read(swapped(BIG_MICROS, FIELDS)));
    }

    @Test
    void write_isTheSameBytes_inAllFourForms() {
        CaptureOptions nanos = CaptureOptions.of(CaptureFormat.PCAP).withSnaplen(96);
        CaptureOptions micros = CaptureOptions.of(CaptureFormat.PCAP_MICROSECONDS).withSnaplen(96);

        assertArrayEquals(LITTLE_NANOS, Captures.write(nanos, FRAMES));
        assertArrayEquals(swapped(LITTLE_NANOS, FIELDS), Captures.write(nanos.withOrder(ByteOrder.BIG_ENDIAN), FRAMES));
        assertArrayEquals(BIG_MICROS, Captures.write(micros.withOrder(ByteOrder.BIG_ENDIAN), FRAMES));
        assertArrayEquals(swapped(BIG_MICROS, FIELDS), Captures.write(micros, FRAMES));
    }

    @Test
    void write_cutsToTheSnaplen_andKeepsTheOriginalLength() {
        byte[] file = Captures.write(CaptureOptions.of(CaptureFormat.PCAP).withSnaplen(2), FRAMES);

        List<Captured> cut = List.of(new Captured("aabb", 5, TIME), new Captured("dd", 1, SECOND_TIME));
        assertEquals(cut, Captures.read(file).frames());
    }

    @Test
    void write_refusesTimesThatDoNotFit() {
        long in2106 = 0x1_0000_0000L * 1_000_000_000;
        for (long time : new long[] {-1, in2106}) {
            PlatformException e = assertThrows(PlatformException.class, () -> Captures.write(
                CaptureOptions.of(CaptureFormat.PCAP), List.of(new Captured("aa", 1, time))));
            assertEquals("capture file y: record 1: the time " + time + " ns after 1970 cannot be written in this format",
                e.getMessage());
        }
        Captured last = new Captured("aa", 1, in2106 - 1);
        byte[] file = Captures.write(CaptureOptions.of(CaptureFormat.PCAP), List.of(last));
        assertEquals(List.of(last), Captures.read(file).frames());
    }

    @Test
    void write_refusesWhatIsNoFrame() {
        CaptureOptions options = CaptureOptions.of(CaptureFormat.PCAP);
        assertThrows(IllegalArgumentException.class, () -> Captures.write(options, List.of(new Captured("aabb", 1, 0))));
        assertThrows(IllegalArgumentException.class, () -> options.withSnaplen(0));
        assertThrows(IllegalArgumentException.class, () -> options.withSnaplen(WirePort.MAX_FRAME + 1));
    }

    @Test
    void read_takesAwayTheFcs_thatTheHeaderAnnounces() {
        byte[] file = LITTLE_NANOS.clone();
        file[23] = 0x24; // FCS len 2 words, P
        file[32] = 3;
        file[36] = 6;

        assertEquals(List.of(new Captured("aabb", 2, TIME), new Captured("", 0, SECOND_TIME)), Captures.read(file).frames());
    }

    @Test
    void read_raisesAnOriginalLengthBelowTheCapturedOne() {
        byte[] file = LITTLE_NANOS.clone();
        file[36] = 1;

        assertEquals(3, Captures.read(file).frames().get(0).originalLength());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "4 | 03 | file header at offset 0: pcap version 3.4; only 2.4 can be read",
        "6 | 03 | file header at offset 0: pcap version 2.3; only 2.4 can be read",
        "20 | 71 | file header at offset 0: link type 113; only Ethernet (1) can be read",
        "21 | 01 | file header at offset 0: link type 257; only Ethernet (1) can be read",
        "22 | 01 | file header at offset 0: reserved bits of the link type are set: 0x00010001",
        "23 | 08 | file header at offset 0: reserved bits of the link type are set: 0x08000001",
        "34 | 01 | record 1 at offset 24: 65539 bytes announced, file ends after 20",
        "35 | 01 | record 1 at offset 24: a frame of 16777219 bytes; the longest that a wire carries has 65557",
        "32 | 04 | record 2 at offset 44: a frame of 16777216 bytes; the longest that a wire carries has 65557",
    })
    void read_namesWhatIsDamaged(int offset, String value, String message) {
        byte[] file = LITTLE_NANOS.clone();
        file[offset] = (byte) Integer.parseInt(value, 16);

        assertEquals(Optional.of("capture file x.pcap: " + message), Captures.read(file).error());
    }

    @Test
    void read_deliversWhatIsBeforeTheDamage() {
        byte[] file = LITTLE_NANOS.clone();
        file[51] = 96;

        Reading reading = Captures.read(file);

        assertEquals(List.of(FRAMES.get(0)), reading.frames());
        assertEquals(Optional.of("capture file x.pcap: record 2 at offset 43: 96 bytes announced, file ends after 1"),
            reading.error());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        " | is empty",
        "7f 45 4c 46 02 | neither pcap nor pcapng: it begins with 7f 45 4c 46",
        "1f 8b 08 00 00 | neither pcap nor pcapng: it begins with 1f 8b 08 00, which is gzip; unpack it with gunzip",
        "d4 c3 | neither pcap nor pcapng: it begins with d4 c3",
        "d4 c3 b2 a1 02 00 | file header at offset 0: 24 bytes expected, file ends after 6",
        "34 cd b2 a1 02 00 | neither pcap nor pcapng: it begins with 34 cd b2 a1",
    })
    void open_refusesWhatIsNoCapture(String content, String message) {
        byte[] file = Captures.hex(content == null ? "" : content);

        assertEquals(new Reading(List.of(), Optional.of("capture file x.pcap: " + message)), Captures.read(file));
    }

    @Test
    void next_failsAgain_afterAFailure() {
        byte[] file = Arrays.copyOf(LITTLE_NANOS, 50);
        CaptureInput input = new CaptureInput("x.pcap", Channels.newChannel(new ByteArrayInputStream(file)));
        try (CaptureReader reader = CaptureReader.of(input)) {
            assertTrue(reader.next());
            String first = assertThrows(PlatformException.class, reader::next).getMessage();
            assertEquals(first, assertThrows(PlatformException.class, reader::next).getMessage());
            assertEquals(1, reader.records());
        }
    }
}
