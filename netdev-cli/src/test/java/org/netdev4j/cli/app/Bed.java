package org.netdev4j.cli.app;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.netdev4j.cli.config.Config;
import org.netdev4j.cli.config.Origin;
import org.netdev4j.cli.device.DeviceOpener;
import org.netdev4j.cli.device.DeviceSpec;
import org.netdev4j.cli.device.OpenDevice;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.RandomSource;
import org.netdev4j.platform.VirtualClock;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.memory.MemoryBackings;
import org.netdev4j.platform.wire.WirePort;
import org.netdev4j.platform.wire.Wires;

/** What tests of applications stand on: a platform, devices on cables, and the far ends of those. One thread. */
final class Bed implements AutoCloseable {
    private static final AtomicInteger CABLES = new AtomicInteger();

    final List<String> leaks = new ArrayList<>();
    final Platform platform;
    final VirtualClock clock;
    private final Memory frame = Memory.allocate("frame", WirePort.MAX_FRAME);
    private final List<AutoCloseable> open = new ArrayList<>();

    private Bed(VirtualClock clock) {
        this.clock = clock;
        Platform.Builder builder = Platform.builder().backing(MemoryBackings.anonymous()).random(RandomSource.seeded(1))
            .onLeak((owner, memory) -> leaks.add(owner + " " + memory.name()));
        platform = (clock == null ? builder : builder.virtualClock(clock)).build();
    }

    /** On virtual time. */
    static Bed virtual() {
        return new Bed(new VirtualClock());
    }

    /** On real time, for applications with threads. */
    static Bed real() {
        return new Bed(null);
    }

    /** A configuration, from full keys and values. */
    static Config config(String... keysAndValues) {
        List<Config.Entry> entries = new ArrayList<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            entries.add(new Config.Entry(keysAndValues[i], keysAndValues[i + 1], new Origin.Option("--test")));
        }
        return Config.STANDARD.with(entries);
    }

    /** The name of a cable that nobody has. */
    static String cable() {
        return "link:test-" + CABLES.incrementAndGet();
    }

    /** A loopback device with a MAC address ending in {@code number}. */
    OpenDevice device(int number, String wire, String... keysAndValues) {
        List<String> all = new ArrayList<>(List.of("devices.d.address", "loopback:" + number, "devices.d.wire", wire,
            "devices.d.mac", "02:00:00:00:00:0" + number));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            all.add("devices.d." + keysAndValues[i]);
            all.add(keysAndValues[i + 1]);
        }
        OpenDevice device = new DeviceOpener(() -> platform).open(new DeviceSpec(config(all.toArray(String[]::new)), "d"));
        open.add(device);
        return device;
    }

    /** An emulated ENA. */
    OpenDevice ena(String wire) {
        return ena("sim:ena", wire);
    }

    /** An emulated ENA with an address of its own. */
    OpenDevice ena(String address, String wire) {
        Config config = config("devices.d.address", address, "devices.d.wire", wire);
        OpenDevice device = new DeviceOpener(() -> platform).open(new DeviceSpec(config, "d"));
        open.add(device);
        return device;
    }

    /** The other end of a cable. */
    WirePort far(String cable) {
        WirePort port = Wires.open(cable, platform);
        open.add(port);
        return port;
    }

    <A extends AutoCloseable> A keep(A thing) {
        open.add(thing);
        return thing;
    }

    /** Sends a frame into a wire. */
    void send(WirePort port, byte... bytes) {
        frame.copyFrom(0, bytes, 0, bytes.length);
        if (!port.send(frame, 0, bytes.length)) {
            throw new AssertionError("the wire is full");
        }
    }

    /** The next frame of a wire; of no bytes if there is none. */
    byte[] receive(WirePort port) {
        return frame.bytes(0, port.receive(frame, 0, WirePort.MAX_FRAME));
    }

    /** Calls the workers of an application in turn, until none had anything to do for some rounds, or all are done. */
    void settle(App app) {
        int idle = 0;
        for (int round = 0; idle < 4; round++) {
            if (round > 100_000) {
                throw new AssertionError(app.name() + " does not come to rest");
            }
            boolean moved = false;
            boolean done = true;
            for (Worker worker : app.workers()) {
                int turn = worker.turn();
                moved |= turn > 0;
                done &= turn == Worker.DONE;
            }
            if (done) {
                return;
            }
            idle = moved ? 0 : idle + 1;
        }
    }

    /** Bytes from hex digits; blanks are of no concern. */
    static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
    }

    static String hex(byte... bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** Counters that are not zero. */
    static Map<String, Long> nonZero(Map<String, Long> counters) {
        Map<String, Long> all = new java.util.LinkedHashMap<>(counters);
        all.values().removeIf(v -> v == 0);
        return all;
    }

    @Override
    public void close() {
        for (AutoCloseable each : open.reversed()) {
            try {
                each.close();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
        frame.close();
        platform.close();
        if (!leaks.isEmpty()) {
            throw new AssertionError("leaked: " + leaks);
        }
    }
}
