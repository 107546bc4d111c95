package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * The hash function of RSS; the key is a {@link RssKey} in the control buffer [AMZN ena_admin_defs.h, struct
 * ena_admin_feature_rss_flow_hash_function].
 *
 * @param supported bits {@code 1 << function}
 * @param selected one of those bits
 * @param initialValue what the hash starts from
 */
public record RssFunction(int supported, int selected, int initialValue) {
    /** Size. */
    public static final int BYTES = 12;
    /** Function: Toeplitz. */
    public static final int TOEPLITZ = 1;
    /** Function: CRC-32. */
    public static final int CRC32 = 2;

    /** Reads it. */
    public static RssFunction read(Memory memory, long at) {
        return new RssFunction(memory.getInt(at), memory.getInt(at + 4), memory.getInt(at + 8));
    }

    /** Writes it, with zeros for what is reserved. */
    public void write(Memory memory, long at) {
        memory.fill(at, BYTES, (byte) 0);
        memory.putInt(at, supported);
        memory.putInt(at + 4, selected);
        memory.putInt(at + 8, initialValue);
    }
}
