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
    private static final int MOST_FDS = 16;
    // No client has room for more: libvfio-user refuses those that say so. [VFIO-USER lib/tran.c]
    private static final int MOST_FDS_OF_CLIENT = 1024;
    private static final int PAYLOAD = VfioUser.HEADER_BYTES;
    private static final int FIXED = 4;
    private static final int MOST_SHOWN = 40;
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
        if ((channel.flags() & VfioUser.FLAG_TYPE_MASK) != VfioUser.FLAG_COMMAND || channel.fds() > 0) {
            throw VfioUserException.invalid("VERSION with flags 0x" + Integer.toHexString(channel.flags()) + " and "
                + channel.fds() + " descriptors");
        }
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

    /** The text up to the zero byte that ends it. */
    private static String text(Memory in, int length) {
        byte[] text = in.bytes(PAYLOAD + FIXED, length);
        if (text[length - 1] != 0) {
            throw VfioUserException.invalid("the version's JSON does not end in a zero byte");
        }
        int end = 0;
        while (text[end] != 0) {
            end++;
        }
        return new String(text, 0, end, StandardCharsets.UTF_8);
    }

    private static void check(String text) {
        if (text.isBlank()) {
            return;
        }
        JsonNode version;
        try {
            version = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw VfioUserException.invalid("the version's JSON cannot be read: " + e.getOriginalMessage());
        }
        if (!version.isObject()) {
            throw VfioUserException.invalid("the version's JSON is no object");
        }
        JsonNode capabilities = object(version, "capabilities");
        number(capabilities, "max_msg_fds", 0, MOST_FDS_OF_CLIENT);
        number(capabilities, "max_data_xfer_size", 1, Long.MAX_VALUE);
        number(capabilities, "max_dma_maps", 0, Long.MAX_VALUE);
        pages(number(capabilities, "pgsizes", 1, Long.MAX_VALUE));
        pages(number(object(capabilities, "migration"), "pgsize", 1, Long.MAX_VALUE));
        flag(capabilities, "write_multiple");
        flag(object(capabilities, "twin_socket"), "supported");
    }

    private static JsonNode object(JsonNode in, String name) {
        JsonNode node = in.path(name);
        if (!node.isMissingNode() && !node.isObject()) {
            throw VfioUserException.invalid("the version's JSON: " + name + " is no object");
        }
        return node;
    }

    /** A number that may be missing, and then is 0. */
    private static long number(JsonNode in, String name, long least, long most) {
        JsonNode node = in.path(name);
        if (node.isMissingNode()) {
            return 0;
        }
        if (!node.isIntegralNumber() || !node.canConvertToLong() || node.asLong() < least || node.asLong() > most) {
            throw VfioUserException.invalid("the version's JSON: " + name + " is " + shortened(node) + ", no number from "
                + least + " to " + most);
        }
        return node.asLong();
    }

    private static void flag(JsonNode in, String name) {
        JsonNode node = in.path(name);
        if (!node.isMissingNode() && !node.isBoolean()) {
            throw VfioUserException.invalid("the version's JSON: " + name + " is " + shortened(node)
                + ", neither true nor false");
        }
    }

    /** Sizes of pages, or'ed together. */
    private static void pages(long sizes) {
        if (sizes % PeerRegions.PAGE != 0) {
            throw VfioUserException.invalid("the version's JSON: pages of " + sizes + " bytes; the smallest here have "
                + PeerRegions.PAGE);
        }
    }

    private static String shortened(JsonNode node) {
        String text = node.toString();
        return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "...";
    }

    private static int build(Memory out) {
        Map<String, Object> capabilities = Map.of("max_msg_fds", MOST_FDS, "max_data_xfer_size", MessageChannel.MAX_TRANSFER,
            "max_dma_maps", PeerRegions.MAX_REGIONS, "pgsizes", PeerRegions.PAGE, "write_multiple", true);
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
