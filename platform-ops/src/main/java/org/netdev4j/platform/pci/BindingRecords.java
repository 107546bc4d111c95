package org.netdev4j.platform.pci;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.netdev4j.platform.PlatformException;

/**
 * What functions were bound to before this tool bound them to something else: a small file each, in a directory that a
 * reboot empties. A record of another boot, or of another device at the same place, counts for nothing.
 */
final class BindingRecords {
    private static final String PREFIX = "pci-";

    private final Path directory;
    private final String boot;

    BindingRecords(Path directory, KernelFiles files) {
        this.directory = directory;
        this.boot = files.text("proc/sys/kernel/random/boot_id").orElse("");
    }

    /**
     * What was there before.
     *
     * @param driver     the driver, or empty for none
     * @param interfaces its network interfaces then
     */
    record Before(Optional<String> driver, List<String> interfaces) {
    }

    private Path file(PciLocation location) {
        return directory.resolve(PREFIX + location);
    }

    Optional<Before> of(PciDevice device) {
        Map<String, String> words = KernelFiles.text(file(device.location())).stream().flatMap(String::lines)
            .map(line -> line.split("=", 2)).filter(parts -> parts.length == 2)
            .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1], (first, second) -> second));
        if (!boot.equals(words.get("boot")) || !device.identity().toString().equals(words.get("device"))) {
            return Optional.empty();
        }
        String interfaces = words.getOrDefault("interfaces", "");
        return Optional.of(new Before(Optional.of(words.getOrDefault("driver", "")).filter(d -> !d.isEmpty()),
            interfaces.isEmpty() ? List.of() : List.of(interfaces.split(","))));
    }

    /** Keeps what a device is bound to now, unless what it was bound to before that is kept already. */
    void keepFirst(PciDevice device) {
        if (of(device).isPresent()) {
            return;
        }
        List<String> lines = new ArrayList<>();
        lines.add("boot=" + boot);
        lines.add("device=" + device.identity());
        lines.add("driver=" + device.driver().orElse(""));
        lines.add("interfaces=" + String.join(",", device.interfaces()));
        Path file = file(device.location());
        try {
            Files.createDirectories(directory);
            Files.write(file, lines);
        } catch (IOException e) {
            throw new PlatformException("PCI function " + device.location() + ": what it is bound to now cannot be kept in "
                + file
                + ": " + e.getClass().getSimpleName() + "; without that it could not be given back", e);
        }
    }

    void forget(PciLocation location) {
        try {
            Files.deleteIfExists(file(location));
        } catch (IOException e) {
            throw new PlatformException("PCI function " + location + ": " + file(location) + " cannot be removed: "
                + e.getClass().getSimpleName(), e);
        }
    }
}
