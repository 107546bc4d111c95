package org.netdev4j.conformance.sim;

import java.util.List;
import org.netdev4j.api.DeviceState;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.NetDevs;
import org.netdev4j.conformance.Fault;
import org.netdev4j.conformance.FaultKind;
import org.netdev4j.conformance.RiggedDevice;
import org.netdev4j.models.control.ControlNic;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.wire.WirePort;

/** A device over its bus, and its other side over the control channel. */
final class RemoteRigged implements RiggedDevice {
    private static final String PCI = "pci";
    private static final int SHOWN_LINES = 40;
    private static final long FLAP_NANOS = 130_000;

    private final NetDev device;
    private final ControlNic nic;
    private final Platform platform;
    private final boolean sharesClock;
    private volatile boolean closed;

    private RemoteRigged(NetDev device, ControlNic nic, Platform platform, boolean sharesClock) {
        this.device = device;
        this.nic = nic;
        this.platform = platform;
        this.sharesClock = sharesClock;
    }

    /** Lets a driver open a device that was just powered on. */
    static RemoteRigged open(ControlNic nic, DeviceAddress address, String driver, Platform platform, List<Fault> faults) {
        try {
            faults.stream().filter(fault -> fault.kind() == FaultKind.LINK_FLAP).forEach(fault -> flap(nic, fault));
            long before = nic.accesses();
            NetDev device = NetDevs.at(address).platform(platform).driver(driver).open();
            if (nic.accesses() == before) {
                device.close();
                throw new PlatformException(address.name() + ": it is not device " + (nic.device() + 1)
                    + " of the control channel, of which nobody has touched a register; name the devices in the order in which "
                    + "they are served");
            }
            // The model of a PCI function is outside of this virtual machine.
            return new RemoteRigged(device, nic, platform, !address.scheme().equals(PCI));
        } catch (RuntimeException e) {
            nic.close();
            throw e;
        }
    }

    private static void flap(ControlNic nic, Fault fault) {
        nic.link(fault.value() != 0, fault.count() == 0 ? FLAP_NANOS : 0);
    }

    int place() {
        return nic.device();
    }

    Platform platform() {
        return platform;
    }

    /** True if its place is free for another. */
    boolean isClosed() {
        return closed || device.state() == DeviceState.CLOSED;
    }

    @Override
    public NetDev device() {
        return device;
    }

    @Override
    public WirePort farEnd() {
        return nic.farEnd();
    }

    @Override
    public void inject(Fault fault) {
        if (fault.kind() == FaultKind.LINK_FLAP) {
            flap(nic, fault);
        } else if (fault.kind() == FaultKind.SURPRISE_REMOVAL && fault.after() == 0) {
            nic.remove();
        } else {
            nic.inject(SimFaults.text(fault, SimFaults.place(fault, nic::place)));
        }
    }

    @Override
    public void inject(String name, int place, int skip, int count, long value) {
        nic.inject(SimFaults.text(name, place, skip, count, value));
    }

    @Override
    public void clearFaults() {
        nic.still();
        nic.clearFaults();
    }

    @Override
    public int accesses() {
        return (int) nic.registerAccesses();
    }

    @Override
    public String trace() {
        return nic.trace(SHOWN_LINES);
    }

    @Override
    public boolean sharesClock() {
        return sharesClock;
    }

    @Override
    public void settle() {
        nic.settle();
    }

    @Override
    public void close() {
        if (!closed) {
            try {
                device.close();
            } finally {
                closed = true;
                nic.close();
            }
        }
    }
}
