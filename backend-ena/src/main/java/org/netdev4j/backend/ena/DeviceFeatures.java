package org.netdev4j.backend.ena;

import java.util.Optional;
import org.netdev4j.backend.ena.EnaOptions.LlqPolicy;
import org.netdev4j.backend.ena.spec.AenqConfig;
import org.netdev4j.backend.ena.spec.DeviceAttributes;
import org.netdev4j.backend.ena.spec.FeatureId;
import org.netdev4j.backend.ena.spec.HwHints;
import org.netdev4j.backend.ena.spec.HwTimestampConfig;
import org.netdev4j.backend.ena.spec.IntrModeration;
import org.netdev4j.backend.ena.spec.LinkConfig;
import org.netdev4j.backend.ena.spec.OffloadConfig;

/**
 * What the device said of itself after a reset.
 *
 * @param client           how to ask on
 * @param attributes       identity, features, capabilities
 * @param queues           limits of queues
 * @param aenq             events that it can report
 * @param offloads         offloads
 * @param hints            its wishes for times and thresholds
 * @param llq              what came of the negotiation of low-latency queues
 * @param moderationMicros microseconds of a unit of interrupt delay; 0 without moderation
 * @param timestamps       packets that it can stamp; none if it cannot
 * @param link             the link, if it tells
 */
record DeviceFeatures(FeatureClient client, DeviceAttributes attributes, QueueLimits queues, AenqConfig aenq,
                      OffloadConfig offloads, HwHints hints, LlqChooser llq, int moderationMicros,
                      HwTimestampConfig timestamps,
                      Optional<LinkConfig> link) {
    private static final HwTimestampConfig NO_TIMESTAMPS = new HwTimestampConfig(HwTimestampConfig.VERSION,
        HwTimestampConfig.NONE, HwTimestampConfig.NONE);

    /**
     * Asks for everything, in the order in which the reference drivers do [AMZN ena_com.c, ena_com_get_dev_attr_feat].
     *
     * @param memoryBar true if the function has BAR 2
     */
    static DeviceFeatures negotiate(AdminQueue queue, LlqPolicy policy, boolean memoryBar) {
        DeviceAttributes attributes = FeatureClient.attributes(queue);
        FeatureClient client = new FeatureClient(queue, attributes);
        QueueLimits limits = QueueLimits.ask(client);
        AenqConfig aenq = client.get(FeatureId.AENQ_CONFIG, 0, AenqConfig::read);
        OffloadConfig offloads = client.get(FeatureId.STATELESS_OFFLOAD_CONFIG, 0, OffloadConfig::read);
        HwHints hints = client.find(FeatureId.HW_HINTS, 0, HwHints::read).orElse(HwHints.none());
        LlqChooser llq = LlqChooser.negotiate(client, policy, memoryBar);
        int moderation = client.find(FeatureId.INTERRUPT_MODERATION, 0, IntrModeration::read)
            .map(answer -> Math.max(1, answer.resolutionMicros())).orElse(0);
        HwTimestampConfig timestamps = client.find(FeatureId.HW_TIMESTAMP, HwTimestampConfig.VERSION,
            HwTimestampConfig::read)
            .orElse(NO_TIMESTAMPS);
        Optional<LinkConfig> link = client.find(FeatureId.LINK_CONFIG, 0, LinkConfig::read);
        return new DeviceFeatures(client, attributes, limits, aenq, offloads, hints, llq, moderation, timestamps, link);
    }

    /** True if received packets can be stamped. */
    boolean stampsReceived() {
        return timestamps.rx() == HwTimestampConfig.ALL;
    }

    /** True if the device does an offload for packets to send. */
    boolean sends(int offload) {
        return (offloads.tx() & offload) != 0;
    }

    /** True if the device can do an offload for received packets. */
    boolean receives(int offload) {
        return (offloads.rxSupported() & offload) != 0;
    }
}
