package org.netdev4j.conformance;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.NetDevs;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.wire.BackToBack;
import org.netdev4j.platform.wire.WirePort;

/**
 * The rig for every bus that takes a wire: plugs a cable between the device and the suite. A backend of a third party
 * needs no code of its own to be tested with it. Of faults it knows only the link's.
 */
public final class WiredRig implements ConformanceRig {
    private static final int WIRE_BYTES = 4 << 20;

    /** For {@link java.util.ServiceLoader}. */
    public WiredRig() {
        // nothing to set up
    }

    @Override
    public String name() {
        return "wired";
    }

    @Override
    public String description() {
        return "a cable in this process, for every bus whose devices take a wire";
    }

    @Override
    public boolean serves(DeviceAddress address) {
        return NetDevs.buses().stream().anyMatch(bus -> bus.scheme().equals(address.scheme()) && bus.takesWire());
    }

    @Override
    public Set<FaultKind> faults(DeviceAddress address) {
        return EnumSet.of(FaultKind.LINK_FLAP);
    }

    @Override
    public RiggedDevice open(DeviceAddress address, String driver, Platform platform) {
        return open(address, driver, platform, List.of());
    }

    @Override
    public RiggedDevice open(DeviceAddress address, String driver, Platform platform, List<Fault> faults) {
        BackToBack cable = BackToBack.create(platform, WIRE_BYTES);
        WirePort far = cable.right();
        CableFlaps flaps = new CableFlaps(cable, platform);
        flaps.start(faults);
        try {
            NetDev device = NetDevs.at(address).platform(platform).driver(driver).wire(cable.left()).open();
            return new Wired(device, cable, flaps);
        } catch (RuntimeException e) {
            flaps.close();
            far.close();
            throw e;
        }
    }

    private record Wired(NetDev device, BackToBack cable, CableFlaps flaps) implements RiggedDevice {
        @Override
        public WirePort farEnd() {
            return cable.right();
        }

        @Override
        public void inject(Fault fault) {
            if (fault.kind() != FaultKind.LINK_FLAP) {
                throw new UnsupportedOperationException("rig wired cannot inject " + fault.kind());
            }
            flaps.inject(fault);
        }

        @Override
        public void clearFaults() {
            flaps.close();
        }

        @Override
        public void close() {
            flaps.close();
            device.close();
            cable.right().close();
        }
    }
}
