package org.netdev4j.backend.loopback;

import org.netdev4j.api.Capability;
import org.netdev4j.api.Coalescing;
import org.netdev4j.net.Ethernet;
import org.netdev4j.net.PacketParser;
import org.netdev4j.net.Vlan;
import org.netdev4j.spi.DeviceSettings;

/**
 * The settings as the receive side needs them. Immutable: a change makes another one, and threads at work keep to the one
 * they began with.
 */
final class RxPlan {
    /** Ethernet header and as many tags as are looked past. */
    static final int LONGEST_L2 = Ethernet.HEADER_LENGTH + PacketParser.MOST_TAGS * Vlan.HEADER_LENGTH;

    final RxFilter filter;
    final RssSelector rss;
    final Coalescing coalescing;
    final int mtu;
    final boolean checksums;
    final boolean stripsVlan;
    final boolean scatters;
    final boolean givesHash;
    final boolean stamps;
    /** True if frames must be chosen a queue. */
    final boolean spreads;
    /** True if a frame's headers have to be found even if its length is in order. */
    final boolean parses;

    RxPlan(DeviceSettings settings) {
        filter = new RxFilter(settings);
        rss = new RssSelector(settings.rss().orElseThrow());
        coalescing = settings.coalescing();
        mtu = settings.mtu();
        checksums = settings.has(Capability.RX_CHECKSUM);
        stripsVlan = settings.has(Capability.RX_VLAN_STRIP);
        scatters = settings.has(Capability.RX_SCATTER);
        givesHash = settings.has(Capability.RSS_HASH);
        stamps = settings.has(Capability.RX_TIMESTAMP);
        spreads = settings.rxQueues() > 1;
        parses = checksums || stripsVlan || givesHash || spreads || filter.looksAtVlan();
    }

    /** Bytes of the longest frame that can be legal; a longer one may be cut. */
    int longestFrame() {
        return mtu + LONGEST_L2;
    }
}
