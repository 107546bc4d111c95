package org.netdev4j.platform.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.VirtualClock;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.Captures.Captured;

class PcapWireTest {
    private static final long TIME = 1_700_000_000_000_000_000L;
    private static final long MS = 1_000_000;

    @TempDir
    private Path directory;

    private final VirtualClock clock = new VirtualClock();
    private final Platform platform = Platform.builder().virtualClock(clock).build();

    @AfterEach
    void close() {
        platform.close();
    }

    private static List<Captured> frames(int... atMillis) {
        List<Captured> frames = new ArrayList<>();
        for (int i = 0; i < atMillis.length; i++) {
            frames.add(Captured.of(Frames.bytes(i, 60 + i), TIME + atMillis[i] * MS));
        }
        return frames;
    }

    private String file(String name, List<Captured> frames) {
        Path file = directory.resolve(name);
        try {
            Files.write(file, Captures.write(CaptureOptions.of(CaptureFormat.PCAP), frames));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.toString();
    }

    private WirePort open(String text) {
        return Wires.open(text, platform);
    }

    private String refusal(String text) {
        return assertThrows(PlatformException.class, () -> open(text)).getMessage();
    }

    private static int count(WirePort wire) {
        int count = 0;
        while (Frames.receive(wire).length > 0) {
            count++;
        }
        return count;
    }

    @Test
    void receive_givesTheFramesOfTheFile_thenIsExhausted() {
        try (WirePort wire = open("pcap:" + file("x.pcap", frames(0, 5, 9)))) {
            for (int i = 0; i < 3; i++) {
                assertTrue(wire.readable());
                assertFalse(wire.exhausted());
                assertArrayEquals(Frames.bytes(i, 60 + i), Frames.receive(wire));
            }
            assertEquals(TIME + 9 * MS, wire.receivedAtEpochNanos());
            assertTrue(wire.exhausted());
            assertFalse(wire.readable());
            assertEquals(0, Frames.receive(wire).length);
            assertEquals(Optional.empty(), wire.failure());
            assertEquals(new WireStats(0, 0, 3, 183, 0), wire.stats().orElseThrow());
        }
    }

    @Test
    void receive_cutsAFrameThatIsTooLong() {
        try (WirePort wire = open("pcap:in=" + file("x.pcap", frames(0, 0))); Memory memory = Memory.allocate("into", 60)) {
            assertEquals(60, wire.receive(memory, 0, 60));
            assertEquals(0, wire.truncated());
            assertEquals(60, wire.receive(memory, 0, 60));
            assertEquals(1, wire.truncated());
        }
    }

    @Test
    void receive_passesOverFramesOfNoBytes() {
        List<Captured> frames = List.of(new Captured("", 60, TIME), frames(0).get(0), new Captured("", 0, TIME));
        try (WirePort wire = open("pcap:" + file("x.pcap", frames))) {
            assertEquals(60, Frames.receive(wire).length);
            assertTrue(wire.exhausted());
        }
    }

    @Test
    void send_writesTheFile_withTheClocksTime() {
        Path out = directory.resolve("out.pcapng");
        try (WirePort wire = open("pcap:out=" + out)) {
            assertTrue(wire.exhausted());
            assertTrue(wire.linkUp());
            Frames.send(wire, Frames.bytes(1, 60));
            clock.advance(7);
            Frames.send(wire, Frames.bytes(2, 61));
            assertEquals(new WireStats(2, 121, 0, 0, 0), wire.stats().orElseThrow());
        }
        long start = new VirtualClock().epochNanos();
        assertEquals(List.of(Captured.of(Frames.bytes(1, 60), start), Captured.of(Frames.bytes(2, 61), start + 7)),
            Captures.read(out.toString()));
    }

    @Test
    void send_withoutAnOutput_isADrop() {
        try (WirePort wire = open("pcap:" + file("x.pcap", frames(0)))) {
            assertTrue(Frames.send(wire, Frames.bytes(1, 60)));
            assertEquals(1, wire.stats().orElseThrow().dropped());
        }
    }

    @Test
    void out_keepsFormatAndSnaplen() throws IOException {
        Path out = directory.resolve("out.cap");
        try (WirePort wire = open("pcap:out=" + out + ",format=pcap-us,snaplen=20")) {
            Frames.send(wire, Frames.bytes(1, 60));
        }
        assertEquals((byte) 0xd4, Files.readAllBytes(out)[0]);
        Captured only = Captures.read(out.toString()).get(0);
        assertEquals(40, only.hex().length());
        assertEquals(60, only.originalLength());
    }

    @Test
    void loop_repeatsTheInput() {
        String file = file("x.pcap", frames(0, 1, 2));
        try (WirePort wire = open("pcap:" + file + ",loop=3")) {
            assertEquals(9, count(wire));
            assertTrue(wire.exhausted());
        }
        try (WirePort wire = open("pcap:" + file + ",loop=0")) {
            for (int i = 0; i < 1000; i++) {
                assertEquals(60 + i % 3, Frames.receive(wire).length);
            }
            assertFalse(wire.exhausted());
        }
        try (WirePort wire = open("pcap:" + file("empty.pcap", List.of()) + ",loop=0")) {
            assertTrue(wire.exhausted());
        }
    }

    @Test
    void pace_original_letsFramesComeAsTheyWereCaptured() {
        try (WirePort wire = open("pcap:" + file("x.pcap", frames(0, 5, 5, 3, 20)) + ",pace=original,loop=2")) {
            clock.advance(50 * MS);
            List<Long> arrivals = new ArrayList<>();
            long start = clock.nanoTime();
            while (!wire.exhausted()) {
                boolean readable = wire.readable();
                int length = Frames.receive(wire).length;
                assertEquals(readable, length > 0);
                if (length > 0) {
                    arrivals.add((clock.nanoTime() - start) / MS);
                } else {
                    clock.advance(MS);
                }
            }
            assertEquals(List.of(0L, 5L, 5L, 5L, 20L, 20L, 25L, 25L, 25L, 40L), arrivals);
        }
    }

    @Test
    void pace_original_signalsWhenAFrameIsDue() {
        try (WirePort wire = open("pcap:" + file("x.pcap", frames(0, 5)) + ",pace=original")) {
            WaitEvent event = platform.newWaitEvent();
            wire.notify(event);
            assertTrue(event.poll());
            assertEquals(60, Frames.receive(wire).length);
            assertEquals(0, Frames.receive(wire).length);
            assertFalse(event.poll());
            long before = clock.nanoTime();

            assertTrue(event.await(Deadline.afterMillis(clock, 100)));

            assertEquals(5 * MS, clock.nanoTime() - before);
            assertEquals(61, Frames.receive(wire).length);
        }
    }

    @Test
    void notify_signalsAtOnce_whenFramesWait() {
        try (WirePort wire = open("pcap:" + file("x.pcap", frames(0)))) {
            WaitEvent event = platform.newWaitEvent();
            wire.notify(event);
            assertTrue(event.poll());
        }
    }

    @Test
    void damage_endsTheInput_andIsThrownByClose() throws IOException {
        Path file = Path.of(file("x.pcap", frames(0, 1, 2)));
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 1));
        WirePort wire = open("pcap:" + file);

