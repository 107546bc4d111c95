package org.netdev4j.conformance.sim;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.netdev4j.api.InvalidConfigurationException;
import org.netdev4j.conformance.Check;
import org.netdev4j.conformance.ConformanceRig;
import org.netdev4j.conformance.Fault;
import org.netdev4j.conformance.FaultKind;
import org.netdev4j.conformance.RiggedDevice;
import org.netdev4j.models.control.ControlAddress;
import org.netdev4j.models.control.ControlClient;
import org.netdev4j.models.control.ControlClient.Offered;
import org.netdev4j.models.control.ControlException;
import org.netdev4j.models.control.ControlNic;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.bus.DeviceAddress;

/**
 * The rig of device models in another process: {@code vfio-user:PATH}, or {@code pci:LOCATION} in a virtual machine. The device
 * is driven over its bus; what a driver does not see, its faults and the far end of its wire, the rig reaches over the control
 * channel of {@code netdev serve}. Each case begins with a device that was just powered on. Time is real.
 *
 * <p>Keys of an address that are the rig's: {@code control=ADDRESS}, and {@code further=ADDRESS[+ADDRESS]...}, the devices that
 * are served besides the first, in the order of {@code netdev serve}, for cases that open several. Keys of the model are given
 * to the model.
 */
public final class RemoteRig implements ConformanceRig {
    static final String CONTROL = "control";
    static final String FURTHER = "further";

    private static final Set<String> SCHEMES = Set.of("vfio-user", "pci");
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    private final List<RemoteRigged> open = new ArrayList<>();
    private Platform platform;
    private ControlClient client;
    private List<DeviceAddress> places = List.of();
    // Platforms of cases: of the one that runs, and of those before it.
    private Platform current;
    private final Set<Platform> before = Collections.newSetFromMap(new WeakHashMap<>());

    /** For {@link java.util.ServiceLoader}. */
    public RemoteRig() {
        // connects when it is used
    }

    @Override
    public String name() {
        return "remote";
    }

    @Override
    public String description() {
        return "device models of netdev serve, over vfio-user: or as pci: in a virtual machine, with their control channel";
    }

    @Override
    public boolean serves(DeviceAddress address) {
        return SCHEMES.contains(address.scheme());
    }

    @Override
    public Set<FaultKind> faults(DeviceAddress address) {
        return faultsOf(address).kinds();
    }

    @Override
    public Set<String> namedFaults(DeviceAddress address) {
        return faultsOf(address).names();
    }

    private SimFaults faultsOf(DeviceAddress address) {
        connect(address);
        return SimFaults.of(client.offered().getFirst().faults());
    }

    @Override
    public boolean countsAccesses(DeviceAddress address) {
        return true;
    }

    private void connect(DeviceAddress address) {
        if (client != null) {
            return;
        }
        String control = address.options().get(CONTROL);
        if (control == null) {
            throw new InvalidConfigurationException(address.name(), "the suite needs the control channel of \"netdev serve\", "
                + "which makes the device fail and holds the far end of its wire; say --control unix:PATH, as netdev serve has it");
        }
        Platform own = Platform.create();
        try {
            client = ControlClient.connect(ControlAddress.parse(control), own, PATIENCE_NANOS);
            platform = own;
            places = places(address);
        } catch (IllegalArgumentException e) {
            own.close();
            throw new InvalidConfigurationException(address.name(), CONTROL + "=" + e.getMessage());
        } catch (RuntimeException e) {
            own.close();
            throw e;
        }
    }

    /** Where the devices that are served are found: the first is the one under test. */
    private List<DeviceAddress> places(DeviceAddress address) {
        List<DeviceAddress> all = new ArrayList<>();
        all.add(new DeviceAddress(address.scheme(), address.locator(), Map.of()));
        String further = address.options().get(FURTHER);
        if (further != null) {
            for (String each : further.split("\\+")) {
                all.add(DeviceAddress.parse(each));
            }
        } else if (address.scheme().equals("vfio-user")) {
            client.offered().stream().skip(1).map(each -> new DeviceAddress("vfio-user", each.socket(), Map.of()))
                .forEach(all::add);
        }
        if (all.size() > client.offered().size()) {
            throw new InvalidConfigurationException(address.name(), FURTHER + "=\"" + further + "\": " + (all.size() - 1)
                + " further devices, but the control channel has " + client.offered().size() + " in all");
        }
        return List.copyOf(all);
    }

    @Override
    public RiggedDevice open(DeviceAddress address, String driver, Platform where) {
        return open(address, driver, where, List.of());
    }

    @Override
    public synchronized RiggedDevice open(DeviceAddress address, String driver, Platform where, List<Fault> faults) {
        connect(address);
        open.removeIf(RemoteRigged::isClosed);
        int place = freePlace(where);
        Offered offered = client.offered().get(place);
        Map<String, String> own = new LinkedHashMap<>();
        Map<String, String> models = new LinkedHashMap<>();
        address.options().forEach((key, value) -> {
            if (offered.keys().contains(key)) {
                models.put(key, value);
            } else if (!key.equals(CONTROL) && !key.equals(FURTHER)) {
                own.put(key, value);
            }
        });
        SimFaults.add(models, faults);
        DeviceAddress at = places.get(place);
        ControlNic nic = powerOn(place, models, !at.scheme().equals("vfio-user"));
        RemoteRigged rigged = RemoteRigged.open(nic, new DeviceAddress(at.scheme(), at.locator(), own), driver, where, faults);
        open.add(rigged);
        return rigged;
    }

    /** What a case that hung has left open is given up: its device is powered on again, and it gets no other. */
    private int freePlace(Platform where) {
        if (where != current) {
            if (before.contains(where)) {
                throw new PlatformException("rig remote: this case hung, and its devices are others' now");
            }
            if (current != null) {
                before.add(current);
            }
            current = where;
        }
        open.removeIf(each -> each.platform() != where);
        for (int place = 0; place < places.size(); place++) {
            int wanted = place;
            if (open.stream().noneMatch(each -> each.place() == wanted)) {
                return place;
            }
        }
        Check.skip("needs " + (places.size() + 1) + " devices at once; rig remote has " + places.size()
            + ": serve more of them");
        return -1;
    }

    private ControlNic powerOn(int place, Map<String, String> keys, boolean clientStays) {
        try {
            return client.powerOn(place, keys, clientStays);
        } catch (ControlException e) {
            if (e.code() == ControlException.Code.DIFFERENT_FACE) {
                Check.skip("needs a device with another configuration space, which a virtual machine learns when it is plugged in: "
                    + keys);
            }
            if (e.code() == ControlException.Code.REFUSED) {
                throw new InvalidConfigurationException(places.get(place).name(), e.getMessage());
            }
            throw e;
        }
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
            client = null;
            platform.close();
        }
    }
}
