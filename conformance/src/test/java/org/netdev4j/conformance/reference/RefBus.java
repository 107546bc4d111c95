package org.netdev4j.conformance.reference;

import java.util.List;
import java.util.Optional;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.bus.Bus;
import org.netdev4j.platform.bus.BusDevice;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.DeviceIdentity;
import org.netdev4j.platform.bus.OptionSpec;
import org.netdev4j.platform.wire.WirePort;

/** The bus of the reference adapter: {@code ref:}. */
public final class RefBus implements Bus {
    static final DeviceIdentity IDENTITY = new DeviceIdentity.Transport("reference");

    /** What a driver is given. */
    record Attached(DeviceAddress address, WirePort wire) implements BusDevice {
        @Override
        public DeviceIdentity identity() {
            return IDENTITY;
        }

        @Override
        public String description() {
            return "reference adapter";
        }

        @Override
        public void close() {
            wire.close();
        }
    }

    @Override
    public String scheme() {
        return "ref";
    }

    @Override
    public String description() {
        return "the suite's own reference adapter";
    }

    @Override
    public List<OptionSpec> options() {
        return List.of();
    }

    @Override
    public List<Found> scan() {
        return List.of();
    }

    @Override
    public boolean takesWire() {
        return true;
    }

    @Override
    public BusDevice attach(DeviceAddress address, Platform platform, Optional<WirePort> wire) {
        return new Attached(address, wire.orElseThrow());
    }
}
