package org.netdev4j.backend.loopback;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.bus.Bus;
import org.netdev4j.platform.bus.BusDevice;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.DeviceIdentity;
import org.netdev4j.platform.bus.OptionSpec;
import org.netdev4j.platform.wire.WirePort;
import org.netdev4j.platform.wire.Wires;

/**
 * Makes software NICs on demand: {@code loopback:NAME[,key=value]...}. The name may be empty; it decides the MAC address,
 * so that two NICs on one wire need two names, or {@code mac=}. Without a wire the port is plugged into itself: what is
 * sent is received.
 */
public final class LoopbackBus implements Bus {
    /** Scheme of the bus, name of the driver and of the transport. */
    static final String NAME = "loopback";

    static final DeviceIdentity IDENTITY = new DeviceIdentity.Transport(NAME);
    static final String DESCRIPTION = "software NIC";

    /** For {@link java.util.ServiceLoader}. */
    public LoopbackBus() {
        // nothing to set up
    }

    @Override
    public String scheme() {
        return NAME;
    }

    @Override
    public String description() {
        return "software NICs, made on demand, on any wire";
    }

    @Override
    public List<OptionSpec> options() {
        return NicOptions.specs();
    }

    @Override
    public List<Found> scan() {
        DeviceAddress example = new DeviceAddress(NAME, "", Map.of());
        return List.of(new Found(example, IDENTITY, DESCRIPTION + ", made on demand", Optional.empty()));
    }

    @Override
    public boolean takesWire() {
        return true;
    }

    @Override
    public BusDevice attach(DeviceAddress address, Platform platform, Optional<WirePort> wire) {
        NicOptions options = NicOptions.parse(address);
        return new LoopbackNic(address, options, wire.orElseGet(() -> Wires.open("self:", platform)));
    }
}
