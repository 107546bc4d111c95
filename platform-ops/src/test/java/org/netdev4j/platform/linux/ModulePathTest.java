package org.netdev4j.platform.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.netdev4j.platform.memory.MemoryBacking;
import org.netdev4j.platform.memory.MemoryBackings;

/** On the module path, where jnr-ffi reaches its interface only because this module opens the package. */
@OnLinux
class ModulePathTest {
    @Test
    void linuxCalls_workWithoutAWordOnTheScreen_onTheModulePath() throws Exception {
        String[] classPath = System.getProperty("java.class.path").split(File.pathSeparator);
        String modules = Arrays.stream(classPath)
            .filter(entry -> entry.matches(".*(jnr|jffi|asm|slf4j-api)[^/]*\\.jar|.*/classes/?"))
            .collect(Collectors.joining(File.pathSeparator));
        String tests = Path.of(ModulePathTest.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();

        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=org.netdev4j.platform,org.jnrproject.jffi", "-p", modules,
            "--patch-module", "org.netdev4j.platform=" + tests, "-m", "org.netdev4j.platform/" + Main.class.getName())
            .redirectErrorStream(true).start();

        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
            .filter(line -> !line.startsWith("SLF4J")).collect(Collectors.joining("\n"));
        assertEquals("memfd in org.netdev4j.platform", said);
        assertEquals(0, process.waitFor());
    }

    /** What runs there. */
    static final class Main {
        private Main() {
        }

        /** @param args none */
        public static void main(String[] args) {
            try (MemoryBacking backing = MemoryBackings.standard()) {
                System.out.println(backing.name() + " in " + MemoryBackings.class.getModule().getName());
            }
        }
    }
}
