package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * A completion queue that was made; {@code at} is the start of the completion [AMZN ena_admin_defs.h, struct
 * ena_admin_acq_create_cq_resp_desc].
 *
 * @param index its number
 * @param actualDepth entries that it has
 * @param numaOffset of the NUMA register in BAR 0; 0 for none
 * @param headDoorbellOffset of a doorbell that drivers no longer ring; 0 for none
 * @param unmaskOffset of the {@link InterruptControl} register
 */
public record CreateCqReply(int index, int actualDepth, int numaOffset, int headDoorbellOffset, int unmaskOffset) {
    /** Size, from the start of the entry. */
    public static final int BYTES = 24;

    /** Reads it. */
    public static CreateCqReply read(Memory memory, long at) {
        return new CreateCqReply(memory.getUnsignedShort(at + 8), memory.getUnsignedShort(at + 10),
            memory.getInt(at + 12), memory.getInt(at + 16), memory.getInt(at + 20));
    }

    /** Writes it, with zeros for what is reserved. */
    public void write(Memory memory, long at) {
        memory.fill(at + 8, BYTES - 8, (byte) 0);
        memory.putShort(at + 8, (short) index);
        memory.putShort(at + 10, (short) actualDepth);
        memory.putInt(at + 12, numaOffset);
        memory.putInt(at + 16, headDoorbellOffset);
        memory.putInt(at + 20, unmaskOffset);
    }
}
