package org.netdev4j.platform.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.netdev4j.platform.wire.Captures.Captured;

/** Wireshark's tools as judges of our files, and we as readers of theirs. Skipped where they are not installed. */
class CaptureToolsTest {
    private static final long TIME = 1_700_000_000_123_456_789L;

    @TempDir
    private Path directory;

    private static List<Captured> frames() {
        List<Captured> frames = new ArrayList<>();
        int[] lengths = {60, 61, 62, 63, 64, 1514, 9014, WirePort.MAX_FRAME, 60};
        for (int i = 0; i < lengths.length; i++) {
            byte[] frame = Frames.bytes(i, lengths[i]);
            System.arraycopy(Frames.ethernet(-1, i, i), 0, frame, 0, 14);
            frames.add(Captured.of(frame, TIME + i * 1_000_000_001L));
        }
        return frames;
    }

    private Path write(String name, CaptureOptions options) {
        Path file = directory.resolve(name);
        try (CaptureWriter writer = CaptureWriter.create(file.toString(), options)) {
            Captures.writeAll(writer, frames());
        }
        return file;
    }

    /** What a tool prints; it must succeed and complain about nothing. */
    private List<String> run(String... command) {
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        try {
            Process process = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
            try {
                assertTrue(process.waitFor(60, TimeUnit.SECONDS), "no end: " + String.join(" ", command));
            } finally {
                process.destroyForcibly();
            }
            List<String> complaints = Files.readAllLines(err).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("Running as user")).toList();
            assertEquals(List.of(), complaints, String.join(" ", command));
            assertEquals(0, process.exitValue(), String.join(" ", command));
            return Files.readAllLines(out, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static void requireTool(String tool) {
        boolean there = false;
        for (String place : System.getenv().getOrDefault("PATH", "").split(":")) {
            there |= Files.isExecutable(Path.of(place, tool));
        }
        Assumptions.assumeTrue(there, tool + " is not installed");
    }

    @ParameterizedTest
    @CsvSource({"PCAP,LITTLE", "PCAP,BIG", "PCAP_MICROSECONDS,LITTLE", "PCAP_MICROSECONDS,BIG", "PCAPNG,LITTLE",
        "PCAPNG,BIG"})
    void tshark_readsOurFiles(CaptureFormat format, String order) {
        requireTool("tshark");
        ByteOrder byteOrder = "BIG".equals(order) ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        Path file = write("ours", CaptureOptions.of(format).withOrder(byteOrder));

        List<String> lines = run("tshark", "-n", "-r", file.toString(), "-T", "fields", "-e", "frame.number", "-e",
            "frame.len", "-e", "frame.cap_len", "-e", "frame.time_epoch", "-e", "eth.src");

        List<Captured> expected = format == CaptureFormat.PCAP_MICROSECONDS ? Captures.inMicroseconds(frames()) : frames();
        assertEquals(expected.size(), lines.size());
        for (int i = 0; i < lines.size(); i++) {
            Captured frame = expected.get(i);
            String time = String.format("%d.%09d", frame.epochNanos() / 1_000_000_000, frame.epochNanos() % 1_000_000_000);
            String[] fields = lines.get(i).split("\t");
            assertEquals(List.of(i + 1L, frame.originalLength(), frame.originalLength()),
                List.of(Long.parseLong(fields[0]), Long.parseLong(fields[1]), Long.parseLong(fields[2])));
            assertEquals(time, (fields[3] + "000000000").substring(0, time.length()));
            assertEquals(String.format("02:00:00:00:00:%02x", i), fields[4]);
        }
    }

    @Test
    void tshark_seesApplicationAndInterface() {
        requireTool("tshark");
        Path file = write("named.pcapng", CaptureOptions.of(CaptureFormat.PCAPNG).withInterfaceName("nd0"));

        List<String> lines = run("tshark", "-n", "-r", file.toString(), "-T", "fields", "-e", "frame.interface_name");

        assertEquals("nd0", lines.get(0));
        requireTool("capinfos");
        String info = String.join("\n", run("capinfos", file.toString()));
        assertTrue(info.contains("Capture application: netdev4j"), info);
        assertTrue(info.contains("Number of packets:   9"), info);
        assertTrue(info.contains("Name = nd0"), info);
        assertTrue(info.contains("Time precision = nanoseconds (9)"), info);
    }

    @Test
    void capinfos_seesTheSnaplen() {
        requireTool("capinfos");
        Path file = write("cut.pcap", CaptureOptions.of(CaptureFormat.PCAP).withSnaplen(62));

        List<String> info = run("capinfos", "-M", "-c", "-l", "-s", file.toString());

        assertTrue(info.stream().anyMatch(line -> line.matches("Packet size limit: +file hdr: 62 bytes")), info.toString());
        assertEquals(frames().get(7).hex().substring(0, 124), Captures.read(file.toString()).get(7).hex());
    }

    @ParameterizedTest
    @EnumSource(CaptureFormat.class)
    void editcap_convertsOurFiles_andWeReadWhatItWrites(CaptureFormat format) {
        requireTool("editcap");
        Path ours = write("ours", CaptureOptions.of(format));
        for (String theirs : List.of("pcap", "nsecpcap", "pcapng")) {
            Path converted = directory.resolve("converted." + theirs);
            run("editcap", "-F", theirs, ours.toString(), converted.toString());

            boolean micros = format == CaptureFormat.PCAP_MICROSECONDS || theirs.equals("pcap");
            List<Captured> expected = micros ? Captures.inMicroseconds(frames()) : frames();
            assertEquals(expected, Captures.read(converted.toString()), format + " to " + theirs);
        }
    }

    @Test
    void editcap_cutsFrames_andWeSeeBothLengths() {
        requireTool("editcap");
        Path ours = write("ours", CaptureOptions.of(CaptureFormat.PCAP));
        Path cut = directory.resolve("cut.pcapng");
        run("editcap", "-F", "pcapng", "-s", "40", ours.toString(), cut.toString());

        List<Captured> expected =
            frames().stream().map(f -> new Captured(f.hex().substring(0, 80), f.originalLength(), f.epochNanos())).toList();
        assertEquals(expected, Captures.read(cut.toString()));
    }

    @Test
    void mergecap_makesSeveralInterfaces_whichWeRead() {
        requireTool("mergecap");
        Path one = write("one.pcapng", CaptureOptions.of(CaptureFormat.PCAPNG).withInterfaceName("a"));
        Path two = write("two.pcap", CaptureOptions.of(CaptureFormat.PCAP_MICROSECONDS).withOrder(ByteOrder.BIG_ENDIAN));
        Path merged = directory.resolve("merged.pcapng");
        run("mergecap", "-a", "-I", "none", "-F", "pcapng", "-w", merged.toString(), one.toString(), two.toString());

        List<Captured> expected = new ArrayList<>(frames());
        expected.addAll(Captures.inMicroseconds(frames()));
        assertEquals(expected, Captures.read(merged.toString()));
    }
}
