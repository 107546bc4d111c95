package org.netdev4j.platform.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.memory.MemoryBackings;

/** A program that makes no Linux call does not pay for jnr-ffi. */
class LazyLoadingTest {
    @Test
    void jnr_isNotLoaded_beforeTheFirstLinuxCall() throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED", "-Xlog:class+load", "-cp", System.getProperty("java.class.path"),
            Main.class.getName()).redirectErrorStream(true).start();

        List<String> said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();

        assertEquals(0, process.waitFor());
        String there = " " + LinuxFiles.class.getName() + " ";
        assertTrue(said.stream().anyMatch(line -> line.contains(there)), "the log is there");
        assertEquals(List.of(), said.stream().filter(line -> line.matches(".*\\b(jnr|com\\.kenai)\\..*")).toList());
    }

    /** What runs there. */
    static final class Main {
        private Main() {
        }

        /** @param args none */
        public static void main(String[] args) throws ClassNotFoundException {
            for (Class<?> holder : List.of(Linux.class, LinuxFiles.class, LinuxMemory.class, LinuxSockets.class)) {
                Class.forName(holder.getName());
            }
            DeviceAddress.parse("tap:nd0");
            try (Platform platform = Platform.builder().backing(MemoryBackings.anonymous()).build()) {
                platform.dma().allocator("test").allocate("ring", 64, 64).close();
            }
        }
    }
}
