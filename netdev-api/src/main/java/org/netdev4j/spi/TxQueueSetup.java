package org.netdev4j.spi;

import org.netdev4j.api.QueueCounters;

/**
 * What a driver is told of a transmit queue; all values are checked against the device's limits.
 *
 * @param device   name for messages
 * @param index    number, from 0
 * @param ringSize descriptors
 * @param counters where to count
 */
public record TxQueueSetup(String device, int index, int ringSize, QueueCounters counters) {
}
