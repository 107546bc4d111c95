package com.example.netdev;

import java.util.List;
import org.netdev4j.net.MacAddress;
import org.netdev4j.platform.bus.BusDevice;
import org.netdev4j.platform.bus.DeviceIdentity;
import org.netdev4j.spi.DeviceContext;
import org.netdev4j.spi.DeviceOps;
import org.netdev4j.spi.NetDevDriver;

/** Drives the example device. */
public final class ExampleDriver implements NetDevDriver {
    @Override
    public String name() {
        return "example";
    }

    @Override
    public String version() {
        return "1.0";
    }

    @Override
    public String description() {
        return "the driver to copy";
    }

    @Override
    public boolean drives(DeviceIdentity identity) {
        return identity.equals(ExampleBus.IDENTITY);
    }

    @Override
    public List<String> identities() {
        return List.of("example");
    }

    @Override
    public DeviceOps open(BusDevice device, DeviceContext context) {
        return new ExampleOps(((ExampleBus.Port) device).wire(), MacAddress.random(context.platform().random()));
    }
}
