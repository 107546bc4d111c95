package org.netdev4j.backend.loopback;

import java.util.List;
import org.netdev4j.platform.bus.BusDevice;
import org.netdev4j.platform.bus.DeviceIdentity;
import org.netdev4j.platform.bus.OptionSpec;
import org.netdev4j.spi.DeviceContext;
import org.netdev4j.spi.DeviceOps;
import org.netdev4j.spi.NetDevDriver;

/** Drives the software NIC. */
public final class LoopbackDriver implements NetDevDriver {
    static final String VERSION = "1.0";

    /** For {@link java.util.ServiceLoader}. */
    public LoopbackDriver() {
        // nothing to set up
    }

    @Override
    public String name() {
        return LoopbackBus.NAME;
    }

    @Override
    public String version() {
        return VERSION;
    }

    @Override
    public String description() {
        return "software NIC with all that the SPI has";
    }

    @Override
    public boolean drives(DeviceIdentity identity) {
        return identity.equals(LoopbackBus.IDENTITY);
    }

    @Override
    public List<String> identities() {
        return List.of(LoopbackBus.NAME);
    }

    @Override
    public List<OptionSpec> options() {
        return List.of();
    }

    @Override
    public DeviceOps open(BusDevice device, DeviceContext context) {
        if (!(device instanceof LoopbackNic nic)) {
            throw context.fault("driver " + LoopbackBus.NAME + " drives devices of bus " + LoopbackBus.NAME + " only, not "
                + device.description());
        }
        return new LoopbackOps(nic, context);
    }
}
