package org.netdev4j.platform.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.Captures.Captured;

class CaptureFilesTest {
    private static final List<Captured> FRAMES = List.of(Captured.of(Frames.bytes(1, 60), 1_700_000_000_000_000_001L),
        Captured.of(Frames.bytes(2, 1514), 1_700_000_001_000_000_000L));

    private static final int FRAMES_AT_ONCE = 2000;

    @TempDir
    private Path directory;

    private String file(String name) {
        return directory.resolve(name).toString();
    }

    @Test
    void create_takesTheFormatFromTheName() throws IOException {
        for (String name : List.of("a.pcap", "b.pcapng", "C.PCAP")) {
            try (CaptureWriter writer = CaptureWriter.create(file(name))) {
                Captures.writeAll(writer, FRAMES);
                assertEquals(2, writer.records());
            }
            assertEquals(FRAMES, Captures.read(file(name)));
        }
        assertEquals(0x4d, Files.readAllBytes(directory.resolve("a.pcap"))[0]);
        assertEquals(0x0a, Files.readAllBytes(directory.resolve("b.pcapng"))[0]);
    }

    @Test
    void create_refusesANameThatDoesNotTellTheFormat() {
        PlatformException e = assertThrows(PlatformException.class, () -> CaptureWriter.create(file("x.cap")));
        assertTrue(e.getMessage().endsWith("let it end in .pcap or .pcapng, or give the format"), e.getMessage());
        assertEquals(CaptureFormat.PCAPNG, CaptureFormat.ofTarget("-"));
    }

    @Test
    void create_emptiesAFileThatIsThere() {
        for (int i = 0; i < 2; i++) {
            try (CaptureWriter writer = CaptureWriter.create(file("a.pcap"))) {
                Captures.writeAll(writer, FRAMES.subList(0, 2 - i));
            }
        }
        assertEquals(FRAMES.subList(0, 1), Captures.read(file("a.pcap")));
    }

    @Test
    void flush_makesFramesReadable() {
        try (CaptureWriter writer = CaptureWriter.create(file("a.pcap"))) {
            Captures.writeAll(writer, FRAMES.subList(0, 1));
            writer.flush();
            assertEquals(FRAMES.subList(0, 1), Captures.read(file("a.pcap")));
        }
    }

    @Test
    void close_writesOut_evenOnAnInterruptedThread() {
        Thread.currentThread().interrupt();
        try (CaptureWriter writer = CaptureWriter.create(file("a.pcap"))) {
            Captures.writeAll(writer, FRAMES);
        } finally {
            assertTrue(Thread.interrupted());
        }
        Thread.currentThread().interrupt();
        assertEquals(FRAMES, Captures.read(file("a.pcap")));
        assertTrue(Thread.interrupted());
    }

    @Test
    void open_saysWhatIsWrong() {
        assertEquals("capture file " + file("none.pcap") + ": cannot be read: No such file or directory",
            assertThrows(PlatformException.class, () -> CaptureReader.open(file("none.pcap"))).getMessage());
        assertEquals("capture file " + directory + ": cannot be read: Is a directory",
            assertThrows(PlatformException.class, () -> CaptureReader.open(directory.toString())).getMessage());
        assertEquals("capture file " + file("no/x.pcap") + ": cannot be written: No such file or directory",
            assertThrows(PlatformException.class, () -> CaptureWriter.create(file("no/x.pcap"))).getMessage());
        assertEquals("capture file \"a\0b\": not a file name: Nul character not allowed",
            assertThrows(PlatformException.class, () -> CaptureReader.open("a\0b")).getMessage());
    }

    @Test
    void write_saysThatTheDiskIsFull() {
        Assumptions.assumeTrue(Files.isWritable(Path.of("/dev/full")), "no /dev/full on this system");
        CaptureOptions options = CaptureOptions.of(CaptureFormat.PCAP);
        CaptureWriter writer = CaptureWriter.create("/dev/full", options);
        Captures.writeAll(writer, FRAMES);
        String expected = "capture file /dev/full: cannot be written: No space left on device";

        assertEquals(expected, assertThrows(PlatformException.class, writer::flush).getMessage());
        assertEquals(expected, assertThrows(PlatformException.class, () -> Captures.writeAll(writer, FRAMES)).getMessage());
        assertEquals(expected, assertThrows(PlatformException.class, writer::close).getMessage());
        writer.close();
    }

    @Test
    void write_ofABadRange_leavesNoHalfRecord() {
        try (CaptureWriter writer = CaptureWriter.create(file("a.pcapng")); Memory small = Memory.allocate("small", 64)) {
            Captures.writeAll(writer, FRAMES);
            assertThrows(IndexOutOfBoundsException.class, () -> writer.write(small, 60, 60, 1));
        }
        assertEquals(FRAMES, Captures.read(file("a.pcapng")));
    }

    @Test
    void readAndWrite_allocateNothingPerFrame() {
        for (CaptureFormat format : CaptureFormat.values()) {
            String name = file("big." + format.label());
            CaptureOptions options = CaptureOptions.of(format).withOrder(ByteOrder.BIG_ENDIAN);
            try (CaptureWriter writer = CaptureWriter.create(name, options); Memory frame = Memory.allocate("frame", 2000)) {
                assertEquals(0, AllocatedBytes.byWarm(() -> writeMany(writer, frame)), format.label());
                while (writer.records() < AllocatedBytes.RUNS * FRAMES_AT_ONCE) {
                    writeMany(writer, frame);
                }
            }
            try (CaptureReader reader = CaptureReader.open(name)) {
                assertEquals(0, AllocatedBytes.byWarm(() -> readMany(reader)), format.label());
            }
        }
    }

    private static void writeMany(CaptureWriter writer, Memory frame) {
        for (int i = 0; i < FRAMES_AT_ONCE; i++) {
            writer.write(frame, 0, 60 + i % 1400, i);
        }
    }

    private static void readMany(CaptureReader reader) {
        for (int i = 0; i < FRAMES_AT_ONCE; i++) {
            assertTrue(reader.next());
        }
    }
}
