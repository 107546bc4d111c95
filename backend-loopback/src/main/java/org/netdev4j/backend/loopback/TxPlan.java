package org.netdev4j.backend.loopback;

import org.netdev4j.api.Capability;
import org.netdev4j.spi.DeviceSettings;

/** The settings as the transmit side needs them. Immutable, as {@link RxPlan}. */
final class TxPlan {
    final int mtu;
    final boolean gathers;
    final boolean insertsVlan;
    final boolean ipChecksum;
    final boolean l4ChecksumIpv4;
    final boolean l4ChecksumIpv6;
    final boolean tsoIpv4;
    final boolean tsoIpv6;

    TxPlan(DeviceSettings settings) {
        mtu = settings.mtu();
        gathers = settings.has(Capability.TX_SCATTER_GATHER);
        insertsVlan = settings.has(Capability.TX_VLAN_INSERT);
        ipChecksum = settings.has(Capability.TX_IPV4_CHECKSUM);
        l4ChecksumIpv4 = settings.has(Capability.TX_L4_CHECKSUM_IPV4);
        l4ChecksumIpv6 = settings.has(Capability.TX_L4_CHECKSUM_IPV6);
        tsoIpv4 = settings.has(Capability.TX_TSO_IPV4);
        tsoIpv6 = settings.has(Capability.TX_TSO_IPV6);
    }
}
