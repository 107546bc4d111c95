package org.netdev4j.backend.ena.spec;

/**
 * The register that tells the device which NUMA node serves a completion queue [AMZN ena_eth_io_defs.h, struct
 * ena_eth_io_numa_node_cfg_reg].
 */
public final class NumaConfig {
    /** The node is meant. */
    public static final int ENABLED = 1 << 31;

    private NumaConfig() {
    }

    /** A value to write. */
    public static int of(int node) {
        return node & 0xff | ENABLED;
    }
}
