package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * Packets that met the limits of an instance: queued or dropped for the allowance of [AMZN ena_admin_defs.h, struct
 * ena_admin_eni_stats]:
 *
 * @param bwInAllowanceExceeded bandwidth in
 * @param bwOutAllowanceExceeded bandwidth out
 * @param ppsAllowanceExceeded packets per second
 * @param conntrackAllowanceExceeded connections tracked
 * @param linklocalAllowanceExceeded packets to link-local services
 */
public record EniStats(long bwInAllowanceExceeded, long bwOutAllowanceExceeded, long ppsAllowanceExceeded,
                       long conntrackAllowanceExceeded, long linklocalAllowanceExceeded) {
    /** Size. */
    public static final int BYTES = 40;

    /** Reads it. */
    public static EniStats read(Memory memory, long at) {
        return new EniStats(memory.getLong(at), memory.getLong(at + 8), memory.getLong(at + 16),
            memory.getLong(at + 24), memory.getLong(at + 32));
    }

    /** Writes it, with zeros for what is reserved. */
    public void write(Memory memory, long at) {
        memory.fill(at, BYTES, (byte) 0);
        memory.putLong(at, bwInAllowanceExceeded);
        memory.putLong(at + 8, bwOutAllowanceExceeded);
        memory.putLong(at + 16, ppsAllowanceExceeded);
        memory.putLong(at + 24, conntrackAllowanceExceeded);
        memory.putLong(at + 32, linklocalAllowanceExceeded);
    }
}
