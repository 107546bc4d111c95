package org.netdev4j.conformance.reference;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.netdev4j.api.Capability;
import org.netdev4j.platform.bus.BusDevice;
import org.netdev4j.platform.bus.DeviceIdentity;
import org.netdev4j.platform.bus.OptionSpec;
import org.netdev4j.spi.DeviceContext;
import org.netdev4j.spi.DeviceOps;
import org.netdev4j.spi.NetDevDriver;

/**
 * The driver of the reference adapter: a second NIC in software, slow, small and with a lock around everything, against
 * which the suite is tested. It can be told to be wrong.
 */
public final class RefDriver implements NetDevDriver {
    @Override
    public String name() {
        return "reference";
    }

    @Override
    public String version() {
        return "1";
    }

    @Override
    public String description() {
        return "reference adapter";
    }

    @Override
    public boolean drives(DeviceIdentity identity) {
        return identity.equals(RefBus.IDENTITY);
    }

    @Override
    public List<String> identities() {
        return List.of("reference");
    }

    @Override
    public List<OptionSpec> options() {
        return List.of(new OptionSpec("defect", "a defect", "NONE", "what is wrong with it"),
            new OptionSpec("lacks", "capabilities, with +", "", "capabilities that it does not have"),
            new OptionSpec("queues", "1-16", "8", "queue pairs"),
            new OptionSpec("virtual", "true|false", "false", "for the rig: runs on virtual time"));
    }

    @Override
    public DeviceOps open(BusDevice device, DeviceContext context) {
        Set<Capability> capabilities = EnumSet.allOf(Capability.class);
        capabilities.remove(Capability.ADAPTIVE_COALESCING);
        String lacks = context.options().getOrDefault("lacks", "");
        Arrays.stream(lacks.split("\\+")).filter(s -> !s.isEmpty()).map(Capability::valueOf)
            .forEach(capabilities::remove);
        Defect defect = Defect.valueOf(context.options().getOrDefault("defect", "NONE"));
        int queues = Integer.parseInt(context.options().getOrDefault("queues", "8"));
        return new RefDevice((RefBus.Attached) device, context, capabilities, queues, defect);
    }
}
