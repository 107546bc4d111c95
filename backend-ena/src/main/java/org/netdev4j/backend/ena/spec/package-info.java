/**
 * The hardware's own definitions of ENA: registers, admin commands and completions, events, descriptors. Names are those
 * of the drivers that Amazon publishes, which are the only specification there is [AMZN ena_regs_defs.h,
 * ena_admin_defs.h, ena_eth_io_defs.h]. All fields are little-endian.
 */
package org.netdev4j.backend.ena.spec;
