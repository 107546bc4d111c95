package org.netdev4j.conformance.reference;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.EnumSet;
import java.util.Set;
import org.netdev4j.api.DeviceStateException;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.NetDevs;
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
        BackToBack cable = BackToBack.create(platform, 4 << 20);
        WirePort far = cable.right();
        try {
            NetDev device = NetDevs.at(address).platform(platform).driver(driver).wire(cable.left()).open();
            RefDevice behind = RefHandles.lastOpened();
            return new Rigged(behind.defect == Defect.ACCEPTS_IN_WRONG_STATE ? lenient(device) : device, behind, cable);
        } catch (RuntimeException e) {
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

    private record Rigged(NetDev device, RefDevice behind, BackToBack cable) implements RiggedDevice {
        @Override
        public WirePort farEnd() {
            return cable.right();
        }

        @Override
        public void inject(Fault fault) {
            if (fault.kind() == FaultKind.LINK_FLAP) {
                cable.setLink(fault.value() != 0);
            } else {
                behind.inject(fault);
            }
        }

        @Override
        public void clearFaults() {
            behind.faults.clearAll();
        }

        @Override
        public void close() {
            device.close();
            cable.right().close();
        }
    }
}
