package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * The control buffer of {@link FeatureId#RSS_HASH_INPUT}: which fields of a packet are hashed, for each kind of packet [AMZN
 * ena_admin_defs.h, struct ena_admin_feature_rss_hash_control, enum ena_admin_flow_hash_proto, ena_admin_flow_hash_fields].
 */
public final class RssFields {
    /** Size of the buffer. */
    public static final int BUFFER_BYTES = 256;
    /** Kinds of packets that have a place in the buffer. */
    public static final int PROTOCOLS = 16;

    /** Kind: TCP over IPv4. */
    public static final int TCP4 = 0;
    /** Kind: UDP over IPv4. */
    public static final int UDP4 = 1;
    /** Kind: TCP over IPv6. */
    public static final int TCP6 = 2;
    /** Kind: UDP over IPv6. */
    public static final int UDP6 = 3;
    /** Kind: other IPv4. */
    public static final int IP4 = 4;
    /** Kind: other IPv6. */
    public static final int IP6 = 5;
    /** Kind: fragments of IPv4. */
    public static final int IP4_FRAG = 6;
    /** Kind: not IP. */
    public static final int NOT_IP = 7;
    /** Kind: TCP over IPv6 with extension headers. */
    public static final int TCP6_EX = 8;
    /** Kind: IPv6 with extension headers. */
    public static final int IP6_EX = 9;
    /** Kinds that are defined. */
    public static final int DEFINED = 10;

    /** Field: Ethernet destination. */
    public static final int L2_DA = 1;
    /** Field: Ethernet source. */
    public static final int L2_SA = 1 << 1;
    /** Field: IP destination. */
    public static final int L3_DA = 1 << 2;
    /** Field: IP source. */
    public static final int L3_SA = 1 << 3;
    /** Field: destination port. */
    public static final int L4_DP = 1 << 4;
    /** Field: source port. */
    public static final int L4_SP = 1 << 5;
    /** Fields: IP addresses. */
    public static final int L3 = L3_DA | L3_SA;
    /** Fields: IP addresses and ports. */
    public static final int L3_L4 = L3 | L4_DP | L4_SP;
    /** Fields: Ethernet addresses. */
    public static final int L2 = L2_DA | L2_SA;

    private static final int SELECTED_OFFSET = 64;

    private RssFields() {
    }

    /** Fields that the device can hash. */
    public static int supported(Memory buffer, long at, int kind) {
        return buffer.getUnsignedShort(at + 4L * kind);
    }

    /** Fields that are hashed. */
    public static int selected(Memory buffer, long at, int kind) {
        return buffer.getUnsignedShort(at + SELECTED_OFFSET + 4L * kind);
    }

    /** Writes one kind; {@code supported} is the device's to say. */
    public static void write(Memory buffer, long at, int kind, int supported, int selected) {
        buffer.putInt(at + 4L * kind, supported & 0xffff);
        buffer.putInt(at + SELECTED_OFFSET + 4L * kind, selected & 0xffff);
    }
}
