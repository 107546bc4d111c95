package org.netdev4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.cli.console.Interruption;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.CaptureReader;
import org.netdev4j.platform.wire.CaptureWriter;

@Timeout(120)
class CommandsTest {
    @TempDir
    private Path directory;

    @AfterEach
    void noThreadIsLeft() {
        Set<String> left = Thread.getAllStackTraces().keySet().stream().map(Thread::getName).filter(n -> n.startsWith("netdev-"))
            .collect(Collectors.toSet());
        assertEquals(Set.of(), left, "threads left");
    }

    private Cli.Result ok(String... args) {
        Cli.Result result = new Cli(directory).run(args);
        assertEquals(0, result.code(), result.err());
        return result;
    }

    private String capture(int frames) {
        Path file = directory.resolve("in.pcap");
        try (CaptureWriter writer = CaptureWriter.create(file.toString()); Memory m = Memory.allocate("frame", 2000)) {
            for (int i = 0; i < frames; i++) {
                m.putInt(20, i);
                writer.write(m, 0, 60 + i, 1_000_000_000L + i);
            }
        }
        return file.toString();
    }

    @Test
    void backends_listsDriversBusesAndWires() throws Exception {
        String text = ok("backends").out();
        assertTrue(text.contains("  loopback 1.0: "), text);
        assertTrue(text.contains("drives loopback"), text);
        assertTrue(text.contains("takes a wire"), text);
        assertTrue(text.contains("  tap:NAME"), text);
        assertTrue(text.matches("(?s).*queues +1-16 +16 +most queue pairs.*"), text);

        JsonNode json = ok("backends", "--json").json();
        assertEquals(List.of("ena", "loopback"), json.get("backends").findValuesAsText("name"));
        assertEquals("loopback", json.get("buses").get(0).get("scheme").asText());
        assertTrue(json.get("buses").get(0).get("takes-wire").asBoolean());
        assertEquals(Set.of("key", "values", "default", "description"), fields(json.get("buses").get(0).get("options").get(0)));
        assertTrue(StreamSupport.stream(json.get("wires").spliterator(), false).anyMatch(w -> w.get("name").asText().equals("pcap")));
        assertFalse(json.get("impairments").isEmpty());
        assertTrue(StreamSupport.stream(json.get("buses").spliterator(), false)
            .anyMatch(bus -> bus.get("scheme").asText().equals("sim") && bus.get("takes-wire").asBoolean()), "the simulated bus");
    }

    private static Set<String> fields(JsonNode node) {
        return StreamSupport.stream(((Iterable<String>) node::fieldNames).spliterator(), false).collect(Collectors.toSet());
    }

    @Test
    void devices_listsBusesAndConfiguration() throws Exception {
        String[] named = {"devices", "-o", "devices.wan.address=loopback:w"};
        assertTrue(ok(named).out().contains("loopback:w  wan "), ok(named).out());

        JsonNode json = ok("devices", "--json", "-o", "devices.wan.address=loopback:w").json().get("devices");
        assertEquals("wan", json.get(0).get("name").asText());
        assertEquals("loopback:", json.get(1).get("address").asText());
        assertEquals("loopback", json.get(1).get("backend").asText());
        assertTrue(json.get(1).get("kernel-driver").isNull());
    }

    @Test
    void configShow_showsWhereValuesComeFrom() throws Exception {
        Files.writeString(directory.resolve("netdev.yaml"), "generate: {flows: 2}\ndevices: {wan: {address: \"loopback:\"}}\n");
        Cli cli = new Cli(directory).environment("NETDEV_GENERATE_SEED", "9");

        String text = cli.run("config", "show", "-o", "generate.count=3").out();
        JsonNode json = cli.run("config", "show", "--json", "--set", "generate.count=3").json();

        assertTrue(text.matches("(?s).*flows: 2 +# netdev.yaml:1.*count: 3 +# option -o.*seed: 9 +# environment variable NETDEV_GENERATE_SEED.*"),
            text);
        assertEquals(2, json.get("values").get("generate").get("flows").asInt());
        assertEquals("netdev.yaml:1", json.get("origins").get("generate.flows").asText());
        assertEquals("default", json.get("origins").get("generate.rate").asText());
    }

