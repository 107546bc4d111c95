package org.netdev4j.models.control;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.netdev4j.models.control.ControlException.Code;
import org.netdev4j.models.device.FaultSpec;
import org.netdev4j.models.device.Operable;
import org.netdev4j.models.device.QueuePlaces;
import org.netdev4j.models.sim.SimBus;
import org.netdev4j.models.sim.SimDevice;
import org.netdev4j.models.vfiouser.DifferentFaceException;
import org.netdev4j.models.vfiouser.VfioUserServer;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.Suggest;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.OptionSpec;

/** A served device, and who has it: one session at a time. Thread-safe. */
final class ControlledDevice {
    // What names files and things of the server's process is not for those who connect.
    private static final Set<String> SERVERS_OWN = Set.of("name", "trace", "trace-time", "trace-append", "trace-forms",
        "trace-registers", "accounting");

    // What models can be asked for that tells where packets have gone.
    private static final Set<String> SHOWN = Set.of("queues", "counters");

    private final int index;
    private final VfioUserServer server;
    private final Platform platform;
    private final List<String> faults;
    private final List<String> keys;
    private Object owner;
    private FarCable cable;
    private boolean clientStays;

    ControlledDevice(int index, VfioUserServer server, Platform platform) {
        this.index = index;
        this.server = server;
        this.platform = platform;
        this.faults = server.device().faults().known().stream().map(FaultSpec::name).toList();
        this.keys = new SimBus().options().stream().map(OptionSpec::key).filter(key -> !SERVERS_OWN.contains(key)).toList();
    }

    String model() {
        return server.device().model().name();
    }

    String socket() {
        return server.socket().toAbsolutePath().toString();
    }

    /** Names of its faults. */
    List<String> faults() {
        return faults;
    }

    /** Keys that a client may give it. */
    List<String> keys() {
        return keys;
    }

    /** Puts a device that was just powered on in place of the one that is there. */
    synchronized void powerOn(Object session, MessageStream stream, int epoch, Map<String, String> extra, int flags) {
        if (owner != null && owner != session) {
            throw new ControlException(Code.BUSY, "device " + (index + 1) + " is in the hands of another client of the control "
                + "channel");
        }
        DeviceAddress base = server.address();
        Map<String, String> options = new LinkedHashMap<>(base.options());
        extra.forEach((key, value) -> {
            if (!keys.contains(key)) {
                throw new IllegalArgumentException("device " + (index + 1) + ", " + model() + ", takes no key \"" + key + "\""
                    + Suggest.didYouMean(key, keys));
            }
            options.put(key, value);
        });
        owner = session;
        clientStays = (flags & Protocol.CLIENT_STAYS) != 0;
        FarCable next = new FarCable(stream, platform, index, epoch);
        try {
            SimDevice device = server.replace(new DeviceAddress(base.scheme(), base.locator(), options),
                Optional.of(next.near()), clientStays);
            device.trace().enable((flags & Protocol.TRACED) != 0 || device.trace().enabled());
        } catch (DifferentFaceException e) {
            next.close();
            throw new ControlException(Code.DIFFERENT_FACE, e.getMessage(), e);
        } catch (RuntimeException e) {
            next.close();
            throw e;
        }
        unplug();
        cable = next;
        next.start();
    }

    private void unplug() {
        if (cable != null) {
            cable.close();
            cable = null;
        }
    }

    /** What a session has powered on. */
    synchronized SimDevice powered(Object session) {
        if (owner != session || cable == null) {
            throw new ControlException(Code.NOT_POWERED_ON, "device " + (index + 1) + " was not powered on over this control "
                + "channel");
        }
        return server.device();
    }

    /** The cable of what a session has powered on; null if it has not. */
    synchronized FarCable cable(Object session) {
        return owner == session ? cable : null;
    }

    /** If a session has it, it becomes as it was before. */
    synchronized void release(Object session) {
        if (owner != session) {
            return;
        }
        owner = null;
        if (cable != null) {
            try {
                server.replace(server.address(), Optional.empty(), clientStays);
            } finally {
                unplug();
            }
        }
    }

    void settle() {
        server.settle();
    }

    int place(boolean receive, int queue) {
        SimDevice device = server.device();
        int[] place = {-1};
        if (device.model() instanceof QueuePlaces places) {
            device.exclusively(() -> place[0] = places.place(receive, queue));
        }
        return place[0];
    }

    /** What has crossed the bus, what failed, how the model's queues stand, and the last lines of the trace. */
    String trace(int lines) {
        SimDevice device = server.device();
        List<String> all = device.trace().lines();
        StringBuilder text = new StringBuilder(device.tally().toString());
        device.failure().ifPresent(thrown -> text.append("\nthe model itself failed: ").append(thrown));
        if (device.model() instanceof Operable model) {
            model.operations().stream().map(Operable.Operation::name).filter(SHOWN::contains)
                .forEach(name -> device.exclusively(() -> text.append('\n').append(model.operate(name, List.of()))));
        }
        all.subList(Math.max(0, all.size() - lines), all.size()).forEach(line -> text.append('\n').append(line));
        return text.toString();
    }
}
