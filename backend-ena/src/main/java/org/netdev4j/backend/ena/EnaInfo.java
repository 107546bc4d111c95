package org.netdev4j.backend.ena;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceInfo;
import org.netdev4j.backend.ena.spec.AenqGroup;
import org.netdev4j.backend.ena.spec.DeviceAttributes;
import org.netdev4j.backend.ena.spec.FeatureId;
import org.netdev4j.backend.ena.spec.OffloadConfig;

/** Says what the device can do, and nothing more: ENA has no promiscuous mode, no filters and no address that can be set. */
final class EnaInfo {
    /** [AMZN ena_netdev.h, ENA_MIN_MTU]. */
    static final int MIN_MTU = 128;
    /** The largest MTU that an ENA was seen with. */
    static final int MAX_MTU = 9216;

    // An IP packet of the largest length and its Ethernet header.
    private static final int LONGEST_TSO = 65_535 + 14;
    private static final int LONGEST_L2 = 14 + 8;
    // [DPDK ena_ethdev.h, ENA_RX_BUF_MIN_SIZE]
    private static final int MIN_RX_BUFFER = 1400;

    private EnaInfo() {
    }

    static DeviceInfo of(EnaDevice device) {
        DeviceFeatures features = device.features();
        DeviceAttributes attributes = features.attributes();
        QueueSizes sizes = device.sizes();
        int maxMtu = (int) Math.min(attributes.maxMtu() & 0xffff_ffffL, MAX_MTU);
        if (maxMtu < MIN_MTU) {
            throw new EnaFault("its largest MTU is " + maxMtu + "; the driver needs " + MIN_MTU);
        }
        if (!attributes.mac().isStation()) {
            throw new EnaFault("its MAC address is " + attributes.mac() + ", which no device can have");
        }
        Set<Capability> capabilities = capabilities(device);
        boolean tso = capabilities.contains(Capability.TX_TSO_IPV4) || capabilities.contains(Capability.TX_TSO_IPV6);
        int minRxBuffer = Math.max(MIN_RX_BUFFER, (maxMtu + LONGEST_L2 + sizes.maxRxBuffers() - 1) / sizes.maxRxBuffers());
        return new DeviceInfo(EnaDriver.NAME, EnaDriver.VERSION, device.firmware(), device.function().description(),
            attributes.mac(), sizes.rxQueues(), sizes.txQueues(), sizes.rxRing(), sizes.txRing(), MIN_MTU, maxMtu,
            sizes.maxTxBuffers(), tso ? LONGEST_TSO : 0, 0, minRxBuffer, device.rss().map(EnaRss::limits), 0, 0,
            capabilities, extra(device));
    }

    private static Set<Capability> capabilities(EnaDevice device) {
        DeviceFeatures features = device.features();
        EnumSet<Capability> able = EnumSet.of(Capability.LINK_STATUS, Capability.RESET, Capability.EXTENDED_STATISTICS,
            Capability.TX_SCATTER_GATHER);
        add(able, (features.aenq().supportedGroups() & AenqGroup.LINK_CHANGE.bit()) != 0, Capability.LINK_EVENTS);
        add(able, features.client().has(FeatureId.MTU), Capability.MTU_UPDATE);
        // Vector 0 is the management's.
        boolean interrupts = device.vectors().count() > 1;
        add(able, interrupts, Capability.RX_INTERRUPT);
        add(able, interrupts && features.moderationMicros() > 0, Capability.COALESCING);
        add(able, interrupts && features.moderationMicros() > 0, Capability.ADAPTIVE_COALESCING);
        device.rss().ifPresent(rss -> {
            able.add(Capability.RSS_HASH);
            able.add(Capability.RSS_TABLE_UPDATE);
            add(able, rss.canSetKey(), Capability.RSS_KEY_UPDATE);
            add(able, rss.canSetFields(), Capability.RSS_FIELDS_UPDATE);
        });
        offloads(able, features, device.sizes());
        return able;
    }

    private static void offloads(EnumSet<Capability> able, DeviceFeatures features, QueueSizes sizes) {
        add(able, sizes.maxRxBuffers() > 1, Capability.RX_SCATTER);
        add(able, features.receives(
            OffloadConfig.RX_L3_CSUM_IPV4 | OffloadConfig.RX_L4_IPV4_CSUM | OffloadConfig.RX_L4_IPV6_CSUM),
            Capability.RX_CHECKSUM);
        add(able, features.stampsReceived(), Capability.RX_TIMESTAMP);
        add(able, features.sends(OffloadConfig.TX_L3_CSUM_IPV4), Capability.TX_IPV4_CHECKSUM);
        add(able, features.sends(OffloadConfig.TX_L4_IPV4_CSUM_PART | OffloadConfig.TX_L4_IPV4_CSUM_FULL),
            Capability.TX_L4_CHECKSUM_IPV4);
        add(able, features.sends(OffloadConfig.TX_L4_IPV6_CSUM_PART | OffloadConfig.TX_L4_IPV6_CSUM_FULL),
            Capability.TX_L4_CHECKSUM_IPV6);
        add(able, features.sends(OffloadConfig.TX_TSO_IPV4), Capability.TX_TSO_IPV4);
        add(able, features.sends(OffloadConfig.TX_TSO_IPV6), Capability.TX_TSO_IPV6);
    }

    private static void add(Set<Capability> to, boolean condition, Capability capability) {
        if (condition) {
            to.add(capability);
        }
    }

    private static Map<String, String> extra(EnaDevice device) {
        DeviceFeatures features = device.features();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("llq", features.llq().plan().map(plan -> plan.entryBytes() + " byte entries, headers up to "
            + plan.maxHeader()
            + " bytes" + (plan.metaCachingDisabled() ? ", no meta caching" : "")
            + (plan.maxBurstEntries() == 0 ? "" : ", bursts of " + plan.maxBurstEntries())).orElse("off"));
        facts.put("admin", device.vectors().count() > 0 ? "interrupts" : "polling");
        facts.put("vectors", String.valueOf(device.vectors().count()));
        facts.put("register reads", device.readless() ? "through memory" : "direct");
        facts.put("dma width", String.valueOf(device.dmaWidth()));
        facts.put("clock", device.clock().active() ? "yes" : "no");
        facts.put("flow rules", String.valueOf(device.flows().size()));
        return facts;
    }
}
