package org.netdev4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.netdev4j.cli.console.Interruption;
import org.netdev4j.models.sim.SimDevices;

/** {@code netdev serve}, without a client: what the command does by itself. */
@Timeout(120)
class ServeTest {
    @TempDir
    private Path directory;

    @AfterEach
    void nothingIsLeft() throws IOException {
        assertEquals(List.of(), SimDevices.all());
        try (Stream<Path> files = Files.list(directory)) {
            assertEquals(List.of(), files.filter(file -> file.toString().endsWith(".sock")).toList());
        }
    }

    private String socket(String name) {
        return directory.resolve(name + ".sock").toString();
    }

    /** Serves devices while lines are typed; what was said, from the first line on. */
    private List<String> typed(List<String> arguments, String... lines) {
        Cli.Result result = new Cli(directory).input(String.join("\n", lines) + "\nquit\n")
            .run(Stream.concat(Stream.of("serve"), arguments.stream()).toArray(String[]::new));
        assertEquals(0, result.code(), result.err());
        assertEquals("", result.out());
        return result.err().lines().toList();
    }

    private List<String> one(String... lines) {
        List<String> said = typed(List.of("ena,mac=02:00:00:00:00:01", "--socket", socket("a")), lines);
        assertEquals("serving ena at " + socket("a") + ", wire self:, MAC 02:00:00:00:00:01", said.getFirst());
        assertTrue(said.get(1).startsWith("ready; "), said.get(1));
        return said.subList(2, said.indexOf("ending"));
    }

    private List<String> two(String... lines) {
        List<String> said = typed(List.of("ena,name=left", "ena", "--socket", socket("a"), "--socket", socket("b"), "--wire",
            "link:serve"), lines);
        return said.subList(3, said.indexOf("ending"));
    }

    @Test
    void stop_endsWith0_andShowsTotals() {
        Interruption interruption = new Interruption();
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> {
            while (!Files.exists(Path.of(socket("a"))) || !interruption.stopNow()) {
                Thread.onSpinWait();
            }
        });

        Cli.Result result = new Cli(directory).run(interruption, "serve", "ena", "--socket", socket("a"));
        stopped.join();

