package org.netdev4j.conformance.cases;

import org.netdev4j.api.NetBuf;
import org.netdev4j.conformance.Check;

/** Groups of flags of {@link NetBuf}. */
final class OffloadFlags {
    static final int RX_IP = NetBuf.RX_IP_CHECKSUM_GOOD | NetBuf.RX_IP_CHECKSUM_BAD;
    static final int RX_L4 = NetBuf.RX_L4_CHECKSUM_GOOD | NetBuf.RX_L4_CHECKSUM_BAD;
    static final int RX_CHECKSUMS = RX_IP | RX_L4;

    private OffloadFlags() {
    }

    /** Checks that a packet has none of some flags. */
    static void none(int flags, int mask, String packet) {
        Check.that((flags & mask) == 0, packet + " is flagged " + describe(flags) + "; it must not be flagged "
            + describe(flags & mask));
    }

    /** For messages. */
    static String describe(int flags) {
        StringBuilder text = new StringBuilder();
        add(text, flags, NetBuf.RX_IP_CHECKSUM_GOOD, "IP good");
        add(text, flags, NetBuf.RX_IP_CHECKSUM_BAD, "IP bad");
        add(text, flags, NetBuf.RX_L4_CHECKSUM_GOOD, "L4 good");
        add(text, flags, NetBuf.RX_L4_CHECKSUM_BAD, "L4 bad");
        return text.isEmpty() ? "nothing" : text.toString();
    }

    private static void add(StringBuilder text, int flags, int mask, String name) {
        if ((flags & mask) != 0) {
            text.append(text.isEmpty() ? "" : ", ").append(name);
        }
    }
}
