package org.netdev4j.conformance.sim;

import java.util.List;
import java.util.Set;
import org.netdev4j.conformance.ConformanceRig;
import org.netdev4j.conformance.Fault;
import org.netdev4j.conformance.FaultKind;
import org.netdev4j.conformance.RiggedDevice;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.VirtualClock;
import org.netdev4j.platform.bus.DeviceAddress;

/**
 * The rig of device models in this process, on virtual time: the device is stepped by the clock,
     on the case's own thread, so that
 * everything follows from the seed and no time-out takes time. See {@link ThreadedSimRig} for the other way.
 */
public final class SimRig implements ConformanceRig {
    /** For {@link java.util.ServiceLoader}. */
    public SimRig() {
        // nothing to set up
    }

    @Override
    public String name() {
        return "sim";
    }

    @Override
    public String description() {
        return "device models in this process, stepped by a virtual clock";
    }

    @Override
    public boolean serves(DeviceAddress address) {
        return address.scheme().equals(SimFaults.SCHEME);
    }

    @Override
    public Set<FaultKind> faults(DeviceAddress address) {
        return SimFaults.of(address).kinds();
    }

    @Override
    public Set<String> namedFaults(DeviceAddress address) {
        return SimFaults.of(address).names();
    }

    @Override
    public boolean countsAccesses(DeviceAddress address) {
        return true;
    }

    @Override
    public Platform platform(DeviceAddress address, Platform.Builder prepared) {
        return prepared.virtualClock(new VirtualClock()).build();
    }

    @Override
    public RiggedDevice open(DeviceAddress address, String driver, Platform platform) {
        return open(address, driver, platform, List.of());
    }

    @Override
    public RiggedDevice open(DeviceAddress address, String driver, Platform platform, List<Fault> faults) {
        return SimRigged.open(address, driver, platform, faults);
    }
}
