package org.netdev4j.backend.ena.spec;

import org.netdev4j.platform.memory.Memory;

/**
 * How many queues there can be, for transmit and receive apart [AMZN ena_admin_defs.h, struct
 * ena_admin_queue_ext_feature_desc].
 *
 * @param version 1
 * @param maxTxSqNum transmit submission queues
 * @param maxTxCqNum transmit completion queues
 * @param maxRxSqNum receive submission queues
 * @param maxRxCqNum receive completion queues
 * @param maxTxSqDepth depth of transmit submission queues
 * @param maxTxCqDepth depth of transmit completion queues
 * @param maxRxSqDepth depth of receive submission queues
 * @param maxRxCqDepth depth of receive completion queues
 * @param maxTxHeaderSize longest header
 * @param maxPerPacketTxDescs descriptors of a packet to send, with the meta descriptor
 * @param maxPerPacketRxDescs descriptors of a received packet
 */
public record MaxQueuesExt(int version, int maxTxSqNum, int maxTxCqNum, int maxRxSqNum, int maxRxCqNum, int maxTxSqDepth,
                           int maxTxCqDepth, int maxRxSqDepth, int maxRxCqDepth, int maxTxHeaderSize,
                           int maxPerPacketTxDescs, int maxPerPacketRxDescs) {
    /** Size. */
    public static final int BYTES = 44;
    /** The version that drivers ask for. */
    public static final int VERSION = 1;

    /** Reads it. */
    public static MaxQueuesExt read(Memory memory, long at) {
        return new MaxQueuesExt(memory.getUnsignedByte(at), memory.getInt(at + 4), memory.getInt(at + 8),
            memory.getInt(at + 12), memory.getInt(at + 16), memory.getInt(at + 20), memory.getInt(at + 24),
            memory.getInt(at + 28), memory.getInt(at + 32), memory.getInt(at + 36), memory.getUnsignedShort(at + 40),
            memory.getUnsignedShort(at + 42));
    }

    /** Writes it, with zeros for what is reserved. */
    public void write(Memory memory, long at) {
        memory.fill(at, BYTES, (byte) 0);
        memory.putByte(at, (byte) version);
        memory.putInt(at + 4, maxTxSqNum);
        memory.putInt(at + 8, maxTxCqNum);
        memory.putInt(at + 12, maxRxSqNum);
        memory.putInt(at + 16, maxRxCqNum);
        memory.putInt(at + 20, maxTxSqDepth);
        memory.putInt(at + 24, maxTxCqDepth);
        memory.putInt(at + 28, maxRxSqDepth);
        memory.putInt(at + 32, maxRxCqDepth);
        memory.putInt(at + 36, maxTxHeaderSize);
        memory.putShort(at + 40, (short) maxPerPacketTxDescs);
        memory.putShort(at + 42, (short) maxPerPacketRxDescs);
    }
}
