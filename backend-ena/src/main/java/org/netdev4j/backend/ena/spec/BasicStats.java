package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * Counters since the last reset [AMZN ena_admin_defs.h, struct ena_admin_basic_stats].
 *
 * @param txBytes bytes sent
 * @param txPackets packets sent
 * @param rxBytes bytes received
 * @param rxPackets packets received
 * @param rxDrops received packets dropped
 * @param txDrops packets dropped instead of sent
 * @param rxOverruns received packets that found no buffer
 */
public record BasicStats(long txBytes, long txPackets, long rxBytes, long rxPackets, long rxDrops, long txDrops,
                         long rxOverruns) {
    /** Size. */
    public static final int BYTES = 56;

    /** Reads it. */
    public static BasicStats read(Memory memory, long at) {
        return new BasicStats(memory.getLong(at), memory.getLong(at + 8), memory.getLong(at + 16),
            memory.getLong(at + 24), memory.getLong(at + 32), memory.getLong(at + 40), memory.getLong(at + 48));
    }

    /** Writes it, with zeros for what is reserved. */
    public void write(Memory memory, long at) {
        memory.fill(at, BYTES, (byte) 0);
        memory.putLong(at, txBytes);
        memory.putLong(at + 8, txPackets);
        memory.putLong(at + 16, rxBytes);
        memory.putLong(at + 24, rxPackets);
        memory.putLong(at + 32, rxDrops);
        memory.putLong(at + 40, txDrops);
        memory.putLong(at + 48, rxOverruns);
    }
}
