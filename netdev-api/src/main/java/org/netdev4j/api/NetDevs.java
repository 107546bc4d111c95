package org.netdev4j.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.Suggest;
import org.netdev4j.platform.bus.Bus;
import org.netdev4j.platform.bus.BusDevice;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.OptionSpec;
import org.netdev4j.platform.wire.WirePort;
import org.netdev4j.spi.NetDevDriver;

/** Opens devices. Buses and drivers are found by {@link ServiceLoader}; nothing else is needed. Thread-safe. */
public final class NetDevs {
    /** The driver name that means: whichever drives the device. */
    public static final String AUTO = "auto";

    private NetDevs() {
    }

    /**
     * Opens a device with a platform of its own, which closes with it.
     *
     * @param address {@code scheme:locator[,key=value]...}
     * @throws DeviceNotFoundException if there is no such bus, device or driver
     */
    public static NetDev open(String address) {
        return at(address).open();
    }

    /** A device to open, with choices. */
    public static Opening at(String address) {
        return new Opening(DeviceAddress.parse(address));
    }

    /** A device to open, with choices. */
    public static Opening at(DeviceAddress address) {
        return new Opening(address);
    }

    /** All drivers on the path, in the order found. */
    public static List<NetDevDriver> drivers() {
        return unique(ServiceLoader.load(NetDevDriver.class), NetDevDriver::name, "backend");
    }

    /** All buses on the path, in the order found. */
    public static List<Bus> buses() {
        return unique(ServiceLoader.load(Bus.class), Bus::scheme, "bus");
    }

    private static <T> List<T> unique(ServiceLoader<T> loader, Function<T, String> name, String what) {
        Map<String, T> found = new LinkedHashMap<>();
        for (T each : loader) {
            T other = found.putIfAbsent(name.apply(each), each);
            if (other != null && other.getClass() != each.getClass()) {
                throw new DeviceNotFoundException(name.apply(each), "two of the path's classes are this " + what + ": "
                    + other.getClass().getName() + " and " + each.getClass().getName() + "; remove one");
            }
        }
        return new ArrayList<>(found.values());
    }

    private static String orNone(List<String> names) {
        return names.isEmpty() ? "none" : String.join(", ", names);
    }

    /** Choices for a device to be opened. */
    public static final class Opening {
        private final DeviceAddress address;
        private Platform platform;
        private String driver = AUTO;
        private WirePort wire;

        private Opening(DeviceAddress address) {
            this.address = address;
        }

        /** A platform that outlives the device and may be shared; without, the device gets its own. */
        public Opening platform(Platform shared) {
            this.platform = shared;
            return this;
        }

        /** The driver, by name; without, the one that drives the device. */
        public Opening driver(String name) {
            this.driver = name;
            return this;
        }

        /** What the device's port is plugged into, for buses that take a wire. The device closes it, also if it cannot be opened. */
        public Opening wire(WirePort port) {
            this.wire = port;
            return this;
        }

        /**
         * Opens the device.
         *
         * @throws DeviceNotFoundException       if there is no such bus, driver or device, or the driver does not drive it
         * @throws InvalidConfigurationException if a key of the address is not known
         * @throws org.netdev4j.platform.PlatformException if the system refuses
         */
        public NetDev open() {
            boolean own = platform == null;
            boolean done = false;
            Platform used = null;
            BusDevice attached = null;
            DriverContext context = null;
            try {
                Bus bus = bus();
                List<NetDevDriver> drivers = candidates();
                checkKeys(bus, drivers);
                if (wire != null && !bus.takesWire()) {
                    throw new InvalidConfigurationException(address.name(), "devices of bus " + bus.scheme() + " take no wire");
                }
                used = own ? Platform.create() : platform;
                WirePort port = wire;
                wire = null;
                attached = attach(bus, used, port);
                NetDevDriver chosen = choose(drivers, attached);
                Map<String, String> options = keep(chosen.options());
                checkKeys(bus, List.of(chosen));
                context = new DriverContext(address.name(), used, options);
                ManagedDevice device = ManagedDevice.open(chosen, attached, context, own);
                done = true;
                return device;
            } finally {
                if (!done) {
                    undo(own ? used : null, attached, context);
                }
            }
        }

        private void undo(Platform used, BusDevice attached, DriverContext context) {
            Teardown teardown = new Teardown(address.name());
            if (context != null) {
                teardown.step("DMA memory", context.dma()::close);
            }
            if (attached != null) {
                teardown.step("bus device", attached::close);
            }
            if (wire != null) {
                teardown.step("wire", wire::close);
            }
            if (used != null) {
                teardown.step("platform", used::close);
            }
        }

        private Bus bus() {
            List<Bus> buses = buses();
            List<String> schemes = buses.stream().map(Bus::scheme).toList();
            return buses.stream().filter(b -> b.scheme().equals(address.scheme())).findFirst()
                .orElseThrow(() -> new DeviceNotFoundException(address.name(), "there is no bus \"" + address.scheme() + "\""
                    + didYouMean(address.scheme(), schemes) + "; known: " + orNone(schemes)));
        }

        private List<NetDevDriver> candidates() {
            List<NetDevDriver> drivers = drivers();
            if (driver.equals(AUTO)) {
                return drivers;
            }
            List<String> names = drivers.stream().map(NetDevDriver::name).toList();
            return List.of(drivers.stream().filter(d -> d.name().equals(driver)).findFirst()
                .orElseThrow(() -> new DeviceNotFoundException(address.name(), "there is no backend \"" + driver + "\""
                    + didYouMean(driver, names) + "; known: " + AUTO + ", " + orNone(names))));
        }

        private BusDevice attach(Bus bus, Platform used, WirePort port) {
            boolean done = false;
            try {
                BusDevice device = bus.attach(new DeviceAddress(address.scheme(), address.locator(), keep(bus.options())), used,
                    Optional.ofNullable(port));
                done = true;
                return device;
            } finally {
                if (!done && port != null) {
                    new Teardown(address.name()).step("wire", port::close);
                }
            }
        }

        private NetDevDriver choose(List<NetDevDriver> drivers, BusDevice device) {
            return drivers.stream().filter(d -> d.drives(device.identity())).findFirst()
                .orElseThrow(() -> new DeviceNotFoundException(address.name(), driver.equals(AUTO)
                    ? "no backend drives a device " + device.identity() + "; there are: "
                        + orNone(drivers.stream().map(NetDevDriver::name).toList())
                    : "backend \"" + driver + "\" does not drive a device " + device.identity() + "; it drives "
                        + orNone(drivers.get(0).identities()) + "; use backend \"" + AUTO + "\""));
        }

        private Map<String, String> keep(List<OptionSpec> known) {
            Map<String, String> kept = new LinkedHashMap<>();
            known.stream().filter(o -> address.options().containsKey(o.key()))
                .forEach(o -> kept.put(o.key(), address.options().get(o.key())));
            return kept;
        }

        private void checkKeys(Bus bus, List<NetDevDriver> drivers) {
            List<String> known = new ArrayList<>(bus.options().stream().map(OptionSpec::key).toList());
            drivers.forEach(d -> d.options().forEach(o -> known.add(o.key())));
            for (String key : address.options().keySet()) {
                if (!known.contains(key)) {
                    throw new InvalidConfigurationException(address.name(), "unknown key \"" + key + "\"" + didYouMean(key, known)
                        + "; known: " + orNone(known.stream().distinct().sorted().collect(Collectors.toList())));
                }
            }
        }

        private static String didYouMean(String word, List<String> known) {
            return Suggest.nearest(word, known).map(k -> ", did you mean \"" + k + "\"?").orElse("");
        }
    }
}
