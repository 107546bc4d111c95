package org.netdev4j.platform.pci;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.bus.DeviceIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PCI functions of a machine, as sysfs tells. Reads only, needs no rights, and touches no device. Thread-safe.
 *
 * <p>Source: LINUX-PCI in docs/sources.md.
 */
public final class PciDevices {
    private static final Logger LOG = LoggerFactory.getLogger(PciDevices.class);
    private static final int BARS = 6;
    // [LINUX-PCI include/linux/ioport.h]
    private static final long RESOURCE_IO = 0x100;
    private static final long RESOURCE_MEMORY = 0x200;
    private static final long RESOURCE_PREFETCHABLE = 0x2000;

    private final Path root;

    /** Those of this machine. */
    public PciDevices() {
        this(Path.of("/"));
    }

    /**
     * Those of a tree that looks like a machine's.
     *
     * @param root what stands for {@code /}
     */
    public PciDevices(Path root) {
        this.root = root;
    }

    /** What stands for {@code /}. */
    public Path root() {
        return root;
    }

    /** What stands for {@code /sys}. */
    public Path sys() {
        return root.resolve("sys");
    }

    private Path directory() {
        return sys().resolve("bus/pci/devices");
    }

    /**
     * All functions, in order of their place. None where there is no PCI, or no Linux. One that vanishes meanwhile is left
     * out.
     */
    public List<PciDevice> list() {
        List<PciLocation> locations = new ArrayList<>();
        names(directory()).forEach(name -> {
            try {
                locations.add(PciLocation.parse(name));
            } catch (IllegalArgumentException e) {
                LOG.debug("not a PCI function: {}", name);
            }
        });
        locations.sort(null);
        List<PciDevice> devices = new ArrayList<>();
        locations.forEach(location -> find(location).ifPresent(devices::add));
        return devices;
    }

    /**
     * A function.
     *
     * @return empty if there is none
     * @throws PlatformException if sysfs says of it what cannot be understood
     */
    public Optional<PciDevice> find(PciLocation location) {
        Path directory = directory().resolve(location.toString());
        try {
            DeviceIdentity.Pci identity = new DeviceIdentity.Pci(number(directory, "vendor"), number(directory, "device"),
                number(directory, "subsystem_vendor"), number(directory, "subsystem_device"), number(directory, "class"),
                number(directory, "revision"));
            OptionalInt group = link(directory.resolve("iommu_group")).map(Integer::parseInt).map(OptionalInt::of)
                .orElse(OptionalInt.empty());
            Path groups = sys().resolve("kernel/iommu_groups");
            Optional<Path> ofGroup = group.isPresent() ? Optional.of(groups.resolve(String.valueOf(group.getAsInt())))
                : Optional.empty();
            return Optional.of(new PciDevice(location, identity, link(directory.resolve("driver")), group,
                ofGroup.map(path -> others(path, location)).orElse(List.of()),
                ofGroup.flatMap(path -> optional(path.resolve("type"))),
                optional(directory.resolve("numa_node")).map(Integer::parseInt).orElse(-1), bars(directory),
                interfaces(directory), directory));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            if (!Files.exists(directory)) {
                return Optional.empty();
            }
            throw new PlatformException("PCI function " + location + ": " + directory + " cannot be read: " + e, e);
        }
    }

    /** Those of the function itself, and those of a virtio device behind it, which Linux has as a device of its own. */
    private static List<String> interfaces(Path directory) {
        List<String> interfaces = new ArrayList<>(names(directory.resolve("net")));
        names(directory).stream().filter(name -> name.startsWith("virtio"))
            .forEach(name -> interfaces.addAll(names(directory.resolve(name).resolve("net"))));
        return interfaces;
    }

    private static int number(Path directory, String name) throws IOException {
        return Integer.decode(text(directory.resolve(name)));
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1).strip();
    }

    private static Optional<String> optional(Path file) {
        try {
            return Optional.of(text(file));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Last part of what a link leads to. */
    private static Optional<String> link(Path link) {
        try {
            return Optional.of(Files.readSymbolicLink(link).getFileName().toString());
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }

    private static List<PciLocation> others(Path group, PciLocation self) {
        return names(group.resolve("devices")).stream().map(PciLocation::parse).filter(other -> !other.equals(self))
            .toList();
    }

    private static List<PciDevice.Bar> bars(Path directory) throws IOException {
        List<PciDevice.Bar> bars = new ArrayList<>();
        List<String> lines = text(directory.resolve("resource")).lines().toList();
        for (int index = 0; index < Math.min(BARS, lines.size()); index++) {
            String[] words = lines.get(index).split(" ");
            long first = Long.decode(words[0]);
            long last = Long.decode(words[1]);
            long flags = Long.decode(words[2]);
            if ((flags & (RESOURCE_IO | RESOURCE_MEMORY)) != 0 && last > first) {
                bars.add(new PciDevice.Bar(index, first, last - first + 1, (flags & RESOURCE_PREFETCHABLE) != 0,
                    (flags & RESOURCE_IO) != 0));
            }
        }
        return bars;
    }

    /** Names in a directory, in order; none if it is not there. */
    private static List<String> names(Path directory) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(entry -> names.add(entry.getFileName().toString()));
        } catch (IOException e) {
            return List.of();
        }
        names.sort(null);
        return names;
    }
}
