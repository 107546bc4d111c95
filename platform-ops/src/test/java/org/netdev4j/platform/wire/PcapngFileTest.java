package org.netdev4j.platform.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.platform.wire.Captures.Builder;
import org.netdev4j.platform.wire.Captures.Captured;
import org.netdev4j.platform.wire.Captures.Reading;

/** pcapng, against bytes written down by hand from the draft. */
class PcapngFileTest {
    private static final long SECTION = 0x0a0d0d0aL;
    private static final long TIME = 0x1234_5678_9abc_def0L;

    private static final byte[] WRITTEN = Captures.hex(
        "0a 0d 0d 0a  2c 00 00 00  4d 3c 2b 1a  01 00 00 00  ff ff ff ff ff ff ff ff",
        "04 00 08 00 6e 65 74 64 65 76 34 6a  00 00 00 00  2c 00 00 00",
        "01 00 00 00  28 00 00 00  01 00 00 00  60 00 00 00",
        "02 00 03 00 6e 64 30 00  09 00 01 00 09 00 00 00  00 00 00 00  28 00 00 00",
        "06 00 00 00  24 00 00 00  00 00 00 00  78 56 34 12  f0 de bc 9a",
        "03 00 00 00  05 00 00 00  aa bb cc 00  24 00 00 00");

    private static Builder file(ByteOrder order) {
        return new Builder(order);
    }

    private static Builder section(Builder file, ByteOrder order) {
        return file.block(SECTION, new Builder(order).u32(0x1a2b3c4dL).u16(1, 0).u64(-1));
    }

    private static Builder ethernet(Builder file, ByteOrder order, int snaplen) {
        return file.block(1, new Builder(order).u16(1, 0).u32(snaplen));
    }

    private static Builder packet(ByteOrder order, int on, long units, byte[] frame) {
        return new Builder(order).u32(on, units >>> 32, units, frame.length, frame.length).put(frame).pad();
    }

    @Test
    void write_isTheBytesOfTheDraft() {
        CaptureOptions options = CaptureOptions.of(CaptureFormat.PCAPNG).withSnaplen(96).withInterfaceName("nd0");

        assertArrayEquals(WRITTEN, Captures.write(options, List.of(new Captured("aabbcc", 5, TIME))));
    }

    @Test
    void write_leavesOutTheInterfaceName_ifThereIsNone() {
        byte[] file = Captures.write(CaptureOptions.of(CaptureFormat.PCAPNG), List.of());

        assertEquals(44 + 32, file.length);
        assertEquals(new Reading(List.of(), Optional.empty()), Captures.read(file));
    }

    @Test
    void write_inTheOtherOrder_isRead() {
        CaptureOptions big = CaptureOptions.of(CaptureFormat.PCAPNG).withOrder(ByteOrder.BIG_ENDIAN);
        List<Captured> frames = List.of(new Captured("aabbcc", 5, TIME), new Captured("", 0, 1));
        byte[] file = Captures.write(big, frames);

        assertArrayEquals(Captures.hex("0a 0d 0d 0a 00 00 00 2c 1a 2b 3c 4d 00 01 00 00"), Arrays.copyOf(file, 16));
        assertEquals(frames, Captures.read(file).frames());
    }

