package org.netdev4j.models.sim;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.netdev4j.models.device.DeviceModel;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.Suggest;
import org.netdev4j.platform.bus.Bus;
import org.netdev4j.platform.bus.BusDevice;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.DeviceAddress.BadAddressException;
import org.netdev4j.platform.bus.OptionSpec;
import org.netdev4j.platform.wire.WirePort;
import org.netdev4j.platform.wire.Wires;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plugs device models into this process: {@code sim:MODEL[,key=value]...}. Models are found by {@link ServiceLoader}.
 * Without a wire the device's port is plugged into itself: what is sent is received.
 *
 * <p>With a real clock a device runs on a thread of its own; with a virtual one it is stepped by the clock, and
 * everything it does follows from its seed.
 */
public final class SimBus implements Bus {
    static final String SCHEME = "sim";

    private static final Logger LOG = LoggerFactory.getLogger(SimBus.class);
    // A path that cannot be read at all fails anew at each step.
    private static final int MOST_PROBLEMS = 100;

    /** For {@link ServiceLoader}. */
    public SimBus() {
        // nothing to set up
    }

    private static Map<String, ModelFactory> models() {
        Map<String, ModelFactory> found = new TreeMap<>();
        Iterator<ModelFactory> all = ServiceLoader.load(ModelFactory.class).iterator();
        boolean more = true;
        int problems = 0;
        while (more && problems < MOST_PROBLEMS) {
            try {
                more = all.hasNext();
                if (more) {
                    ModelFactory factory = all.next();
                    found.putIfAbsent(factory.name(), factory);
                }
            } catch (ServiceConfigurationError | LinkageError e) {
                problems++;
                LOG.warn("a device model could not be loaded: {}", e.toString());
            }
        }
        return found;
    }

    @Override
    public String scheme() {
        return SCHEME;
    }

    @Override
    public String description() {
        return "device models in this process, on any wire";
    }

    /** Keys of the bus and of all models; which of them a model takes is checked when it is attached. */
    @Override
    public List<OptionSpec> options() {
        Map<String, OptionSpec> all = new LinkedHashMap<>();
        SimOptions.specs().forEach(spec -> all.put(spec.key(), spec));
        models().values().forEach(model -> model.options().forEach(spec -> all.putIfAbsent(spec.key(), spec)));
        return List.copyOf(all.values());
    }

    @Override
    public List<Found> scan() {
        List<Found> all = new ArrayList<>();
        models().forEach((name, model) -> all.add(new Found(new DeviceAddress(SCHEME, name, Map.of()),
            model.identity(), model.description() + ", simulated, made on demand", Optional.empty())));
        return all;
    }

    @Override
    public boolean takesWire() {
        return true;
    }

    /** Attaches a device, which is a {@link SimDevice} as well as a {@link org.netdev4j.platform.bus.PciFunction}. */
    @Override
    public BusDevice attach(DeviceAddress address, Platform platform, Optional<WirePort> wire) {
        Map<String, ModelFactory> models = models();
        ModelFactory factory = models.get(address.locator());
        if (factory == null) {
            throw new BadAddressException(address.toString(), "there is no device model \"" + address.locator()
                + "\"; there are " + (models.isEmpty() ? "none on the path" : String.join(", ", models.keySet()))
                + Suggest.didYouMean(address.locator(), models.keySet()));
        }
        SimOptions options = SimOptions.parse(address, factory.options());
        DeviceModel model = create(factory, options, address);
        String name = name(address, options);
        SimFunction function;
        try {
            WirePort port = wire.orElseGet(() -> Wires.open("self:", platform));
            function = new SimFunction(name, address, options, factory, model, platform, port);
        } catch (RuntimeException e) {
            SimDevices.release(name);
            throw e;
        }
        try {
            function.plugIn();
        } catch (RuntimeException e) {
            closeAfter(function, e);
            throw e;
        }
        return function;
    }

    private static DeviceModel create(ModelFactory factory, SimOptions options, DeviceAddress address) {
        try {
            return factory.create(options.model());
        } catch (IllegalArgumentException e) {
            throw new BadAddressException(address.toString(), e.getMessage());
        }
    }

    private static String name(DeviceAddress address, SimOptions options) {
        if (options.name().isEmpty()) {
            return SimDevices.reserveNumbered(address.name() + "#");
        }
        String wanted = options.name().get();
        if (!SimDevices.reserve(wanted)) {
            throw new PlatformException("device address \"" + address + "\": name=\"" + wanted
                + "\": a simulated device of that name is plugged in; close it, or choose another name");
        }
        return wanted;
    }

    private static void closeAfter(SimFunction function, RuntimeException e) {
        try {
            function.close();
        } catch (RuntimeException inClose) {
            e.addSuppressed(inClose);
        }
    }
}
