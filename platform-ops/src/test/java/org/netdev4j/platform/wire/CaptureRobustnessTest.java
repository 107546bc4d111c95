package org.netdev4j.platform.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.netdev4j.platform.wire.Captures.Captured;
import org.netdev4j.platform.wire.Captures.Reading;

/** Whatever a file holds: frames, or one clear error, and never anything else. */
class CaptureRobustnessTest {
    private static final List<CaptureOptions> ALL_FORMS = allForms();

    private static List<CaptureOptions> allForms() {
        List<CaptureOptions> forms = new ArrayList<>();
        for (CaptureFormat format : CaptureFormat.values()) {
            CaptureOptions options = CaptureOptions.of(format).withInterfaceName("nd0");
            forms.add(options);
            forms.add(options.withOrder(ByteOrder.BIG_ENDIAN));
        }
        return forms;
    }

    private static List<Captured> someFrames() {
        List<Captured> frames = new ArrayList<>();
        for (int length : new int[] {60, 1, 0, 61, 62, 63, 300}) {
            frames.add(Captured.of(Frames.bytes(length, length), 1_700_000_000_123_456_000L + length * 1000L));
        }
        return frames;
    }

    @Provide
    Arbitrary<List<Captured>> frames() {
        Arbitrary<byte[]> contents = Arbitraries.bytes().array(byte[].class).ofMaxSize(400);
        Arbitrary<Long> times = Arbitraries.longs().between(0, 4_294_967_295L * 1_000_000_000 + 999_999_999);
        Arbitrary<Integer> cut = Arbitraries.integers().between(0, 100);
        return Combinators.combine(contents, times, cut)
            .as((bytes, time, more) -> new Captured(HexFormat.of().formatHex(bytes), bytes.length + (long) more, time))
            .list().ofMaxSize(30);
    }

    @Property(seed = "3", tries = 200)
    void writeAndRead_givesTheSameFrames(@ForAll("frames") List<Captured> frames) {
        for (CaptureOptions form : ALL_FORMS) {
            byte[] file = Captures.write(form, frames);
            List<Captured> expected =
                form.format() == CaptureFormat.PCAP_MICROSECONDS ? Captures.inMicroseconds(frames) : frames;
            assertEquals(new Reading(expected, Optional.empty()), Captures.read(file), form.toString());
        }
    }

    @Example
    void writeAndRead_theLongestFrames_inManyPortions() {
        List<Captured> frames = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            frames.add(Captured.of(Frames.bytes(i, WirePort.MAX_FRAME - i), i));
        }
        for (CaptureOptions form : List.of(ALL_FORMS.get(0), ALL_FORMS.get(5))) {
            byte[] file = Captures.write(form, frames);
            assertEquals(new Reading(frames, Optional.empty()), Captures.read(file));
            assertEquals(new Reading(frames, Optional.empty()), Captures.read(file, 10_007));
        }
    }

    @Example
    void read_doesNotDependOnThePortions() {
        for (CaptureOptions form : ALL_FORMS) {
            byte[] file = Captures.write(form, someFrames());
            for (int portion : new int[] {1, 2, 3, 5, 7, 16}) {
                assertEquals(new Reading(someFrames(), Optional.empty()), Captures.read(file, portion));
            }
        }
    }

    /** Cut at every byte: the frames that are whole, and an error unless the cut is between two records. */
    @Example
    void read_aFileCutAnywhere_givesTheWholeFramesAndAnError() {
        for (CaptureOptions form : ALL_FORMS) {
            byte[] whole = Captures.write(form, someFrames());
            List<Integer> ends = new ArrayList<>();
            for (int count = 0; count <= someFrames().size(); count++) {
                ends.add(Captures.write(form, someFrames().subList(0, count)).length);
            }
            for (int length = 0; length < whole.length; length++) {
                Reading reading = Captures.read(Arrays.copyOf(whole, length));
                int cut = length;
                int complete = (int) ends.stream().filter(end -> end <= cut).count() - 1;
                assertEquals(someFrames().subList(0, Math.max(0, complete)), reading.frames(), form + " cut to " + length);
                boolean clean = ends.contains(length) || form.format() == CaptureFormat.PCAPNG && length == 44;
                assertEquals(clean, reading.error().isEmpty(), form + " cut to " + length + ": " + reading.error());
                reading.error().ifPresent(CaptureRobustnessTest::assertClear);
            }
        }
    }

    @Example
    void read_aFileWithAnyByteChanged_neverFailsUnexpectedly() {
        for (CaptureOptions form : ALL_FORMS) {
            byte[] whole = Captures.write(form, someFrames());
            for (int at = 0; at < whole.length; at++) {
                for (int value : new int[] {0, 1, 0x7f, 0x80, 0xff, whole[at] ^ 1, whole[at] ^ 4}) {
                    byte[] file = whole.clone();
                    file[at] = (byte) value;
                    Captures.read(file).error().ifPresent(CaptureRobustnessTest::assertClear);
                }
            }
        }
    }

    @Example
    void read_randomBytesAfterAHeader_neverFailsUnexpectedly() {
        Random random = new Random(5);
        for (int i = 0; i < 3000; i++) {
            CaptureOptions form = ALL_FORMS.get(random.nextInt(ALL_FORMS.size()));
            byte[] header = Captures.write(form, List.of());
            byte[] file = Arrays.copyOf(header, header.length + random.nextInt(200));
            for (int at = header.length; at < file.length; at++) {
                file[at] = (byte) (random.nextInt(3) == 0 ? random.nextInt(256) : random.nextInt(8));
            }
            Captures.read(file).error().ifPresent(CaptureRobustnessTest::assertClear);
        }
    }

    private static void assertClear(String message) {
        assertTrue(message.startsWith("capture file x.pcap: "), message);
        assertTrue(message.matches(".*( at offset |neither pcap nor pcapng|is empty).*"), message);
        assertEquals(-1, message.indexOf('\n'), message);
    }
}
