package org.netdev4j.spi;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.netdev4j.api.DeviceInfo;
import org.netdev4j.api.Link;
import org.netdev4j.api.RxQueue;
import org.netdev4j.api.TxQueue;

/**
 * What a driver implements: uknetdev's ops table [unikraft lib/uknetdev/include/uk/netdev_core.h, eaf6fda1], with the
 * way back.
 *
 * <p>The framework keeps the life cycle: it checks states, arguments and limits, serialises all calls here, keeps the
 * settings and the counters, and opens and shuts the queues' data path around {@link #start()} and {@link #stop()}. A
 * driver only moves the hardware. Methods with a body are called only for devices that have the capability named; a
 * driver without it leaves them alone.
 *
 * <p><b>Errors.</b> A method that is refused by the device throws {@link org.netdev4j.api.DeviceFaultException} (made
 * by {@link DeviceContext#fault}), or lets a {@link org.netdev4j.platform.PlatformException} through, and has then
 * taken back what it did: it may be called again. If that cannot be, it calls {@link DeviceContext#fail} as well. Any
 * other exception is a mistake of the driver: the framework declares the device FAILED. {@link #stop()}, {@link
 * #unconfigure()}, {@link #discard} and {@link #close()} are never refused; what they throw makes the device FAILED.
 */
public interface DeviceOps {
    /** Identity, limits and capabilities. Asked once, when the device is open. */
    DeviceInfo info();

    /** Takes the queue counts and all settings. Called while no queue exists. */
    void configure(DeviceSettings settings);

    /**
     * Makes a receive queue. The object serves until {@link #discard(RxQueue)} or {@link #unconfigure()}, over any
     * number of start, stop and reset. Called while CONFIGURED.
     */
    RxQueue newRxQueue(RxQueueSetup setup);

    /** Makes a transmit queue, as {@link #newRxQueue}. */
    TxQueue newTxQueue(TxQueueSetup setup);

    /**
     * Throws away a queue that was set up anew, before its successor is made. Frees what the queue holds besides objects: the memory of its ring,
     * the device's own notion of it. Nothing to do for a driver whose queues hold nothing while there is no traffic.
     */
    default void discard(RxQueue queue) {
        // nothing held
    }

    /** As {@link #discard(RxQueue)}. */
    default void discard(TxQueue queue) {
        // nothing held
    }

    /** Starts traffic; all queues exist. If it throws, the driver has stopped what it had started. */
    void start();

    /**
     * Stops traffic and gives all buffers in rings back to their pools. Called once after each {@link #start()} that
     * succeeded, in RUNNING and in FAILED; never throws for what the device does. No thread is in a queue.
     */
    void stop();

    /** Throws all queues away, as {@link #discard(RxQueue)} does one. The device is as it was before {@link #configure}. */
    default void unconfigure() {
        // nothing held
    }

    /**
     * Resets the device and applies {@code settings}, also those that the device had lost long before; the queues are
     * stopped, stay, and are empty. Needs {@link org.netdev4j.api.Capability#RESET}.
     *
     * @param settings everything; with 0 queues if the device is not configured
     */
    default void reset(DeviceSettings settings) {
        throw new UnsupportedOperationException("reset");
    }

    /**
     * Frees everything; called once, in any state, after {@link #stop()} if traffic ran, and without {@link
     * #unconfigure()}. Never throws for what the device does. When it returns the device touches no memory, and no
     * thread or timer of the driver runs.
     */
    void close();

    /**
     * Applies a change of the settings while CONFIGURED or RUNNING. The framework has checked it against limits and
     * capabilities; on a throw it keeps {@code before}, and so must the device. Called only with the capability that
     * the setting needs.
     *
     * @param before settings in effect
     * @param after  settings wanted; differ in the part named by {@code what}
     * @param what   which part changed
     */
    default void apply(DeviceSettings before, DeviceSettings after, Setting what) {
        throw new UnsupportedOperationException("setting " + what);
    }

    /** The link now. */
    Link link();

    /** Takes the link down or up. Needs {@link org.netdev4j.api.Capability#LINK_CONTROL}. */
    default void setLinkUp(boolean up) {
        throw new UnsupportedOperationException("link control");
    }

    /**
     * Frames that the device dropped and no queue's counters show; rises only, except that it may start from 0 after
     * {@link #reset}. Never throws for what the device does: a device that is gone has its last value.
     */
    default long missed() {
        return 0;
    }

    /** The driver's own statistics, by name, in a stable order; they rise and fall as {@link #missed()}. */
    default Map<String, Long> extendedStatistics() {
        return Map.of();
    }

    /** Problems noticed that do not stop the device but cost, for people. */
    default List<String> advice() {
        return List.of();
    }

    /**
     * What this kind of device has beyond the SPI, as a type of the backend's. Its methods are called by the application directly, on
     * any thread, also beside methods here: it brings order of its own.
     */
    default <T> Optional<T> extension(Class<T> type) {
        return Optional.empty();
    }

    /** Parts of the settings. */
    enum Setting {
        OFFLOADS, MAC, MTU, PROMISCUOUS, ALL_MULTICAST, MULTICAST_FILTER, UNICAST_FILTER, VLAN_FILTER, RSS, COALESCING
    }
}
