package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * Stateless offloads [AMZN ena_admin_defs.h, struct ena_admin_feature_offload_desc].
 *
 * @param tx what it does for packets to send: TX constants
 * @param rxSupported what it can do for received packets: RX constants
 * @param rxEnabled what it does for received packets
 */
public record OffloadConfig(int tx, int rxSupported, int rxEnabled) {
    /** Size. */
    public static final int BYTES = 12;
    /** Header checksum of IPv4. */
    public static final int TX_L3_CSUM_IPV4 = 1;
    /** TCP and UDP checksum over IPv4, the pseudo header being summed. */
    public static final int TX_L4_IPV4_CSUM_PART = 1 << 1;
    /** TCP and UDP checksum over IPv4. */
    public static final int TX_L4_IPV4_CSUM_FULL = 1 << 2;
    /** TCP and UDP checksum over IPv6, the pseudo header being summed. */
    public static final int TX_L4_IPV6_CSUM_PART = 1 << 3;
    /** TCP and UDP checksum over IPv6. */
    public static final int TX_L4_IPV6_CSUM_FULL = 1 << 4;
    /** Segmentation of TCP over IPv4. */
    public static final int TX_TSO_IPV4 = 1 << 5;
    /** Segmentation of TCP over IPv6. */
    public static final int TX_TSO_IPV6 = 1 << 6;
    /** Segmentation of TCP that keeps the marks of congestion notification right. */
    public static final int TX_TSO_ECN = 1 << 7;
    /** Header checksum of IPv4. */
    public static final int RX_L3_CSUM_IPV4 = 1;
    /** TCP and UDP checksum over IPv4. */
    public static final int RX_L4_IPV4_CSUM = 1 << 1;
    /** TCP and UDP checksum over IPv6. */
    public static final int RX_L4_IPV6_CSUM = 1 << 2;
    /** RSS hash. */
    public static final int RX_HASH = 1 << 3;

    /** Reads it. */
    public static OffloadConfig read(Memory memory, long at) {
        return new OffloadConfig(memory.getInt(at), memory.getInt(at + 4), memory.getInt(at + 8));
    }

    /** Writes it, with zeros for what is reserved. */
    public void write(Memory memory, long at) {
        memory.fill(at, BYTES, (byte) 0);
        memory.putInt(at, tx);
        memory.putInt(at + 4, rxSupported);
        memory.putInt(at + 8, rxEnabled);
    }
}