        assertEquals(0, result.code(), result.err());
        assertTrue(result.err().contains("--- 1 ena at " + socket("a") + " ---\nclient: none\nbus: MMIO 0 reads"),
            result.err());
    }

    @Test
    void control_listens_isTold_andGoesWithTheCommand() {
        Path control = directory.resolve("ena.ctl");
        List<String> said = typed(List.of("ena", "--socket", socket("a"), "--control", "unix:" + control), "remove");
        assertTrue(said.contains("control channel unix:" + control), said.toString());
        assertFalse(Files.exists(control));
    }

    @Test
    void control_whereItMayNotBe_isRefusedInOneLine() {
        for (String[] each : new String[][] {{"tcp:0.0.0.0:0", "use 127.0.0.1, or allow it"}, {"serial:x", "unix:PATH"},
            {"file:/dev/null", "it is for those who connect"}}) {
            Cli.Result result = new Cli(directory).input("quit\n").run("serve", "ena", "--socket", socket("a"), "--control", each[0]);
            assertNotEquals(0, result.code());
            assertTrue(result.err().lines().anyMatch(line -> line.startsWith("netdev: ") && line.contains(each[1])), result.err());
        }
    }

    @Test
    void conformance_ofADeviceElsewhere_wantsItsControlChannel() {
        Cli.Result result = new Cli(directory).run("conformance", "--device", "vfio-user:" + socket("a"));
        assertNotEquals(0, result.code());
        assertTrue(result.err().contains("say --control unix:PATH, as netdev serve has it"), result.err());
    }

    @Test
    void duration_ends() {
        assertEquals(0, new Cli(directory).run("serve", "ena", "--socket", socket("a"), "--duration", "1ms").code());
    }

    @Test
    void issueForm_takesAllShorthands() throws Exception {
        Path trace = directory.resolve("trace");
        Cli.Result result = new Cli(directory).input("faults\nquit\n").run("serve", "ena", "--socket", socket("a"), "--wire",
            "null:",
            "--profile", "c5n.9xlarge", "--faults", "completion-dropped@1:count=2", "--trace", trace.toString(), "--seed",
                "7", "--json");

        assertEquals(0, result.code(), result.err());
        assertTrue(result.err().contains("completion-dropped@1:count=2 (happened 0 of 0 times)"), result.err());
        assertTrue(Files.readString(trace).contains("PLUGGED IN ena"));
        JsonNode device = result.json().get("devices").get(0);
        assertEquals("sim:ena,profile=c5n.9xlarge,faults=completion-dropped@1:count=2,trace=" + trace + ",seed=7",
            device.get("address").asText());
        assertEquals(socket("a"), device.get("socket").asText());
        assertEquals("null:", device.get("wire").asText());
        assertEquals(0, device.get("bus").get("mmio_reads").asInt());
        assertEquals("completion-dropped", device.get("faults").get(0).get("fault").asText());
        assertFalse(device.get("removed").asBoolean());
    }

    @Test
    void oneSeedForTwo_givesTwoMacs_theSameAgain() throws Exception {
        String[] command = {"serve", "ena", "ena", "--socket", socket("a"), "--socket", socket("b"), "--seed", "3",
            "--json"};
        JsonNode first = new Cli(directory).input("quit\n").run(command).json().get("devices");
        JsonNode second = new Cli(directory).input("quit\n").run(command).json().get("devices");

        assertNotEquals(first.get(0).get("mac"), first.get(1).get("mac"));
        assertEquals(first.get(0).get("mac"), second.get(0).get("mac"));
        assertEquals(first.get(1).get("mac"), second.get(1).get("mac"));
    }

    @Test
    void configuration_namesDevices() throws Exception {
        Files.writeString(directory.resolve("netdev.yaml"), """
            devices:
              dut: {address: "sim:ena,mac=02:00:00:00:00:09", wire: "null:", socket: "%s"}
            serve:
              devices: [dut]
            """.formatted(socket("dut")));

        Cli.Result result = new Cli(directory).input("quit\n").run("serve");

        assertEquals(0, result.code(), result.err());
        assertTrue(result.err().startsWith("serving ena at " + socket("dut") + ", wire null:, MAC 02:00:00:00:00:09\n"),
            result.err());
    }

    @Test
    void socketOfALiveServer_isRefused_andStays() throws Exception {
        Path path = Path.of(socket("live"));
        try (ServerSocketChannel live = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            live.bind(UnixDomainSocketAddress.of(path));
            Cli.Result result = new Cli(directory).run("serve", "ena", "--socket", path.toString());

            assertEquals(1, result.code());
            assertEquals("netdev: socket \"" + path + "\": another process listens there; end it, or choose another path\n",
                result.err());
            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
                assertTrue(client.isConnected());
            }
        } finally {
            Files.delete(path);
        }
    }

    @Test
    void socketOfADeadServer_isReplaced() throws Exception {
        Path path = Path.of(socket("dead"));
        ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path)).close();
        assertTrue(Files.exists(path));

        assertEquals(0, new Cli(directory).input("quit\n").run("serve", "ena", "--socket", path.toString()).code());
    }

    @Test
    void secondDeviceThatCannotBe_takesTheFirstWithIt() {
        Cli.Result result = new Cli(directory).run("serve", "ena", "ena", "--socket", socket("a"), "--socket",
            directory.resolve("no/b").toString());

        assertEquals(1, result.code());
        assertEquals(1, result.err().lines().count(), result.err());
    }

    @Test
    void help_tellsAllCommands() {
        List<String> help = one("help");
        for (String command : List.of("fault", "faults", "clear", "link", "remove", "stats", "trace", "help", "quit",
            "event", "reset-request",
            "fatal", "hints", "registers", "queues", "counters", "mac")) {
            assertTrue(help.stream().anyMatch(line -> line.startsWith("  " + command + " ")), command);
        }
    }

    @Test
    void unknownCommand_isToldWhatThereIs() {
        assertTrue(one("stast").getFirst().matches("stast: there is no such command; there are clear, .*; did you mean \"stats\"\\?"));
        assertEquals(List.of(), one("", "  "));
    }

    @Test
    void faults_areInjected_shown_andTakenBack() {
        List<String> said = one("fault completion-dropped@1:count=2+surprise-removal@register:skip=100", "faults",
            "clear faults", "faults",
            "fault completion-droped", "fault");

        assertEquals("2 faults are injected", said.get(0));
        assertEquals("completion-dropped@1:count=2 (happened 0 of 0 times); surprise-removal@register:skip=100 (happened 0 of 0 times)", said.get(1));
        assertEquals("there are no faults any more", said.get(2));
        assertEquals("no faults", said.get(3));
        assertTrue(said.get(4).startsWith("fault: there is no fault \"completion-droped\""), said.get(4));
        assertTrue(said.get(5).startsWith("fault: which?"), said.get(5));
    }

    @Test
    void link_goesDownAndUp() {
        List<String> said = one("link down", "stats", "link up", "stats", "link sideways");

        assertEquals("the plug is out: the link is down", said.get(0));
        assertTrue(said.get(3).startsWith("wire self:, link down: "), said.get(3));
        assertEquals("the plug is in: the link is up", said.get(4));
        assertTrue(said.get(7).startsWith("wire self:, link up: "), said.get(7));
        assertEquals("link: up or down? \"sideways\" is neither", said.get(8));
    }

    @Test
    void remove_pullsOut() {
        List<String> said = one("remove", "stats");

        assertTrue(said.get(0).startsWith("pulled out"), said.get(0));
        assertEquals("client: none; the device is pulled out", said.get(1));
    }

    @Test
    void trace_goesToAFile_andEnds() throws IOException {
        Path file = directory.resolve("t");
        List<String> said = one("trace on " + file, "fault surprise-removal@turn:count=1", "trace off", "trace "
            + directory.resolve("no/t"), "trace");

        assertEquals("the trace goes to " + file, said.get(0));
        assertEquals("the trace is off", said.get(2));
        assertTrue(said.get(3).startsWith("trace: trace file \"" + directory.resolve("no/t") + "\" cannot be written"),
            said.get(3));
        assertEquals("trace: to which file? or off", said.get(4));
        assertTrue(Files.exists(file));
    }

    @Test
    void severalDevices_areMeantByNumberOrName_orAll() {
        List<String> said = two("mac", "fault 2 completion-dropped", "faults", "clear left", "link 3 up", "trace x");

        assertTrue(said.get(0).startsWith("1 ena: "), said.get(0));
        assertTrue(said.get(1).startsWith("2 ena: "), said.get(1));
        assertEquals("2 ena: the fault is injected", said.get(2));
        assertEquals("1 ena: no faults", said.get(3));
        assertEquals("2 ena: completion-dropped (happened 0 of 0 times)", said.get(4));
        assertEquals("1 ena: there are no faults any more", said.get(5));
        assertEquals("link: there is no device 3; there are 1 to 2", said.get(6));
        assertEquals("trace: of which device? as trace 1 x", said.get(7));
    }

    @Test
    void whatTheModelKnows_isPassedOn() {
        List<String> said = one("event warning 3", "event wraning", "queues", "registers 7");

        assertEquals("event WARNING is sent; but the driver has not asked for events of WARNING, and will not see it",
            said.get(0));
        assertTrue(said.get(1).endsWith("did you mean \"warning\"?"), said.get(1));
        assertEquals("there are no queues", said.get(2));
        assertEquals("registers: there is no device 7; there is 1", said.get(3));
    }

    @Test
    void serve_asAProcess_endsBySigterm_andLeavesNothing() throws Exception {
        Path out = directory.resolve("out");
        Process process = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(),
            "--enable-native-access=ALL-UNNAMED", "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")), "org.netdev4j.cli.Main",
                "serve", "ena",
            "--socket", socket("p")).redirectErrorStream(true).redirectOutput(out.toFile()).start();
        try {
            while (process.isAlive() && !Files.readString(out).contains("ready")) {
                Thread.onSpinWait();
            }
            process.destroy();
            assertEquals(Map.of("code", 0), Map.of("code", process.waitFor()), Files.readString(out));
        } finally {
            process.destroyForcibly();
        }
    }
}
