package org.netdev4j.cli.serve;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.netdev4j.cli.device.BusCost;
import org.netdev4j.models.device.Operable;
import org.netdev4j.models.sim.SimDevice;
import org.netdev4j.models.vfiouser.VfioUserServer;
import org.netdev4j.platform.wire.WireStats;

/**
 * A device that is being served.
 *
 * @param number from 1, in the order on the command line
 * @param server what serves it
 * @param cable  what its port is plugged into
 * @param cost   what crosses its bus
 */
record Served(int number, VfioUserServer server, CableSwitch cable, BusCost cost) implements AutoCloseable {
    private static final String MAC = "mac";

    SimDevice device() {
        return server.device();
    }

    /** For people, as {@code 1 ena}. */
    String label() {
        return number + " " + device().model().name();
    }

    /** The device's MAC address, if it tells. */
    Optional<String> mac() {
        return device().model() instanceof Operable model && model.operations().stream().anyMatch(each ->
            each.name().equals(MAC))
            ? Optional.of(model.operate(MAC, List.of())) : Optional.empty();
    }

    /** What has happened so far, in a few lines. */
    String text() {
        String wire = cable.stats().map(s -> "sent " + s.sentFrames() + " frames, " + s.sentBytes() + " bytes, received "
            + s.receivedFrames() + " frames, " + s.receivedBytes() + " bytes, dropped " + s.dropped()).orElse("not counted");
        return "client: " + (server.isAttached() ? "connected" : "none") + (device().isRemoved()
            ? "; the device is pulled out" : "")
            + "\nbus: " + device().tally() + "\nwire " + cable.name() + ", link " + (cable.linkUp() ? "up" : "down") + ": "
            + wire;
    }

    /** The same for JSON. */
    Map<String, Object> plain() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("name", device().name());
        all.put("address", device().address().toString());
        all.put("socket", server.socket().toString());
        all.put("mac", mac().orElse(null));
        all.put("wire", cable.name());
        all.put("wire_statistics", cable.stats().map(Served::plain).orElse(null));
        all.put("bus", cost.plain());
        all.put("faults", device().faults().injections().stream().map(each -> Map.of("fault", each.fault(),
            "happened", each.happened(), "occasions", each.occasions())).toList());
        all.put("removed", device().isRemoved());
        return all;
    }

    private static Map<String, Object> plain(WireStats s) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("sent_frames", s.sentFrames());
        all.put("sent_bytes", s.sentBytes());
        all.put("received_frames", s.receivedFrames());
        all.put("received_bytes", s.receivedBytes());
        all.put("dropped", s.dropped());
        return all;
    }

    @Override
    public void close() {
        server.close();
    }
}
