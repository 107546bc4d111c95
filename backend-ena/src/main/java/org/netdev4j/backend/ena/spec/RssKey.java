package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * The control buffer of {@link FeatureId#RSS_HASH_FUNCTION}: the key, in words of 4 bytes [AMZN ena_admin_defs.h, struct
 * ena_admin_feature_rss_flow_hash_control]. The words come in reverse, and so do the bytes of the key as others write
 * it: Toeplitz's first byte is the last in memory [DPDK drivers/net/ena/ena_rss.c, ena_reorder_rss_hash_key].
 */
public final class RssKey {
    /** Size of the buffer. */
    public static final int BUFFER_BYTES = 48;
    /** Size of the key. */
    public static final int BYTES = 40;
    /** Words of the key. */
    public static final int PARTS = BYTES / 4;

    private static final int KEY_OFFSET = 8;

    private RssKey() {
    }

    /** Words of the key in the buffer, as it says. */
    public static int parts(Memory buffer, long at) {
        return buffer.getInt(at);
    }

    /** The key, in the order in which Toeplitz takes its bytes. */
    public static byte[] read(Memory buffer, long at) {
        byte[] key = new byte[BYTES];
        for (int i = 0; i < BYTES; i++) {
            key[i] = buffer.getByte(at + KEY_OFFSET + BYTES - 1 - i);
        }
        return key;
    }

    /** Writes the buffer. */
    public static void write(Memory buffer, long at, byte[] key) {
        buffer.putLong(at, PARTS);
        for (int i = 0; i < BYTES; i++) {
            buffer.putByte(at + KEY_OFFSET + BYTES - 1 - i, key[i]);
        }
    }
}
