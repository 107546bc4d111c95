package org.netdev4j.cli.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.cli.config.ConfigException;
import org.netdev4j.cli.device.OpenDevice;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.wire.CaptureReader;
import org.netdev4j.platform.wire.WirePort;

class CaptureAppTest {
    private static final String ARP = "ffffffffffff 020000000001 0806 0001 0800 06 04 0001 020000000001 0a4d0001 000000000000 0a4d0002";

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    @TempDir
    private Path directory;
    private Bed bed;
    private String cable;
    private WirePort far;

    @BeforeEach
    void start() {
        bed = Bed.virtual();
        cable = Bed.cable();
        far = bed.far(cable);
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    private CaptureApp app(OpenDevice device, String... config) {
        return bed.keep(CaptureApp.start(device, Bed.config(config), out));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pcap", "pcapng"})
    void writes_framesAsTheyCame(String format) {
        String file = directory.resolve("x." + format).toString();
        App app = app(bed.device(1, cable, "mtu", "9000"), "capture.write", file);
        byte[] jumbo = new byte[9014];
        new java.util.Random(1).nextBytes(jumbo);
        List<byte[]> frames = List.of(Bed.hex(ARP), Bed.hex("0200000000770200000000010800"), new byte[60], jumbo);
        frames.forEach(frame -> bed.send(far, frame));
        bed.settle(app);
        app.close();

        try (CaptureReader reader = CaptureReader.open(file)) {
            for (byte[] frame : frames) {
                assertTrue(reader.next());
                assertArrayEquals(frame, reader.frame().bytes(0, reader.length()));
                assertTrue(reader.epochNanos() >= 1_767_225_600_000_000_000L, "time of the wire: " + reader.epochNanos());
            }
            assertFalse(reader.next());
        }
    }

    @Test
    void writes_notMoreThanCountAndSnaplen() {
        String file = directory.resolve("x.pcap").toString();
        App app = app(bed.device(1, cable), "capture.write", file, "capture.count", "3", "capture.snaplen", "20", "run.burst", "2");
        for (int i = 0; i < 10; i++) {
            bed.send(far, Bed.hex(ARP));
        }
        bed.settle(app);
        assertEquals(Worker.DONE, app.workers().getFirst().turn());
        app.close();

        assertEquals(3L, app.counters().get("captured"));
        try (CaptureReader reader = CaptureReader.open(file)) {
            int count = 0;
            while (reader.next()) {
                count++;
                assertEquals(20, reader.length());
                assertEquals(42, reader.originalLength());
            }
            assertEquals(3, count);
        }
    }

    @Test
    void writes_atOnce_whenItComesToRest() throws Exception {
        Path file = directory.resolve("x.pcap");
        App app = app(bed.device(1, cable), "capture.write", file.toString());
        bed.send(far, Bed.hex(ARP));
        bed.settle(app);

        assertEquals(24 + 16 + 42, Files.size(file));
    }

    @Test
    void shows_aLineForEachFrame() {
        App app = app(bed.device(1, cable));
        bed.send(far, Bed.hex(ARP));
        bed.settle(app);

        String line = bytes.toString(StandardCharsets.UTF_8);
        assertTrue(line.matches("[0-9:]{8}\\.[0-9]{6} ARP, Request who-has 10\\.77\\.0\\.2 tell 10\\.77\\.0\\.1, length 28\\R"), line);
        assertTrue(app.usesStandardOutput());
    }

    @Test
    void receives_framesForOthers_unlessToldOtherwise() {
        App all = app(bed.device(1, cable));
        bed.send(far, Bed.hex("020000000077 020000000001 88cc 0000"));
        bed.settle(all);
        String other = Bed.cable();
        WirePort otherFar = bed.far(other);
        App own = app(bed.device(1, other), "capture.promiscuous", "off");
        bed.send(otherFar, Bed.hex("020000000077 020000000001 88cc 0000"));
        bed.settle(own);

        assertEquals(1L, all.counters().get("captured"));
        assertEquals(0L, own.counters().get("captured"));
    }

    @Test
    void turn_isDone_whenTheWireHasEnded_onAllQueues() {
        App app = app(bed.device(1, cable, "queues", "4"));
        for (int i = 0; i < 100; i++) {
            bed.send(far, Bed.hex(ARP));
        }
        far.close();
        bed.settle(app);

        assertEquals(100L, app.counters().get("captured"));
        assertEquals(Worker.DONE, app.workers().getFirst().turn());
    }

    @Test
    void start_saysWhichFilesItCanWrite() {
        OpenDevice device = bed.device(1, cable);

        String message = assertThrows(ConfigException.class, () -> app(device, "capture.write", "x.cap")).getMessage();

        assertTrue(message.contains("x.cap: the name does not tell the format"), message);
        assertEquals("CLOSED", device.dev().state().name());
        String missing = directory.resolve("no/x.pcap").toString();
        assertThrows(PlatformException.class, () -> app(bed.device(2, "null:"), "capture.write", missing));
    }

    @Test
    void start_takesTheFormatThatItIsTold() throws Exception {
        Path file = directory.resolve("x.cap");
        app(bed.device(1, cable), "capture.write", file.toString(), "capture.format", "pcap-us").close();

        assertArrayEquals(Bed.hex("d4c3b2a1"), java.util.Arrays.copyOf(Files.readAllBytes(file), 4));
    }
}
