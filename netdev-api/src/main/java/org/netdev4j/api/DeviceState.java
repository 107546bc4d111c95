package org.netdev4j.api;

/**
 * Where a device is in its life.
 *
 * <pre>
 *   UNPROBED -> UNCONFIGURED -> CONFIGURED -> RUNNING
 *                    ^  configure()  |  ^ stop() |
 *                    +-unconfigure()-+  +--------+      any state -> FAILED -> reset()
 *                                                       any state -> CLOSED
 * </pre>
 *
 * <p>The states are uknetdev's [unikraft lib/uknetdev/include/uk/netdev_core.h, eaf6fda1], with the way back that it
 * lacks. A call that the state does not allow throws {@link DeviceStateException} and changes nothing.
 */
public enum DeviceState {
    /** Known to the bus, not yet taken by a driver. A {@link NetDev} that a caller holds is never in this state. */
    UNPROBED,
    /** Taken by a driver: identity, limits and capabilities are known. */
    UNCONFIGURED,
    /** Numbers of queues are fixed; queues can be set up and settings made. No traffic. */
    CONFIGURED,
    /** Traffic. */
    RUNNING,
    /**
     * The device broke, or a step failed half-way. Queues accept and deliver nothing. {@link NetDev#reset()} may bring
     * it back.
     */
    FAILED,
    /** Everything is freed. */
    CLOSED
}
