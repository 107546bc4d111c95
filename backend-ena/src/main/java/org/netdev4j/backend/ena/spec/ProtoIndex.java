package org.netdev4j.backend.ena.spec;

/** The numbers by which descriptors name protocols [AMZN ena_eth_io_defs.h]. */
public final class ProtoIndex {
    /** None that the device knows. */
    public static final int UNKNOWN = 0;

    /** Network layer: IPv4. */
    public static final int L3_IPV4 = 8;
    /** Network layer: IPv6. */
    public static final int L3_IPV6 = 11;
    /** Network layer: Fibre Channel over Ethernet. */
    public static final int L3_FCOE = 21;
    /** Network layer: RDMA over converged Ethernet. */
    public static final int L3_ROCE = 22;

    /** Transport layer: TCP. */
    public static final int L4_TCP = 12;
    /** Transport layer: UDP. */
    public static final int L4_UDP = 13;
    /** Transport layer: routable RDMA over converged Ethernet. */
    public static final int L4_ROUTABLE_ROCE = 23;

    private ProtoIndex() {
    }
}
