package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * The unit of interrupt delays [AMZN ena_admin_defs.h, struct ena_admin_feature_intr_moder_desc].
 *
 * @param resolutionMicros microseconds of a unit; 0 is taken for 1
 */
public record IntrModeration(int resolutionMicros) {
    /** Size. */
    public static final int BYTES = 4;

    /** Reads it. */
    public static IntrModeration read(Memory memory, long at) {
        return new IntrModeration(memory.getUnsignedShort(at));
    }

    /** Writes it, with zeros for what is reserved. */
    public void write(Memory memory, long at) {
        memory.fill(at, BYTES, (byte) 0);
        memory.putShort(at, (short) resolutionMicros);
    }
}
