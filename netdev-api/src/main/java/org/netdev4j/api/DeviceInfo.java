package org.netdev4j.api;

import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.netdev4j.net.MacAddress;

/**
 * What a device is and can do; fixed from the moment it is opened.
 *
 * @param driver         driver's name: {@code ena}
 * @param driverVersion  driver's version
 * @param firmware       firmware's version, or empty
 * @param description    one line for people
 * @param permanentMac   the address it was born with
 * @param maxRxQueues    most receive queues
 * @param maxTxQueues    most transmit queues
 * @param rxRing         receive ring sizes
 * @param txRing         transmit ring sizes
 * @param minMtu         smallest MTU: bytes of IP packet, without Ethernet header, VLAN tags and FCS
 * @param maxMtu         largest MTU
 * @param maxTxSegments  most buffers in a transmitted chain
 * @param maxTsoLength   most bytes of a packet given to TSO, with headers; 0 without TSO
 * @param txHeadroom     bytes that must be free in front of the data of a transmitted packet; 0 if none
 * @param minRxBuffer    fewest bytes of data room of a receive buffer
 * @param rss            limits of receive-side scaling, if the device has it
 * @param maxMulticast   most entries of the multicast filter
 * @param maxUnicast     most entries of the unicast filter, besides the device's own address
 * @param capabilities   what it can do
 * @param extra          facts of this kind of device, by name, for people
 */
public record DeviceInfo(String driver, String driverVersion, String firmware, String description, MacAddress permanentMac,
                         int maxRxQueues, int maxTxQueues, RingLimits rxRing, RingLimits txRing, int minMtu, int maxMtu,
                         int maxTxSegments, int maxTsoLength, int txHeadroom, int minRxBuffer, Optional<RssLimits> rss,
                         int maxMulticast, int maxUnicast, Set<Capability> capabilities, Map<String, String> extra) {
    public DeviceInfo {
        capabilities = capabilities.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(capabilities));
        extra = Collections.unmodifiableMap(new LinkedHashMap<>(extra));
        require(maxRxQueues >= 1 && maxTxQueues >= 1,
            "a device has queues: maxRxQueues=" + maxRxQueues + " maxTxQueues=" + maxTxQueues);
        require(minMtu >= 1 && maxMtu >= minMtu, "MTUs: minMtu=" + minMtu + " maxMtu=" + maxMtu);
        require(maxTxSegments >= 1, "a packet has a buffer: maxTxSegments=" + maxTxSegments);
        require(txHeadroom >= 0 && minRxBuffer >= 0, "txHeadroom=" + txHeadroom + " minRxBuffer=" + minRxBuffer);
        requireWith(Capability.RSS_HASH, capabilities, rss.isPresent(), "rss");
        requireWith(Capability.TX_TSO_IPV4, capabilities, maxTsoLength > 0, "maxTsoLength");
        requireWith(Capability.TX_TSO_IPV6, capabilities, maxTsoLength > 0, "maxTsoLength");
        requireWith(Capability.MULTICAST_FILTER, capabilities, maxMulticast > 0, "maxMulticast");
        requireWith(Capability.UNICAST_FILTER, capabilities, maxUnicast > 0, "maxUnicast");
    }

    private static void requireWith(Capability capability, Set<Capability> capabilities, boolean present, String limit) {
        require(present || !capabilities.contains(capability), capability + " needs " + limit);
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new IllegalArgumentException("device info contradicts itself: " + what);
        }
    }

    /** True if the device has the capability. */
    public boolean has(Capability capability) {
        return capabilities.contains(capability);
    }
}
