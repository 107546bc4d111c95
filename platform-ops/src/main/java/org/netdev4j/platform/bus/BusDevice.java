package org.netdev4j.platform.bus;

/**
 * A device that a {@link Bus} has attached: the thing a driver is given. What can be done with it depends on its kind
 * ({@link PciFunction}, or a type of the bus's own).
 */
public interface BusDevice extends AutoCloseable {
    /** Where it is. */
    DeviceAddress address();

    /** What it is. */
    DeviceIdentity identity();

    /** One line for people: {@code Elastic Network Adapter (ENA), simulated}. */
    String description();

    /** Detaches; the device is quiet and its memory unmapped afterwards. Idempotent. */
    @Override
    void close();
}
