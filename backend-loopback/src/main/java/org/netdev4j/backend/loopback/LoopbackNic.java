package org.netdev4j.backend.loopback;

import org.netdev4j.platform.bus.BusDevice;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.DeviceIdentity;
import org.netdev4j.platform.wire.WirePort;

/** A software NIC on its bus: a port, and what it was born with. */
final class LoopbackNic implements BusDevice {
    private final DeviceAddress address;
    private final NicOptions options;
    private final WirePort wire;

    LoopbackNic(DeviceAddress address, NicOptions options, WirePort wire) {
        this.address = address;
        this.options = options;
        this.wire = wire;
    }

    NicOptions options() {
        return options;
    }

    WirePort wire() {
        return wire;
    }

    @Override
    public DeviceAddress address() {
        return address;
    }

    @Override
    public DeviceIdentity identity() {
        return LoopbackBus.IDENTITY;
    }

    @Override
    public String description() {
        return LoopbackBus.DESCRIPTION + " on wire " + wire.name();
    }

    @Override
    public void close() {
        wire.close();
    }
}
