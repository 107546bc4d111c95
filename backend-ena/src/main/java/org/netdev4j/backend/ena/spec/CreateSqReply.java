package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * A submission queue that was made; {@code at} is the start of the completion [AMZN ena_admin_defs.h, struct
 * ena_admin_acq_create_sq_resp_desc].
 *
 * @param index its number
 * @param doorbellOffset of its doorbell in BAR 0
 * @param llqDescriptorsOffset of its ring in BAR 2
 * @param llqHeadersOffset of its headers in BAR 2, if they have a ring of their own
 */
public record CreateSqReply(int index, int doorbellOffset, int llqDescriptorsOffset, int llqHeadersOffset) {
    /** Size, from the start of the entry. */
    public static final int BYTES = 24;

    /** Reads it. */
    public static CreateSqReply read(Memory memory, long at) {
        return new CreateSqReply(memory.getUnsignedShort(at + 8), memory.getInt(at + 12), memory.getInt(at + 16),
            memory.getInt(at + 20));
    }

    /** Writes it, with zeros for what is reserved. */
    public void write(Memory memory, long at) {
        memory.fill(at + 8, BYTES - 8, (byte) 0);
        memory.putShort(at + 8, (short) index);
        memory.putInt(at + 12, doorbellOffset);
        memory.putInt(at + 16, llqDescriptorsOffset);
        memory.putInt(at + 20, llqHeadersOffset);
    }
}
