package org.netdev4j.models.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.netdev4j.models.control.ControlException.Code;
import org.netdev4j.models.sim.SimDevice;
import org.netdev4j.platform.PlatformException;

/** The control channel: what can be done over it, to whom, and what becomes of those who break its rules. */
@Timeout(120)
class ControlServerTest {
    private final ControlRig rig = new ControlRig();

    /** Whatever a client did: the next is served, and the devices are as before. */
    @AfterEach
    void close() {
        try (ControlClient next = rig.connect()) {
            next.powerOn(0, ControlRig.NO_KEYS, false).remove();
            assertTrue(rig.first.device().isRemoved());
        }
        assertFalse(rig.first.device().isRemoved());
        assertEquals(List.of(), rig.first.device().faults().injections());
        rig.close();
        assertFalse(Files.exists(rig.socket()));
    }

    private static Code refused(Runnable call) {
        return assertThrows(ControlException.class, call::run).code();
    }

    @Test
    void unixSocket_isForItsUserAlone() throws IOException {
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(rig.socket())));
    }

    @Test
    void tcp_isForThisMachineAlone_unlessAllowed() {
        ControlAddress everywhere = ControlAddress.parse("tcp:0.0.0.0:0");
        PlatformException refused = assertThrows(PlatformException.class,
            () -> ControlServer.open(everywhere, false, List.of(rig.first), rig.platform, rig.said::add));
        assertTrue(refused.getMessage().contains("use 127.0.0.1, or allow it"), refused.getMessage());
        ControlServer.open(everywhere, true, List.of(rig.first), rig.platform, rig.said::add).close();
        try (ControlServer tcp = ControlServer.open(ControlAddress.parse("tcp:127.0.0.1:0"), false, List.of(rig.first),
            rig.platform, rig.said::add);
             ControlClient client = ControlClient.connect(tcp.address(), rig.platform, ControlRig.PATIENCE_NANOS)) {
            assertEquals("ena", client.offered().getFirst().model());
        }
    }

    @Test
    void socketOfAnotherServer_isNotTaken_deadOneIs() throws IOException {
        PlatformException taken = assertThrows(PlatformException.class,
            () -> ControlServer.open(rig.address(), false, List.of(rig.first), rig.platform, rig.said::add));
        assertTrue(taken.getMessage().contains("another process listens there"), taken.getMessage());
        ControlAddress file = ControlAddress.parse("unix:" + Files.createFile(rig.directory.resolve("file")));
        assertThrows(PlatformException.class,
            () -> ControlServer.open(file, false, List.of(rig.first), rig.platform, rig.said::add));
        Files.delete(file.path());
    }

    @Test
    void welcome_saysWhatThereIs() {
        try (ControlClient client = rig.connect()) {
            assertEquals(List.of(rig.directory.resolve("a").toString(), rig.directory.resolve("b").toString()),
                client.offered().stream().map(ControlClient.Offered::socket).toList());
            assertTrue(client.offered().get(1).faults().contains("completion-dropped"));
            assertTrue(client.offered().get(1).keys().containsAll(List.of("queues", "seed", "faults")));
            assertFalse(client.offered().get(1).keys().contains("trace"));
        }
    }

    @Test
    void powerOn_bringsANewDevice_withKeysAndFaults_releaseBringsTheOldOne() {
        SimDevice before = rig.second.device();
        try (ControlClient client = rig.connect()) {
            client.powerOn(1, Map.of("queues", "3", "faults", "admin-lost:count=2"), false);
            assertNotSame(before, rig.second.device());
            assertEquals("sim:ena", rig.second.device().address().name());
            assertEquals(Map.of("seed", "2", "queues", "3", "faults", "admin-lost:count=2"), rig.second.device().address().options());
            assertEquals(1, rig.second.device().faults().injections().size());
            client.release(1);
            assertEquals("sim:ena,seed=2", rig.second.device().address().toString());
        }
    }

    @Test
    void powerOn_refused_leavesTheDeviceThere() {
        try (ControlClient client = rig.connect()) {
            SimDevice before = rig.first.device();
            assertEquals(Code.REFUSED, refused(() -> client.powerOn(0, Map.of("queues", "many"), false)));
            assertEquals(Code.REFUSED, refused(() -> client.powerOn(0, Map.of("trace", "/tmp/not-yours"), false)));
            assertEquals(Code.REFUSED, refused(() -> client.powerOn(0, Map.of("faults", "no-such-fault"), false)));
            assertSame(before, rig.first.device());
            assertEquals(Code.NOT_POWERED_ON, refused(() -> client.request(Protocol.REMOVE, 0, out -> { })));
        }
    }

    @Test
    void faults_areInjectedAndCleared_removalIsTold() {
        try (ControlClient client = rig.connect()) {
            ControlNic nic = client.powerOn(0, ControlRig.NO_KEYS, false);
            nic.inject("completion-dropped@1:count=2");
            assertEquals("completion-dropped@1:count=2 (happened 0 of 0 times)",
                rig.first.device().faults().injections().getFirst().toString());
            nic.clearFaults();
            assertEquals(List.of(), rig.first.device().faults().injections());
            assertEquals(Code.REFUSED, refused(() -> nic.inject("completion-droped")));
            assertEquals(-1, nic.place(true, 0));
            nic.remove();
            assertTrue(rig.first.device().isRemoved());
            assertTrue(nic.trace(5).contains("REMOVED"), nic.trace(5));
            assertEquals(0, nic.registerAccesses());
        }
    }

    @Test
    void device_ofAnotherClient_isBusy_untilThatOneIsGone() {
        try (ControlClient client = rig.connect()) {
            try (ControlClient other = rig.connect()) {
                other.powerOn(0, ControlRig.NO_KEYS, false);
                assertEquals(Code.BUSY, refused(() -> client.powerOn(0, ControlRig.NO_KEYS, false)));
                client.powerOn(1, ControlRig.NO_KEYS, false);
            }
            client.powerOn(0, ControlRig.NO_KEYS, false);
        }
    }

    @Test
    void window_holdsTwoMebibytes_andThenSaysNo() {
        try (ControlClient client = rig.connect()) {
            ControlNic nic = client.powerOn(0, ControlRig.NO_KEYS, false);
            // Frames that nobody takes: the device has not been set up, and filters what comes.
            int taken = 0;
            nic.inject("silence");
            while (taken < 10_000 && ControlRig.send(nic.farEnd(), 1514, taken)) {
                taken++;
            }
            assertTrue(taken * 1514 >= 2 << 20, taken + " frames");
            nic.settle();
            nic.link(false, 0);
            assertFalse(nic.farEnd().linkUp());
        }
    }

    @Test
    void garbage_endsThatConnectionAlone() throws IOException {
        List<ByteBuffer> bad = List.of(ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
            ControlRig.message(Protocol.SYNC, 0, 1, new byte[0]), ControlRig.message(Protocol.HELLO, 0, 1, new byte[3]),
            ControlRig.message(Protocol.HELLO, 0, 1, new byte[30]), ControlRig.hello(2));
        for (ByteBuffer each : bad) {
            try (SocketChannel channel = rig.raw()) {
                channel.write(each);
                assertTrue(ControlRig.ends(channel));
            }
        }
    }

    @Test
    void rulesBroken_afterTheGreeting_endTheConnection() throws IOException {
        byte[] endless = Fields.write(out -> out.writeInt(Integer.MAX_VALUE));
        byte[] notText = Fields.write(out -> {
            out.writeInt(2);
            out.writeShort(0xc0c0);
        });
        List<ByteBuffer> bad = List.of(ControlRig.message(99, 0, 1, new byte[0]), ControlRig.message(Protocol.CLEAR, 9, 1, new byte[0]),
            ControlRig.message(Protocol.CLEAR, 0, 1, new byte[1]), ControlRig.message(Protocol.INJECT, 0, 1, endless),
            ControlRig.message(Protocol.INJECT, 0, 1, notText), ControlRig.message(Protocol.FRAME, 0, 0, new byte[4]),
            ControlRig.message(Protocol.CREDIT, 0, 0, new byte[5]), ControlRig.message(Protocol.PLACE, 0, 1, new byte[] {2, 0, 0, 0, 0}),
            ControlRig.message(Protocol.POWER_ON, 0, 1, new byte[] {0, 0, 0, 9, 0, 0}),
            ByteBuffer.allocate(Protocol.HEADER_BYTES).putInt(Protocol.MOST_PAYLOAD + 1).rewind());
        for (ByteBuffer each : bad) {
            try (SocketChannel channel = rig.raw()) {
                channel.write(ControlRig.hello(Protocol.VERSION));
                channel.write(each);
                assertTrue(ControlRig.ends(channel), each.toString());
            }
        }
    }

    @Test
    void greeting_again_beginsANewSession_whateverWasBefore() throws IOException {
        try (SocketChannel channel = rig.raw()) {
            channel.write(ControlRig.hello(Protocol.VERSION));
            channel.write(ControlRig.message(Protocol.POWER_ON, 0, 1, Fields.write(out -> {
                out.writeInt(0);
                out.writeShort(0);
            })));
            channel.write(ControlRig.message(Protocol.REMOVE, 0, 2, new byte[0]));
            channel.write(ControlRig.hello(Protocol.VERSION));
            try (ControlClient client = rig.connect()) {
                // The device is not that one's any more; until then it is busy.
                Code code = Code.BUSY;
                while (code == Code.BUSY) {
                    code = powersOn(client);
                }
                assertEquals(null, code);
            }
        }
    }

    private static Code powersOn(ControlClient client) {
        try {
            client.powerOn(0, ControlRig.NO_KEYS, false);
            return null;
        } catch (ControlException e) {
            return e.code();
        }
    }

    @Test
    void noServer_isToldInOneLine() {
        ControlException none = assertThrows(ControlException.class,
            () -> ControlClient.connect(ControlAddress.parse("unix:" + rig.directory.resolve("none")), rig.platform, 1));
        assertEquals(Code.CHANNEL, none.code());
        assertTrue(none.getMessage().contains("is \"netdev serve ... --control\" running?"), none.getMessage());
        assertEquals(1, none.getMessage().lines().count());
    }

    @Test
    void serverThatEnds_isTold_toWhoAsksNext() {
        ControlClient client = rig.connect();
        ControlNic nic = client.powerOn(0, ControlRig.NO_KEYS, false);
        rig.listenNoMore();
        assertEquals(Code.CHANNEL, refused(nic::settle));
        assertTrue(ControlRig.send(nic.farEnd(), 60, 1));
        client.close();
        rig.listen();
    }
}
