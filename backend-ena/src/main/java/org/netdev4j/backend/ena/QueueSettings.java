package org.netdev4j.backend.ena;

import org.netdev4j.api.Capability;
import org.netdev4j.api.Coalescing;
import org.netdev4j.api.NetBuf;
import org.netdev4j.spi.DeviceSettings;

/**
 * Settings in force that queues look at on each burst.
 *
 * @param mtu          bytes of IP packet
 * @param ipv4Requests transmit requests that a packet flagged IPv4 may bear
 * @param ipv6Requests transmit requests that a packet flagged IPv6 may bear
 * @param gathers      packets may have several buffers
 * @param rxChecksum   checksum results are reported
 * @param rxHash       the RSS hash is reported
 * @param rxTimestamp  time stamps are reported, if completions bear them
 * @param coalescing   interrupt delays
 */
record QueueSettings(int mtu, int ipv4Requests, int ipv6Requests, boolean gathers, boolean rxChecksum, boolean rxHash,
                     boolean rxTimestamp, Coalescing coalescing) {
    private static final int L4_CHECKSUM = NetBuf.TX_TCP_CHECKSUM | NetBuf.TX_UDP_CHECKSUM;

    /** What the framework says. */
    static QueueSettings of(DeviceSettings settings) {
        int ipv4 = when(settings, Capability.TX_IPV4_CHECKSUM, NetBuf.TX_IP_CHECKSUM)
            | when(settings, Capability.TX_L4_CHECKSUM_IPV4, L4_CHECKSUM)
            | when(settings, Capability.TX_TSO_IPV4, NetBuf.TX_TSO);
        int ipv6 = when(settings, Capability.TX_L4_CHECKSUM_IPV6, L4_CHECKSUM)
            | when(settings, Capability.TX_TSO_IPV6, NetBuf.TX_TSO);
        return new QueueSettings(settings.mtu(), ipv4, ipv6, settings.has(Capability.TX_SCATTER_GATHER),
            settings.has(Capability.RX_CHECKSUM), settings.has(Capability.RSS_HASH), settings.has(Capability.RX_TIMESTAMP),
            settings.coalescing());
    }

    private static int when(DeviceSettings settings, Capability offload, int requests) {
        return settings.has(offload) ? requests : 0;
    }
}
