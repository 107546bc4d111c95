package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * How many queues there can be, as older devices say it [AMZN ena_admin_defs.h, struct ena_admin_queue_feature_desc].
 *
 * @param maxSqNum submission queues
 * @param maxSqDepth their depth
 * @param maxCqNum completion queues
 * @param maxCqDepth their depth
 * @param maxLegacyLlqNum low-latency queues
 * @param maxLegacyLlqDepth their depth
 * @param maxHeaderSize longest header
 * @param maxPacketTxDescs descriptors of a packet to send, with the meta descriptor
 * @param maxPacketRxDescs descriptors of a received packet
 */
public record MaxQueues(int maxSqNum, int maxSqDepth, int maxCqNum, int maxCqDepth, int maxLegacyLlqNum,
                        int maxLegacyLlqDepth, int maxHeaderSize, int maxPacketTxDescs, int maxPacketRxDescs) {
    /** Size. */
    public static final int BYTES = 32;

    /** Reads it. */
    public static MaxQueues read(Memory memory, long at) {
        return new MaxQueues(memory.getInt(at), memory.getInt(at + 4), memory.getInt(at + 8), memory.getInt(at + 12),
            memory.getInt(at + 16), memory.getInt(at + 20), memory.getInt(at + 24), memory.getUnsignedShort(at + 28),
            memory.getUnsignedShort(at + 30));
    }

    /** Writes it, with zeros for what is reserved. */
    public void write(Memory memory, long at) {
        memory.fill(at, BYTES, (byte) 0);
        memory.putInt(at, maxSqNum);
        memory.putInt(at + 4, maxSqDepth);
        memory.putInt(at + 8, maxCqNum);
        memory.putInt(at + 12, maxCqDepth);
        memory.putInt(at + 16, maxLegacyLlqNum);
        memory.putInt(at + 20, maxLegacyLlqDepth);
        memory.putInt(at + 24, maxHeaderSize);
        memory.putShort(at + 28, (short) maxPacketTxDescs);
        memory.putShort(at + 30, (short) maxPacketRxDescs);
    }
}
