package org.netdev4j.conformance.reference;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.netdev4j.api.DeviceStateException;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.NetDevs;
import org.netdev4j.conformance.CableFlaps;
import org.netdev4j.conformance.ConformanceRig;
import org.netdev4j.conformance.Fault;
import org.netdev4j.conformance.FaultKind;
import org.netdev4j.conformance.RiggedDevice;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.VirtualClock;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.wire.BackToBack;
import org.netdev4j.platform.wire.WirePort;

/** The rig of the reference adapter; injects every fault there is. */
public final class RefRig implements ConformanceRig {
    @Override
    public String name() {
        return "reference";
    }

    @Override
    public String description() {
        return "the reference adapter with its faults";
    }

    @Override
    public boolean serves(DeviceAddress address) {
        return address.scheme().equals("ref");
    }

    @Override
    public Set<FaultKind> faults(DeviceAddress address) {
        return EnumSet.allOf(FaultKind.class);
    }

    @Override
    public Platform platform(DeviceAddress address, Platform.Builder prepared) {
        boolean virtual = address.options().getOrDefault("virtual", "false").equals("true");
        return virtual ? prepared.virtualClock(new VirtualClock()).build() : prepared.build();
    }

    @Override
    public RiggedDevice open(DeviceAddress address, String driver, Platform platform) {
        return open(address, driver, platform, List.of());
    }

    @Override
    public RiggedDevice open(DeviceAddress address, String driver, Platform platform, List<Fault> faults) {
        BackToBack cable = BackToBack.create(platform, 4 << 20);
        WirePort far = cable.right();
        CableFlaps flaps = new CableFlaps(cable, platform);
        flaps.start(faults);
        try {
            NetDev device = NetDevs.at(address).platform(platform).driver(driver).wire(cable.left()).open();
            RefDevice behind = RefHandles.lastOpened();
            return new Rigged(behind.defect == Defect.ACCEPTS_IN_WRONG_STATE ? lenient(device) : device, behind, cable,
                flaps);
        } catch (RuntimeException e) {
            flaps.close();
            far.close();
            throw e;
        }
    }

    /** A device that takes every call in every state, as one without a life cycle would. */
    private static NetDev lenient(NetDev device) {
        return (NetDev) Proxy.newProxyInstance(RefRig.class.getClassLoader(), new Class<?>[] {NetDev.class},
            (proxy, method, arguments) -> {
            try {
                return method.invoke(device, arguments);
            } catch (InvocationTargetException e) {
                if (e.getCause() instanceof DeviceStateException && method.getReturnType() == void.class) {
                    return null;
                }
                throw e.getCause();
            }
        });
    }

    private record Rigged(NetDev device, RefDevice behind, BackToBack cable, CableFlaps flaps) implements RiggedDevice {
        @Override
        public WirePort farEnd() {
            return cable.right();
        }

        @Override
        public void inject(Fault fault) {
            if (fault.kind() == FaultKind.LINK_FLAP) {
                flaps.inject(fault);
            } else {
                behind.inject(fault);
            }
        }

        @Override
        public void clearFaults() {
            flaps.close();
            behind.faults.clearAll();
        }

        @Override
        public void close() {
            flaps.close();
            device.close();
            cable.right().close();
        }
    }
}
