package org.netdev4j.api;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.netdev4j.net.MacAddress;
import org.netdev4j.platform.Platform;

/**
 * A network device, as an application uses it. Made by {@link NetDevs}.
 *
 * <pre>{@code
 * try (NetDev dev = NetDevs.open("loopback:")) {
 *     dev.configure(DeviceConfig.queues(1));
 *     dev.start();
 *     RxQueue rx = dev.rxQueue(0);
 *     TxQueue tx = dev.txQueue(0);
 *     NetBuf[] burst = new NetBuf[32];
 *     while (running) {
 *         int received = BurstStatus.count(rx.receive(burst, 0, burst.length));
 *         int sent = BurstStatus.count(tx.transmit(burst, 0, received));
 *         NetBufPool.free(burst, sent, received - sent);
 *     }
 * }
 * }</pre>
 *
 * <p><b>Control path</b>: all methods here. Thread-safe; one call at a time runs, others wait. Each says which {@link
 * DeviceState}s allow it; in others it throws {@link DeviceStateException} and changes nothing. Settings (MAC, MTU,
 * filters, RSS, offloads, coalescing) survive stop, start, reset and {@link #configure}, as far as they make sense
 * with the new number of queues.
 *
 * <p><b>Data path</b>: {@link RxQueue}, {@link TxQueue}. Threads that use queues must be out of their calls before
 * {@link #stop()}, {@link #reset()}, {@link #setupRxQueue}, {@link #setupTxQueue}, {@link #configure}, {@link
 * #unconfigure()} and {@link #close()} are called. While a device is FAILED or being reset they may go on calling: the
 * calls do nothing. A call that was under way when the device failed must have returned before {@link #reset()}.
 */
public interface NetDev extends AutoCloseable {
    // ---- what it is

    /** Name of its address, as messages show it. */
    String name();

    /** What it is and can do. Any state. */
    DeviceInfo info();

    /** Where it is in its life; FAILED also while {@link #reset()} runs. Any state. */
    DeviceState state();

    /** The platform it lives on, for pools and time. Any state. */
    Platform platform();

    // ---- life cycle

    /**
     * Fixes the number of queues. From UNCONFIGURED or CONFIGURED; ends in CONFIGURED. Queues of a configuration
     * before are gone, and so are their own pools: buffers of these must have been freed. If the device refuses, it is
     * UNCONFIGURED or FAILED.
     *
     * @throws InvalidConfigurationException  if the device has not so many queues
     * @throws UnsupportedCapabilityException if an offload is asked for that it lacks
     */
    void configure(DeviceConfig config);

    /** Gives the queues and their own pools up. From CONFIGURED; ends in UNCONFIGURED. */
    void unconfigure();

    /** The configuration. CONFIGURED, RUNNING, FAILED. */
    DeviceConfig config();

    /**
     * Sets up a receive queue. CONFIGURED; may be repeated, the object of before is then of no more use. A queue that
     * is not set up gets {@link RxQueueConfig#STANDARD} at start.
     *
     * @throws InvalidConfigurationException if there is no such queue, or the ring size or pool does not suit; the
     *     queue is as before
     * @throws DeviceFaultException          if the device refuses; the queue is then not set up
     */
    RxQueue setupRxQueue(int index, RxQueueConfig config);

    /** Sets up a transmit queue, as {@link #setupRxQueue}. */
    TxQueue setupTxQueue(int index, TxQueueConfig config);

    /**
     * Starts traffic. From CONFIGURED; ends in RUNNING, or, if the device refuses, in CONFIGURED or FAILED.
     *
     * @throws InvalidConfigurationException if receive buffers are too small for the MTU and scatter is off
     * @throws DeviceFaultException          if the device refuses
     */
    void start();

    /**
     * Stops traffic. From RUNNING; ends in CONFIGURED. Buffers in rings are freed; packets not yet sent are lost and
     * not counted.
     */
    void stop();

    /**
     * Resets the device and brings it back as it was before it FAILED: RUNNING if it was running, CONFIGURED if it was
     * configured, with the same queue objects and all settings. Packets in rings are lost. From CONFIGURED, RUNNING, FAILED.
     *
     * @throws DeviceFaultException if it does not come back; it is then FAILED
     */
    void reset();

