package org.netdev4j.api;

/**
 * How a transmit queue is to be.
 *
 * @param ringSize descriptors; 0 for the device's standard
 */
public record TxQueueConfig(int ringSize) {
    /** The device's standard ring. */
    public static final TxQueueConfig STANDARD = new TxQueueConfig(0);
}
