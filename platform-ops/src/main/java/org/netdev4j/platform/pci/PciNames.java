package org.netdev4j.platform.pci;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.netdev4j.platform.bus.DeviceIdentity;

/**
 * Names of PCI vendors and devices: from the file {@code pci.ids} of this machine where there is one, else from a table of those that
 * drivers here are for. Read once, when first asked. One thread.
 */
public final class PciNames {
    // Where distributions put it. [pci.ids(5)]
    private static final List<String> PLACES = List.of("usr/share/misc/pci.ids", "usr/share/hwdata/pci.ids", "usr/share/pci.ids",
        "var/lib/pciutils/pci.ids");
    private static final Pattern ENTRY = Pattern.compile("[0-9a-f]{4}  .+");
    private static final Map<String, String> KNOWN = Map.ofEntries(
        Map.entry("1d0f", "Amazon.com, Inc."),
        Map.entry("1d0f:ec20", "Elastic Network Adapter (ENA)"),
        Map.entry("1d0f:ec21", "Elastic Network Adapter (ENA) with LLQ"),
        Map.entry("1d0f:0ec2", "Elastic Network Adapter (ENA) physical function"),
        Map.entry("1d0f:1ec2", "Elastic Network Adapter (ENA) physical function with LLQ"),
        Map.entry("8086", "Intel Corporation"),
        Map.entry("8086:10ed", "82599 Ethernet Controller Virtual Function"),
        Map.entry("1af4", "Red Hat, Inc."),
        Map.entry("1af4:1000", "Virtio network device"),
        Map.entry("1af4:1041", "Virtio 1.0 network device"));

    private final PciDevices devices;
    private Map<String, String> names;

    /** Those that a machine knows. */
    public PciNames(PciDevices devices) {
        this.devices = devices;
    }

    /** The device's name, without the vendor's; empty if it has none. */
    public Optional<String> device(DeviceIdentity.Pci identity) {
        return name(identity.toString());
    }

    /** The vendor's name; empty if it has none. */
    public Optional<String> vendor(DeviceIdentity.Pci identity) {
        return name(String.format("%04x", identity.vendor()));
    }

    /** One line for people: both names, as far as they are known. */
    public String describe(DeviceIdentity.Pci identity) {
        String vendor = vendor(identity).orElse("vendor " + String.format("%04x", identity.vendor()));
        return vendor + " " + device(identity).orElse("device " + String.format("%04x", identity.device()));
    }

    private Optional<String> name(String id) {
        if (names == null) {
            names = new HashMap<>(KNOWN);
            PLACES.stream().map(devices.root()::resolve).filter(Files::isReadable).findFirst().ifPresent(this::read);
        }
        return Optional.ofNullable(names.get(id));
    }

    /** Lines: a vendor begins one with its id, a device with a tab, a subsystem with two; classes follow and begin with C. */
    private void read(Path file) {
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            String vendor = "";
            for (String line = lines.readLine(); line != null && !line.startsWith("C "); line = lines.readLine()) {
                boolean device = line.startsWith("\t") && !line.startsWith("\t\t");
                String entry = device ? line.substring(1) : line;
                if (!ENTRY.matcher(entry).matches()) {
                    continue;
                }
                String id = entry.substring(0, 4);
                vendor = device ? vendor : id;
                names.put(device ? vendor + ":" + id : id, entry.substring(6).strip());
            }
        } catch (IOException e) {
            // Names are an ornament: without them there are the numbers.
            names.putAll(KNOWN);
        }
    }
}
