package org.netdev4j.models.vfiouser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.models.sim.EchoModel;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.linux.Errno;
import org.netdev4j.platform.vfiouser.VfioUser;

/** Clients that come, go, vanish, come too early, or do not listen; and the end of the server while they do. */
@EnabledOnOs(OS.LINUX)
class ClientsTest {
    private static final long PAGE = Payload.PAGE;
    private static final int RW = VfioUser.DMA_FLAG_READ | VfioUser.DMA_FLAG_WRITE;

    @TempDir
    private Path dir;

    @Test
    void clients_areServedInTurn_eachWithAFreshDevice() {
        try (VfioUserRig rig = new VfioUserRig()) {
            for (int i = 1; i <= 30; i++) {
                // Each comes the moment the one before has gone: it must not be taken for a second one.
                try (VfioUserTestClient client = VfioUserTestClient.attach(rig.socket)) {
                    assertEquals(0, client.read(0, EchoModel.SCRATCH, 8));
                    assertEquals(0, client.read(VfioUser.REGION_CONFIG, 4, 2) & 4, "bus mastering is off");
                    client.write(0, EchoModel.SCRATCH, 8, i);
                    client.write(VfioUser.REGION_CONFIG, 4, 2, 6);
                    client.ask(VfioUser.DMA_MAP, Payload.map(RW, 0, 0, PAGE), rig.memory(PAGE));
                    client.ask(VfioUser.DEVICE_SET_IRQS, Payload.irqs(Payload.TRIGGER | Payload.EVENTFD, 2, 0, 1),
                        rig.event());
                    assertEquals(1, rig.mapped());
                }
            }
            assertEquals(30, rig.said.stream().filter(line -> line.contains("client connected")).count());
        }
    }

    @Test
    void clientThatLeavesMuchBehind_doesNotTurnTheNextAway() {
        try (VfioUserRig rig = new VfioUserRig()) {
            for (int round = 0; round < 3; round++) {
                VfioUserTestClient client = rig.attach();
                for (int i = 0; i < 20_000; i++) {
                    byte[] map = Payload.map(RW, 0, i * PAGE, PAGE).bytes();
                    client.send(VfioUser.DMA_MAP, 16 + map.length, VfioUser.FLAG_NO_REPLY, map);
                }
                client.assertAlive();
                client.close();
                rig.attach().assertAlive();
                rig.connect().assertEnded();
                rig.closeClients();
            }
        }
    }

    @Test
    void secondClient_isTurnedAway_andTheFirstDoesNotNotice() {
        try (VfioUserRig rig = new VfioUserRig()) {
            VfioUserTestClient first = rig.attach();
            for (int i = 0; i < 5; i++) {
                rig.connect().assertEnded();
                first.assertAlive();
            }
            assertTrue(rig.said.stream().anyMatch(line -> line.contains("turned away")), rig.said::toString);
        }
    }

