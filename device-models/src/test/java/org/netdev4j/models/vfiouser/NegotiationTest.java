package org.netdev4j.models.vfiouser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.platform.linux.Errno;
import org.netdev4j.platform.vfiouser.MessageChannel;
import org.netdev4j.platform.vfiouser.VfioUser;

/** The first message: taken, or refused with a reason and the end of the connection. Cases of [VFIO-USER test_negotiate]. */
@EnabledOnOs(OS.LINUX)
class NegotiationTest {
    private final VfioUserRig rig = new VfioUserRig();

    @AfterEach
    void nothingIsLeft() {
        rig.close();
    }

    private static Arguments first(String name, int command, Payload payload) {
        return Arguments.of(name, command, payload);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
            first("no payload", VfioUser.VERSION, Payload.empty()),
            first("half a version", VfioUser.VERSION, Payload.empty().u16(0)),
            first("unknown command", 999, Payload.version(0, 0)),
            first("another command", VfioUser.DEVICE_GET_INFO, Payload.empty().u32(16).zeros(12)),
            first("command 0", 0, Payload.version(0, 0)),
            first("later major version", VfioUser.VERSION, Payload.version(1, 0)),
            first("major version 999", VfioUser.VERSION, Payload.version(999, 0)),
            first("no zero byte behind the JSON", VfioUser.VERSION, Payload.version(0, 0).text("{}")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refused(String name, int command, Payload payload) {
        VfioUserTestClient client = rig.connect();
        client.refused(Errno.EINVAL, command, payload);
        client.assertEnded();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{", "}", "\"", "[", "[]", "23", "\"capabilities\"", "true", "null", "{} {}", "{}x", "{'a': 1}", "{\"a\": 01}",
        "{ \"capabilities\": \"23\" }", "{ \"capabilities\": 23 }", "{ \"capabilities\": [] }", "{ \"capabilities\": null }",
        "{ \"capabilities\": { \"max_msg_fds\": \"foo\" } }", "{ \"capabilities\": { \"max_msg_fds\": -1 } }",
        "{ \"capabilities\": { \"max_msg_fds\": 1025 } }", "{ \"capabilities\": { \"max_msg_fds\": 1.5 } }",
        "{ \"capabilities\": { \"max_msg_fds\": 99999999999999999999999 } }",
        "{ \"capabilities\": { \"max_msg_fds\": true } }",
        "{ \"capabilities\": { \"max_data_xfer_size\": \"1\" } }", "{ \"capabilities\": { \"max_data_xfer_size\": -1 } }",
        "{ \"capabilities\": { \"max_data_xfer_size\": {} } }", "{ \"capabilities\": { \"max_dma_maps\": \"many\" } }",
        "{ \"capabilities\": { \"migration\": \"23\" } }", "{ \"capabilities\": { \"migration\": [1] } }",
        "{ \"capabilities\": { \"migration\": { \"pgsize\": \"foo\" } } }",
        "{ \"capabilities\": { \"migration\": { \"pgsize\": 4095 } } }", "{ \"capabilities\": { \"pgsizes\": 4095 } }",
        "{ \"capabilities\": { \"pgsizes\": \"4096\" } }", "{ \"capabilities\": { \"pgsizes\": 0 } }",
        "{ \"capabilities\": { \"write_multiple\": 1 } }", "{ \"capabilities\": { \"twin_socket\": true } }",
        "{ \"capabilities\": { \"twin_socket\": { \"supported\": \"yes\" } } }"})
    void json_isRefused(String json) {
        VfioUserTestClient client = rig.connect();
        client.refused(Errno.EINVAL, VfioUser.VERSION, Payload.version(json));
        client.assertEnded();
        assertTrue(rig.said.stream().anyMatch(line -> line.contains("client refused")), rig.said::toString);
    }

    @Test
    void json_thatIsDeep_isRefused() {
        VfioUserTestClient client = rig.connect();
        client.refused(Errno.EINVAL, VfioUser.VERSION, Payload.version("{\"a\":".repeat(100_000)));
        client.assertEnded();
    }

    @Test
    void json_thatIsLong_isTaken() {
        VfioUserTestClient client = rig.connect();
        client.ask(VfioUser.VERSION, Payload.version("{\"a\": \"" + "b".repeat(1_000_000) + "\"}"));
        client.assertAlive();
    }

    @Test
    void json_thatIsNoUtf8_isRefused() {
        VfioUserTestClient client = rig.connect();
        Payload wrong = Payload.version(0, 0).u8(0xff).u8(0xfe).u8('{').u8(0xc3).u8('}').u8(0);
        client.refused(Errno.EINVAL, VfioUser.VERSION, wrong);
        client.assertEnded();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "{}", "", " ", "{ \"capabilities\": {} }", "{ \"other\": [1, 2] }",
        "{ \"capabilities\": { \"max_msg_fds\": 1024, \"max_data_xfer_size\": 1048576 } }",
        "{ \"capabilities\": { \"pgsizes\": 4096, \"max_msg_fds\": 16, \"max_dma_maps\": 65535, \"write_multiple\": true,"
            + "\"max_data_xfer_size\": 1048576, \"migration\": { \"pgsize\": 4096, \"max_bitmap_size\": 268435456 },"
            + "\"twin_socket\": { \"supported\": false }, \"unknown\": { \"deep\": [null] } } }"})
    void json_isTaken(String json) {
        VfioUserTestClient client = rig.connect();
        client.ask(VfioUser.VERSION, Payload.version(json));
        client.assertAlive();
    }

