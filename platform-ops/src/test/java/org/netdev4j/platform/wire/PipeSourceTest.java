package org.netdev4j.platform.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.wire.Captures.Captured;

/** Captures that come through a pipe, as from tcpdump -w -. */
@Timeout(60)
class PipeSourceTest {
    private final Platform platform = Platform.create();

    @AfterEach
    void close() {
        platform.close();
    }

    private static List<Captured> frames(int count) {
        List<Captured> frames = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            frames.add(Captured.of(Frames.bytes(i, 60 + i % 100), 1 + i));
        }
        return frames;
    }

    private WirePort wire(Pipe pipe) {
        CaptureReader reader = CaptureReader.of(new CaptureInput("pipe", pipe.source()));
        return new PcapWire("pcap:pipe", platform, new PipeSource(reader, platform), false, Optional.empty());
    }

    private void await(WaitEvent event) {
        assertTrue(event.await(Deadline.afterMillis(platform.clock(), 20_000)), "not woken");
    }

    @Test
    void receive_neverWaitsForTheWriter_andIsWokenByIt() throws IOException {
        Pipe pipe = Pipe.open();
        OutputStream writer = Channels.newOutputStream(pipe.sink());
        byte[] file = Captures.write(CaptureOptions.of(CaptureFormat.PCAPNG), frames(2));
        int firstEnd = Captures.write(CaptureOptions.of(CaptureFormat.PCAPNG), frames(1)).length;
        writer.write(file, 0, firstEnd - 3);
        try (WirePort wire = wire(pipe)) {
            WaitEvent event = platform.newWaitEvent();
            wire.notify(event);
            assertEquals(0, Frames.receive(wire).length);
            assertFalse(wire.exhausted());

            writer.write(file, firstEnd - 3, 3);

            await(event);
            assertArrayEquals(Frames.bytes(0, 60), Frames.receive(wire));
            assertEquals(1, wire.receivedAtEpochNanos());
            assertEquals(0, Frames.receive(wire).length);
            writer.write(file, firstEnd, file.length - firstEnd);
            writer.close();
            while (!wire.exhausted()) {
                if (Frames.receive(wire).length == 0 && !wire.exhausted()) {
                    await(event);
                }
            }
            assertEquals(2, wire.stats().orElseThrow().receivedFrames());
        }
    }

    @Test
    void receive_losesNothing_whenTheWriterIsFasterThanTheReader() throws IOException, InterruptedException {
        int count = 40_000;
        Pipe pipe = Pipe.open();
        byte[] file = Captures.write(CaptureOptions.of(CaptureFormat.PCAP), frames(count));
        Thread writing = Thread.ofPlatform().start(() -> {
            try (OutputStream writer = Channels.newOutputStream(pipe.sink())) {
                writer.write(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        try (WirePort wire = wire(pipe)) {
            WaitEvent event = platform.newWaitEvent();
            wire.notify(event);
            await(event);
            int received = 0;
            while (!wire.exhausted()) {
                int length = Frames.receive(wire).length;
                if (length > 0) {
                    assertEquals(60 + received % 100, length);
                    received++;
                } else if (!wire.exhausted()) {
                    await(event);
                }
            }
            assertEquals(count, received);
        }
        writing.join();
    }

    @Test
    void damage_isAFailure() throws IOException {
        Pipe pipe = Pipe.open();
        try (OutputStream writer = Channels.newOutputStream(pipe.sink())) {
            byte[] file = Captures.write(CaptureOptions.of(CaptureFormat.PCAP), frames(2));
            writer.write(file, 0, file.length - 1);
        }
        WirePort wire = wire(pipe);
        WaitEvent event = platform.newWaitEvent();
        wire.notify(event);
        while (!wire.exhausted()) {
            Frames.receive(wire);
            if (!wire.exhausted()) {
                await(event);
            }
        }
        assertEquals("capture file pipe: record 2 at offset 100: 61 bytes announced, file ends after 60",
            wire.failure().orElseThrow().getMessage());
        assertThrows(PlatformException.class, wire::close);
    }

    @Test
    void close_endsAReadThatWaits_andItsThread() throws IOException {
        Pipe pipe = Pipe.open();
        byte[] file = Captures.write(CaptureOptions.of(CaptureFormat.PCAP), frames(1));
        Channels.newOutputStream(pipe.sink()).write(file);
        WirePort wire = wire(pipe);
        WaitEvent event = platform.newWaitEvent();
        wire.notify(event);
        await(event);

        wire.close();

        assertTrue(Thread.getAllStackTraces().keySet().stream().noneMatch(t -> t.getName().startsWith("netdev-pcap-pipe")));
        assertEquals(Optional.empty(), wire.failure());
        pipe.sink().close();
    }

    /** The real standard streams, in a process of its own. */
    @Test
    void dash_isStandardInputAndOutput() throws IOException, InterruptedException {
        List<Captured> frames = frames(5000);
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
            StandardStreams.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        Thread writing = Thread.ofPlatform().start(() -> {
            try (OutputStream input = process.getOutputStream()) {
                input.write(Captures.write(CaptureOptions.of(CaptureFormat.PCAP), frames));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        byte[] output = process.getInputStream().readAllBytes();
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        writing.join();

        List<String> contents = Captures.read(output).frames().stream().map(Captured::hex).toList();

        assertEquals(0, process.exitValue());
        assertEquals(frames.stream().map(Captured::hex).toList(), contents);
    }
}
