package org.netdev4j.platform.pci;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which processes have a PCI function open: through VFIO, UIO or its files in sysfs. What a process of another user or of
 * another container has open only root sees.
 *
 * <p>A driver that somebody still uses cannot be taken away: VFIO's waits in the kernel, for as long as it takes and deaf to
 * every signal. So it is asked here first.
 */
final class DeviceHolders {
    private static final String VFIO_DEVICE = "anon_inode:[vfio-device]";
    private static final String SYSPATH = "vfio-device-syspath:";

    private final KernelFiles files;

    DeviceHolders(KernelFiles files) {
        this.files = files;
    }

    /**
     * A process that has the device open.
     *
     * @param pid  its number
     * @param name its command
     * @param by   what it has open
     */
    record Holder(long pid, String name, String by) {
        @Override
        public String toString() {
            return "process " + pid + " (" + name + ") has " + by + " open";
        }
    }

    /** The processes, other than this one, that have a device open. */
    List<Holder> of(PciDevice device) {
        List<String> nodes = nodes(device);
        String place = device.location().toString();
        List<Holder> holders = new ArrayList<>();
        String self = String.valueOf(ProcessHandle.current().pid());
        for (String pid : files.names("proc")) {
            if (Character.isDigit(pid.charAt(0)) && !pid.equals(self)) {
                held(pid, nodes, place).or(() -> mapped(pid, place)).ifPresent(by -> holders.add(
                    new Holder(Long.parseLong(pid), files.text("proc/" + pid + "/comm").orElse("?"), by)));
            }
        }
        return holders;
    }

    /** Device files that lead to it. */
    private static List<String> nodes(PciDevice device) {
        List<String> nodes = new ArrayList<>();
        device.iommuGroup().ifPresent(group -> {
            nodes.add("/dev/vfio/" + group);
            nodes.add("/dev/vfio/noiommu-" + group);
        });
        KernelFiles.names(device.directory().resolve("vfio-dev")).forEach(name -> nodes.add("/dev/vfio/devices/" + name));
        KernelFiles.names(device.directory().resolve("uio")).forEach(name -> nodes.add("/dev/" + name));
        return nodes;
    }

    private Optional<String> held(String pid, List<String> nodes, String place) {
        Path descriptors = files.at("proc/" + pid + "/fd");
        for (String fd : KernelFiles.names(descriptors)) {
            String target = KernelFiles.target(descriptors.resolve(fd)).map(Path::toString).orElse("");
            if (nodes.contains(target) || isOf(target, place)) {
                return Optional.of(target);
            }
            // Newer kernels say which device such a descriptor is of; with older ones the group's is found, as a rule.
            if (target.equals(VFIO_DEVICE) && files.lines("proc/" + pid + "/fdinfo/" + fd).stream()
                .anyMatch(line -> line.startsWith(SYSPATH) && line.endsWith("/" + place))) {
                return Optional.of("VFIO device " + place);
            }
        }
        return Optional.empty();
    }

    private Optional<String> mapped(String pid, String place) {
        return files.lines("proc/" + pid + "/maps").stream().map(line -> line.substring(Math.max(0, line.indexOf('/'))))
            .filter(path -> isOf(path, place)).findFirst();
    }

    /** True for a function's registers in sysfs; its other files are harmless. */
    private static boolean isOf(String path, String place) {
        return path.startsWith("/sys/") && path.contains("/" + place + "/resource");
    }
}