    @Test
    void clientThatSaysNothing_isHeldUntilItGoes() {
        try (VfioUserRig rig = new VfioUserRig()) {
            VfioUserTestClient silent = rig.connect();
            VfioUserRig.await("the client", rig.server::isAttached);
            silent.close();
            VfioUserRig.await("its end", () -> !rig.server.isAttached());
            assertFalse(rig.said.stream().anyMatch(line -> line.contains("connected")), rig.said::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 17, 31, 32, 40, 47})
    void clientThatVanishesInTheMiddle_isForgotten(int bytes) {
        try (VfioUserRig rig = new VfioUserRig()) {
            VfioUserTestClient client = rig.attach();
            byte[] map = Payload.map(RW, 0, 0, PAGE).bytes();
            byte[] message = VfioUserTestClient.message(9, VfioUser.DMA_MAP, 48, 0, map);
            if (bytes > 0) {
                client.sendRaw(Arrays.copyOf(message, bytes), rig.memory(PAGE), rig.event());
            }
            client.close();
        }
    }

    @Test
    void clientThatVanishes_beforeItsAnswers_isForgotten() {
        try (VfioUserRig rig = new VfioUserRig()) {
            for (int round = 0; round < 20; round++) {
                VfioUserTestClient client = rig.attach();
                int memory = rig.memory(PAGE);
                for (int i = 0; i < 50; i++) {
                    client.send(VfioUser.DMA_MAP, Payload.map(RW, 0, i * PAGE, PAGE), memory);
                    client.send(VfioUser.REGION_READ, Payload.access(0, 2, 65_536));
                    client.send(VfioUser.DEVICE_RESET, Payload.empty());
                }
                client.close();
            }
        }
    }

    @Test
    void clientThatDoesNotReadItsAnswers_doesNotHoldUpTheEnd() {
        try (VfioUserRig rig = new VfioUserRig()) {
            stuff(rig.attach());
            VfioUserRig.await("the answers to fill the socket", () -> rig.device().tally().mmioReads() > 0);
            assertTimeoutPreemptively(Duration.ofSeconds(60), rig.server::close);
            assertFalse(Files.exists(rig.socket));
            rig.ended();
        }
    }

    @Test
    void clientThatDoesNotReadItsAnswers_andGoes_isForgotten() {
        try (VfioUserRig rig = new VfioUserRig()) {
            VfioUserTestClient client = rig.attach();
            stuff(client);
            VfioUserRig.await("the answers to fill the socket", () -> rig.device().tally().mmioReads() > 0);
            client.close();
        }
    }

    /** Asks for more than a socket holds. */
    private static void stuff(VfioUserTestClient client) {
        for (int i = 0; i < 20; i++) {
            client.send(VfioUser.REGION_READ, Payload.access(0, 2, (int) EchoModel.BAR2_SIZE));
        }
    }

    @Test
    void close_endsAClientThatWaits() {
        try (VfioUserRig rig = new VfioUserRig()) {
            VfioUserTestClient client = rig.attach();
            client.ask(VfioUser.DMA_MAP, Payload.map(RW, 0, 0, PAGE), rig.memory(PAGE));
            client.ask(VfioUser.DEVICE_SET_IRQS, Payload.irqs(Payload.TRIGGER | Payload.EVENTFD, 2, 0, 1), rig.event());
            assertTimeoutPreemptively(Duration.ofSeconds(60), rig.server::close);
            client.assertEnded();
            assertEquals(0, VfioUserRig.mappings());
            rig.ended();
        }
    }

    @Test
    void close_isIdempotent_andWorksWithoutAClient() {
        try (VfioUserRig rig = new VfioUserRig()) {
            rig.server.close();
            rig.server.close();
            rig.ended();
        }
    }

    @Test
    void closeInTheMiddleOfWork_leavesNothing() {
        for (int round = 0; round < 10; round++) {
            try (VfioUserRig rig = new VfioUserRig()) {
                VfioUserTestClient client = rig.attach();
                int memory = rig.memory(PAGE);
                for (int i = 0; i < 100; i++) {
                    client.send(VfioUser.DMA_MAP, Payload.map(RW, 0, i * PAGE, PAGE), memory);
                }
                rig.server.close();
                rig.ended();
            }
        }
    }

    @Test
    void listenerOfLinesThatFails_doesNotEndTheServer() {
        Path socket = dir.resolve("s");
        try (Platform platform = Platform.builder().build();
             VfioUserServer server = VfioUserServer.open(DeviceAddress.parse("sim:echo"), platform, Optional.empty(), socket,
                 line -> {
                     throw new IllegalStateException(line);
                 })) {
            for (int i = 0; i < 3; i++) {
                try (VfioUserTestClient client = VfioUserTestClient.attach(server.socket());
                     VfioUserTestClient second = VfioUserTestClient.connect(server.socket())) {
                    second.assertEnded();
                    client.refused(Errno.EINVAL, 999, Payload.empty());
                    client.assertAlive();
                }
            }
        }
    }

    @Test
    void device_canBePulledOut_whileAClientUsesIt() {
        try (VfioUserRig rig = new VfioUserRig()) {
            VfioUserTestClient client = rig.attach();
            client.ask(VfioUser.DEVICE_SET_IRQS, Payload.irqs(Payload.TRIGGER | Payload.EVENTFD, 2, 0, 1), rig.event());
            rig.device().remove();
            assertEquals(0xffff_ffffL, client.read(0, EchoModel.ID, 4));
            assertEquals(0xffff_ffffL, client.read(VfioUser.REGION_CONFIG, 0, 4));
            client.write(0, EchoModel.SCRATCH, 8, 1);
            client.ask(VfioUser.DEVICE_RESET, Payload.empty());
            client.ask(VfioUser.DEVICE_SET_IRQS, Payload.irqs(Payload.TRIGGER | Payload.NONE, 2, 0, 0));
        }
    }

    @Test
    void open_refusesWhatCannotBe_inOneLine_andLeavesNothing() throws IOException {
        Path file = Files.createFile(dir.resolve("file"));
        List<String> before = VfioUserRig.descriptors();
        try (Platform platform = Platform.builder().build()) {
            for (Path path : List.of(file, dir, dir.resolve("none/s"), Path.of("/" + "x".repeat(120)))) {
                refused("sim:echo", platform, path);
            }
            refused("sim:nosuch", platform, dir.resolve("t"));
            refused("sim:echo,mask=999", platform, dir.resolve("t"));
        }
        assertFalse(Files.exists(dir.resolve("t")));
        assertTrue(Files.exists(file));
        assertEquals(before, VfioUserRig.descriptors());
    }

    private static void refused(String address, Platform platform, Path socket) {
        PlatformException thrown = assertThrows(PlatformException.class,
            () -> VfioUserServer.open(DeviceAddress.parse(address), platform, Optional.empty(), socket, line -> { }));
        assertFalse(thrown.getMessage().contains("\n"), thrown.getMessage());
    }

    @Test
    void socketInUse_isNotTaken_andOneLeftBehindIs() throws IOException {
        try (VfioUserRig rig = new VfioUserRig(); Platform platform = Platform.builder().build()) {
            refused("sim:echo", platform, rig.socket);
            rig.attach().assertAlive();
        }
        Path left = dir.resolve("left");
        try (ServerSocketChannel abandoned = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            abandoned.bind(UnixDomainSocketAddress.of(left));
        }
        assertTrue(Files.exists(left));
        try (Platform platform = Platform.builder().build();
             VfioUserServer server = VfioUserServer.open(DeviceAddress.parse("sim:echo"), platform, Optional.empty(), left,
                 line -> { });
             VfioUserTestClient client = VfioUserTestClient.attach(server.socket())) {
            client.assertAlive();
        }
    }

    @Test
    void severalDevices_inOneProcess_doNotMix() {
        try (VfioUserRig one = new VfioUserRig(); VfioUserRig two = new VfioUserRig()) {
            VfioUserTestClient first = one.attach();
            VfioUserTestClient second = two.attach();
            first.write(0, EchoModel.SCRATCH, 8, 1);
            second.write(0, EchoModel.SCRATCH, 8, 2);
            first.ask(VfioUser.DMA_MAP, Payload.map(RW, 0, 0, PAGE), one.memory(PAGE));
            assertEquals(1, first.read(0, EchoModel.SCRATCH, 8));
            assertEquals(2, second.read(0, EchoModel.SCRATCH, 8));
            assertEquals(0, two.mapped());
            two.closeClients();
            one.closeClients();
        }
    }
}
