package org.netdev4j.cli.config;

import java.util.HexFormat;

/** Bytes as people write them. */
final class Hex {
    private Hex() {
    }

    /** Reads {@code 6d:5a:56} or {@code 6d5a56}. */
    static byte[] parse(String text) {
        try {
            return text.indexOf(':') < 0 ? HexFormat.of().parseHex(text) : HexFormat.ofDelimiter(":").parseHex(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("\"" + text + "\": bytes in hex are needed, as 6d:5a:56", e);
        }
    }
}
