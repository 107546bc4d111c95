package org.netdev4j.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.Suggest;
import org.netdev4j.platform.bus.Bus;
import org.netdev4j.platform.bus.BusDevice;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.DeviceIdentity;
import org.netdev4j.platform.bus.OptionSpec;
import org.netdev4j.platform.memory.MemoryNeed;
import org.netdev4j.platform.wire.WirePort;
import org.netdev4j.spi.NetDevDriver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens devices. Buses and drivers are found by {@link ServiceLoader}, from the thread's context class loader; nothing
 * else is needed. Thread-safe.
 */
public final class NetDevs {
    /** The driver name that means: whichever drives the device. */
    public static final String AUTO = "auto";

    private static final Logger LOG = LoggerFactory.getLogger(NetDevs.class);
    // Device models have a hundred: more than fit a message that somebody reads.
    private static final int MOST_LISTED = 24;

    private NetDevs() {
    }

    /**
     * Opens a device with a platform of its own, which closes with it; its memory is what the device needs.
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

    /** All drivers on the path that can be loaded, in the order found. */
    public static List<NetDevDriver> drivers() {
        return loadDrivers().all();
    }

    /** All buses on the path that can be loaded, in the order found. */
    public static List<Bus> buses() {
        return loadBuses().all();
    }

    /** One line for each driver or bus on the path that cannot be loaded, naming it and saying why. */
    public static List<String> problems() {
        List<String> all = new ArrayList<>(loadDrivers().problems());
        all.addAll(loadBuses().problems());
        return all;
    }

    private static Providers<NetDevDriver> loadDrivers() {
        return new Providers<>(ServiceLoader.load(NetDevDriver.class), NetDevs::nameOf, "backend");
    }

    /** Also asks for the rest that opening any device needs of every driver, so that one that cannot tell it is left out. */
    private static String nameOf(NetDevDriver driver) {
        Objects.requireNonNull(driver.options(), "no options");
        Objects.requireNonNull(driver.identities(), "no identities");
        return driver.name();
    }

    private static String nameOf(Bus bus) {
        Objects.requireNonNull(bus.options(), "no options");
        return bus.scheme();
    }

    private static Providers<Bus> loadBuses() {
        return new Providers<>(ServiceLoader.load(Bus.class), NetDevs::nameOf, "bus");
    }

    /** Choices for a device to be opened. Opens one device; for one thread. */
    public static final class Opening {
        private final DeviceAddress address;
        private Platform platform;
        private String driver = AUTO;
        private WirePort wire;
        private boolean used;

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

        /**
         * What the device's port is plugged into, for buses that take a wire. The device closes it, also if it cannot
         * be opened.
         */
        public Opening wire(WirePort port) {
            this.wire = port;
            return this;
        }

        /**
         * Opens the device.
         *
         * @throws DeviceNotFoundException       if there is no such bus, driver or device, or the driver does not drive it
         * @throws InvalidConfigurationException if a key of the address is not known
         * @throws PlatformException             if the system refuses
         * @throws IllegalStateException         if this opened a device, or tried to, before
         */
        public NetDev open() {
            if (used) {
                throw new IllegalStateException(address.name()
                    + ": open() was called before; each device is opened by an opening of its own");
            }
            used = true;
            Taken taken = new Taken(wire);
            boolean done = false;
            try {
                NetDev device = open(taken);
                done = true;
                return device;
            } finally {
                if (!done) {
                    taken.giveBack(address.name());
                }
            }
        }

        private NetDev open(Taken taken) {
            Bus bus = bus();
            Providers<NetDevDriver> drivers = loadDrivers();
            List<NetDevDriver> candidates = candidates(drivers);
            checkKeys(bus, likely(bus, candidates));
            if (wire != null && !bus.takesWire()) {
                throw new InvalidConfigurationException(address.name(), "devices of bus " + bus.scheme() + " take no wire");
            }
            Platform on = platform;
            if (on == null) {
                on = Platform.builder().memory(AUTO, needs(bus)).build();
                taken.platform = on;
            }
            taken.bus = attach(bus, on);
            NetDevDriver chosen = choose(drivers, candidates, taken.bus);
            checkKeys(bus, List.of(chosen));
            taken.context = new DriverContext(address.name(), on, keep(chosen.options()));
            return ManagedDevice.open(chosen, taken.bus, taken.context, taken.platform != null);
        }

        /** Drivers of what the bus has: keys of others are as good as none, and are not told. */
        private List<NetDevDriver> likely(Bus bus, List<NetDevDriver> drivers) {
            List<DeviceIdentity> there = bus.scan().stream().map(Bus.Found::identity).toList();
            List<NetDevDriver> some = drivers.stream().filter(d -> there.stream().anyMatch(it -> drives(d, it))).toList();
            return some.isEmpty() ? drivers : some;
        }

