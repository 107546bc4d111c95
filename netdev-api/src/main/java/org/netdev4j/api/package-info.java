/**
 * For applications: open a device ({@link org.netdev4j.api.NetDevs}), configure and start it ({@link
 * org.netdev4j.api.NetDev}), move bursts of packets ({@link org.netdev4j.api.RxQueue}, {@link
 * org.netdev4j.api.TxQueue}, {@link org.netdev4j.api.NetBuf}).
 */
package org.netdev4j.api;
