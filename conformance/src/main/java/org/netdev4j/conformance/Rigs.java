package org.netdev4j.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.netdev4j.api.DeviceNotFoundException;
import org.netdev4j.api.NetDevs;
import org.netdev4j.platform.Suggest;
import org.netdev4j.platform.bus.Bus;
import org.netdev4j.platform.bus.DeviceAddress;

/** All rigs on the path. */
public final class Rigs {
    private Rigs() {
    }

    /** All rigs on the path, {@link WiredRig} last. */
    public static List<ConformanceRig> all() {
        List<ConformanceRig> rigs = new ArrayList<>();
        ServiceLoader.load(ConformanceRig.class).forEach(rigs::add);
        rigs.removeIf(WiredRig.class::isInstance);
        rigs.add(new WiredRig());
        return rigs;
    }

    /**
     * The rig for a device.
     *
     * @param name a rig's name; empty for the first that serves the device
     * @throws DeviceNotFoundException if there is none
     */
    public static ConformanceRig choose(DeviceAddress address, Optional<String> name) {
        List<ConformanceRig> rigs = all();
        List<String> names = rigs.stream().map(ConformanceRig::name).toList();
        if (name.isPresent()) {
            ConformanceRig rig = rigs.stream().filter(r -> r.name().equals(name.get())).findFirst()
                .orElseThrow(() -> new DeviceNotFoundException(address.name(), "there is no conformance rig \""
                    + name.get() + "\""
                    + Suggest.nearest(name.get(), names).map(n -> ", did you mean \"" + n + "\"?").orElse("")
                        + "; known: "
                    + String.join(", ", names)));
            if (!rig.serves(address)) {
                throw new DeviceNotFoundException(address.name(), "conformance rig \"" + rig.name()
                    + "\" does not serve it: "
                    + rig.description());
            }
            return rig;
        }
        return rigs.stream().filter(r -> r.serves(address)).findFirst().orElseThrow(() -> noneServes(address, names));
    }

    private static DeviceNotFoundException noneServes(DeviceAddress address, List<String> rigs) {
        List<String> schemes = NetDevs.buses().stream().map(Bus::scheme).toList();
        if (schemes.contains(address.scheme())) {
            return new DeviceNotFoundException(address.name(), "no conformance rig serves it, for bus "
                + address.scheme()
                + " takes no wire; known rigs: " + String.join(", ", rigs));
        }
        return new DeviceNotFoundException(address.name(), "there is no bus \"" + address.scheme() + "\""
            + Suggest.nearest(address.scheme(), schemes).map(n -> ", did you mean \"" + n + "\"?").orElse("")
                + "; known: "
            + (schemes.isEmpty() ? "none" : String.join(", ", schemes)));
    }
}
