package org.netdev4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.CaptureWriter;

/** What is wrong with what users give is told in one line that names it and what to do, with the right exit code, and nothing is left. */
class BadInputTest {
    @TempDir
    private Path directory;
    private Set<String> before;

    @BeforeEach
    void files() throws IOException {
        before = left();
        Files.writeString(directory.resolve("junk.pcap"), "not a capture");
        Path cut = directory.resolve("cut.pcap");
        try (CaptureWriter writer = CaptureWriter.create(cut.toString()); Memory m = Memory.allocate("frame", 100)) {
            writer.write(m, 0, 60, 1);
            writer.write(m, 0, 60, 1);
        }
        byte[] whole = Files.readAllBytes(cut);
        Files.write(cut, java.util.Arrays.copyOf(whole, whole.length - 3));
        Files.writeString(directory.resolve("typo.yaml"), "devices:\n  a:\n    address: \"loopback:\"\n    queuess: 2\n");
        Files.writeString(directory.resolve("queues.yaml"), "devices:\n  a:\n    address: \"loopback:\"\n    queues: 99\n");
    }

    @AfterEach
    void nothingIsLeft() {
        assertEquals(before, left());
    }

    /** Threads of ours, and network interfaces. */
    private static Set<String> left() {
        Stream<String> threads = Thread.getAllStackTraces().keySet().stream().map(Thread::getName).filter(n -> n.startsWith("netdev-"));
        String[] interfaces = Path.of("/sys/class/net").toFile().list();
        return Stream.concat(threads, interfaces == null ? Stream.of() : Stream.of(interfaces).filter(n -> n.startsWith("ndbad")))
            .collect(Collectors.toSet());
    }

    private Cli.Result refused(int code, String command) {
        Cli.Result result = new Cli(directory).run(command.replace("DIR", directory.toString()).split(" "));
        assertEquals(code, result.code(), result.err());
        assertEquals("", result.out());
        return result;
    }

    private void refused(int code, String command, String expected) {
        String err = refused(code, command).err();
        assertTrue(err.contains(expected.replace("DIR", directory.toString())), err);
        assertTrue(err.startsWith("netdev: "), err);
        assertEquals(1, err.lines().count(), err);
    }

    @ParameterizedTest
    @CsvFileSource(resources = "BadInputTest.csv", delimiter = '|', quoteCharacter = '`')
    void wrongInput_endsWith2(String command, String expected) {
        refused(2, command, expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        run generate --device loopback: --from DIR/none.pcap   | capture file DIR/none.pcap: cannot be read: No such file or directory
        run generate --device loopback: --from DIR/junk.pcap   | capture file DIR/junk.pcap: neither pcap nor pcapng: it begins with 6e 6f 74 20
        run capture --device loopback: --wire pcap:DIR/none.pcap | capture file DIR/none.pcap: cannot be read: No such file or directory
        run capture --device loopback: -w DIR/no/x.pcap        | capture file DIR/no/x.pcap: cannot be written: No such file or directory
        serve ena --socket DIR/no/s                            | socket "DIR/no/s": bind(DIR/no/s): ENOENT (No such file or directory); make its directory first
        serve ena --socket DIR/junk.pcap                       | socket "DIR/junk.pcap": there is something else at this path; choose another
        serve ena --socket DIR/long/0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789/s | choose a shorter one
        serve ena --socket DIR/s --trace DIR/no/t              | trace file "DIR/no/t" cannot be written
        serve ena --socket DIR/s --wire pcap:DIR/none.pcap     | capture file DIR/none.pcap: cannot be read: No such file or directory
        """)
    void refusalOfTheSystem_endsWith1(String command, String expected) {
        refused(1, command, expected);
    }

    @ParameterizedTest
    @CsvSource({"run generate --device loopback: --from DIR/cut.pcap", "run capture --device loopback: --wire pcap:DIR/cut.pcap -w DIR/out.pcap"})
    void cutCapture_endsWith1_afterTheFramesBeforeTheDamage(String command) {
        String err = refused(1, command).err();

        assertTrue(err.contains("RX 1 packets, 60 bytes"), err);
        assertTrue(err.lines().toList().getLast().startsWith("netdev: capture file " + directory + "/cut.pcap: record 2 at offset 100: "), err);
        assertEquals(1, err.lines().filter(l -> l.contains("record 2")).count(), err);
    }

    @Test
    void unreadableFile_endsWith1() throws IOException {
        Path file = directory.resolve("secret.pcap");
        Files.writeString(file, "x");
        Files.setPosixFilePermissions(file, Set.of());
        assumeTrue(!Files.isReadable(file), "this user may read everything");

        refused(1, "run generate --device loopback: --from DIR/secret.pcap", "cannot be read: Permission denied");
    }

    @Test
    void interfaceThatIsNoTap_endsWith1() {
        assumeTrue(Files.isReadable(Path.of("/dev/net/tun")), "there is no /dev/net/tun here");
        assumeTrue("root".equals(System.getProperty("user.name")), "making a TAP interface needs root");

        refused(1, "run echo --device loopback: --wire tap:lo", "tap:lo");
    }

    @Test
    void tapInUse_endsWith1_andLeavesTheOther() {
        assumeTrue(Files.isReadable(Path.of("/dev/net/tun")), "there is no /dev/net/tun here");
        assumeTrue("root".equals(System.getProperty("user.name")), "making a TAP interface needs root");

        refused(1, "run forward --device loopback:a --wire tap:ndbad1 --device loopback:b --wire tap:ndbad1", "ndbad1");
    }

    @Test
    void tapWithoutPermission_endsWith1() {
        assumeTrue(!"root".equals(System.getProperty("user.name")), "root may make TAP interfaces");

        refused(1, "info loopback: --wire tap:ndbad2", "tap:ndbad2");
    }

    @Test
    void environmentVariableThatNamesNoKey_endsWith2() {
        Cli.Result result = new Cli(directory).environment("NETDEV_GENERATE_RATES", "1kpps").run("backends");

        assertEquals(2, result.code());
        assertTrue(result.err().startsWith("netdev: environment variable NETDEV_GENERATE_RATES: names no key"), result.err());
    }
}
