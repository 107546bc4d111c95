package org.netdev4j.api;

/**
 * What a device can do. The vocabulary is DPDK's feature list [DPDK doc/guides/nics/features/default.ini], where it has a
 * word; {@link #label()} is that word.
 *
 * <p>A capability that {@link #isOffload()} can be switched with {@link NetDev#setOffload}; the others are simply there.
 */
public enum Capability {
    LINK_STATUS("Link status"),
    LINK_EVENTS("Link status event"),
    LINK_CONTROL("Link control"),
    RX_INTERRUPT("Rx interrupt"),
    MTU_UPDATE("MTU update"),
    MAC_SET("Unicast MAC set"),
    PROMISCUOUS("Promiscuous mode"),
    ALL_MULTICAST("Allmulticast mode"),
    MULTICAST_FILTER("Multicast MAC filter"),
    UNICAST_FILTER("Unicast MAC filter"),
    VLAN_FILTER("VLAN filter", "rx-vlan-filter"),
    RESET("Device reset"),
    COALESCING("Interrupt coalescing"),
    ADAPTIVE_COALESCING("Adaptive interrupt coalescing"),
    EXTENDED_STATISTICS("Extended stats"),

    RSS_HASH("RSS hash", "receive-hashing"),
    RSS_KEY_UPDATE("RSS key update"),
    RSS_TABLE_UPDATE("RSS reta update"),
    RSS_FIELDS_UPDATE("RSS hash fields update"),

    RX_SCATTER("Scattered Rx", "rx-scatter"),
    RX_CHECKSUM("L3/L4 checksum offload (Rx)", "rx-checksumming"),
    RX_VLAN_STRIP("VLAN offload (strip)", "rx-vlan-offload"),
    RX_TIMESTAMP("Timestamp offload (Rx)", "rx-timestamp"),

    TX_SCATTER_GATHER("Multi-segment Tx", "scatter-gather"),
    TX_IPV4_CHECKSUM("L3 checksum offload (Tx)", "tx-checksum-ip"),
    TX_L4_CHECKSUM_IPV4("L4 checksum offload (Tx, IPv4)", "tx-checksum-ipv4"),
    TX_L4_CHECKSUM_IPV6("L4 checksum offload (Tx, IPv6)", "tx-checksum-ipv6"),
    TX_TSO_IPV4("TSO (IPv4)", "tx-tcp-segmentation"),
    TX_TSO_IPV6("TSO (IPv6)", "tx-tcp6-segmentation"),
    TX_VLAN_INSERT("VLAN offload (insert)", "tx-vlan-offload");

    private final String label;
    private final String feature;

    Capability(String label) {
        this(label, null);
    }

    Capability(String label, String feature) {
        this.label = label;
        this.feature = feature;
    }

    /** DPDK's word for it, or the nearest. */
    public String label() {
        return label;
    }

    /** True if it can be switched on and off. */
    public boolean isOffload() {
        return feature != null;
    }

    /** The name under which {@code ethtool -k} shows it; empty if it is no offload. */
    public String featureName() {
        return feature == null ? "" : feature;
    }
}
