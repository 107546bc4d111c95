package org.netdev4j.conformance.sim;

import java.util.List;
import java.util.Set;
import org.netdev4j.conformance.ConformanceRig;
import org.netdev4j.conformance.Fault;
import org.netdev4j.conformance.FaultKind;
import org.netdev4j.conformance.RiggedDevice;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.bus.DeviceAddress;

/**
 * The rig of device models in this process, on real time: the device has a thread of its own,
     as hardware has. For cases about
 * threads; asked for by name. Runs are not repeatable, and time-outs take their time.
 */
public final class ThreadedSimRig implements ConformanceRig {
    /** For {@link java.util.ServiceLoader}. */
    public ThreadedSimRig() {
        // nothing to set up
    }

    @Override
    public String name() {
        return "sim-threaded";
    }

    @Override
    public String description() {
        return "device models in this process, each on a thread of its own";
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
    public RiggedDevice open(DeviceAddress address, String driver, Platform platform) {
        return open(address, driver, platform, List.of());
    }

    @Override
    public RiggedDevice open(DeviceAddress address, String driver, Platform platform, List<Fault> faults) {
        return SimRigged.open(address, driver, platform, faults);
    }
}