    @Test
    void run_carriesACaptureThroughTwoDevices_byteForByte() throws Exception {
        String in = capture(500);
        String out = directory.resolve("out.pcapng").toString();

        Cli.Result result = ok("run", "generate", "--from", in, "--device", "loopback:g", "--wire", "link:commands",
            "capture", "--device", "loopback:c", "--wire", "link:commands", "-w", out);

        assertEquals("", result.out());
        assertTrue(result.err().contains("loopback:c: RX 500 packets"), result.err());
        try (CaptureReader sent = CaptureReader.open(in); CaptureReader received = CaptureReader.open(out)) {
            while (sent.next()) {
                assertTrue(received.next());
                assertEquals(sent.length(), received.length());
                assertEquals(sent.frame().getInt(20), received.frame().getInt(20));
            }
            assertFalse(received.next());
        }
    }

    @Test
    void run_printsTotalsAsJson() throws Exception {
        JsonNode json = ok("run", "generate", "--device", "loopback:", "--count", "100", "--json").json();

        JsonNode device = json.get("apps").get(0).get("devices").get(0);
        assertEquals("loopback:", device.get("address").asText());
        assertEquals(100, device.get("statistics").get("opackets").asInt());
        assertEquals(100, device.get("statistics").get("ipackets").asInt());
        assertTrue(json.get("seconds").asDouble() > 0);
    }

    @Test
    void run_showsWhatAPacketCosts_onASimulatedBus() throws Exception {
        String err = ok("run", "generate", "--device", "sim:ena,llq=false", "--wire", "null:", "--count", "640", "--bus-cost").err();
        assertTrue(err.matches("(?s).*DMA reads, payload +1\\.000 +60\\.0 bytes.*"), err);
        assertEquals(640, ok("run", "generate", "--device", "sim:ena,llq=false", "--wire", "null:", "--count", "640", "--json").json()
            .get("apps").get(0).get("devices").get(0).get("bus").get("dma_writes_completion").asLong());
    }

    @Test
    void run_showsFrames() {
        String[] lines = ok("run", "capture", "--device", "loopback:", "--wire", "pcap:" + capture(10), "-c", "3").out().split("\n");

        assertEquals(3, lines.length);
        assertTrue(lines[0].matches("[0-9:.]{15} 802.3, length 60"), lines[0]);
    }

    @Test
    void run_showsRates() {
        String err = ok("run", "generate", "--device", "loopback:", "--duration", "500ms", "--rate", "10kpps", "--stats-interval", "100ms").err();

        assertTrue(err.matches("(?s).*\\[loopback:\\] RX: [0-9.]+ Mbit/s [0-9.]+ Mpps\n\\[loopback:\\] TX: [0-9.]+ Mbit/s [0-9.]+ Mpps.*"), err);
    }

    @Test
    void run_takesItsDevicesFromTheConfiguration() throws Exception {
        Files.writeString(directory.resolve("netdev.yaml"), """
            devices:
              in: {address: "loopback:a", wire: "pcap:%s"}
              out: {address: "loopback:b", wire: "pcap:out=%s"}
            forward:
              devices: [in, out]
            """.formatted(capture(50), directory.resolve("copy.pcap")));

        assertTrue(ok("run", "forward").err().contains("loopback:b: RX 0 packets, 0 bytes, 0 missed, 0 errors; TX 50 packets"));
        assertTrue(ok("run", "capture", "--device", "in", "-c", "1", "-w", directory.resolve("one.pcap").toString()).err()
            .contains("captured 1"));
    }

