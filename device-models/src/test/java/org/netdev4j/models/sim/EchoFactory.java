package org.netdev4j.models.sim;

import java.util.List;
import java.util.Map;
import org.netdev4j.models.device.DeviceModel;
import org.netdev4j.models.device.FaultSpec;
import org.netdev4j.platform.Units;
import org.netdev4j.platform.bus.DeviceIdentity;
import org.netdev4j.platform.bus.OptionSpec;

/** Makes {@link EchoModel}. */
public final class EchoFactory implements ModelFactory {
    @Override
    public String name() {
        return "echo";
    }

    @Override
    public String description() {
        return "Echo";
    }

    @Override
    public DeviceIdentity.Pci identity() {
        return EchoModel.IDENTITY;
    }

    @Override
    public List<OptionSpec> options() {
        return List.of(new OptionSpec("mask", "0-255", "255", "what bytes are changed by"));
    }

    @Override
    public List<FaultSpec> faults() {
        return List.of(FaultSpec.of(EchoModel.LENGTH, "a wrong length in a completion").at("ring", Map.of("first", 0))
            .value("bytes", 7),
            FaultSpec.of(EchoModel.SILENT, "no completion"));
    }

    @Override
    public DeviceModel create(Map<String, String> options) {
        try {
            return new EchoModel((int) Units.wholeNumber(options.getOrDefault("mask", "255"), 0, 255));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("mask=" + e.getMessage(), e);
        }
    }
}
