package org.netdev4j.api;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * How many queues a device is to have, and which offloads are on.
 *
 * @param rxQueues receive queues, 1 or more
 * @param txQueues transmit queues, 1 or more
 * @param offloads offloads to switch on; empty optional for the standard: all that the device has, except {@link
 *                 Capability#RX_VLAN_STRIP} and {@link Capability#VLAN_FILTER}, which hide what was on the wire
 */
public record DeviceConfig(int rxQueues, int txQueues, Optional<Set<Capability>> offloads) {
    public DeviceConfig {
        offloads = offloads.map(DeviceConfig::copy);
    }

    private static Set<Capability> copy(Set<Capability> set) {
        return set.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(set));
    }

    /** {@code pairs} receive and as many transmit queues, standard offloads. */
    public static DeviceConfig queues(int pairs) {
        return new DeviceConfig(pairs, pairs, Optional.empty());
    }

    /** The same with just these offloads on. */
    public DeviceConfig withOffloads(Capability... on) {
        Set<Capability> set = EnumSet.noneOf(Capability.class);
        set.addAll(Arrays.asList(on));
        return new DeviceConfig(rxQueues, txQueues, Optional.of(set));
    }
}