        /**
         * What the device asks of a platform's memory, to be known before one is made for several devices. Nothing if there is no
         * such bus, which {@link #open()} says.
         */
        public MemoryNeed needs() {
            return loadBuses().named(address.scheme()).stream().findFirst().map(this::needs).orElse(MemoryNeed.ANY);
        }

        private MemoryNeed needs(Bus bus) {
            return asked(bus, "telling what memory it needs", () -> bus.needs(forBus(bus)));
        }

        private BusDevice attach(Bus bus, Platform on) {
            return asked(bus, "attaching it", () -> bus.attach(forBus(bus), on, Optional.ofNullable(wire)));
        }

        private DeviceAddress forBus(Bus bus) {
            return new DeviceAddress(address.scheme(), address.locator(), keep(bus.options()));
        }

        private <T> T asked(Bus bus, String what, Supplier<T> answer) {
            try {
                return answer.get();
            } catch (NetDevException | UnsupportedCapabilityException | PlatformException e) {
                throw e;
            } catch (RuntimeException e) {
                throw new DeviceFaultException(address.name(),
                    "bus " + bus.scheme() + " made a mistake in " + what + ": " + e, e);
            }
        }

        private Bus bus() {
            Providers<Bus> buses = loadBuses();
            return buses.named(address.scheme()).stream().findFirst()
                .orElseThrow(() -> new DeviceNotFoundException(address.name(), "there is no bus \"" + address.scheme() + "\""
                    + buses.known() + Suggest.didYouMean(address.scheme(), buses.names())));
        }

        private List<NetDevDriver> candidates(Providers<NetDevDriver> drivers) {
            if (driver.equals(AUTO)) {
                return drivers.all();
            }
            List<NetDevDriver> named = drivers.named(driver);
            if (named.isEmpty()) {
                List<String> names = new ArrayList<>(drivers.names());
                names.add(AUTO);
                throw new DeviceNotFoundException(address.name(), "there is no backend \"" + driver + "\"" + drivers.known()
                    + Suggest.didYouMean(driver, names));
            }
            return named;
        }

        private NetDevDriver choose(Providers<NetDevDriver> all, List<NetDevDriver> candidates, BusDevice device) {
            List<NetDevDriver> able = candidates.stream().filter(d -> drives(d, device.identity())).toList();
            if (able.size() == 1) {
                return able.get(0);
            }
            if (able.size() > 1) {
                throw new DeviceNotFoundException(address.name(), "several backends drive a device " + device.identity()
                    + ": " + String.join(", ", able.stream().map(NetDevDriver::name).toList()) + "; choose one by its name");
            }
            if (driver.equals(AUTO)) {
                throw new DeviceNotFoundException(address.name(),
                    "no backend drives a device " + device.identity() + all.known());
            }
            throw new DeviceNotFoundException(address.name(), "backend \"" + driver + "\" does not drive a device "
                + device.identity() + "; it drives "
                + String.join(", ", candidates.get(0).identities()) + "; use backend \"" + AUTO + "\"");
        }

        private boolean drives(NetDevDriver candidate, DeviceIdentity identity) {
            try {
                return candidate.drives(identity);
            } catch (RuntimeException e) {
                LOG.warn("{}: backend {} does not say whether it drives a device {}: {}", address.name(), candidate.name(),
                    identity, e.toString());
                return false;
            }
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
                    throw new InvalidConfigurationException(address.name(), "there is no key \"" + key + "\"; "
                        + listed(known.stream().distinct().sorted().toList()) + Suggest.didYouMean(key, known));
                }
            }
        }

        private static String listed(List<String> keys) {
            if (keys.isEmpty()) {
                return "it takes none";
            }
            return keys.size() > MOST_LISTED ? "there are " + keys.size() + ", which \"netdev backends\" lists"
                : "there are " + String.join(", ", keys);
        }
    }

    /** What was taken on the way to an open device, to be given back if the way ends early. */
    private static final class Taken {
        private final WirePort wire;
        private Platform platform;
        private BusDevice bus;
        private DriverContext context;

        Taken(WirePort wire) {
            this.wire = wire;
        }

        void giveBack(String device) {
            Teardown teardown = new Teardown(device);
            if (context != null) {
                context.closed();
                teardown.step("DMA memory", context.dma()::close);
            }
            if (bus != null) {
                teardown.step("bus device", bus::close);
            }
            if (wire != null) {
                teardown.step("wire", wire::close);
            }
            if (platform != null) {
                teardown.step("platform", platform::close);
            }
        }
    }
}
