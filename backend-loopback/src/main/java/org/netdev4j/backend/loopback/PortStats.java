package org.netdev4j.backend.loopback;

import java.util.Map;

/** Frames that reached the port and no queue, by reason. Written under the lock of {@link LoopbackIngress}, read racily. */
final class PortStats {
    long unicastFiltered;
    long multicastFiltered;
    long vlanFiltered;
    long linkDown;
    long tooShort;

    void report(Map<String, Long> into) {
        into.put("rx_unicast_filtered", unicastFiltered);
        into.put("rx_multicast_filtered", multicastFiltered);
        into.put("rx_vlan_filtered", vlanFiltered);
        into.put("rx_link_down", linkDown);
        into.put("rx_too_short", tooShort);
    }
}
