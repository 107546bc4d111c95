package org.netdev4j.platform.wire;

/** Which way a captured frame went; pcapng keeps it, classic pcap has no place for it. */
public enum FrameDirection {
    /** Nobody said. */
    UNKNOWN(0),
    /** Received. */
    INBOUND(1),
    /** Sent. */
    OUTBOUND(2);

    private final int code;

    FrameDirection(int code) {
        this.code = code;
    }

    /** Bits 0 and 1 of pcapng's {@code epb_flags} [draft-ietf-opsawg-pcapng, 4.3.1]. */
    int code() {
        return code;
    }
}
