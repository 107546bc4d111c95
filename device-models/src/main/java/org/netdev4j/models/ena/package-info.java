/**
 * Amazon's Elastic Network Adapter as an emulated device: what the drivers that Amazon publishes expect of it [AMZN
 * ena_com.c, ena_netdev.c, fbsd/ena.c] [DPDK drivers/net/ena/ena_ethdev.c]. No ENA device has a public datasheet;
 * what follows from no driver is an assumption, and is called one where it is made.
 */
package org.netdev4j.models.ena;
