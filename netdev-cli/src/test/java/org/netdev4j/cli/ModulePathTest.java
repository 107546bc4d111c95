package org.netdev4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Boots the real module graph: every module on the module path, none on the class path. */
class ModulePathTest {
    // What only the tests need; as automatic modules they would be resolved along with Guice.
    private static final List<String> TESTS_ONLY = List.of("test-classes", "archunit", "jqwik", "clitest", "jrun");

    @TempDir
    private Path directory;

    private Processes.Ended run(String... args) throws Exception {
        String path = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.isEmpty() && new File(entry).exists() && TESTS_ONLY.stream().noneMatch(entry::contains))
            .collect(Collectors.joining(File.pathSeparator));
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=org.netdev4j.platform,org.jnrproject.ffi", "--module-path", path,
            "--module", "org.netdev4j.cli/org.netdev4j.cli.Main"));
        command.addAll(List.of(args));
        return Processes.run(directory, Map.of(), command);
    }

    @Test
    void backends_areFound() throws Exception {
        Processes.Ended ended = run("backends");

        assertEquals(0, ended.code(), ended.err());
        assertTrue(ended.out().contains("loopback"), ended.out());
    }

    @Test
    void traffic_runs() throws Exception {
        Processes.Ended ended = run("run", "generate", "--device", "loopback:", "--count", "1000", "--json");

        assertEquals(0, ended.code(), ended.err());
        assertTrue(ended.out().contains("\"opackets\" : 1000"), ended.out());
    }

    @Test
    void configuration_isRead() throws Exception {
        java.nio.file.Files.writeString(directory.resolve("netdev.yaml"), "devices: {a: {address: \"loopback:\", mtu: 1400}}\n");
        Processes.Ended ended = run("info", "a", "--json");

        assertEquals(0, ended.code(), ended.err());
        assertTrue(ended.out().contains("\"mtu\" : 1400"), ended.out());
    }

    @Test
    void conformance_findsItsRigsAndCases() throws Exception {
        Processes.Ended ended = run("conformance", "--device", "loopback:", "--only", "LC-001");

        assertEquals(0, ended.code(), ended.err());
        assertTrue(ended.out().strip().endsWith("1 passed, 0 failed, 0 skipped"), ended.out());
    }
}
