package org.netdev4j.cli.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.netdev4j.api.NetDevs;
import org.netdev4j.platform.bus.DeviceIdentity;
import org.netdev4j.platform.pci.KernelModules;
import org.netdev4j.platform.pci.PciBinding;
import org.netdev4j.platform.pci.PciDevice;
import org.netdev4j.platform.pci.PciDevices;
import org.netdev4j.platform.pci.PciNames;
import org.netdev4j.spi.NetDevDriver;

/** The network controllers on PCI and what drives them, laid out as {@code dpdk-devbind --status} does. One thread. */
public final class PciReport {
    private final PciBinding binding;
    private final KernelModules modules;
    private final PciNames names;
    private final List<PciDevice> devices;

    /** Of a machine, now. */
    public PciReport(PciDevices machine, PciBinding binding) {
        this.binding = binding;
        this.modules = new KernelModules(machine);
        this.names = new PciNames(machine);
        this.devices = machine.list().stream().filter(PciDevice::isNetwork).toList();
    }

    /** Who drives a function; the three groups of the report. */
    public enum Use {
        /** A program, through a driver that does no more than hand it over. */
        USER_SPACE("user-space", "Network devices using a user-space driver"),
        /** Linux. */
        KERNEL("kernel", "Network devices using a kernel driver"),
        /** Nobody. */
        NONE("none", "Network devices without a driver");

        private final String key;
        private final String title;

        Use(String key, String title) {
            this.key = key;
            this.title = title;
        }

        /** Whose a function is. */
        public static Use of(PciDevice device) {
            return device.driver().map(d -> KernelModules.USER_SPACE.contains(d) ? USER_SPACE : KERNEL).orElse(NONE);
        }
    }

    /** The backend here that drives such a device, if there is one. */
    public static Optional<String> backend(DeviceIdentity identity) {
        return NetDevs.drivers().stream().filter(d -> d.drives(identity)).map(NetDevDriver::name).findFirst();
    }

    /** The text, lines ended by line feeds; empty if there is no network controller. */
    public String text() {
        StringBuilder out = new StringBuilder();
        for (Use use : Use.values()) {
            List<PciDevice> those = devices.stream().filter(d -> Use.of(d) == use).toList();
            if (!those.isEmpty()) {
                out.append(use.title).append('\n').append("=".repeat(use.title.length())).append('\n');
                those.forEach(d -> out.append(line(d)).append('\n'));
                out.append('\n');
            }
        }
        return out.toString();
    }

    private String line(PciDevice device) {
        List<String> words = new ArrayList<>();
        words.add(device.location().toString());
        words.add("'" + name(device) + "'");
        if (device.numaNode() >= 0) {
            words.add("numa_node=" + device.numaNode());
        }
        if (!device.interfaces().isEmpty()) {
            words.add("if=" + String.join(",", device.interfaces()));
        }
        device.driver().ifPresent(driver -> words.add("drv=" + driver));
        words.add("unused=" + String.join(",", unused(device)));
        backend(device.identity()).ifPresent(backend -> words.add("backend=" + backend));
        binding.driverBefore(device).filter(before -> !before.equals(device.driver().orElse(PciBinding.NONE)))
            .ifPresent(before -> words.add("before=" + before));
        if (!binding.users(device).isEmpty()) {
            words.add("*Active*");
        }
        return String.join(" ", words);
    }

    private String name(PciDevice device) {
        return names.device(device.identity()).orElse("Device") + String.format(" %04x", device.identity().device());
    }

    /** Drivers that could have it instead. */
    private List<String> unused(PciDevice device) {
        String bound = device.driver().orElse("").replace('-', '_');
        return Stream.concat(modules.matching(device.identity()).stream(), KernelModules.USER_SPACE.stream()
            .filter(modules::isAvailable))
            .filter(module -> !module.replace('-', '_').equals(bound)).toList();
    }

    /** The same as maps and lists, one for each device. */
    public List<Map<String, Object>> plain() {
        return devices.stream().map(this::plain).toList();
    }

    private Map<String, Object> plain(PciDevice device) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("address", "pci:" + device.location());
        row.put("name", null);
        row.put("identity", device.identity().toString());
        row.put("backend", backend(device.identity()).orElse(null));
        row.put("kernel-driver", device.driver().orElse(null));
        row.put("description", names.describe(device.identity()));
        row.put("driver-kind", Use.of(device).key);
        row.put("driver-before", binding.driverBefore(device).orElse(null));
        row.put("unused", unused(device));
        row.put("interfaces", device.interfaces());
        row.put("used-by", binding.users(device));
        row.put("iommu-group", device.iommuGroup().isPresent() ? device.iommuGroup().getAsInt() : null);
        row.put("numa-node", device.numaNode() < 0 ? null : device.numaNode());
        return row;
    }
}
