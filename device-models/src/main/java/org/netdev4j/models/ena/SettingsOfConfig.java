package org.netdev4j.models.ena;

import org.netdev4j.models.ena.io.EnaSettings;
import org.netdev4j.net.MacAddress;

/** What the numbers of a device mean for packets. */
final class SettingsOfConfig {
    private static final int STANDARD_MTU = 1500;

    private SettingsOfConfig() {
    }

    /** Sets what no driver changes. */
    static void write(EnaConfig config, MacAddress mac, EnaSettings settings) {
        int queues = config.number(EnaKey.QUEUES);
        settings.mac = mac.value();
        settings.vectors = config.vectors();
        settings.maxTxQueues = queues;
        settings.maxRxQueues = queues;
        settings.maxTxDepth = config.number(EnaKey.TX_DEPTH);
        settings.maxRxDepth = config.number(EnaKey.RX_DEPTH);
        settings.maxLlqQueues = config.is(EnaKey.LLQ) && config.is(EnaKey.LLQ_BAR) ? queues : 0;
        settings.maxLlqDepth = config.number(EnaKey.LLQ_DEPTH);
        settings.maxWideLlqDepth = config.number(EnaKey.LLQ_WIDE_DEPTH);
        settings.maxCqDepth = Math.max(settings.maxRxDepth, Math.max(settings.maxTxDepth, settings.maxLlqDepth));
        settings.maxTxDescs = config.number(EnaKey.TX_DESCS);
        settings.maxRxDescs = config.number(EnaKey.RX_DESCS);
        settings.maxTxHeader = config.number(EnaKey.MAX_HEADER);
        settings.txOffloads = config.number(EnaKey.TX_OFFLOADS);
        settings.rxOffloads = config.number(EnaKey.RX_OFFLOADS);
        settings.moderationMicros = config.number(EnaKey.MODERATION_RESOLUTION);
        settings.bytesInPerSecond = config.get(EnaKey.BW_IN) / Byte.SIZE;
        settings.bytesOutPerSecond = config.get(EnaKey.BW_OUT) / Byte.SIZE;
        settings.packetsPerSecond = config.get(EnaKey.PPS);
        settings.linkLocalPerSecond = config.get(EnaKey.LINK_LOCAL);
        settings.fragmentsPerSecond = config.get(EnaKey.FRAGMENTS);
        settings.allowanceBurstMicros = micros(config, EnaKey.ALLOWANCE_BURST);
        settings.rxPatienceMicros = micros(config, EnaKey.RX_PATIENCE);
        settings.rxZeroLast = config.is(EnaKey.RX_ZERO_LAST);
        settings.rxOutOfOrder = config.is(EnaKey.RX_OUT_OF_ORDER);
        settings.txOutOfOrder = config.is(EnaKey.TX_OUT_OF_ORDER);
        settings.txCompletionBatch = config.number(EnaKey.TX_BATCH);
        settings.txCompletionMicros = micros(config, EnaKey.TX_BATCH_TIME);
    }

    private static int micros(EnaConfig config, EnaKey key) {
        return (int) Math.min(Integer.MAX_VALUE, config.get(key) / 1_000);
    }

    /** Back to what holds before a driver sets it, for what no feature restores itself. */
    static void restore(EnaSettings settings) {
        settings.mtu = STANDARD_MTU;
        settings.fragBypass = false;
        settings.txTimestamps = false;
        settings.rxTimestamps = false;
    }
}
