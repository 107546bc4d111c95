package org.netdev4j.spi;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.netdev4j.api.Capability;
import org.netdev4j.api.Coalescing;
import org.netdev4j.api.RssConfig;
import org.netdev4j.net.MacAddress;

/**
 * Everything that a device is set to: what a driver applies at configure and after a reset. Immutable; checked against
 * the device's limits.
 *
 * @param rxQueues     receive queues
 * @param txQueues     transmit queues
 * @param offloads     offloads that are on
 * @param mac          address
 * @param mtu          MTU
 * @param promiscuous  receive all
 * @param allMulticast receive all multicast
 * @param multicast    multicast filter
 * @param unicast      further unicast addresses
 * @param vlans        VLAN filter
 * @param rss          receive-side scaling, if the device has it
 * @param coalescing   interrupt coalescing
 */
public record DeviceSettings(int rxQueues, int txQueues, Set<Capability> offloads, MacAddress mac, int mtu,
                             boolean promiscuous, boolean allMulticast, List<MacAddress> multicast, List<MacAddress> unicast,
                             Set<Integer> vlans, Optional<RssConfig> rss, Coalescing coalescing) {
    public DeviceSettings {
        offloads = Set.copyOf(offloads);
        multicast = List.copyOf(multicast);
        unicast = List.copyOf(unicast);
        vlans = Set.copyOf(vlans);
    }

    /** What a device is set to before anybody has set anything. */
    public static DeviceSettings initial(MacAddress mac, int mtu) {
        return new DeviceSettings(0, 0, Set.of(), mac, mtu, false, false, List.of(), List.of(), Set.of(), Optional.empty(),
            Coalescing.NONE);
    }

    /** True if an offload is on. */
    public boolean has(Capability offload) {
        return offloads.contains(offload);
    }

    /** A copy to change. */
    public Editor edit() {
        return new Editor(this);
    }

    /** Settings being changed. */
    public static final class Editor {
        private int rxQueues;
        private int txQueues;
        private Set<Capability> offloads;
        private MacAddress mac;
        private int mtu;
        private boolean promiscuous;
        private boolean allMulticast;
        private Collection<MacAddress> multicast;
        private Collection<MacAddress> unicast;
        private Collection<Integer> vlans;
        private Optional<RssConfig> rss;
        private Coalescing coalescing;

        private Editor(DeviceSettings from) {
            rxQueues = from.rxQueues;
            txQueues = from.txQueues;
            offloads = from.offloads;
            mac = from.mac;
            mtu = from.mtu;
            promiscuous = from.promiscuous;
            allMulticast = from.allMulticast;
            multicast = from.multicast;
            unicast = from.unicast;
            vlans = from.vlans;
            rss = from.rss;
            coalescing = from.coalescing;
        }

        public Editor queues(int rx, int tx) {
            rxQueues = rx;
            txQueues = tx;
            return this;
        }

        public Editor offloads(Set<Capability> on) {
            offloads = on;
            return this;
        }

        public Editor mac(MacAddress address) {
            mac = address;
            return this;
        }

        public Editor mtu(int bytes) {
            mtu = bytes;
            return this;
        }

        public Editor promiscuous(boolean on) {
            promiscuous = on;
            return this;
        }

        public Editor allMulticast(boolean on) {
            allMulticast = on;
            return this;
        }

        public Editor multicast(Collection<MacAddress> addresses) {
            multicast = addresses;
            return this;
        }

        public Editor unicast(Collection<MacAddress> addresses) {
            unicast = addresses;
            return this;
        }

        public Editor vlans(Collection<Integer> ids) {
            vlans = ids;
            return this;
        }

        public Editor rss(RssConfig config) {
            rss = Optional.of(config);
            return this;
        }

        public Editor coalescing(Coalescing values) {
            coalescing = values;
            return this;
        }

        /** The changed settings. */
        public DeviceSettings done() {
            return new DeviceSettings(rxQueues, txQueues, offloads, mac, mtu, promiscuous, allMulticast,
                List.copyOf(multicast), List.copyOf(unicast), new TreeSet<>(vlans), rss, coalescing);
        }
    }
}
