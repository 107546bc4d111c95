package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * Low-latency queues: what the device offers and what the driver has chosen of it, a bit for each choice [AMZN
 * ena_admin_defs.h, struct ena_admin_feature_llq_desc].
 *
 * @param maxLlqNum low-latency queues; 0 for none
 * @param maxLlqDepth their depth
 * @param headerLocationSupported HEADER constants
 * @param headerLocationEnabled one of them
 * @param entrySizeSupported ENTRY constants
 * @param entrySizeEnabled one of them
 * @param descsBeforeHeaderSupported descriptors in front of the header: bits 1, 2, 4, 8
 * @param descsBeforeHeaderEnabled one of them
 * @param strideSupported STRIDE constants
 * @param strideEnabled one of them
 * @param featureVersion of the feature
 * @param entrySizeRecommended an ENTRY constant, or 0; told only by the device
 * @param maxWideLlqDepth depth with entries of 256 bytes; 0 if not told
 * @param accelFlags ACCEL constants: what the device supports, or what the driver enables
 * @param maxTxBurstSize bytes between two doorbells; told only by the device
 */
public record LlqConfig(int maxLlqNum, int maxLlqDepth, int headerLocationSupported, int headerLocationEnabled,
                        int entrySizeSupported, int entrySizeEnabled, int descsBeforeHeaderSupported,
                        int descsBeforeHeaderEnabled, int strideSupported, int strideEnabled, int featureVersion,
                        int entrySizeRecommended, int maxWideLlqDepth, int accelFlags, int maxTxBurstSize) {
    /** Size. */
    public static final int BYTES = 36;
    /** The version that drivers ask for. */
    public static final int VERSION = 1;
    /** The header lies in the entry. */
    public static final int HEADER_INLINE = 1;
    /** Headers have a ring of their own. */
    public static final int HEADER_RING = 2;
    /** Entries of 128 bytes. */
    public static final int ENTRY_128 = 1;
    /** Entries of 192 bytes. */
    public static final int ENTRY_192 = 2;
    /** Entries of 256 bytes. */
    public static final int ENTRY_256 = 4;
    /** One descriptor in each further entry. */
    public static final int STRIDE_SINGLE = 1;
    /** Further entries are full of descriptors. */
    public static final int STRIDE_MULTIPLE = 2;
    /** The device caches no meta descriptors. */
    public static final int ACCEL_DISABLE_META_CACHING = 1;
    /** The device limits what may lie between two doorbells. */
    public static final int ACCEL_LIMIT_TX_BURST = 1 << 1;

    /** Reads it. */
    public static LlqConfig read(Memory memory, long at) {
        return new LlqConfig(memory.getInt(at), memory.getInt(at + 4), memory.getUnsignedShort(at + 8),
            memory.getUnsignedShort(at + 10), memory.getUnsignedShort(at + 12), memory.getUnsignedShort(at + 14),
            memory.getUnsignedShort(at + 16), memory.getUnsignedShort(at + 18), memory.getUnsignedShort(at + 20),
            memory.getUnsignedShort(at + 22), memory.getUnsignedByte(at + 24), memory.getUnsignedByte(at + 25),
            memory.getUnsignedShort(at + 26), memory.getUnsignedShort(at + 28), memory.getUnsignedShort(at + 30));
    }

    /** Writes it, with zeros for what is reserved. */
    public void write(Memory memory, long at) {
        memory.fill(at, BYTES, (byte) 0);
        memory.putInt(at, maxLlqNum);
        memory.putInt(at + 4, maxLlqDepth);
        memory.putShort(at + 8, (short) headerLocationSupported);
        memory.putShort(at + 10, (short) headerLocationEnabled);
        memory.putShort(at + 12, (short) entrySizeSupported);
        memory.putShort(at + 14, (short) entrySizeEnabled);
        memory.putShort(at + 16, (short) descsBeforeHeaderSupported);
        memory.putShort(at + 18, (short) descsBeforeHeaderEnabled);
        memory.putShort(at + 20, (short) strideSupported);
        memory.putShort(at + 22, (short) strideEnabled);
        memory.putByte(at + 24, (byte) featureVersion);
        memory.putByte(at + 25, (byte) entrySizeRecommended);
        memory.putShort(at + 26, (short) maxWideLlqDepth);
        memory.putShort(at + 28, (short) accelFlags);
        memory.putShort(at + 30, (short) maxTxBurstSize);
    }

    /** Bytes of an entry, of an ENTRY constant; 0 if it is none. */
    public static int entryBytes(int entrySize) {
        return switch (entrySize) {
            case ENTRY_128 -> 128;
            case ENTRY_192 -> 192;
            case ENTRY_256 -> 256;
            default -> 0;
        };
    }
}
