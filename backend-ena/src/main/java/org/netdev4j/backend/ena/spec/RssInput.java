package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * Which addresses and ports the device puts in order before it hashes, so that both directions of a flow hash alike;
 * what it hashes is {@link RssFields} in the control buffer [AMZN ena_admin_defs.h, struct
 * ena_admin_feature_rss_flow_hash_input].
 *
 * @param supportedSort of the constants here
 * @param enabledSort of the constants here
 */
public record RssInput(int supportedSort, int enabledSort) {
    /** Size. */
    public static final int BYTES = 4;
    /** Addresses are swapped if the destination is smaller than the source. */
    public static final int L3_SORT = 1 << 1;
    /** Ports are swapped if the destination is smaller than the source. */
    public static final int L4_SORT = 1 << 2;

    /** Reads it. */
    public static RssInput read(Memory memory, long at) {
        return new RssInput(memory.getUnsignedShort(at), memory.getUnsignedShort(at + 2));
    }

    /** Writes it, with zeros for what is reserved. */
    public void write(Memory memory, long at) {
        memory.fill(at, BYTES, (byte) 0);
        memory.putShort(at, (short) supportedSort);
        memory.putShort(at + 2, (short) enabledSort);
    }
}
