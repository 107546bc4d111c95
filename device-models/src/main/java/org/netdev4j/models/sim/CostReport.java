package org.netdev4j.models.sim;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.netdev4j.models.device.BusTally;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.wire.WireStats;

/** What a device and its driver cost, written down when the device is unplugged. */
final class CostReport {
    private static final WireStats NOTHING = new WireStats(0, 0, 0, 0, 0);

    private CostReport() {
    }

    /** The text: totals, and what each frame that crossed the wire cost, if any did. */
    static String text(SimDevice device, long busyNanos) {
        BusTally tally = device.tally();
        WireStats wire = device.wire().stats().orElse(NOTHING);
        long frames = wire.sentFrames() + wire.receivedFrames();
        StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "%s (%s %s) on %s, seed %d%n%s%n%d frames sent, %d received%n",
            device.name(), device.model().name(), device.model().pci().identity(), device.wire().name(), device.seed(), tally,
            wire.sentFrames(), wire.receivedFrames()));
        if (frames > 0) {
            text.append(tally.perPacket(frames));
            if (busyNanos > 0) {
                text.append(String.format(Locale.ROOT, "  %-24s %10.1f ns%n", "device's own work", (double) busyNanos / frames));
            }
        }
        return text.toString();
    }

    /**
     * Makes an empty file, so that one that cannot be written is known at the beginning.
     *
     * @throws PlatformException if it cannot be written
     */
    static void prepare(Path file) {
        write(file, "");
    }

    /** Writes it. */
    static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new PlatformException("accounting file \"" + file + "\" cannot be written: " + e
                + "; name a file in a directory that exists", e);
        }
    }
}
