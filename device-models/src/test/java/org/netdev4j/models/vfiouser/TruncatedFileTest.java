package org.netdev4j.models.vfiouser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.models.sim.EchoModel;
import org.netdev4j.platform.linux.LinuxMemory;
import org.netdev4j.platform.vfiouser.VfioUser;

/**
 * A peer shares a file and cuts it short: an access to what is no longer there would end most programs. In a JVM of its own,
 * interpreted, compiled and as it comes, because each takes another way out of it.
 */
@EnabledOnOs(OS.LINUX)
class TruncatedFileTest {
    private static final long PAGE = Payload.PAGE;
    private static final int RW = VfioUser.DMA_FLAG_READ | VfioUser.DMA_FLAG_WRITE;

    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-XX:TieredStopAtLevel=1", "-Xmixed"})
    void server_outlivesIt(String mode) throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), mode,
            "--enable-native-access=ALL-UNNAMED", "-XX:-CreateCoredumpOnCrash", "-XX:+SuppressFatalErrorMessage", "-cp",
            System.getProperty("java.class.path"), Main.class.getName()).redirectErrorStream(true).start();

        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertEquals(0, process.waitFor(), said);
        assertTrue(said.endsWith("outlived\n"), said);
    }

    /** What runs there. */
    static final class Main {
        private static final int ROUNDS = 300;
        private int tail;

        private Main() {
        }

        /** @param args none */
        public static void main(String[] args) {
            new Main().run();
            System.out.println("outlived");
        }

        private void run() {
            try (VfioUserRig rig = new VfioUserRig()) {
                VfioUserTestClient client = rig.attach();
                client.write(VfioUser.REGION_CONFIG, 4, 2, 6);
                client.write(0, EchoModel.RING, 8, 0);
                int round = 0;
                while (round < ROUNDS && !isFailed(rig)) {
                    work(rig, client, round++);
                }
                // The JVM may tell so late that the access is over: the device has failed then, and the server goes on.
                rig.device().failure().ifPresent(e -> assertTrue(e instanceof InternalError, e::toString));
                assertTrue(isFailed(rig) || rig.device().iommu().faults() >= ROUNDS, () -> "" + rig.device().iommu().faults());
                client.assertAlive();
            }
        }

        /** The device works on shared memory that is whole for half a round, and then is not, in one of three places. */
        private void work(VfioUserRig rig, VfioUserTestClient client, int round) {
            int ring = rig.memory(PAGE);
            int buffers = rig.memory(4 * PAGE);
            for (int entry = 0; entry < EchoModel.ENTRIES; entry++) {
                VfioUserRig.put(ring, entry * (long) EchoModel.ENTRY,
                    Payload.empty().u64(PAGE + 100 + entry * 2048L).u32(round % 2 == 0 ? 60 : 2000).u32(0).bytes());
            }
            client.ask(VfioUser.DMA_MAP, Payload.map(RW, 0, 0, PAGE), ring);
            client.ask(VfioUser.DMA_MAP, Payload.map(RW, 0, PAGE, 4 * PAGE), buffers);
            long faults = rig.device().iommu().faults();
            kick(client, 1);
            VfioUserRig.await("an entry", () -> VfioUserRig.get(ring, EchoModel.FLAG, 1)[0] == 1 || isFailed(rig));
            LinuxMemory.ftruncate(round % 3 == 0 ? ring : buffers, round % 3 == 1 ? PAGE : 0);
            kick(client, EchoModel.ENTRIES - 1);
            VfioUserRig.await("a fault", () -> rig.device().iommu().faults() > faults || isFailed(rig));
            client.ask(VfioUser.DMA_UNMAP, Payload.unmap(VfioUser.UNMAP_FLAG_ALL, 0, 0));
        }

        private static boolean isFailed(VfioUserRig rig) {
            return rig.device().isRemoved();
        }

        private void kick(VfioUserTestClient client, int entries) {
            tail += entries;
            client.write(0, EchoModel.TAIL, 4, tail);
        }
    }
}
