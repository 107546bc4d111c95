package org.netdev4j.api;

/**
 * Kinds of packets that can have hash fields of their own; names as {@code ethtool -n rx-flow-hash} has them, where it does.
 */
public enum FlowType {
    IPV4("ip4"), IPV4_TCP("tcp4"), IPV4_UDP("udp4"), IPV4_FRAGMENT("ip4-frag"),
    IPV6("ip6"), IPV6_TCP("tcp6"), IPV6_UDP("udp6"), OTHER("ether");

    private final String label;

    FlowType(String label) {
        this.label = label;
    }

    /** Name for people and config. */
    public String label() {
        return label;
    }
}
