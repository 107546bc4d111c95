package org.netdev4j.cli.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.CaptureReader;
import org.netdev4j.platform.wire.CaptureWriter;

@Timeout(60)
class RunnerTest {
    private final List<String> ended = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final CountDownLatch ticked = new CountDownLatch(3);
    private Bed bed;

    private final Runner.Observer observer = new Runner.Observer() {
        @Override
        public void tick(List<App> running) {
            ticked.countDown();
        }

        @Override
        public void ended(App app) {
            ended.add(app.name() + " " + app.devices().getFirst().dev().state());
        }

        @Override
        public void note(String text) {
            notes.add(text);
        }
    };

    @BeforeEach
    void start() {
        bed = Bed.real();
    }

    @AfterEach
    void stop() {
        bed.close();
        Set<String> left = Thread.getAllStackTraces().keySet().stream().map(Thread::getName).filter(n -> n.startsWith("netdev-"))
            .collect(Collectors.toSet());
        assertEquals(Set.of(), left, "threads left");
    }

    private Path capture(Path directory, int frames) {
        Path file = directory.resolve("in.pcap");
        try (CaptureWriter writer = CaptureWriter.create(file.toString()); Memory m = Memory.allocate("frame", 2000)) {
            for (int i = 0; i < frames; i++) {
                m.putInt(20, i);
                writer.write(m, 0, 60 + i % 1000, 1);
            }
        }
        return file;
    }

    @ParameterizedTest
    @ValueSource(strings = {"off", "on"})
    void run_endsWhenTheTrafficHasGoneThrough_byteForByte(String interrupts, @TempDir Path directory) throws Exception {
        String in = capture(directory, 30_000).toString();
        String out = directory.resolve("out.pcapng").toString();
        String cable = Bed.cable();
        App generate = GenerateApp.start(bed.device(1, cable), Bed.config("generate.from", in));
        App capture = CaptureApp.start(bed.device(2, cable, "interrupts", interrupts), Bed.config("capture.write", out), System.out);

        new Runner(bed.platform, false).run(List.of(generate, capture), observer);

        assertEquals(List.of("generate RUNNING", "capture RUNNING"), ended);
        assertEquals("CLOSED", generate.devices().getFirst().dev().state().name());
        try (CaptureReader sent = CaptureReader.open(in); CaptureReader received = CaptureReader.open(out)) {
            while (sent.next()) {
                assertTrue(received.next(), "record " + sent.records());
                assertEquals(sent.length(), received.length());
                assertTrue(Arrays.equals(sent.frame().bytes(0, sent.length()), received.frame().bytes(0, received.length())));
            }
            assertFalse(received.next());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void stop_endsApplicationsThatWouldGoOn(boolean busyPoll) throws Exception {
        App echo = EchoApp.start(bed.device(1, "null:"), Bed.config());
        App interrupts = EchoApp.start(bed.device(2, "null:", "interrupts", "on"), Bed.config());
        Runner runner = new Runner(bed.platform, busyPoll);
        Thread stopper = new Thread(() -> {
            try {
                ticked.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            runner.stop();
        }, "stopper");
        stopper.start();

        runner.run(List.of(echo, interrupts), observer);

        stopper.join();
        assertEquals(List.of("echo RUNNING", "echo RUNNING"), ended);
        assertEquals("CLOSED", interrupts.devices().getFirst().dev().state().name());
    }

    @Test
    void run_waitsForADevice_whoseResetTakesLongerThanATick() throws Exception {
        App echo = EchoApp.start(bed.ena("sim:ena,reset-time=700ms", Bed.cable()), Bed.config());
        Runner runner = new Runner(bed.platform, false);
        Thread resetter = new Thread(() -> {
            try {
                ticked.await(20, TimeUnit.SECONDS);
                echo.devices().getFirst().dev().reset();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                runner.stop();
            }
        }, "resetter");
        resetter.start();

        runner.run(List.of(echo), observer);

        resetter.join();
        assertEquals(List.of("echo RUNNING"), ended);
    }

    @Test
    void run_tellsOfAWireThatFailed(@TempDir Path directory) throws Exception {
        Path in = capture(directory, 100);
        byte[] whole = Files.readAllBytes(in);
        Files.write(in, Arrays.copyOf(whole, whole.length - 1));
        App capture = CaptureApp.start(bed.device(1, "pcap:" + in), Bed.config("capture.write", directory.resolve("out.pcap").toString()),
            System.out);

        PlatformException e = assertThrows(PlatformException.class,
            () -> new Runner(bed.platform, false).run(List.of(capture), observer));

        assertTrue(e.getMessage().contains("in.pcap: record 100 at offset"), e.getMessage());
        assertEquals(99L, capture.counters().get("captured"));
        assertEquals("CLOSED", capture.devices().getFirst().dev().state().name());
    }

    @Test
    void run_endsAllWhenAWorkerFails(@TempDir Path directory) throws Exception {
        Path in = capture(directory, 10);
        Files.write(in, new byte[] {1, 2, 3}, java.nio.file.StandardOpenOption.APPEND);
        App generate = GenerateApp.start(bed.device(1, "null:"), Bed.config("generate.from", in.toString()));
        App echo = EchoApp.start(bed.device(2, "null:"), Bed.config());

        assertThrows(PlatformException.class, () -> new Runner(bed.platform, false).run(List.of(generate, echo), observer));

        assertEquals("CLOSED", echo.devices().getFirst().dev().state().name());
    }

    @Test
    void run_failsForACpuThatIsNotThere() {
        App echo = EchoApp.start(bed.device(1, "null:", "cpus", "60000"), Bed.config());

        String message = assertThrows(PlatformException.class, () -> new Runner(bed.platform, false).run(List.of(echo), observer))
            .getMessage();

        assertTrue(message.contains("cannot be pinned to CPU 60000"), message);
    }
}
