package org.netdev4j.platform.pci;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.netdev4j.platform.bus.DeviceIdentity;

/**
 * Names of PCI vendors and devices: from the file {@code pci.ids} of this machine where there is one, else from a table of
 * those that drivers here are for. Read once, when first asked. One thread.
 */
public final class PciNames {
    // Where distributions put it. [pci.ids(5)]
    private static final List<String> PLACES = List.of("usr/share/misc/pci.ids", "usr/share/hwdata/pci.ids",
        "usr/share/pci.ids",
        "var/lib/pciutils/pci.ids");
    private static final String VENDOR = "\n%04x  ";
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
    private String file;

    /** Those that a machine knows. */
    public PciNames(PciDevices devices) {
        this.devices = devices;
    }

    /** The device's name, without the vendor's; empty if it has none. */
    public Optional<String> device(DeviceIdentity.Pci identity) {
        String vendor = String.format(VENDOR, identity.vendor());
        int from = file().indexOf(vendor);
        // The vendor's part goes to the next line that begins with neither a tab nor a comment.
        int to = from < 0 ? -1 : file().indexOf('\n', from + vendor.length());
        while (to >= 0 && to + 1 < file().length() && "\t#".indexOf(file().charAt(to + 1)) >= 0) {
            to = file().indexOf('\n', to + 1);
        }
        String part = from < 0 ? "" : file().substring(from, to < 0 ? file().length() : to + 1);
        return name(part, String.format("\n\t%04x  ", identity.device()))
            .or(() -> Optional.ofNullable(KNOWN.get(identity.toString())));
    }

    /** The vendor's name; empty if it has none. */
    public Optional<String> vendor(DeviceIdentity.Pci identity) {
        return name(file(), String.format(VENDOR, identity.vendor()))
            .or(() -> Optional.ofNullable(KNOWN.get(String.format("%04x", identity.vendor()))));
    }

    /** One line for people: both names, as far as they are known. */
    public String describe(DeviceIdentity.Pci identity) {
        String vendor = vendor(identity).orElse("vendor " + String.format("%04x", identity.vendor()));
        return vendor + " " + device(identity).orElse("device " + String.format("%04x", identity.device()));
    }

    /** What stands behind an id at the beginning of a line. */
    private static Optional<String> name(String text, String start) {
        int at = text.indexOf(start);
        if (at < 0) {
            return Optional.empty();
        }
        int end = text.indexOf('\n', at + start.length());
        return Optional.of(text.substring(at + start.length(), end < 0 ? text.length() : end).strip());
    }

    /**
     * The file: a vendor begins a line with its id, a device with a tab, a subsystem with two. Empty where there is none.
     */
    private String file() {
        if (file == null) {
            KernelFiles files = new KernelFiles(devices.root());
            file = PLACES.stream().map(files::text).flatMap(Optional::stream).findFirst().map(text -> "\n" + text)
                .orElse("");
        }
        return file;
    }
}
