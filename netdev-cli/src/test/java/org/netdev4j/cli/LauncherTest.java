package org.netdev4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher in a directory of its own, where Maven is a script that leaves jars and says what it was asked, and the JDK one that says how it
 * was started.
 */
class LauncherTest {
    @TempDir
    private Path directory;
    private Path root;
    private Path jdk;
    private Path bin;
    private final Map<String, String> environment = new LinkedHashMap<>();

    @BeforeEach
    void makeTree() throws IOException {
        assumeTrue(new File("/bin/bash").exists(), "the launcher is a bash script, and there is no /bin/bash");
        root = Files.createDirectories(directory.resolve("pro ject"));
        Files.copy(Path.of("").toAbsolutePath().getParent().resolve("netdev"), root.resolve("netdev"));
        script(root.resolve("netdev"), Files.readString(root.resolve("netdev")));
        Files.createDirectories(root.resolve("netdev-cli/src/main/java"));
        Files.writeString(root.resolve("pom.xml"), "<project/>");
        jdk = jdk("jdk-25", "25.0.1");
        bin = Files.createDirectories(directory.resolve("bin"));
        script(bin.resolve("mvn"), """
            #!/bin/bash
            echo "$JAVA_HOME $*" >>"%s"
            [ ! -f "%s" ] || { echo "noise"; echo "[ERROR] it does not compile"; exit 1; }
            mkdir -p netdev-cli/target/lib
            touch netdev-cli/target/netdev-cli-1.jar netdev-cli/target/lib/dependency.jar
            """.formatted(directory.resolve("mvn.log"), directory.resolve("broken")));
        environment.put("PATH", bin + ":/usr/bin:/bin");
        environment.put("JAVA_HOME", jdk.toString());
        environment.put("HOME", directory.toString());
        environment.put("NETDEV_JAVA_HOME", "");
        environment.put("NETDEV_PLUGINS", "");
        environment.put("NETDEV_JAVA_OPTS", "");
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, text);
        assertTrue(file.toFile().setExecutable(true));
    }

    /** A JDK whose java says how it was started, or leaves a cache if it was asked for one. */
    private Path jdk(String name, String version) throws IOException {
        Path home = Files.createDirectories(directory.resolve(name + "/bin")).getParent();
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        script(home.resolve("bin/java"), """
            #!/bin/bash
            for arg in "$@"; do
              case $arg in -XX:AOTCacheOutput=*) touch "${arg#*=}"; exit 0 ;; esac
            done
            printf '%s\\n' "$0" "$@"
            exit 7
            """);
        return home;
    }

    private Processes.Ended run(String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of(root.resolve("netdev").toString()));
        command.addAll(List.of(args));
        return Processes.run(directory, environment, command);
    }

    private int builds() throws IOException {
        Path log = directory.resolve("mvn.log");
        return Files.exists(log) ? Files.readAllLines(log).size() : 0;
    }

    @Test
    void start_buildsOnce_andPassesArgumentsOnAsTheyAre() throws Exception {
        Processes.Ended first = run("info", "a b", "*", "");
        Processes.Ended second = run("info", "a b", "*", "");

        assertEquals(1, builds());
        assertEquals("", first.err());
        assertEquals(7, first.code(), "the exit code of the tool");
        List<String> lines = second.out().lines().toList();
        assertEquals(jdk.resolve("bin/java").toString(), lines.getFirst());
        assertEquals(List.of("org.netdev4j.cli.Main", "info", "a b", "*", ""), lines.subList(lines.size() - 5, lines.size()));
        String cache = "-XX:AOTCache=" + root.toRealPath() + "/.netdev/run.";
        assertTrue(lines.stream().anyMatch(l -> l.startsWith(cache)), second.out());
        assertTrue(lines.contains("--enable-native-access=ALL-UNNAMED"));
    }

    @Test
    void start_buildsAgain_whenASourceIsNewer_orGone() throws Exception {
        Path source = root.resolve("netdev-cli/src/main/java/A.java");
        Path test = Files.createDirectories(root.resolve("netdev-cli/src/test/java")).resolve("T.java");
        Files.writeString(source, "class A { }");
        Files.writeString(test, "class T { }");
        run();
        assertEquals(1, builds());
        changeAfterTheBuild(source);
        run();
        run();
        assertEquals(2, builds());
        Files.delete(source);
        changeAfterTheBuild(source.getParent());
        run();
        run();
        assertEquals(3, builds());
        changeAfterTheBuild(root.resolve("pom.xml"));
        run();
        run();
        assertEquals(4, builds());
        changeAfterTheBuild(test);
        run();
        assertEquals(4, builds(), "tests are not in the tool");
    }

    /** Puts all that was done so far an hour back, and one change half an hour. */
    private void changeAfterTheBuild(Path file) throws IOException {
        FileTime ago = FileTime.from(Instant.now().minusSeconds(3600));
        try (Stream<Path> all = Files.walk(root)) {
            for (Path each : all.filter(f -> !Files.isSymbolicLink(f)).toList()) {
                Files.setLastModifiedTime(each, ago);
            }
        }
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(1800)));
    }

    @Test
    void start_showsTheErrorsOfABuildThatFails() throws Exception {
        Files.createFile(directory.resolve("broken"));

        Processes.Ended ended = run("backends");

        assertEquals(1, ended.code());
        assertEquals("[ERROR] it does not compile\nnetdev: the build failed; its output is in " + root.toRealPath() + "/.netdev/build.log\n",
            ended.err());
        Files.delete(directory.resolve("broken"));
        assertEquals(7, run("backends").code());
    }

    @Test
    void start_worksFromAnywhere_throughLinks() throws Exception {
        Path link = directory.resolve("link");
        Files.createSymbolicLink(link, Path.of("second"));
        Files.createSymbolicLink(directory.resolve("second"), root.resolve("netdev"));

        Processes.Ended ended = Processes.run(Path.of("/"), environment, List.of(link.toString(), "x"));

        assertEquals(7, ended.code(), ended.err());
        assertTrue(Files.isDirectory(root.resolve(".netdev")));
    }

    @Test
    void start_atTheSameTime_buildsOnce() throws Exception {
        script(bin.resolve("mvn"), Files.readString(bin.resolve("mvn")).replace("mkdir", "sleep 0.3; mkdir"));
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            ProcessBuilder builder = new ProcessBuilder(root.resolve("netdev").toString()).redirectErrorStream(true)
                .redirectOutput(directory.resolve("out" + i).toFile());
            environment.forEach((name, value) -> builder.environment().put(name, value));
            processes.add(builder.start());
        }
        for (Process process : processes) {
            assertEquals(7, process.waitFor());
        }
        assertEquals(1, builds());
    }

    @Test
    void start_takesPlugins() throws Exception {
        Files.createDirectories(root.resolve("plugins"));
        Files.createFile(root.resolve("plugins/one.jar"));
        Files.createDirectories(directory.resolve("more"));
        Files.createFile(directory.resolve("more/two.jar"));
        Files.createFile(directory.resolve("three.jar"));
        environment.put("NETDEV_PLUGINS", directory.resolve("more") + ":" + directory.resolve("three.jar"));

        List<String> lines = run().out().lines().toList();
        String path = lines.get(lines.indexOf("-cp") + 1);

        assertTrue(path.endsWith("/plugins/one.jar:" + directory.resolve("more/two.jar") + ":" + directory.resolve("three.jar")), path);
        environment.put("NETDEV_PLUGINS", directory.resolve("none.jar").toString());
        Processes.Ended refused = run();
        assertEquals(2, refused.code());
        assertEquals("netdev: NETDEV_PLUGINS: " + directory.resolve("none.jar") + ": there is no such file or directory\n", refused.err());
    }

    @Test
    void jdk_isTakenFromTheFirstPlaceThatHasOneOf25OrLater() throws Exception {
        Path old = jdk("jdk-17", "17.0.2");
        Path newer = jdk("jdk-26", "26-ea");
        environment.put("JAVA_HOME", old.toString());
        Path onPath = bin.resolve("java");
        Files.createSymbolicLink(onPath, newer.resolve("bin/java"));

        assertEquals(newer.resolve("bin/java").toString(), run().out().lines().findFirst().orElseThrow());
        environment.put("NETDEV_JAVA_HOME", jdk.toString());
        assertEquals(jdk.resolve("bin/java").toString(), run().out().lines().findFirst().orElseThrow());
    }

    @Test
    void jdk_thatIsNamed_mustDo() throws Exception {
        environment.put("NETDEV_JAVA_HOME", jdk("jdk-17", "17.0.2").toString());
        Processes.Ended old = run();
        environment.put("NETDEV_JAVA_HOME", directory.resolve("nowhere").toString());
        Processes.Ended none = run();

        assertEquals(2, old.code());
        assertEquals("netdev: NETDEV_JAVA_HOME=" + directory.resolve("jdk-17") + ": that is Java 17; 25 or later is needed\n", old.err());
        assertEquals(2, none.code());
        assertEquals("netdev: NETDEV_JAVA_HOME=" + directory.resolve("nowhere") + ": there is no JDK in it\n", none.err());
        assertEquals(0, builds());
    }

    @Test
    void cache_isOfTheJdkThatMadeIt() throws Exception {
        run();
        Path other = jdk("jdk-25-other", "25.0.2");
        environment.put("JAVA_HOME", other.toString());

        String out = run().out();

        assertEquals(other.resolve("bin/java").toString(), out.lines().findFirst().orElseThrow());
        assertFalse(out.contains("-XX:AOTCache="), out);
    }
}
