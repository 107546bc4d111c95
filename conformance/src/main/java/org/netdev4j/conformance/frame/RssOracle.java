package org.netdev4j.conformance.frame;

import java.io.ByteArrayOutputStream;
import java.util.OptionalInt;
import java.util.Set;
import org.netdev4j.api.FlowType;
import org.netdev4j.api.HashField;
import org.netdev4j.api.HashFunction;
import org.netdev4j.api.RssConfig;

/**
 * Works out by hand where receive-side scaling must send a frame: Toeplitz as it is defined, bit by bit [Microsoft,
 * "RSS Hashing Functions", Windows driver documentation], and the indirection table.
 */
public final class RssOracle {
    private final RssConfig config;

    /** For a configuration. */
    public RssOracle(RssConfig config) {
        this.config = config;
    }

    /** The kind of packet that a frame is. */
    public static FlowType flowType(Frame frame) {
        if (frame.ipVersion() == 4) {
            if ((frame.word(frame.l2() + 6) & 0x3fff) != 0) {
                return FlowType.IPV4_FRAGMENT;
            }
            return frame.protocol() == Frame.TCP ? FlowType.IPV4_TCP : frame.protocol() == Frame.UDP ? FlowType.IPV4_UDP
                : FlowType.IPV4;
        }
        if (frame.ipVersion() == 6) {
            return frame.protocol() == Frame.TCP ? FlowType.IPV6_TCP : frame.protocol() == Frame.UDP ? FlowType.IPV6_UDP
                : FlowType.IPV6;
        }
        return FlowType.OTHER;
    }

    /**
     * The hash; 0 if nothing of such a packet is hashed; empty if it cannot be known (another function, a key of
     * the device's own, link-layer fields).
     */
    public OptionalInt hash(Frame frame) {
        Set<HashField> fields = config.fields().getOrDefault(flowType(frame), Set.of());
        if (fields.isEmpty()) {
            return OptionalInt.of(0);
        }
        if (config.key().length == 0 || config.function() != HashFunction.TOEPLITZ || flowType(frame) == FlowType.OTHER) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(toeplitz(config.key(), input(frame, fields)));
    }

    /** The queue; empty if it cannot be known. */
    public OptionalInt queue(Frame frame) {
        OptionalInt hash = hash(frame);
        int[] table = config.table();
        return hash.isEmpty() ? hash : OptionalInt.of(table[hash.getAsInt() & table.length - 1]);
    }

    private static byte[] input(Frame frame, Set<HashField> fields) {
        int width = frame.ipVersion() == 4 ? 4 : 16;
        int addresses = frame.l2() + (frame.ipVersion() == 4 ? 12 : 8);
        ByteArrayOutputStream input = new ByteArrayOutputStream();
        if (fields.contains(HashField.L3_SOURCE)) {
            input.write(frame.bytes(), addresses, width);
        }
        if (fields.contains(HashField.L3_DESTINATION)) {
            input.write(frame.bytes(), addresses + width, width);
        }
        if (fields.contains(HashField.L4_SOURCE)) {
            input.write(frame.bytes(), frame.l4At(), 2);
        }
        if (fields.contains(HashField.L4_DESTINATION)) {
            input.write(frame.bytes(), frame.l4At() + 2, 2);
        }
        return input.toByteArray();
    }

    /**
     * The hash of any bytes: for each bit of the input that is set, from the left, the 32 bits of the key at its place.
     */
    public static int toeplitz(byte[] key, byte[] input) {
        int hash = 0;
        for (int bit = 0; bit < input.length * 8; bit++) {
            if (bit(input, bit)) {
                int window = 0;
                for (int i = 0; i < 32; i++) {
                    window = window << 1 | (bit(key, bit + i) ? 1 : 0);
                }
                hash ^= window;
            }
        }
        return hash;
    }

    private static boolean bit(byte[] bytes, int at) {
        return at / 8 < bytes.length && (bytes[at / 8] >> 7 - at % 8 & 1) != 0;
    }
}