    @Test
    void json_endsAtItsFirstZeroByte() {
        VfioUserTestClient client = rig.connect();
        client.ask(VfioUser.VERSION, Payload.version("{}").text("rest").u8(0));
        client.assertAlive();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 0xffff})
    void answer_saysWhatTheServerCan(int minor) throws Exception {
        VfioUserTestClient client = rig.connect();
        byte[] reply = client.ask(VfioUser.VERSION, Payload.version(0, minor)).payload().array();
        // No minor version above 0 exists that this server knows.
        assertEquals(0, reply[0] | reply[1] | reply[2] | reply[3]);
        assertEquals(0, reply[reply.length - 1]);
        JsonNode all = JsonMapper.builder().build()
            .readTree(new String(Arrays.copyOfRange(reply, 4, reply.length - 1), StandardCharsets.UTF_8));
        JsonNode capabilities = all.path("capabilities");
        // More than 16 QEMU takes for an error. [QEMU hw/vfio-user/proxy.c]
        assertEquals(16, capabilities.path("max_msg_fds").asInt());
        assertEquals(1 << 20, capabilities.path("max_data_xfer_size").asInt());
        assertEquals(65_535, capabilities.path("max_dma_maps").asInt());
        assertEquals(4096, capabilities.path("pgsizes").asInt());
        assertTrue(capabilities.path("write_multiple").asBoolean());
        assertTrue(capabilities.path("migration").isMissingNode());
        assertTrue(capabilities.path("twin_socket").isMissingNode());
    }

    @Test
    void messageThatIsTooLarge_isRefused() {
        VfioUserTestClient client = rig.connect();
        int size = VfioUser.HEADER_BYTES + MessageChannel.MAX_PAYLOAD + 1;
        int id = client.send(VfioUser.VERSION, size, 0, new byte[0]);
        client.refused(Errno.EINVAL, VfioUser.VERSION, id);
        client.assertEnded();
    }

    @Test
    void messageThatIsShorterThanItsHeader_isRefused() {
        VfioUserTestClient client = rig.connect();
        client.refused(Errno.EINVAL, VfioUser.VERSION, client.send(VfioUser.VERSION, 15, 0, new byte[0]));
        client.assertEnded();
    }

    @Test
    void reply_insteadOfACommand_isRefused() {
        VfioUserTestClient client = rig.connect();
        byte[] payload = Payload.version(0, 0).bytes();
        client.refused(Errno.EINVAL, VfioUser.VERSION, client.send(VfioUser.VERSION, 20, VfioUser.FLAG_REPLY, payload));
        client.assertEnded();
    }

    @Test
    void descriptors_areRefused() {
        VfioUserTestClient client = rig.connect();
        client.refused(Errno.EINVAL, VfioUser.VERSION, Payload.version(0, 0), rig.event());
        client.assertEnded();
    }

    @Test
    void secondVersion_isRefused_andTheConnectionGoesOn() {
        VfioUserTestClient client = rig.attach();
        client.refused(Errno.EINVAL, VfioUser.VERSION, Payload.version(0, 0));
        client.assertAlive();
    }

    @Test
    void clientThatGoesAtOnce_orAfterHalfAHeader_isForgotten() {
        rig.connect().close();
        VfioUserTestClient half = rig.connect();
        half.sendRaw(new byte[7]);
        half.close();
        VfioUserTestClient header = rig.connect();
        header.send(VfioUser.VERSION, 200, 0, new byte[20]);
        header.close();
        rig.attach().assertAlive();
    }
}
