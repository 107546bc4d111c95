package org.netdev4j.platform.pci;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Linux says of a machine that matters to drivers in a program: IOMMU, VFIO, memory, CPUs. Reads only; what is not said
 * is empty. Thread-safe. [proc(5), sysfs(5); LINUX-PCI Documentation/admin-guide]
 */
public final class MachineFacts {
    private static final String GROUPS = "sys/kernel/iommu_groups";
    // [LINUX-VFIO drivers/vfio/group.c]
    private static final String MADE_UP = "noiommu";
    private static final String HUGE = "sys/kernel/mm/hugepages";
    // [capabilities(7)]
    private static final int CAP_IPC_LOCK = 14;
    private static final Pattern RANGE = Pattern.compile("0x([0-9a-f]{1,16})-0x([0-9a-f]{1,16})");

    private final KernelFiles files;

    /** Of a machine. */
    public MachineFacts(PciDevices devices) {
        this.files = new KernelFiles(devices.root());
    }

    /** Release of the kernel, as {@code uname -r} has it. */
    public Optional<String> release() {
        return files.text("proc/sys/kernel/osrelease");
    }

    /**
     * A word of the kernel's command line: {@code nopat}, or {@code intel_iommu=on}; the first that begins with {@code
     * start}.
     */
    public Optional<String> bootOption(String start) {
        return files.text("proc/cmdline").stream().flatMap(line -> List.of(line.split("\\s+")).stream())
            .filter(w -> w.startsWith(start))
            .findFirst();
    }

    /** How many IOMMU groups there are; 0 if no IOMMU is on. Those that VFIO makes up without one do not count. */
    public int iommuGroups() {
        return (int) files.names(GROUPS).stream()
            .filter(group -> !files.text(GROUPS + "/" + group + "/name").orElse("").contains(MADE_UP)).count();
    }

    /** True if VFIO made a group up, as there is no IOMMU: what is in it can reach all memory. */
    public boolean isMadeUp(int group) {
        return files.text(GROUPS + "/" + group + "/name").orElse("").contains(MADE_UP);
    }

    /** What the IOMMUs do for the groups: {@code DMA-FQ}, {@code identity}. */
    public List<String> groupTypes() {
        TreeSet<String> types = new TreeSet<>();
        files.names(GROUPS).forEach(group -> files.text(GROUPS + "/" + group + "/type").ifPresent(types::add));
        return List.copyOf(types);
    }

    /** The IOMMUs: {@code dmar0}. */
    public List<String> iommus() {
        return files.names("sys/class/iommu");
    }

    /** True if VFIO takes devices without an IOMMU; empty if the kernel has no such mode, or VFIO is not loaded. */
    public Optional<Boolean> withoutIommu() {
        return files.text(BindingChecks.NOIOMMU).map(text -> text.startsWith("Y"));
    }

    /** A file of VFIO, UIO or the like: {@code /dev/vfio/vfio}. */
    public Path node(String path) {
        return files.at(path.substring(1));
    }

    /** True if VFIO gives devices out one by one, through {@code /dev/iommu} and {@code /dev/vfio/devices}. */
    public boolean hasIommufd() {
        return Files.exists(files.at("dev/iommu")) && Files.isDirectory(files.at("dev/vfio/devices"));
    }

