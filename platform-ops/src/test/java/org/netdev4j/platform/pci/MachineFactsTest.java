package org.netdev4j.platform.pci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineFactsTest {
    private static final String NIC = "0000:01:00.0";

    @TempDir
    private Path root;

    private MachineFacts facts() {
        return new MachineFacts(new PciDevices(root));
    }

    private void file(String path, String text) {
        FakeSysfs.write(root.resolve(path), text);
    }

    @Test
    void everything_isEmpty_whereNothingIsSaid() {
        MachineFacts none = facts();
        assertEquals(0, none.iommuGroups());
        assertEquals(List.of(), none.hugePages());
        assertEquals(Optional.empty(), none.withoutIommu());
        assertEquals(Optional.empty(), none.cpuHas("pat"));
        assertEquals(OptionalLong.empty(), none.lockableBytes());
        assertFalse(none.locksFreely());
        assertFalse(none.hasIommufd());
        assertEquals(1, none.numaNodes());
    }

    @Test
    void iommuGroups_areNotThoseThatVfioMadeUp() {
        new FakeSysfs(root).ena(NIC).group(7, "DMA-FQ", NIC);
        file("sys/kernel/iommu_groups/8/name", "vfio-noiommu\n");
        assertEquals(1, facts().iommuGroups());
        assertEquals(List.of("DMA-FQ"), facts().groupTypes());
    }

    @Test
    void limits_areReadAsTheKernelWritesThem() {
        file("proc/self/limits", """
            Limit                     Soft Limit           Hard Limit           Units
            Max cpu time              unlimited            unlimited            seconds
            Max locked memory         8388608              16777216             bytes
            """);
        file("proc/self/status", "Name:\tx\nCapEff:\t0000000000004000\n");
        assertEquals(OptionalLong.of(8 << 20), facts().lockableBytes());
        assertTrue(facts().locksFreely());
        file("proc/self/status", "CapEff:\t0000000000002000\n");
        assertFalse(facts().locksFreely());
        file("proc/self/limits", "Max locked memory         unlimited            unlimited            bytes\n");
        assertEquals(OptionalLong.empty(), facts().lockableBytes());
    }

    @Test
    void memory_cpus_and_words() {
        file("sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages", "0\n");
        file("sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "64\n");
        file("sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages", "60\n");
        file("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
        file("proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu pat sse\n");
        file("proc/cmdline", "console=ttyS0 intel_iommu=on quiet\n");
        assertEquals(List.of(new MachineFacts.HugePages(2 << 20, 64, 60), new MachineFacts.HugePages(1 << 30, 0, 0)), facts()
            .hugePages());
        assertEquals(Optional.of("madvise"), facts().transparentHugePages());
        assertEquals(Optional.of(true), facts().cpuHas("pat"));
        assertEquals(Optional.of(false), facts().cpuHas("pa"));
        assertEquals(Optional.of("intel_iommu=on"), facts().bootOption("intel_iommu"));
        assertEquals(Optional.empty(), facts().bootOption("nopat"));
    }

    @Test
    void msixVectors_areReadFromTheCapability() throws IOException {
        FakeSysfs sysfs = new FakeSysfs(root).ena(NIC);
        byte[] config = new byte[256];
        config[0x06] = 0x10;
        config[0x34] = 0x40;
        config[0x40] = 0x01;
        config[0x41] = 0x70;
        config[0x70] = 0x11;
        config[0x72] = 0x08;
        config[0x73] = (byte) 0x80;
        Path file = sysfs.directory(NIC).resolve("config");
        Files.write(file, config);
        PciDevice device = new PciDevices(root).find(PciLocation.parse(NIC)).orElseThrow();
        assertEquals(OptionalLong.of(9), facts().msixVectors(device));

        config[0x70] = 0x01;
        config[0x71] = 0x40;
        Files.write(file, config);
        assertEquals(OptionalLong.empty(), facts().msixVectors(device), "a circle");

        Files.write(file, java.util.Arrays.copyOf(config, 64));
        assertEquals(OptionalLong.empty(), facts().msixVectors(device), "what a user may read");
    }

    @Test
    void memoryType_isThatOfTheRange() {
        PciDevice.Bar bar = new PciDevice.Bar(2, 0xfe800000L, 0x100000, true, false);
        file("sys/kernel/debug/x86/pat_memtype_list", """
            PAT memtype list:
            PAT: [mem 0x00000000fe700000-0x00000000fe800000] uncached-minus
            PAT: [mem 0x00000000fe800000-0x00000000fe900000] write-combining
            """);
        assertEquals(Optional.of("write-combining"), facts().memoryType(bar));
        file("sys/kernel/debug/x86/pat_memtype_list",
            "write-combining @ 0xfe800000-0xfe900000\nuncached-minus @ 0xfe900000-0xfe901000\n");
        assertEquals(Optional.of("write-combining"), facts().memoryType(bar));
        assertEquals(Optional.of("uncached-minus"), facts().memoryType(new PciDevice.Bar(0, 0xfe900000L, 0x1000, false,
            false)));
        assertEquals(Optional.empty(), facts().memoryType(new PciDevice.Bar(0, 0xfe600000L, 0x1000, false, false)));
    }
}
