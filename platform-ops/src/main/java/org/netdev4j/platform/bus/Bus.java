package org.netdev4j.platform.bus;

import java.util.List;
import java.util.Optional;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.memory.MemoryNeed;
import org.netdev4j.platform.wire.WirePort;

/**
 * Where devices come from. Found by {@link java.util.ServiceLoader}; one per scheme.
 *
 * <p>Implementations have a public constructor without arguments that does nothing costly, and are thread-safe.
 */
public interface Bus {
    /** The scheme of its addresses. */
    String scheme();

    /** One line for people. */
    String description();

    /** Keys that addresses on this bus may carry, besides those of the driver. */
    List<OptionSpec> options();

    /** Devices that can be seen now. A bus that makes its devices on demand lists examples. Never throws for a bus that is absent. */
    List<Found> scan();

    /** True if {@link #attach} takes a wire: the device's far end is then in this process. */
    boolean takesWire();

    /**
     * What a device asks of the platform's memory: to be known before the platform is made. Never throws for a device that is not
     * there or cannot be had, which {@link #attach} says.
     */
    default MemoryNeed needs(DeviceAddress address) {
        return MemoryNeed.ANY;
    }

    /**
     * Attaches a device.
     *
     * @param address  with only keys that {@link #options()} lists; the bus checks the values
     * @param platform memory and time; the device's domain is attached to its DMA space
     * @param wire     what the device's port is plugged into, if the bus takes one; the device closes it
     * @throws org.netdev4j.platform.PlatformException if there is no such device or it cannot be had, with the remedy
     */
    BusDevice attach(DeviceAddress address, Platform platform, Optional<WirePort> wire);

    /**
     * A device seen by {@link #scan()}.
     *
     * @param address     how to name it
     * @param identity    what it is
     * @param description one line
     * @param driver      kernel driver that holds it, if known
     */
    record Found(DeviceAddress address, DeviceIdentity identity, String description, Optional<String> driver) {
    }
}
