package org.netdev4j.spi;

import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.QueueCounters;
import org.netdev4j.platform.WaitEvent;

/**
 * What a driver is told of a receive queue; all values are checked against the device's limits.
 *
 * @param device     name for messages
 * @param index      number, from 0
 * @param ringSize   descriptors
 * @param pool       where buffers come from
 * @param interrupts true if the application may arm interrupts
 * @param event      what interrupts signal; null without interrupts
 * @param counters   where to count
 */
public record RxQueueSetup(String device, int index, int ringSize, NetBufPool pool, boolean interrupts, WaitEvent event,
                           QueueCounters counters) {
}