    /** Bytes that this process may lock into memory; empty if there is no limit. */
    public OptionalLong lockableBytes() {
        for (String line : files.lines("proc/self/limits")) {
            String[] words = line.split("\\s{2,}");
            if (words.length > 1 && words[0].equals("Max locked memory")) {
                return words[1].equals("unlimited") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(words[1]));
            }
        }
        return OptionalLong.empty();
    }

    /** True if no such limit holds for this process, as it has the capability for it (CAP_IPC_LOCK). */
    public boolean locksFreely() {
        return files.lines("proc/self/status").stream().filter(line -> line.startsWith("CapEff:"))
            .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) >>> CAP_IPC_LOCK & 1) == 1);
    }

    /**
     * A pool of hugepages.
     *
     * @param bytes of a page
     * @param pages in the pool
     * @param free  of them
     */
    public record HugePages(long bytes, long pages, long free) {
    }

    /** The pools of hugepages, smallest pages first. */
    public List<HugePages> hugePages() {
        List<HugePages> pools = new ArrayList<>();
        for (String name : files.names(HUGE)) {
            String size = name.replaceAll("[^0-9]", "");
            if (!size.isEmpty()) {
                pools.add(new HugePages(Long.parseLong(size) << 10, files.number(HUGE + "/" + name + "/nr_hugepages")
                    .orElse(0L),
                    files.number(HUGE + "/" + name + "/free_hugepages").orElse(0L)));
            }
        }
        pools.sort((a, b) -> Long.compare(a.bytes(), b.bytes()));
        return pools;
    }

    /** Which memory gets large pages by itself: {@code always}, {@code madvise} or {@code never}. */
    public Optional<String> transparentHugePages() {
        return files.text("sys/kernel/mm/transparent_hugepage/enabled").map(MachineFacts::chosen);
    }

    /** How far root is kept from the hardware: {@code none}, {@code integrity} or {@code confidentiality}. */
    public Optional<String> lockdown() {
        return files.text("sys/kernel/security/lockdown").map(MachineFacts::chosen);
    }

    /** The word in brackets of a list that shows all there are. */
    private static String chosen(String text) {
        int open = text.indexOf('[');
        int close = text.indexOf(']');
        return open < 0 || close < open ? text : text.substring(open + 1, close);
    }

    /** CPUs that the scheduler leaves alone: {@code 2-3}; empty text if none. */
    public Optional<String> isolatedCpus() {
        return files.text("sys/devices/system/cpu/isolated");
    }

    /** Who chooses the clock rate of the first CPU: {@code performance}. */
    public Optional<String> governor() {
        return files.text("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
    }

    /** True if the processors have a feature by the name that Linux gives it; empty if Linux lists none. */
    public Optional<Boolean> cpuHas(String flag) {
        return files.lines("proc/cpuinfo").stream().filter(line -> line.startsWith("flags")).findFirst()
            .map(line -> List.of(line.split("\\s+")).contains(flag));
    }

    /** Nodes of memory; 1 where there is nothing to choose. */
    public int numaNodes() {
        return Math.max(1, (int) files.names("sys/devices/system/node").stream().filter(name -> name.matches("node[0-9]+"))
            .count());
    }

    /** Vectors of MSI-X that a function has; empty if it has none, or its configuration space may not be read that far. */
    public OptionalLong msixVectors(PciDevice device) {
        return ConfigSpace.of(device).map(ConfigSpace::msixVectors).orElse(OptionalLong.empty());
    }

    /**
     * How the function can be reset, in Linux's words: {@code flr}, {@code bus}. Empty if it cannot, or Linux does not say.
     */
    public Optional<String> resetMethods(PciDevice device) {
        return KernelFiles.text(device.directory().resolve("reset_method")).filter(text -> !text.isEmpty());
    }

    /**
     * The type of memory as which the kernel has mapped a range for somebody: {@code write-combining}, {@code
     * uncached-minus}. Root only, and where debugfs is mounted; only of ranges that are mapped now.
     */
    public Optional<String> memoryType(PciDevice.Bar bar) {
        // PAT: [mem 0x00000000fe800000-0x00000000fe900000] write-combining, or, of old kernels, write-combining @
        // 0xfe800000-0xfe900000
        for (String line : files.lines("sys/kernel/debug/x86/pat_memtype_list")) {
            Matcher range = RANGE.matcher(line);
            if (range.find() && Long.parseUnsignedLong(range.group(1), 16) < bar.address() + bar.size()
                && Long.parseUnsignedLong(range.group(2), 16) > bar.address()) {
                return Optional.of(range.replaceAll("").replaceAll("PAT:|[@\\[\\]]|mem ", "").strip());
            }
        }
        return Optional.empty();
    }
}