    @Test
    void read_givesWhatWasWritten() {
        assertEquals(new Reading(List.of(new Captured("aabbcc", 5, TIME)), Optional.empty()), Captures.read(WRITTEN));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void read_severalSectionsAndInterfaces_withTimesOfTheirOwn(boolean bigFirst) {
        ByteOrder first = bigFirst ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        ByteOrder second = bigFirst ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
        Builder one = section(file(first), first)
            .block(1, new Builder(first).u16(1, 0).u32(0).u16(9, 1).u8(0x8a).pad().u16(14, 8).u64(100).u16(0, 0))
            .block(1, new Builder(first).u16(1, 0).u32(0).u16(9, 1).u8(3).pad().u16(1, 5).put(new byte[5]).pad())
            .block(6, packet(first, 1, 5, new byte[] {1}))
            .block(6, packet(first, 0, 512, new byte[] {2}));
        Builder two = section(file(second), second)
            .block(1, new Builder(second).u16(1, 0).u32(0))
            .block(6, packet(second, 0, 7, new byte[] {3, 4, 5, 6, 7}));

        Reading reading = Captures.read(file(first).put(one.bytes()).put(two.bytes()).bytes());

        assertEquals(new Reading(List.of(new Captured("01", 1, 5_000_000), new Captured("02", 1, 100_500_000_000L),
            new Captured("0304050607", 5, 7000)), Optional.empty()), reading);
    }

    @Test
    void read_simpleAndObsoletePackets_andPassesOverOtherBlocks() {
        ByteOrder order = ByteOrder.LITTLE_ENDIAN;
        byte[] frame = {1, 2, 3, 4, 5, 6};
        Builder capture = ethernet(section(file(order), order), order, 4)
            .block(3, new Builder(order).u32(6).put(new byte[] {1, 2, 3, 4}))
            .block(0xbad, new Builder(order).u32(1, 2, 3))
            .block(2, new Builder(order).u16(0, 0xffff).u32(0, 9, 6, 6).put(frame).pad().u16(2, 4).u32(0).u16(0, 0))
            .block(0x80000001L, new Builder(order).put(new byte[400_000]))
            .block(5, new Builder(order))
            .block(3, new Builder(order).u32(3).put(new byte[] {7, 8, 9}));

        assertEquals(new Reading(List.of(new Captured("01020304", 6, 0), new Captured("010203040506", 6, 9000),
            new Captured("070809", 3, 0)), Optional.empty()), Captures.read(capture.bytes()));
    }

    @Test
    void read_takesOptionsLongerThanAnyFrame() {
        ByteOrder order = ByteOrder.LITTLE_ENDIAN;
        Builder body = packet(order, 0, 1, new byte[] {1, 2});
        for (int i = 0; i < 5; i++) {
            body.u16(1, 65535).put(new byte[65536]);
        }
        Builder capture = ethernet(section(file(order), order), order, 0)
            .block(6, body)
            .block(6, packet(order, 0, 2, new byte[] {3}));

        List<Captured> expected = List.of(new Captured("0102", 2, 1000), new Captured("03", 1, 2000));
        assertEquals(expected, Captures.read(capture.bytes()).frames());
    }

    @Test
    void read_takesMinorVersion2_andNoOther() {
        byte[] file = WRITTEN.clone();
        file[14] = 2;
        assertEquals(Optional.empty(), Captures.read(file).error());
        file[14] = 1;
        assertEquals(Optional.of("capture file x.pcap: block 1 at offset 0: pcapng version 1.1; only 1.0 can be read"),
            Captures.read(file).error());
    }

    @Test
    void read_refusesOtherLinkTypes_whenAFrameUsesThem() {
        ByteOrder order = ByteOrder.LITTLE_ENDIAN;
        Builder capture = ethernet(section(file(order), order), order, 0)
            .block(1, new Builder(order).u16(113, 0).u32(0))
            .block(6, packet(order, 0, 1, new byte[] {1}))
            .block(6, packet(order, 1, 1, new byte[] {1}));

        Reading reading = Captures.read(capture.bytes());

        assertEquals(1, reading.frames().size());
        assertEquals("capture file x.pcap: record 2 at offset 104: interface 1 has link type 113; "
            + "only Ethernet (1) can be read", reading.error().orElseThrow());
    }

    @Test
    void read_refusesFramesThatNoWireCarries() {
        ByteOrder order = ByteOrder.LITTLE_ENDIAN;
        Builder capture = ethernet(section(file(order), order), order, 0)
            .block(6, packet(order, 0, 1, new byte[WirePort.MAX_FRAME]))
            .block(6, packet(order, 0, 1, new byte[WirePort.MAX_FRAME + 1]));

        Reading reading = Captures.read(capture.bytes());

        assertEquals(1, reading.frames().size());
        assertEquals("capture file x.pcap: record 2 at offset 65640: a frame of 65558 bytes; "
            + "the longest that a wire carries has 65557", reading.error().orElseThrow());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "4 | 30 | block 1 at offset 0: a block of 48 bytes ends with length 1",
        "4 | 2d | block 1 at offset 0: a block of 45 bytes; the least is 12, and it must be a multiple of 4",
        "4 | 08 | block 1 at offset 0: a block of 8 bytes; the least is 12, and it must be a multiple of 4",
        "4 | 14 | block 1 at offset 0: a block of type 168627466 and 20 bytes is too short",
        "8 | 4e | block 1 at offset 0: byte-order magic 0x1a2b3c4e instead of 0x1a2b3c4d",
        "12 | 02 | block 1 at offset 0: pcapng version 2.0; only 1.0 can be read",
        "26 | 0d | block 1 at offset 0: option 4 of 13 bytes in a block with 12 left",
        "40 | 30 | block 1 at offset 0: a block of 44 bytes ends with length 48",
        "48 | 0c | block 2 at offset 44: a block of type 1 and 12 bytes is too short",
        "52 | 71 | record 1 at offset 84: interface 0 has link type 113; only Ethernet (1) can be read",
        "70 | 02 | block 2 at offset 44: option if_tsresol of 2 bytes; it has 1",
        "68 | 0e | block 2 at offset 44: option if_tsoffset of 1 bytes; it has 8",
        "92 | 01 | record 1 at offset 84: interface 1; the section has described 1 so far",
        "104 | 05 | record 1 at offset 84: a frame of 5 bytes in a block that has room for 4",
        "88 | 28 | record 1 at offset 84: 40 bytes announced, file ends after 36",
        "88 | 20 | record 1 at offset 84: a frame of 3 bytes in a block that has room for 0",
        "116 | 20 | record 1 at offset 84: a block of 36 bytes ends with length 32",
    })
    void read_namesWhatIsDamaged(int offset, String value, String message) {
        byte[] file = WRITTEN.clone();
        file[offset] = (byte) Integer.parseInt(value, 16);

        assertEquals(new Reading(List.of(), Optional.of("capture file x.pcap: " + message)), Captures.read(file));
    }
}
