package org.netdev4j.platform.vfiouser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.PciFunction;
import org.netdev4j.platform.bus.PciFunction.BarMapping;
import org.netdev4j.platform.linux.LinuxFiles;
import org.netdev4j.platform.linux.LinuxMemory;
import org.netdev4j.platform.linux.OnLinux;
import org.netdev4j.platform.memory.MemoryBackings;
import org.netdev4j.platform.mmio.Mmio;
import org.netdev4j.platform.vfiouser.ScriptedServer.Answer;

/** A server that cuts the file short that a BAR is mapped from: the JVM lives on, in a JVM of its own for each of its ways. */
@OnLinux
class TruncatedBarTest {
    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-XX:TieredStopAtLevel=1", "-Xmixed"})
    @Timeout(120)
    void client_outlivesIt_andReadsOnesOrFails(String mode) throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), mode,
            "--enable-native-access=ALL-UNNAMED", "-XX:-CreateCoredumpOnCrash", "-XX:+SuppressFatalErrorMessage", "-cp",
            System.getProperty("java.class.path"), Main.class.getName()).redirectErrorStream(true).start();

        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertEquals(0, process.waitFor(), said);
        assertTrue(said.endsWith("outlived\n"), said);
    }

    /** What runs there. */
    static final class Main {
        private static final int ROUNDS = 20;
        private static final int WARM = 20_000;
        private static final int SIZE = ScriptedServer.BAR_BYTES;

        private Main() {
        }

        /** @param args none */
        public static void main(String[] args) throws Exception {
            Path dir = Files.createTempDirectory("truncated");
            for (int round = 0; round < ROUNDS; round++) {
                round(dir.resolve("s" + round), round);
            }
            Files.delete(dir);
            System.out.println("outlived");
        }

        private static void round(Path socket, int round) throws Exception {
            int file = LinuxMemory.memfdCreate("bar", LinuxMemory.MFD_CLOEXEC);
            LinuxMemory.ftruncate(file, SIZE);
            try (Platform platform = Platform.builder().backing(MemoryBackings.memfd()).build();
                 ScriptedServer server = new ScriptedServer(socket)) {
                server.on(VfioUser.DEVICE_GET_REGION_INFO, request -> request.payload().getInt(8) != 2
                    ? server.standard(request)
                    : Answer.of(ScriptedServer.regionInfo(32, 32, 7, 2, 0, SIZE, 0), LinuxFiles.open("/proc/self/fd/" + file,
                        LinuxFiles.O_RDWR)));
                try (PciFunction function = (PciFunction) new VfioUserBus().attach(
                    DeviceAddress.parse("vfio-user:" + socket), platform, Optional.empty())) {
                    Mmio bar = function.mapBar(2, BarMapping.UNCACHED).orElseThrow();
                    work(bar, WARM);
                    LinuxMemory.ftruncate(file, 0);
                    if (!fails(bar, round) && (bar.read32(0) != -1 || function.readConfig(0, 4) != -1)) {
                        throw new AssertionError("the device is there yet");
                    }
                }
            } finally {
                LinuxFiles.close(file);
                Files.delete(socket);
            }
        }

        /** True if the JVM told so late that the access was over: it reaches who made it then. */
        private static boolean fails(Mmio bar, int round) {
            try {
                if (round % 2 == 0) {
                    work(bar, 100);
                } else {
                    bar.write64(8, 1);
                    work(bar, 1);
                }
                return false;
            } catch (InternalError e) {
                return true;
            }
        }

        private static long work(Mmio bar, int times) {
            long sum = 0;
            for (int i = 0; i < times; i++) {
                bar.write32((i & 255) * 4L, i);
                sum += bar.read32((i & 255) * 4L) + bar.read64((i & 127) * 8L);
            }
            return sum;
        }
    }
}
