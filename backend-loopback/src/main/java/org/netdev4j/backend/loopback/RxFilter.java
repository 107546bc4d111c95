package org.netdev4j.backend.loopback;

import java.util.Set;
import org.netdev4j.api.Capability;
import org.netdev4j.net.Ethernet;
import org.netdev4j.net.MacAddress;
import org.netdev4j.spi.DeviceSettings;

/** Which frames the device takes. Immutable. */
final class RxFilter {
    private final long own;
    private final boolean promiscuous;
    private final boolean allMulticast;
    private final MacSet multicast;
    private final MacSet unicast;
    private final boolean byVlan;
    // One bit for each VLAN id.
    private final long[] vlans = new long[64];

    RxFilter(DeviceSettings settings) {
        own = settings.mac().value();
        promiscuous = settings.promiscuous();
        allMulticast = settings.allMulticast();
        multicast = new MacSet(settings.multicast());
        unicast = new MacSet(settings.unicast());
        byVlan = settings.has(Capability.VLAN_FILTER);
        Set<Integer> ids = settings.vlans();
        ids.forEach(id -> vlans[id >>> 6] |= 1L << id);
    }

    /** True if frames to this address, in the low 48 bits, are taken. */
    boolean takesAddress(long destination) {
        if (promiscuous || destination == own || destination == MacAddress.BROADCAST.value()) {
            return true;
        }
        return Ethernet.isMulticast(destination)
            ? allMulticast || multicast.contains(destination)
            : unicast.contains(destination);
    }

    /** True if tagged frames are looked at. */
    boolean looksAtVlan() {
        return byVlan;
    }

    /**
     * True if frames of this VLAN are taken. Id 0, which says that a frame has a priority and no VLAN, must be in the
     * filter as any other: the frame has a tag.
     */
    boolean takesVlan(int id) {
        return !byVlan || (vlans[id >>> 6] >>> id & 1) != 0;
    }
}
