package org.netdev4j.models.ena;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.netdev4j.models.device.DeviceModel;
import org.netdev4j.models.device.FaultSpec;
import org.netdev4j.models.ena.io.IoFaults;
import org.netdev4j.models.sim.ModelFactory;
import org.netdev4j.platform.bus.DeviceIdentity;
import org.netdev4j.platform.bus.OptionSpec;

/** {@code sim:ena}. */
public final class EnaModelFactory implements ModelFactory {
    /** Of the model, in addresses and messages. */
    static final String NAME = "ena";

    /** For {@link java.util.ServiceLoader}. */
    public EnaModelFactory() {
        // nothing to set up
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return "Elastic Network Adapter (ENA)";
    }

    @Override
    public DeviceIdentity.Pci identity() {
        return EnaBars.pci(EnaConfig.of(Map.of())).identity();
    }

    @Override
    public List<OptionSpec> options() {
        return EnaConfig.options();
    }

    @Override
    public List<FaultSpec> faults() {
        return Stream.concat(EnaFaults.specs().stream(), IoFaults.specs().stream()).toList();
    }

    @Override
    public DeviceModel create(Map<String, String> options) {
        return new EnaModel(EnaConfig.of(options));
    }
}
