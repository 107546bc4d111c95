package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * The device's clock: the answer to GET_FEATURE, and where the driver wants its time to be written in SET_FEATURE [AMZN
 * ena_admin_defs.h, struct ena_admin_feature_phc_desc].
 *
 * @param version 0
 * @param doorbellOffset of the register that asks for the time, in BAR 0
 * @param expireTimeoutMicros when a request has failed; 0 for the driver's own limit
 * @param blockTimeoutMicros how long to ask no more after that; 0 for the driver's own limit
 * @param outputAddress of a {@link PhcResponse}
 * @param outputLength its size
 */
public record PhcConfig(int version, int doorbellOffset, int expireTimeoutMicros, int blockTimeoutMicros,
                        long outputAddress, int outputLength) {
    /** Size. */
    public static final int BYTES = 28;

    /** Reads it. */
    public static PhcConfig read(Memory memory, long at) {
        return new PhcConfig(memory.getUnsignedByte(at), memory.getInt(at + 4), memory.getInt(at + 8),
            memory.getInt(at + 12), memory.getLong(at + 16) & EnaAddress.MASK, memory.getInt(at + 24));
    }

    /** Writes it, with zeros for what is reserved. */
    public void write(Memory memory, long at) {
        memory.fill(at, BYTES, (byte) 0);
        memory.putByte(at, (byte) version);
        memory.putInt(at + 4, doorbellOffset);
        memory.putInt(at + 8, expireTimeoutMicros);
        memory.putInt(at + 12, blockTimeoutMicros);
        memory.putLong(at + 16, EnaAddress.checked(outputAddress));
        memory.putInt(at + 24, outputLength);
    }
}
