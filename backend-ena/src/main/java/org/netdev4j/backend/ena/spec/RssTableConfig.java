package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * The indirection table of RSS; its entries of {@value #ENTRY_BYTES} bytes, a queue in the first two, are in the control
 * buffer [AMZN ena_admin_defs.h, struct ena_admin_feature_rss_ind_table].
 *
 * @param minSize logarithm of the smallest table
 * @param maxSize logarithm of the largest table
 * @param size logarithm of the table
 * @param flags of the constants here
 * @param inlineIndex the one entry meant, or {@link #WHOLE_TABLE}
 * @param inlineEntry its queue
 */
public record RssTableConfig(int minSize, int maxSize, int size, int flags, int inlineIndex, int inlineEntry) {
    /** Size. */
    public static final int BYTES = 16;
    /** Bytes of an entry. */
    public static final int ENTRY_BYTES = 4;
    /** Flag: single entries can be set. */
    public static final int ONE_ENTRY_UPDATE = 1;
    /** Index: the table in the control buffer is meant. */
    public static final int WHOLE_TABLE = -1;

    /** Reads it. */
    public static RssTableConfig read(Memory memory, long at) {
        return new RssTableConfig(memory.getUnsignedShort(at), memory.getUnsignedShort(at + 2),
            memory.getUnsignedShort(at + 4), memory.getUnsignedByte(at + 6), memory.getInt(at + 8),
            memory.getUnsignedShort(at + 12));
    }

    /** Writes it, with zeros for what is reserved. */
    public void write(Memory memory, long at) {
        memory.fill(at, BYTES, (byte) 0);
        memory.putShort(at, (short) minSize);
        memory.putShort(at + 2, (short) maxSize);
        memory.putShort(at + 4, (short) size);
        memory.putByte(at + 6, (byte) flags);
        memory.putInt(at + 8, inlineIndex);
        memory.putShort(at + 12, (short) inlineEntry);
    }
}
