package org.netdev4j.backend.ena;

import java.util.List;
import org.netdev4j.backend.ena.spec.EnaPci;
import org.netdev4j.platform.bus.BusDevice;
import org.netdev4j.platform.bus.DeviceIdentity;
import org.netdev4j.platform.bus.OptionSpec;
import org.netdev4j.platform.bus.PciFunction;
import org.netdev4j.spi.DeviceContext;
import org.netdev4j.spi.DeviceOps;
import org.netdev4j.spi.NetDevDriver;

/** Drives the Elastic Network Adapter of Amazon EC2. */
public final class EnaDriver implements NetDevDriver {
    static final String NAME = "ena";
    static final String VERSION = "1.0";

    /** For {@link java.util.ServiceLoader}. */
    public EnaDriver() {
        // nothing to set up
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String version() {
        return VERSION;
    }

    @Override
    public String description() {
        return "Elastic Network Adapter of Amazon EC2";
    }

    @Override
    public boolean drives(DeviceIdentity identity) {
        return identity instanceof DeviceIdentity.Pci pci && EnaPci.isEna(pci.vendor(), pci.device());
    }

    @Override
    public List<String> identities() {
        return List.of(id(EnaPci.VF), id(EnaPci.VF_LLQ), id(EnaPci.PF), id(EnaPci.PF_LLQ));
    }

    private static String id(int device) {
        return String.format("%04x:%04x", EnaPci.VENDOR, device);
    }

    @Override
    public List<OptionSpec> options() {
        return EnaOptions.specs();
    }

    @Override
    public DeviceOps open(BusDevice device, DeviceContext context) {
        if (!(device instanceof PciFunction function)) {
            throw context.fault("driver " + NAME + " drives PCI functions, not " + device.description());
        }
        return EnaOps.open(function, context, EnaOptions.parse(context.device(), context.options()));
    }
}
