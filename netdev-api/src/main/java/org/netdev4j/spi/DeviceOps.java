package org.netdev4j.spi;

import java.util.List;
import java.util.Map;
import org.netdev4j.api.DeviceInfo;
import org.netdev4j.api.Link;
import org.netdev4j.api.RxQueue;
import org.netdev4j.api.TxQueue;

/**
 * What a driver implements: uknetdev's ops table [unikraft lib/uknetdev/include/uk/netdev_core.h, eaf6fda1], with the way back.
 *
 * <p>The framework keeps the life cycle: it checks states, arguments and limits, serialises all calls here, keeps the settings and the counters,
 * and opens and shuts the queues' data path around {@link #start()} and {@link #stop()}. A driver only moves the hardware.
 *
 * <p>A method that fails throws {@link org.netdev4j.api.DeviceFaultException} (made by {@link DeviceContext#fault}) and leaves the
 * device so that {@link #close()} frees everything. It must not leave anything behind that close() does not know of.
 */
public interface DeviceOps {
    /** Identity, limits and capabilities; the same object each time, right from the moment the driver is open. */
    DeviceInfo info();

    /** Takes the queue counts and all settings. Called while no queue exists. */
    void configure(DeviceSettings settings);

    /** Makes a receive queue. The object serves until {@link #unconfigure()}, over any number of start, stop and reset. */
    RxQueue newRxQueue(RxQueueSetup setup);

    /** Makes a transmit queue. */
    TxQueue newTxQueue(TxQueueSetup setup);

    /**
     * Throws away a queue that was set up anew, before its successor is made. Frees what the queue holds.
     */
    void discard(RxQueue queue);

    /** As {@link #discard(RxQueue)}. */
    void discard(TxQueue queue);

    /** Starts traffic; all queues exist. If it throws, the driver has stopped what it had started. */
    void start();

    /** Stops traffic and gives all buffers in rings back to their pools. Called in RUNNING and in FAILED; never throws for what the device does. */
    void stop();

    /** Throws all queues away. */
    void unconfigure();

    /** Resets the device and applies {@code settings}; the queues are stopped, stay, and are empty. */
    void reset(DeviceSettings settings);

    /** Frees everything; called once, in any state, after {@link #stop()} if traffic ran. Never throws for what the device does. */
    void close();

    /**
     * Applies a change of the settings while CONFIGURED or RUNNING. The framework has checked it against limits and capabilities; on a
     * throw it keeps {@code before}, and so must the device.
     *
     * @param before settings in effect
     * @param after  settings wanted; differ in the part named by {@code what}
     * @param what   which part changed
     */
    void apply(DeviceSettings before, DeviceSettings after, Setting what);

    /** The link now. */
    Link link();

    /** Takes the link down or up; called only with {@link org.netdev4j.api.Capability#LINK_CONTROL}. */
    void setLinkUp(boolean up);

    /** Frames that the device dropped and no queue's counters show; rises only, except over a device reset. */
    long missed();

    /** The driver's own statistics, by name, in a stable order; rise only. */
    Map<String, Long> extendedStatistics();

    /** Problems noticed that do not stop the device but cost, for people. */
    List<String> advice();

    /** Parts of the settings. */
    enum Setting {
        OFFLOADS, MAC, MTU, PROMISCUOUS, ALL_MULTICAST, MULTICAST_FILTER, UNICAST_FILTER, VLAN_FILTER, RSS, COALESCING
    }
}
