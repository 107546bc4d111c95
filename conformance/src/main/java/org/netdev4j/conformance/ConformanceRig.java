package org.netdev4j.conformance;

import java.util.List;
import java.util.Set;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.bus.DeviceAddress;

/**
 * Gives the suite a device under test and the far end of its wire. Found by {@link java.util.ServiceLoader}; who writes
 * a driver for a bus that takes a wire needs none, since {@link WiredRig} serves it.
 *
 * <p>Implementations have a public constructor without arguments that does nothing costly. One thread at a time uses a
 * rig.
 */
public interface ConformanceRig {
    /** Name, by which it can be asked for. */
    String name();

    /** One line for people. */
    String description();

    /** True if it can open such a device. Of several rigs the first that is not {@link WiredRig} is used. */
    boolean serves(DeviceAddress address);

    /** Faults that it can inject into such a device. */
    Set<FaultKind> faults(DeviceAddress address);

    /**
     * Faults of the device's model that it can inject, by the model's own names. A device that has them from power on is opened
     * with the key {@code faults} in its address: {@code NAME[@PLACE][:skip=N][:count=N][:value=N]}, joined by {@code +}.
     */
    default Set<String> namedFaults(DeviceAddress address) {
        return Set.of();
    }

    /** True if it counts the driver's register accesses, and can let a fault come after any number of them. */
    default boolean countsAccesses(DeviceAddress address) {
        return false;
    }

    /**
     * The platform for a case. A rig of a stepped device gives it a virtual clock.
     *
     * @param address  the device that will be opened on it
     * @param prepared a builder that reports leaks to the suite and has the case's random numbers
     * @return the platform; the suite closes it
     */
    default Platform platform(DeviceAddress address, Platform.Builder prepared) {
        return prepared.build();
    }

    /**
     * Opens a device, with no other traffic on its wire. May be called again while a device that it opened before is
     * still open.
     *
     * @param address  the device
     * @param driver   its driver's name, or {@link org.netdev4j.api.NetDevs#AUTO}
     * @param platform where it lives
     * @throws RuntimeException if it cannot be opened, with everything taken given back
     */
    RiggedDevice open(DeviceAddress address, String driver, Platform platform);

    /** Gives back what it holds besides the devices that it opened. Called once, after the last case. */
    default void close() {
    }

    /**
     * Opens a device that has faults from power on.
     *
     * @param faults what goes wrong; of kinds that the rig offers
     * @throws RuntimeException if it cannot be opened, with everything taken given back
     */
    default RiggedDevice open(DeviceAddress address, String driver, Platform platform, List<Fault> faults) {
        if (!faults.isEmpty()) {
            throw new UnsupportedOperationException("rig " + name() + " has no faults from power on");
        }
        return open(address, driver, platform);
    }
}
