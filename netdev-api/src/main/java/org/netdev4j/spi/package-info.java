/**
 * For driver authors: what a driver implements ({@link org.netdev4j.spi.NetDevDriver}, {@link
 * org.netdev4j.spi.DeviceOps}) and what it is given. Queues are made by extending {@link org.netdev4j.api.RxQueue} and
 * {@link org.netdev4j.api.TxQueue}.
 */
package org.netdev4j.spi;
