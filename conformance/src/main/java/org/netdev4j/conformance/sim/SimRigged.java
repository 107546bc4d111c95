package org.netdev4j.conformance.sim;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.NetDevs;
import org.netdev4j.conformance.CableFlaps;
import org.netdev4j.conformance.Fault;
import org.netdev4j.conformance.FaultKind;
import org.netdev4j.conformance.RiggedDevice;
import org.netdev4j.models.device.BusTally;
import org.netdev4j.models.device.QueuePlaces;
import org.netdev4j.models.sim.SimDevice;
import org.netdev4j.models.sim.SimDevices;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.wire.BackToBack;
import org.netdev4j.platform.wire.WirePort;

/** A simulated device with a cable, and the side of it that its driver does not see. */
final class SimRigged implements RiggedDevice {
    private static final int WIRE_BYTES = 4 << 20;
    private static final int SHOWN_LINES = 40;

    private final NetDev device;
    private final SimDevice behind;
    private final BackToBack cable;
    private final CableFlaps flaps;

    private SimRigged(NetDev device, SimDevice behind, BackToBack cable, CableFlaps flaps) {
        this.device = device;
        this.behind = behind;
        this.cable = cable;
        this.flaps = flaps;
    }

    /** Plugs a device in, with its faults, and lets its driver open it. */
    static SimRigged open(DeviceAddress address, String driver, Platform platform, List<Fault> faults) {
        BackToBack cable = BackToBack.create(platform, WIRE_BYTES);
        WirePort far = cable.right();
        CableFlaps flaps = new CableFlaps(cable, platform);
        try {
            flaps.start(faults);
            NetDev device = NetDevs.at(with(address, faults)).platform(platform).driver(driver).wire(cable.left()).open();
            SimDevice behind = SimDevices.on(platform).getLast();
            behind.trace().enable(true);
            return new SimRigged(device, behind, cable, flaps);
        } catch (RuntimeException e) {
            flaps.close();
            far.close();
            throw e;
        }
    }

    private static DeviceAddress with(DeviceAddress address, List<Fault> faults) {
        Map<String, String> options = new LinkedHashMap<>(address.options());
        SimFaults.add(options, faults);
        return new DeviceAddress(address.scheme(), address.locator(), options);
    }

    @Override
    public NetDev device() {
        return device;
    }

    @Override
    public WirePort farEnd() {
        return cable.right();
    }

    @Override
    public void inject(Fault fault) {
        if (fault.kind() == FaultKind.LINK_FLAP) {
            flaps.inject(fault);
        } else if (fault.kind() == FaultKind.SURPRISE_REMOVAL && fault.after() == 0) {
            behind.remove();
        } else {
            behind.faults().inject(SimFaults.text(fault, SimFaults.place(fault, this::queue)));
        }
    }

    private int queue(boolean receive, int index) {
        int[] place = {-1};
        if (behind.model() instanceof QueuePlaces places) {
            behind.exclusively(() -> place[0] = places.place(receive, index));
        }
        return place[0];
    }

    @Override
    public void inject(String name, int place, int skip, int count, long value) {
        behind.faults().inject(SimFaults.text(name, place, skip, count, value));
    }

    @Override
    public void clearFaults() {
        flaps.close();
        behind.faults().clear();
    }

    @Override
    public int accesses() {
        BusTally tally = behind.tally();
        return (int) (tally.mmioReads() + tally.mmioWrites());
    }

    @Override
    public String trace() {
        List<String> lines = behind.trace().lines();
        StringBuilder text = new StringBuilder(behind.tally().toString());
        behind.failure().ifPresent(thrown -> text.append("\nthe model itself failed: ").append(thrown));
        lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()).forEach(line -> text.append('\n').append(line));
        return text.toString();
    }

    @Override
    public void close() {
        flaps.close();
        device.close();
        cable.right().close();
    }
}
