package org.netdev4j.spi;

import java.util.List;
import org.netdev4j.platform.bus.BusDevice;
import org.netdev4j.platform.bus.DeviceIdentity;
import org.netdev4j.platform.bus.OptionSpec;

/**
 * A driver. Found by {@link java.util.ServiceLoader}: a third party adds a backend by putting one jar on the path.
 *
 * <p>Implementations have a public constructor without arguments that does nothing costly, and are thread-safe.
 */
public interface NetDevDriver {
    /** Name, as config writes it: {@code ena}. */
    String name();

    /** Version of the driver. */
    String version();

    /** One line for people. */
    String description();

    /** True if it can drive such a device. */
    boolean drives(DeviceIdentity identity);

    /** For people: what it drives, as {@code 1d0f:ec20 1d0f:0ec2}. */
    List<String> identities();

    /** Keys of its own that an address may carry; none unless overridden. */
    default List<OptionSpec> options() {
        return List.of();
    }

    /**
     * Takes a device: finds out what it is, and leaves it quiet.
     *
     * @param device  a device that {@link #drives}; the framework closes it after the driver
     * @param context what to work with
     * @throws org.netdev4j.api.NetDevException if it cannot be driven; everything taken is given back
     */
    DeviceOps open(BusDevice device, DeviceContext context);
}
