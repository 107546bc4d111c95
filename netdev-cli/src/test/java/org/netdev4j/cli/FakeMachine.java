package org.netdev4j.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A tree that looks as Linux's {@code /proc} and {@code /sys} do, with an ENA at 0000:00:06.0; nothing in it reacts to
 * writes.
 */
final class FakeMachine {
    static final String NIC = "0000:00:06.0";

    private final Path root;

    FakeMachine(Path root) {
        this.root = root;
        file("proc/sys/kernel/osrelease", "7.3.4\n");
        file("proc/sys/kernel/random/boot_id", "one\n");
        file("lib/modules/7.3.4/modules.alias", "alias pci:v00001D0Fd0000EC20sv*sd*bc*sc*i* ena\n");
        file("lib/modules/7.3.4/modules.dep", "kernel/drivers/vfio/pci/vfio-pci.ko.xz:\n");
        device(NIC, "ec20");
    }

    Path root() {
        return root;
    }

    /** A network controller of Amazon's. */
    FakeMachine device(String location, String id) {
        String device = "sys/bus/pci/devices/" + location + "/";
        file(device + "vendor", "0x1d0f\n");
        file(device + "device", "0x" + id + "\n");
        file(device + "subsystem_vendor", "0x1d0f\n");
        file(device + "subsystem_device", "0x" + id + "\n");
        file(device + "class", "0x020000\n");
        file(device + "revision", "0x00\n");
        file(device + "numa_node", "-1\n");
        file(device + "driver_override", "(null)\n");
        file(device + "resource", "0x00000000febf0000 0x00000000febf1fff 0x0000000000040200\n"
            + "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
            + "0x00000000fe800000 0x00000000fe8fffff 0x0000000000042208\n");
        return this;
    }

    /** Binds the NIC. */
    FakeMachine bound(String driver) {
        file("sys/bus/pci/drivers/" + driver + "/bind", "");
        file("sys/bus/pci/drivers/" + driver + "/unbind", "");
        link("sys/bus/pci/devices/" + NIC + "/driver", "../../../../bus/pci/drivers/" + driver);
        return this;
    }

    /** Gives the NIC an interface. */
    FakeMachine networkInterface(String name) {
        file("sys/bus/pci/devices/" + NIC + "/net/" + name + "/ifindex", "3\n");
        return this;
    }

    /** Lets an interface carry the default route. */
    FakeMachine defaultRoute(String name) {
        return file("proc/net/route", "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\n"
            + name + "\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\n");
    }

    /** Puts the NIC into an IOMMU group, alone. */
    FakeMachine group(int number) {
        file("sys/kernel/iommu_groups/" + number + "/type", "DMA-FQ\n");
        link("sys/bus/pci/devices/" + NIC + "/iommu_group", "../../../../kernel/iommu_groups/" + number);
        link("sys/kernel/iommu_groups/" + number + "/devices/" + NIC, "../../../../devices/pci0000:00/" + NIC);
        return this;
    }

    FakeMachine file(String path, String text) {
        try {
            Files.createDirectories(root.resolve(path).getParent());
            Files.writeString(root.resolve(path), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    FakeMachine link(String path, String to) {
        try {
            Files.createDirectories(root.resolve(path).getParent());
            Files.deleteIfExists(root.resolve(path));
            Files.createSymbolicLink(root.resolve(path), Path.of(to));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }
}
