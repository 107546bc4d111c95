package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * ENA Express [AMZN ena_admin_defs.h, struct ena_admin_ena_srd_info].
 *
 * @param flags of the constants here
 * @param txPackets packets sent over SRD
 * @param eligibleTxPackets packets that could have been
 * @param rxPackets packets received over SRD
 * @param resourceUtilization percentage of the resources in use
 */
public record SrdStats(long flags, long txPackets, long eligibleTxPackets, long rxPackets, long resourceUtilization) {
    /** Size. */
    public static final int BYTES = 40;
    /** Flag: on. */
    public static final int ENABLED = 1;
    /** Flag: for UDP, too. */
    public static final int UDP_ENABLED = 1 << 1;
    /** Flag: UDP is received in any order. */
    public static final int UDP_ORDERING_BYPASS_ENABLED = 1 << 2;

    /** Reads it. */
    public static SrdStats read(Memory memory, long at) {
        return new SrdStats(memory.getLong(at), memory.getLong(at + 8), memory.getLong(at + 16),
            memory.getLong(at + 24), memory.getLong(at + 32));
    }

    /** Writes it, with zeros for what is reserved. */
    public void write(Memory memory, long at) {
        memory.fill(at, BYTES, (byte) 0);
        memory.putLong(at, flags);
        memory.putLong(at + 8, txPackets);
        memory.putLong(at + 16, eligibleTxPackets);
        memory.putLong(at + 24, rxPackets);
        memory.putLong(at + 32, resourceUtilization);
    }
}
