package org.netdev4j.platform.pci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.VirtualClock;
import org.netdev4j.platform.bus.Bus;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.memory.MemoryBackings;

/** What stands in the way of a device is told in one line with the remedy. What VFIO itself does is seen in the lab. */
class PciBusTest {
    private static final String ENA = "0000:01:00.0";
    private static final String OTHER = "0000:01:00.1";

    private final Platform platform = Platform.builder().backing(MemoryBackings.anonymous()).build();

    @TempDir
    private Path root;

    @AfterEach
    void close() {
        assertEquals(List.of(), platform.dma().live());
        platform.close();
    }

    private String refusal(String address, Platform on) {
        PciBus bus = new PciBus(new PciDevices(root));
        String message = assertThrows(PlatformException.class,
            () -> bus.attach(DeviceAddress.parse(address), on, Optional.empty())).getMessage();
        assertFalse(message.contains("\n"), message);
        return message;
    }

    private void refuses(String address, String... words) {
        String message = refusal(address, platform);
        for (String word : words) {
            assertTrue(message.contains(word), () -> "\"" + word + "\" in: " + message);
        }
    }

    @Test
    void attach_refuses_whatIsNoPlace() {
        refuses("pci:", "0000:00:06.0");
        refuses("pci:eth0", "\"eth0\"", "0000:00:06.0");
        refuses("pci:" + ENA, "no such PCI function", "netdev devices");
    }

    @Test
    void attach_refuses_aFunctionOfTheKernel_andTellsHowToBindIt() {
        new FakeSysfs(root).ena(ENA).ena(OTHER).bound(ENA, "ena").group(3, "DMA", ENA, OTHER);
        refuses("pci:" + ENA, "kernel driver ena", "netdev bind " + ENA + " vfio-pci");
    }

    @Test
    void attach_refuses_virtualTime() {
        new FakeSysfs(root).ena(ENA).bound(ENA, "vfio-pci").group(3, "DMA", ENA);
        try (Platform virtual = Platform.builder().virtualClock(new VirtualClock()).build()) {
            assertTrue(refusal("pci:" + ENA, virtual).contains("virtual time"));
        }
    }

    @Test
    void attach_refuses_anUnknownInterface() {
        new FakeSysfs(root).ena(ENA).bound(ENA, "vfio-pci").group(3, "DMA", ENA);
        refuses("pci:" + ENA + ",vfio=iommu", "vfio=iommu", "auto, group and cdev");
    }

    @Test
    void attach_saysWhatToLoad_whenVfioIsNotThere() throws IOException {
        Files.createDirectories(root.resolve("dev/vfio"));
        new FakeSysfs(root).ena(ENA).bound(ENA, "vfio-pci").group(3, "DMA", ENA);
        refuses("pci:" + ENA, "/dev/vfio/vfio is not there", "modprobe vfio-pci");
        refuses("pci:" + ENA + ",vfio=cdev", "/dev/iommu is not there", "vfio=group");
    }

    @Test
    void scan_listsNetworkAdapters_withTheDriverThatHasThem() {
        new FakeSysfs(root).ena(ENA).ena(OTHER).bound(OTHER, "ena");
        FakeSysfs.write(new FakeSysfs(root).directory(ENA).resolve("class"), "0x010802\n");
        List<Bus.Found> found = new PciBus(new PciDevices(root)).scan();
        assertEquals(List.of("pci:" + OTHER), found.stream().map(each -> each.address().toString()).toList());
        assertEquals(Optional.of("ena"), found.getFirst().driver());
    }

    @Test
    void ranges_holdOnlyWhatLiesInOneOfThem() {
        IovaRanges ranges = new IovaRanges(List.of(new IovaRanges.Range(0, 0xfedf_ffffL),
            new IovaRanges.Range(0xfef0_0000L, 0x7f_ffff_ffffL)));
        assertEquals(39, ranges.addressBits());
        assertTrue(ranges.holds(0, 0xfee0_0000L));
        assertFalse(ranges.holds(0, 0xfee0_0001L));
        assertFalse(ranges.holds(0xfee0_0000L, 1));
        assertTrue(ranges.holds(0x10_0000_0000L, 0x20_0000));
        assertFalse(ranges.holds(0x7f_ffff_f000L, 0x1001));
        assertEquals(64, new IovaRanges(List.of(new IovaRanges.Range(0, -1))).addressBits());
        assertTrue(new IovaRanges(List.of()).holds(0x1234, 1));
    }
}
