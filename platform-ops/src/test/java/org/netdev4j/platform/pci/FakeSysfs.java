package org.netdev4j.platform.pci;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A tree that looks as Linux's sysfs does, for tests: what it says was read off a guest of the lab. */
public final class FakeSysfs {
    private final Path root;

    public FakeSysfs(Path root) {
        this.root = root;
    }

    /** Where the tree is: what stands for {@code /}. */
    public Path root() {
        return root;
    }

    /** An ENA, bound to no driver and behind no IOMMU. */
    public FakeSysfs ena(String location) {
        Path directory = directory(location);
        write(directory.resolve("vendor"), "0x1d0f\n");
        write(directory.resolve("device"), "0xec20\n");
        write(directory.resolve("subsystem_vendor"), "0x1d0f\n");
        write(directory.resolve("subsystem_device"), "0xec20\n");
        write(directory.resolve("class"), "0x020000\n");
        write(directory.resolve("revision"), "0x00\n");
        write(directory.resolve("numa_node"), "-1\n");
        write(directory.resolve("driver_override"), "(null)\n");
        write(directory.resolve("resource"), """
            0x00000000febf0000 0x00000000febf1fff 0x0000000000040200
            0x0000000000000000 0x0000000000000000 0x0000000000000000
            0x00000000fe800000 0x00000000fe8fffff 0x0000000000042208
            0x0000000000000000 0x0000000000000000 0x0000000000000000
            0x0000000000000000 0x0000000000000000 0x0000000000000000
            0x0000000000000000 0x0000000000000000 0x0000000000000000
            0x0000000000000000 0x0000000000000000 0x0000000000000000
            """);
        return this;
    }

    /** Binds a function to a driver, which is made if there is none of that name. */
    public FakeSysfs bound(String location, String driver) {
        Path of = root.resolve("sys/bus/pci/drivers").resolve(driver);
        make(of);
        link(directory(location).resolve("driver"), Path.of("../../../../bus/pci/drivers", driver));
        link(of.resolve(location), Path.of("../../../../devices/pci0000:00", location));
        return this;
    }

    /** Puts functions into an IOMMU group. */
    public FakeSysfs group(int number, String type, String... locations) {
        Path group = root.resolve("sys/kernel/iommu_groups").resolve(String.valueOf(number));
        write(group.resolve("type"), type + "\n");
        for (String location : locations) {
            link(directory(location).resolve("iommu_group"), Path.of("../../../../kernel/iommu_groups", String.valueOf(number)));
            make(group.resolve("devices"));
            link(group.resolve("devices").resolve(location), Path.of("../../../../devices/pci0000:00", location));
        }
        return this;
    }

    /** Gives a function a network interface. */
    public FakeSysfs networkInterface(String location, String name) {
        make(directory(location).resolve("net").resolve(name));
        return this;
    }

    /** A function's directory. */
    public Path directory(String location) {
        return root.resolve("sys/bus/pci/devices").resolve(location);
    }

    /** Writes a file, making the directories that lead to it. */
    public static void write(Path file, String text) {
        try {
            make(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void make(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void link(Path from, Path to) {
        try {
            Files.deleteIfExists(from);
            Files.createSymbolicLink(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
