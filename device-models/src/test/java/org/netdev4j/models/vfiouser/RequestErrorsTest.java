package org.netdev4j.models.vfiouser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.models.vfiouser.VfioUserTestClient.Reply;
import org.netdev4j.platform.linux.Errno;
import org.netdev4j.platform.linux.LinuxSockets;
import org.netdev4j.platform.vfiouser.MessageChannel;
import org.netdev4j.platform.vfiouser.VfioUser;

/** Messages that are wrong whatever they ask for. Cases of [VFIO-USER test_request_errors]. */
@EnabledOnOs(OS.LINUX)
class RequestErrorsTest {
    private static final int HEADER = VfioUser.HEADER_BYTES;

    private final VfioUserRig rig = new VfioUserRig();

    @AfterEach
    void nothingIsLeft() {
        rig.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15})
    void sizeBelowAHeader_isRefused_andTheConnectionGoesOn(int size) {
        VfioUserTestClient client = rig.attach();
        client.refused(Errno.EINVAL, VfioUser.DEVICE_SET_IRQS, client.send(VfioUser.DEVICE_SET_IRQS, size, 0, new byte[0]));
        client.assertAlive();
    }

    /** What follows could be anything: the connection cannot be followed any more. */
    @ParameterizedTest
    @ValueSource(ints = {HEADER + MessageChannel.MAX_PAYLOAD + 1, Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
    void sizeAboveAnyMessage_isRefused_andTheConnectionEnds(int size) {
        VfioUserTestClient client = rig.attach();
        client.refused(Errno.EINVAL, VfioUser.DEVICE_SET_IRQS, client.send(VfioUser.DEVICE_SET_IRQS, size, 0, new byte[0]));
        client.assertEnded();
    }

    @Test
    void largestMessage_isRead() {
        VfioUserTestClient client = rig.attach();
        client.refused(Errno.EINVAL, VfioUser.REGION_WRITE, Payload.access(0, 2, 1).zeros(MessageChannel.MAX_PAYLOAD - 16));
        client.assertAlive();
    }

    @ParameterizedTest
    @ValueSource(ints = {VfioUser.FLAG_REPLY, VfioUser.FLAG_REPLY | VfioUser.FLAG_ERROR, 2, 15})
    void whatIsNoCommand_isRefused(int flags) {
        VfioUserTestClient client = rig.attach();
        client.refused(Errno.EINVAL, VfioUser.DEVICE_RESET, client.send(VfioUser.DEVICE_RESET, HEADER, flags, new byte[0]));
        client.assertAlive();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, VfioUser.DMA_READ, VfioUser.DMA_WRITE, 14, 16, 17, 18, 19, 999, 0xffff})
    void unknownCommand_isRefused(int command) {
        VfioUserTestClient client = rig.attach();
        client.refused(Errno.EINVAL, command, Payload.empty().u8(0));
        client.refused(Errno.EINVAL, command, Payload.empty().zeros(64));
        client.assertAlive();
    }

    static IntStream withPayload() {
        return IntStream.rangeClosed(VfioUser.DMA_MAP, VfioUser.REGION_WRITE_MULTI)
            .filter(command -> command != VfioUser.DEVICE_RESET);
    }

    @ParameterizedTest
    @MethodSource("withPayload")
    void noPayload_isRefused(int command) {
        VfioUserTestClient client = rig.attach();
        client.refused(Errno.EINVAL, command, Payload.empty());
        client.refused(Errno.EINVAL, command, Payload.empty().u32(0).u8(0));
        client.assertAlive();
    }

    @Test
    void descriptors_ofARefusedRequest_areClosed() {
        VfioUserTestClient client = rig.attach();
        int one = rig.event();
        int two = rig.event();
        long before = VfioUserRig.descriptors().size();
        Payload payload = Payload.irqs(Payload.TRIGGER | Payload.BOOL, VfioUser.IRQ_MSIX, 0, 1);
        client.refused(Errno.EINVAL, VfioUser.DEVICE_SET_IRQS, payload, one, two);
        client.assertAlive();
        assertEquals(before, VfioUserRig.descriptors().size());
    }

    @ParameterizedTest
    @ValueSource(ints = {VfioUser.DEVICE_GET_INFO, VfioUser.REGION_READ, VfioUser.DEVICE_RESET, 999})
    void descriptors_thatNobodyWants_areClosed(int command) {
        VfioUserTestClient client = rig.attach();
        int event = rig.event();
        long before = VfioUserRig.descriptors().size();
        for (int i = 0; i < 10; i++) {
            client.send(command, Payload.empty().u32(16).zeros(12), event, event, event);
            client.receive();
        }
        client.assertAlive();
        assertEquals(before, VfioUserRig.descriptors().size());
    }

    @Test
    void moreDescriptorsThanAMessageHas_areRefused_andClosed() {
        VfioUserTestClient client = rig.attach();
        int event = rig.event();
        long before = VfioUserRig.descriptors().size();
        int[] most = IntStream.generate(() -> event).limit(LinuxSockets.MAX_PASSED).toArray();
        byte[] irqs = VfioUserTestClient.message(1, VfioUser.DEVICE_SET_IRQS, HEADER + 20, 0,
            Payload.irqs(Payload.TRIGGER | Payload.EVENTFD, VfioUser.IRQ_MSIX, 0, 32).bytes());
        // In two parts, each with as many as a part can have: the kernel hands them over one after the other.
        byte[] head = Arrays.copyOf(irqs, 20);
        client.sendRaw(head, most);
        client.sendRaw(Arrays.copyOfRange(irqs, 20, irqs.length), most);
        client.refused(Errno.EINVAL, VfioUser.DEVICE_SET_IRQS, 1);
        client.assertAlive();
        assertEquals(before, VfioUserRig.descriptors().size());
    }

    @Test
    void descriptors_areOfTheMessageTheyCameWith() {
        VfioUserTestClient client = rig.attach();
        int event = rig.event();
        // A short message before, in the same moment: what comes with the second is not taken for the first's.
        for (int i = 0; i < 100; i++) {
            client.send(VfioUser.DEVICE_RESET, Payload.empty());
            client.send(VfioUser.DEVICE_SET_IRQS, Payload.irqs(Payload.TRIGGER | Payload.EVENTFD, VfioUser.IRQ_MSIX, 3, 1),
                event);
            client.send(VfioUser.DEVICE_RESET, Payload.empty());
            client.send(VfioUser.DEVICE_SET_IRQS, Payload.irqs(Payload.TRIGGER | Payload.NONE, VfioUser.IRQ_MSIX, 3, 1));
            for (int reply = 0; reply < 4; reply++) {
                assertEquals(0, client.receive().errno());
            }
            assertEquals(1, VfioUserRig.count(event));
        }
    }

    @Test
    void requestsInOnePiece_areAnsweredOneByOne() {
        VfioUserTestClient client = rig.attach();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 1; i <= 300; i++) {
            byte[] payload = i % 3 == 0 ? new byte[0]
                : Payload.access(0, VfioUser.REGION_CONFIG, 4).zeros(i % 5 * 4).bytes();
            int command = i % 3 == 0 ? VfioUser.DEVICE_RESET : VfioUser.REGION_READ;
            all.writeBytes(VfioUserTestClient.message(i, command, HEADER + payload.length, 0, payload));
        }
        client.sendRaw(all.toByteArray());
        for (int i = 1; i <= 300; i++) {
            Reply reply = client.receive();
            assertEquals(i, reply.id());
            assertEquals(0, reply.errno());
            assertEquals(i % 3 == 0 ? 0 : 20, reply.payload().remaining());
        }
    }

    @Test
    void requestByteByByte_isAnswered() {
        VfioUserTestClient client = rig.attach();
        byte[] payload = Payload.access(0, VfioUser.REGION_CONFIG, 4).bytes();
        for (byte each : VfioUserTestClient.message(77, VfioUser.REGION_READ, HEADER + payload.length, 0, payload)) {
            client.sendRaw(new byte[] {each});
        }
        Reply reply = client.receive();
        assertEquals(77, reply.id());
        assertEquals(0x0ec01af0, reply.payload().getInt(16));
    }

    static Stream<Payload> wrong() {
        return Stream.of(Payload.empty(), Payload.access(0, 99, 4), Payload.access(-1, 0, 4));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void requestThatWantsNoReply_getsNone_evenIfItIsWrong(Payload payload) {
        VfioUserTestClient client = rig.attach();
        byte[] bytes = payload.bytes();
        client.send(VfioUser.REGION_READ, HEADER + bytes.length, VfioUser.FLAG_NO_REPLY, bytes);
        client.send(VfioUser.DEVICE_RESET, HEADER, VfioUser.FLAG_NO_REPLY, new byte[0]);
        client.assertAlive();
        VfioUserRig.await("the refusal", () -> rig.said.stream().anyMatch(line -> line.contains("refused: ")));
    }

    @Test
    void refusals_areToldToPeople_butNotForEver() {
        VfioUserTestClient client = rig.attach();
        for (int i = 0; i < 500; i++) {
            client.refused(Errno.EINVAL, 999, Payload.empty());
        }
        long told = rig.said.stream().filter(line -> line.contains("command 999")).count();
        assertTrue(told > 0 && told < 100, told + " lines");
    }

    @Test
    void idsAndUnknownFlags_areTheClientsOwn() {
        VfioUserTestClient client = rig.attach();
        byte[] payload = Payload.access(0, VfioUser.REGION_CONFIG, 4).bytes();
        for (int id : new int[] {0, 7, 7, 0xffff}) {
            client.sendRaw(VfioUserTestClient.message(id, VfioUser.REGION_READ, HEADER + payload.length, 0xffff_ff40,
                payload));
            Reply reply = client.receive();
            assertEquals(id, reply.id());
            assertEquals(0, reply.errno());
            assertEquals(VfioUser.FLAG_REPLY, reply.flags());
        }
    }
}
