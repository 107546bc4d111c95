package org.netdev4j.backend.ena;

import org.netdev4j.backend.ena.spec.FeatureId;
import org.netdev4j.backend.ena.spec.MaxQueues;
import org.netdev4j.backend.ena.spec.MaxQueuesExt;

/**
 * How many queues the device can make, and how deep: from {@link MaxQueuesExt}, or, of devices before it, {@link
 * MaxQueues}, where both directions share.
 *
 * @param txSqs       transmit submission queues
 * @param txCqs       transmit completion queues
 * @param rxSqs       receive submission queues
 * @param rxCqs       receive completion queues
 * @param txSqDepth   depth of transmit submission queues in host memory
 * @param txCqDepth   depth of transmit completion queues
 * @param rxSqDepth   depth of receive submission queues
 * @param rxCqDepth   depth of receive completion queues
 * @param txDescs     descriptors of a packet, with the meta descriptor
 * @param rxDescs     descriptors of a received packet
 */
record QueueLimits(long txSqs, long txCqs, long rxSqs, long rxCqs, long txSqDepth, long txCqDepth, long rxSqDepth,
                   long rxCqDepth, int txDescs, int rxDescs) {
    /** Asks the device [AMZN ena_com.c, ena_com_get_dev_attr_feat]. */
    static QueueLimits ask(FeatureClient features) {
        if (!features.has(FeatureId.MAX_QUEUES_EXT)) {
            return of(features.get(FeatureId.MAX_QUEUES_NUM, 0, MaxQueues::read));
        }
        MaxQueuesExt ext = features.get(FeatureId.MAX_QUEUES_EXT, MaxQueuesExt.VERSION, MaxQueuesExt::read);
        if (ext.version() != MaxQueuesExt.VERSION) {
            throw new EnaFault("it answers version " + ext.version() + " of its queue limits; version "
                + MaxQueuesExt.VERSION
                + " was asked for");
        }
        return of(ext);
    }

    static QueueLimits of(MaxQueuesExt ext) {
        return new QueueLimits(unsigned(ext.maxTxSqNum()), unsigned(ext.maxTxCqNum()), unsigned(ext.maxRxSqNum()),
            unsigned(ext.maxRxCqNum()), unsigned(ext.maxTxSqDepth()), unsigned(ext.maxTxCqDepth()),
            unsigned(ext.maxRxSqDepth()), unsigned(ext.maxRxCqDepth()), ext.maxPerPacketTxDescs(),
            ext.maxPerPacketRxDescs());
    }

    static QueueLimits of(MaxQueues legacy) {
        long sqs = unsigned(legacy.maxSqNum());
        long cqs = unsigned(legacy.maxCqNum());
        long sqDepth = unsigned(legacy.maxSqDepth());
        long cqDepth = unsigned(legacy.maxCqDepth());
        return new QueueLimits(sqs, cqs, sqs, cqs, sqDepth, cqDepth, sqDepth, cqDepth, legacy.maxPacketTxDescs(),
            legacy.maxPacketRxDescs());
    }

    private static long unsigned(int value) {
        return value & 0xffff_ffffL;
    }
}