        assertEquals(2, count(wire));

        assertTrue(wire.exhausted());
        String message = "capture file " + file + ": record 3 at offset 177: 62 bytes announced, file ends after 61";
        assertEquals(message, wire.failure().orElseThrow().getMessage());
        assertEquals(message, assertThrows(PlatformException.class, wire::close).getMessage());
        wire.close();
    }

    @Test
    void writeFailure_isSeenByFailureAndClose_notBySend() {
        Assumptions.assumeTrue(Files.isWritable(Path.of("/dev/full")), "no /dev/full on this system");
        WirePort wire = open("pcap:out=/dev/full,format=pcap");
        for (int i = 0; i < 1000; i++) {
            assertTrue(Frames.send(wire, Frames.bytes(i, 1514)));
        }
        assertEquals("capture file /dev/full: cannot be written: No space left on device",
            wire.failure().orElseThrow().getMessage());
        assertTrue(wire.stats().orElseThrow().dropped() > 0);
        assertThrows(PlatformException.class, wire::close);
    }

    @Test
    void close_isIdempotent_andLaterCallsAreHarmless() {
        WirePort wire = open("pcap:" + file("x.pcap", frames(0, 1)) + ",out=" + directory.resolve("y.pcap"));
        wire.close();
        wire.close();
        assertTrue(Frames.send(wire, Frames.bytes(1, 60)));
        assertEquals(0, Frames.receive(wire).length);
        assertFalse(wire.readable() || wire.linkUp());
        assertTrue(wire.exhausted());
    }

    @Test
    void open_refusesWhatMakesNoSense() {
        String file = file("x.pcap", frames(0));
        assertTrue(refusal("pcap:").startsWith("wire \"pcap:\": names no file; "));
        assertTrue(refusal("pcap:" + file + ",in=" + file).contains("names two inputs"));
        assertTrue(refusal("pcap:" + file + ",out=" + file).endsWith("the input file, which would be lost; name another"));
        assertTrue(refusal("pcap:" + file + ",out=y.txt").contains("let it end in .pcap or .pcapng"));
        assertTrue(refusal("pcap:" + file + ",out=y,format=pcapgn").endsWith("did you mean \"pcapng\"?"));
        assertTrue(refusal("pcap:" + file + ",snaplen=0").endsWith(",snaplen=0\": snaplen=\"0\": not from 1 to 65557"));
        assertTrue(refusal("pcap:" + file + ",pace=orignal").endsWith("did you mean \"original\"?"));
        assertTrue(refusal("pcap:/dev/null,loop=2").contains("not a file that can be read again"));
        assertEquals("capture file none.pcap: cannot be read: No such file or directory", refusal("pcap:none.pcap"));
        assertEquals("capture file " + directory + "/no/y.pcap: cannot be written: No such file or directory",
            refusal("pcap:" + file + ",out=" + directory + "/no/y.pcap"));
        assertEquals(List.of(Captured.of(Frames.bytes(0, 60), TIME)), Captures.read(file));
    }

    @Test
    void receiveAndSend_allocateNothing() {
        String file = file("x.pcap", Collections.nCopies(AllocatedBytes.RUNS * 1000, frames(0).get(0)));
        try (WirePort wire = open("pcap:" + file + ",out=" + directory.resolve("y.pcapng"));
            Memory memory = Memory.allocate("frame", WirePort.MAX_FRAME)) {
            assertEquals(0, AllocatedBytes.byWarm(() -> {
                for (int i = 0; i < 1000; i++) {
                    wire.send(memory, 0, wire.receive(memory, 0, WirePort.MAX_FRAME));
                }
            }));
        }
    }
}
