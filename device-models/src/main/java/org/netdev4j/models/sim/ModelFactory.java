package org.netdev4j.models.sim;

import java.util.List;
import java.util.Map;
import org.netdev4j.models.device.DeviceModel;
import org.netdev4j.models.device.FaultSpec;
import org.netdev4j.platform.bus.DeviceIdentity;
import org.netdev4j.platform.bus.OptionSpec;

/**
 * Makes device models of one kind. Found by {@link java.util.ServiceLoader}; has a public constructor without arguments
 * that does nothing costly, and is thread-safe.
 */
public interface ModelFactory {
    /** The locator of addresses: {@code ena} for {@code sim:ena}. */
    String name();

    /** One line for people, as {@code Elastic Network Adapter (ENA)}. */
    String description();

    /** What the device says it is if no option changes it. */
    DeviceIdentity.Pci identity();

    /** Keys of addresses that this model understands, besides those of the bus. */
    List<OptionSpec> options();

    /** Faults that the model asks its {@link org.netdev4j.models.device.FaultPlan} for. */
    List<FaultSpec> faults();

    /**
     * Makes a device that is not plugged in.
     *
     * @param options only keys of {@link #options()}
     * @throws IllegalArgumentException if a value is not allowed, with one line that begins with key and value, as
     *     {@code mtu="99": not from 128 to 9216}
     */
    DeviceModel create(Map<String, String> options);
}