    /**
     * Frees everything, from any state, also after a failure. Idempotent; never throws for what the device does.
     *
     * @throws org.netdev4j.platform.PlatformException if the wire could not keep what it was to keep, as a capture
     *     file on a full disk; everything is freed nevertheless
     */
    @Override
    void close();

    // ---- queues

    /** A receive queue that is set up. CONFIGURED, RUNNING, FAILED. */
    RxQueue rxQueue(int index);

    /** A transmit queue that is set up. CONFIGURED, RUNNING, FAILED. */
    TxQueue txQueue(int index);

    // ---- settings: CONFIGURED or RUNNING, unless said otherwise

    /** The current address. Any state but CLOSED. */
    MacAddress macAddress();

    /**
     * Changes the address.
     *
     * @throws InvalidConfigurationException if it is a group address or zero
     */
    void setMacAddress(MacAddress address);

    /** Bytes of the largest IP packet. Any state but CLOSED. */
    int mtu();

    /** Changes the MTU. While RUNNING, receive buffers must suit already. */
    void setMtu(int mtu);

    /** True if frames for all addresses are received. */
    boolean promiscuous();

    /** Receives frames for all addresses, or no longer. */
    void setPromiscuous(boolean on);

    /** True if all multicast frames are received. */
    boolean allMulticast();

    /** Receives all multicast frames, or no longer. */
    void setAllMulticast(boolean on);

    /** Replaces the list of multicast addresses to receive. */
    void setMulticastFilter(Collection<MacAddress> addresses);

    /** Replaces the list of further unicast addresses to receive. */
    void setUnicastFilter(Collection<MacAddress> addresses);

    /**
     * Replaces the set of VLANs to receive, used while {@link Capability#VLAN_FILTER} is on. Untagged frames always pass.
     */
    void setVlanFilter(Collection<Integer> vlans);

    /** Offloads that are on. */
    Set<Capability> offloads();

    /** Switches an offload. Packets in flight may have been treated either way. */
    void setOffload(Capability offload, boolean on);

    /** Receive-side scaling as it is in effect: the key and table that the device uses. */
    RssConfig rss();

    /** Changes receive-side scaling; all of it, or, if it is refused, nothing. */
    void setRss(RssConfig config);

    /** Interrupt coalescing in effect. */
    Coalescing coalescing();

    /** Changes interrupt coalescing. */
    void setCoalescing(Coalescing coalescing);

    // ---- what happens

    /** The link. Any state but CLOSED. */
    Link link();

    /** Takes the link down from this side, or up. Needs {@link Capability#LINK_CONTROL}. */
    void setLinkUp(boolean up);

    /** Counters since open or {@link #clearStatistics()}. Any state but CLOSED. */
    Statistics statistics();

    /**
     * Everything that is counted, by name, in a stable order: DPDK's generic names, each queue's ({@code
     * rx_q0_packets}), then the driver's own under the names its other drivers use. A name of the driver's that is a
     * general one too stands with {@code driver_} in front. Any state but CLOSED.
     */
    Map<String, Long> extendedStatistics();

    /** Counts from zero again. Any state but CLOSED. */
    void clearStatistics();

    /**
     * Adds a listener. It is called on the thread on which the event was noticed (a timer, an interrupt, a queue's, or
     * the caller of a control method) and must be quick. Of this device it may call what needs no waiting: {@link
     * #name()}, {@link #info()}, {@link #state()}, {@link #platform()}, {@link #config()} and the getters of settings.
     * Everything else throws {@link IllegalStateException}: a control method on such a thread could wait for ever.
     * Nothing is told once {@link #close()} is called. Any state but CLOSED.
     */
    void addListener(Consumer<DeviceEvent> listener);

    /** Removes a listener. */
    void removeListener(Consumer<DeviceEvent> listener);

    /**
     * Problems noticed that do not stop the device but cost, for people: {@code write combining is off}. Any state but
     * CLOSED.
     */
    List<String> advice();

    /**
     * What this kind of device has beyond network devices in general, as a type that its backend exports. Any state but CLOSED.
     *
     * @return empty if the device has no such extension
     */
    default <T> Optional<T> extension(Class<T> type) {
        return Optional.empty();
    }
}
