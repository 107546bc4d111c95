package com.example.netdev;

import java.util.List;
import java.util.Optional;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.bus.Bus;
import org.netdev4j.platform.bus.BusDevice;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.DeviceIdentity;
import org.netdev4j.platform.bus.OptionSpec;
import org.netdev4j.platform.wire.WirePort;
import org.netdev4j.platform.wire.Wires;

/** Where example devices come from: {@code example:NAME} makes one, plugged into the wire given, or into itself. */
public final class ExampleBus implements Bus {
    static final DeviceIdentity IDENTITY = new DeviceIdentity.Transport("example");

    @Override
    public String scheme() {
        return "example";
    }

    @Override
    public String description() {
        return "a software NIC with one pair of queues, as an example";
    }

    @Override
    public List<OptionSpec> options() {
        return List.of();
    }

    @Override
    public List<Found> scan() {
        return List.of(new Found(DeviceAddress.parse("example:"), IDENTITY, description(), Optional.empty()));
    }

    @Override
    public boolean takesWire() {
        return true;
    }

    @Override
    public BusDevice attach(DeviceAddress address, Platform platform, Optional<WirePort> wire) {
        return new Port(address, IDENTITY, "example NIC", wire.orElseGet(() -> Wires.open("self:", platform)));
    }

    /** The device: a port with a wire in it. */
    record Port(DeviceAddress address, DeviceIdentity identity, String description, WirePort wire) implements BusDevice {
        @Override
        public void close() {
            wire.close();
        }
    }
}
