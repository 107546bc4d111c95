package org.netdev4j.net;

/** Values of IPv4's protocol and IPv6's next-header field [IANA, "Assigned Internet Protocol Numbers"]. */
public final class IpProtocol {
    /** IPv6 hop-by-hop options. */
    public static final int HOP_BY_HOP = 0;
    /** Internet Control Message Protocol for IPv4. */
    public static final int ICMP = 1;
    /** Transmission Control Protocol. */
    public static final int TCP = 6;
    /** User Datagram Protocol. */
    public static final int UDP = 17;
    /** IPv6 routing header. */
    public static final int ROUTING = 43;
    /** IPv6 fragment header. */
    public static final int FRAGMENT = 44;
    /** Encapsulating security payload: what follows is encrypted. */
    public static final int ESP = 50;
    /** Authentication header. */
    public static final int AUTHENTICATION = 51;
    /** Internet Control Message Protocol for IPv6. */
    public static final int ICMPV6 = 58;
    /** Nothing follows the IPv6 header. */
    public static final int NO_NEXT_HEADER = 59;
    /** IPv6 destination options. */
    public static final int DESTINATION_OPTIONS = 60;

    private IpProtocol() {
    }
}
