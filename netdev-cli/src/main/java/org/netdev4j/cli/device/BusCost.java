package org.netdev4j.cli.device;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.netdev4j.models.device.BusTally;
import org.netdev4j.models.device.DeviceDma.Kind;
import org.netdev4j.models.sim.SimDevice;
import org.netdev4j.models.sim.SimDevices;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.Platform;

/** What a simulated device saw of its bus since it was set up: the PCIe cost of its traffic, which hardware hides. */
public final class BusCost {
    private final SimDevice device;
    private final BusTally start;
    private final Clock clock;
    private final long startNanos;

    private BusCost(SimDevice device, Clock clock) {
        this.device = device;
        this.start = device.tally();
        this.clock = clock;
        this.startNanos = clock.nanoTime();
    }

    /** From now on, of a device. */
    public static BusCost of(SimDevice device, Clock clock) {
        return new BusCost(device, clock);
    }

    /** From now on, of the device that was opened last on a platform; empty if it was no simulated one. */
    static Optional<BusCost> ofLast(Platform platform, List<SimDevice> before) {
        return SimDevices.on(platform).stream().filter(device -> !before.contains(device)).reduce((first, last) -> last)
            .map(device -> new BusCost(device, platform.clock()));
    }

    /** Text for people: what each of so many packets cost. */
    public String text(long packets) {
        if (packets == 0) {
            return "bus of " + device.name() + ": no packets";
        }
        return String.format(Locale.ROOT, "bus of %s, %.0f ns %s", device.name(), (double) (clock.nanoTime() - startNanos) / packets,
            device.tally().since(start).perPacket(packets).stripTrailing());
    }

    /** The same as numbers in all, for JSON. */
    public Map<String, Object> plain() {
        BusTally tally = device.tally().since(start);
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("nanos", clock.nanoTime() - startNanos);
        all.put("mmio_reads", tally.mmioReads());
        all.put("mmio_writes", tally.mmioWrites());
        all.put("mmio_combined_lines", tally.combinedLines());
        for (Kind kind : Kind.values()) {
            String name = kind.name().toLowerCase(Locale.ROOT);
            all.put("dma_reads_" + name, tally.dmaReads(kind));
            all.put("dma_read_bytes_" + name, tally.dmaReadBytes(kind));
            all.put("dma_writes_" + name, tally.dmaWrites(kind));
            all.put("dma_write_bytes_" + name, tally.dmaWriteBytes(kind));
        }
        all.put("interrupts", tally.interrupts());
        return all;
    }
}