    @Test
    void run_canBeStopped_andPrintsTotals() throws Exception {
        Interruption interruption = new Interruption();
        Thread stopper = new Thread(() -> {
            while (!interruption.stopNow()) {
                Thread.onSpinWait();
            }
        }, "stopper");
        stopper.start();

        Cli.Result result = new Cli(directory).run(interruption, "run", "echo", "--device", "loopback:", "--ip", "10.0.0.1");
        stopper.join();

        assertEquals(0, result.code());
        assertTrue(result.err().contains("--- echo on loopback:"), result.err());
    }

    @Test
    void stats_countsWhatAWireHas() throws Exception {
        JsonNode json = ok("stats", "loopback:", "--promiscuous", "--wire", "pcap:" + capture(77), "--json").json();

        assertEquals(77, json.get("statistics").get("rx_good_packets").asInt());
    }

    @Test
    void statsWatch_showsWhatChanged() throws Exception {
        String wire = "pcap:" + capture(20);
        String text = ok("stats", "loopback:", "--promiscuous", "--wire", wire, "--watch", "10ms").out();
        String last = ok("stats", "loopback:", "--promiscuous", "--wire", wire, "--watch=10ms", "--json").out().strip();

        assertTrue(text.matches("(?s).*rx_good_packets: 20 \\([0-9]+/s\\)\n.*"), text);
        JsonNode json = JsonMapper.builder().build().readTree(last.substring(last.lastIndexOf('\n') + 1));
        assertEquals(20, json.get("statistics").get("rx_good_packets").asInt());
        assertNotNull(json.get("rates"));
    }

    @Test
    void conformance_listsAndRunsCases() {
        assertTrue(ok("conformance", "--list").out().lines().count() >= 80);
        String out = ok("conformance", "--device", "loopback:", "--only", "LC-001").out();

        assertEquals("1 passed, 0 failed, 0 skipped", out.lines().toList().getLast());
    }

    @Test
    void help_isThereForEveryCommand() {
        for (String command : List.of("", "backends ", "devices ", "bind ", "doctor ", "info ", "stats ", "run ", "run echo ", "run forward ", "run generate ",
            "run capture ", "conformance ", "config ", "config show ")) {
            Cli.Result result = ok((command + "--help").split(" "));
            assertTrue(result.out().startsWith("Usage: netdev " + command.strip()), command);
            assertTrue(result.out().lines().allMatch(l -> l.length() <= 120), command);
        }
        assertTrue(ok("--version").out().startsWith("netdev "));
    }

    @Test
    void colours_areForTerminals_andCanBeSwitchedOff() {
        String escape = "\u001b[";
        assertFalse(new Cli(directory).run("--help").out().contains(escape));
        assertTrue(new Cli(directory).onTerminal().run("--help").out().contains(escape));
        assertFalse(new Cli(directory).onTerminal().environment("NO_COLOR", "1").run("--help").out().contains(escape));
        assertTrue(new Cli(directory).onTerminal().environment("NO_COLOR", "").run("--help").out().contains(escape));
        assertTrue(new Cli(directory).onTerminal().run("info", "x").err().contains(escape));
        assertFalse(new Cli(directory).onTerminal().run("--no-color", "info", "x").err().contains(escape));
    }

    @Test
    void log_goesWhereItIsTold() throws Exception {
        Path log = directory.resolve("netdev.log");
        Cli.Result result = ok("info", "-i", "loopback:", "-vvv", "--log-file", log.toString());

        assertEquals("", result.err());
        assertTrue(Files.exists(log));
        Cli.Result refused = new Cli(directory).run("info", "loopback:", "--log-file", directory.resolve("no/x.log").toString());
        assertEquals(2, refused.code());
        assertTrue(refused.err().startsWith("netdev: log file "), refused.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--debug info x", "info x --debug"})
    void debug_showsTheStack(String command) {
        Cli.Result result = new Cli(directory).run(command.split(" "));

        assertEquals(2, result.code());
        assertTrue(result.err().contains("at org.netdev4j.cli"), result.err());
    }
}
