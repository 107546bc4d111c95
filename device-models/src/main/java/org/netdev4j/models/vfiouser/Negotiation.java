package org.netdev4j.models.vfiouser;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.vfiouser.MessageChannel;
import org.netdev4j.platform.vfiouser.VfioUser;
import org.netdev4j.platform.vfiouser.VfioUserException;

/** The first message of a client: its version and what it can do, and the answer. */
final class Negotiation {
    /** Most regions that a client may map. Each is a mapping of this process, of which Linux allows 65,530. */
    static final int MAX_DMA_MAPS = 60_000;

    private static final int MOST_FDS = 16;
    private static final int PAYLOAD = VfioUser.HEADER_BYTES;
    private static final int FIXED = 4;
    private static final JsonMapper JSON =
        JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private Negotiation() {
    }

    /**
     * Checks the client's first message and builds the answer.
     *
     * @return bytes of its payload
     * @throws VfioUserException if this client cannot be served
     */
    static int answer(MessageChannel channel) {
        if (channel.command() != VfioUser.VERSION) {
            throw VfioUserException.invalid("the first message is command " + channel.command() + ", not VERSION");
        }
        int bytes = channel.payloadBytes();
        Requests.atLeast(bytes, FIXED, "VERSION");
        Memory in = channel.message();
        int major = in.getUnsignedShort(PAYLOAD);
        int minor = in.getUnsignedShort(PAYLOAD + 2);
        if (major != VfioUser.MAJOR) {
            throw VfioUserException.invalid("version " + major + "." + minor + " is asked for; this is "
                + VfioUser.MAJOR + "." + VfioUser.MINOR);
        }
        if (bytes > FIXED) {
            check(text(in, bytes - FIXED));
        }
        return build(channel.reply());
    }

    private static String text(Memory in, int length) {
        byte[] text = in.bytes(PAYLOAD + FIXED, length);
        if (text[length - 1] != 0) {
            throw VfioUserException.invalid("the version's JSON does not end in a zero byte");
        }
        return new String(text, 0, length - 1, StandardCharsets.UTF_8);
    }

    private static void check(String text) {
        if (text.isBlank()) {
            return;
        }
        JsonNode capabilities;
        try {
            capabilities = JSON.readTree(text).path("capabilities");
        } catch (JsonProcessingException e) {
            throw VfioUserException.invalid("the version's JSON cannot be read: " + e.getOriginalMessage());
        }
        number(capabilities, "max_msg_fds", 0, Integer.MAX_VALUE);
        number(capabilities, "max_data_xfer_size", 1, Long.MAX_VALUE);
        JsonNode migration = capabilities.path("migration");
        if (!migration.isMissingNode()) {
            number(migration, "pgsize", 1, Long.MAX_VALUE);
        }
    }

    private static void number(JsonNode in, String name, long least, long most) {
        JsonNode node = in.path(name);
        if (node.isMissingNode()) {
            return;
        }
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.asLong() < least || node.asLong() > most) {
            throw VfioUserException.invalid("the version's JSON: " + name + " is " + node + ", no number from " + least);
        }
    }

    private static int build(Memory out) {
        Map<String, Object> capabilities = Map.of("max_msg_fds", MOST_FDS, "max_data_xfer_size", MessageChannel.MAX_TRANSFER,
            "max_dma_maps", MAX_DMA_MAPS, "pgsizes", PeerRegions.PAGE, "write_multiple", true);
        byte[] json;
        try {
            json = JSON.writeValueAsBytes(Map.of("capabilities", capabilities));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
        out.putShort(PAYLOAD, (short) VfioUser.MAJOR);
        out.putShort(PAYLOAD + 2, (short) VfioUser.MINOR);
        out.copyFrom(PAYLOAD + FIXED, json, 0, json.length);
        out.putByte(PAYLOAD + FIXED + json.length, (byte) 0);
        return FIXED + json.length + 1;
    }
}
