package org.netdev4j.platform.pci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.PciFunction;
import org.netdev4j.platform.bus.PciFunction.BarMapping;
import org.netdev4j.platform.linux.Descriptors;
import org.netdev4j.platform.linux.OnLinux;
import org.netdev4j.platform.memory.IovaPolicy;
import org.netdev4j.platform.memory.MemoryBackings;
import org.netdev4j.platform.memory.MemoryBlock;
import org.netdev4j.platform.memory.MemoryNeed;
import org.netdev4j.platform.mmio.Mmio;

/** A function through sysfs, in a tree of plain files that looks like one. The device itself is in the lab. */
@OnLinux
class SysfsFunctionTest {
    private static final String ENA = "0000:01:00.0";
    private static final int COMMAND = 4;

    private final Platform platform = Platform.builder().backing(MemoryBackings.anonymous()).iovas(new Physical()).build();

    @TempDir
    private Path root;
    private FakeSysfs machine;
    private Path directory;

    /** As if memory lay in the machine where it lies in the process. */
    private static final class Physical implements IovaPolicy {
        @Override
        public boolean isPhysical() {
            return true;
        }

        @Override
        public long assign(MemoryBlock block, int addressBits) {
            return block.address();
        }

        @Override
        public void release(long iova, long size) {
            // nothing was taken
        }
    }

    @BeforeEach
    void build() throws IOException {
        machine = new FakeSysfs(root).ena(ENA);
        directory = machine.directory(ENA);
        byte[] config = new byte[256];
        ByteBuffer.wrap(config).order(ByteOrder.LITTLE_ENDIAN).putInt(0, 0xec20_1d0f).putShort(COMMAND, (short) 0x0404);
        Files.write(directory.resolve("config"), config);
        Files.write(directory.resolve("resource0"), new byte[0x2000]);
        Files.write(directory.resolve("resource2"), new byte[0x10_0000]);
        Files.write(directory.resolve("resource2_wc"), new byte[0x10_0000]);
        FakeSysfs.write(directory.resolve("enable"), "0\n");
        FakeSysfs.write(directory.resolve("reset"), "");
    }

    @AfterEach
    void close() {
        platform.close();
    }

    private PciFunction attach(String options) {
        return (PciFunction) new PciBus(new PciDevices(root)).attach(DeviceAddress.parse("pci:" + ENA + options), platform,
            Optional.empty());
    }

    private String refusal(String options) {
        long fds = Descriptors.open();
        String message = assertThrows(PlatformException.class, () -> attach(options)).getMessage();
        assertFalse(message.contains("\n"), message);
        assertEquals(fds, Descriptors.open());
        return message;
    }

    private void refuses(String options, String... words) {
        String message = refusal(options);
        for (String word : words) {
            assertTrue(message.contains(word), () -> "\"" + word + "\" in: " + message);
        }
    }

    private MemoryNeed need(String options) {
        return new PciBus(new PciDevices(root)).needs(DeviceAddress.parse("pci:" + ENA + options));
    }

    private int command() throws IOException {
        byte[] config = Files.readAllBytes(directory.resolve("config"));
        return ByteBuffer.wrap(config).order(ByteOrder.LITTLE_ENDIAN).getShort(COMMAND);
    }

    private String text(String file) throws IOException {
        return Files.readString(directory.resolve(file)).strip();
    }

    @Test
    void attach_stopsAndResetsWhatAnEarlierOwnerMayHaveLeft_andClose_leavesNothingOn() throws IOException {
        long fds = Descriptors.open();
        assertEquals(MemoryNeed.PHYSICAL, need(""));
        PciFunction function = attach("");

        assertEquals("1", text("enable"));
        assertEquals("1", text("reset"));
        assertEquals(2, command(), "memory on, bus mastering off, nothing else");
        function.setBusMaster(true);
        assertEquals(6, command());
        assertTrue(function.dmaDomain().physical());
        function.close();
        function.close();

        assertEquals(2, command());
        assertEquals("0", text("enable"));
        assertEquals(fds, Descriptors.open());
        assertEquals(-1, function.readConfig(0, 4));
        assertEquals(0xffff, function.readConfig(0, 2));
        function.writeConfig(COMMAND, 2, 0xffff);
        assertEquals(2, command());
    }

    @Test
    void configurationSpace_isTheFile_inEachWidth() {
        try (PciFunction function = attach("")) {
            assertEquals(0xec20_1d0f, function.readConfig(0, 4));
            assertEquals(0xec20, function.readConfig(2, 2));
            assertEquals(0x1d, function.readConfig(1, 1));
            function.writeConfig(0x10, 1, 0x1ff);
            assertEquals(0xff, function.readConfig(0x10, 4));
            assertThrows(IllegalArgumentException.class, () -> function.readConfig(256, 1));
            assertThrows(IllegalArgumentException.class, () -> function.readConfig(2, 4));
        }
    }

    @Test
    void bars_areTheResourceFiles_theMergingOneFirstComeFirstServed() throws IOException {
        try (PciFunction function = attach("")) {
            Mmio registers = function.mapBar(0, BarMapping.UNCACHED).orElseThrow();
            registers.write32(0x40, 0x1234_5678);
            assertEquals(0x2000, registers.size());
            assertFalse(function.writeCombines(0));
            assertTrue(function.writeCombines(2));
            function.mapBar(2, BarMapping.WRITE_COMBINED).orElseThrow().write32(8, 5);
            assertThrows(IllegalStateException.class, () -> function.mapBar(2, BarMapping.UNCACHED));
            assertEquals(Optional.empty(), function.mapBar(1, BarMapping.UNCACHED));
            assertEquals(Optional.empty(), function.mapBar(6, BarMapping.WRITE_COMBINED));
        }
        assertEquals(0x78, Files.readAllBytes(directory.resolve("resource0"))[0x40]);
        assertEquals(5, Files.readAllBytes(directory.resolve("resource2_wc"))[8]);
    }

    @Test
    void aBarThatMergesNoStores_isMappedPlainly() throws IOException {
        Files.delete(directory.resolve("resource2_wc"));
        try (PciFunction function = attach("")) {
            assertFalse(function.writeCombines(2));
            function.mapBar(2, BarMapping.WRITE_COMBINED).orElseThrow().write32(8, 5);
        }
        assertEquals(5, Files.readAllBytes(directory.resolve("resource2"))[8]);
    }

    @Test
    void interrupts_areNone() {
        try (PciFunction function = attach("")) {
            assertEquals(0, function.interrupts().available());
            assertEquals(0, function.interrupts().enabled());
            String message = assertThrows(PlatformException.class, () -> function.interrupts().enable(1)).getMessage();
            assertTrue(message.contains("only polling") && message.contains("vfio-pci"), message);
            WaitEvent event = platform.newWaitEvent();
            assertThrows(IllegalArgumentException.class, () -> function.interrupts().route(0, event));
            function.interrupts().disable();
        }
    }

    @Test
    void reset_isToldToBeNone_whereTheKernelHasNone() throws IOException {
        Files.delete(directory.resolve("reset"));
        try (PciFunction function = attach("")) {
            assertFalse(function.resetFunction());
        }
    }

    @Test
    void attach_refusesAFunctionThatIsOpen() {
        PciFunction function = attach("");
        refuses("", "open in this process already");
        function.close();
        attach("").close();
    }

    @Test
    void attach_withUio_keepsItsFileOpen_forTheKernelToStopTheDevice() {
        machine.bound(ENA, "uio_pci_generic");
        FakeSysfs.write(directory.resolve("uio/uio0/name"), "uio_pci_generic");
        refuses("", "/dev/uio0 is not there");
        FakeSysfs.write(root.resolve("dev/uio0"), "");
        long fds = Descriptors.open();
        try (PciFunction function = attach("")) {
            assertEquals(fds + 2, Descriptors.open());
            assertTrue(function.description().contains("uio_pci_generic"), function.description());
        }
        assertEquals(fds, Descriptors.open());
    }

    @Test
    void attach_refusesPlatformsWhoseIovasAreNotPhysical() {
        try (Platform other = Platform.builder().backing(MemoryBackings.anonymous()).build()) {
            String message = assertThrows(PlatformException.class, () -> new PciBus(new PciDevices(root)).attach(
                DeviceAddress.parse("pci:" + ENA), other, Optional.empty())).getMessage();
            assertTrue(message.contains("no IOMMU translates") && message.contains("memory: physical"), message);
        }
        attach("").close();
    }

    @Test
    void attach_refusesAnIommuThatTranslates() {
        machine.group(8, "DMA-FQ", ENA);
        assertEquals(MemoryNeed.ANY, need(""));
        assertEquals(MemoryNeed.ANY, need(",access=sysfs"));
        refuses(",access=sysfs", "group 8, type DMA-FQ", "netdev bind " + ENA + " vfio-pci");
        refuses("", "bound to no driver", "vfio-pci");
        machine.group(8, "identity", ENA);
        assertEquals(MemoryNeed.PHYSICAL, need(""));
        attach("").close();
    }

    @Test
    void attach_refusesAFunctionOfTheKernel() {
        machine.bound(ENA, "ena");
        assertEquals(MemoryNeed.ANY, need(",access=sysfs"));
        refuses(",access=sysfs", "kernel driver ena", "uio_pci_generic");
    }

    @Test
    void attach_refusesALockedDownKernel() {
        FakeSysfs.write(root.resolve("sys/kernel/security/lockdown"), "none [integrity] confidentiality\n");
        refuses("", "locked down", "integrity", "Secure Boot");
        FakeSysfs.write(root.resolve("sys/kernel/security/lockdown"), "[none] integrity confidentiality\n");
        attach("").close();
    }

    @Test
    void attach_saysSo_whenTheDeviceDoesNotAnswer() throws IOException {
        byte[] ones = new byte[256];
        Arrays.fill(ones, (byte) -1);
        Files.write(directory.resolve("config"), ones);
        refuses("", "reads as ones", "rescan");
    }

    @Test
    void access_isOneOfThree() {
        refuses(",access=uio", "access=uio", "auto, vfio and sysfs");
        refuses(",access=vfio", "bound to no driver", VfioGroupSpace.NO_IOMMU_MODE);
    }

    @Test
    void need_ofAFunctionOfVfio_isByItsGroup() {
        machine.bound(ENA, "vfio-pci").group(0, "unknown", ENA);
        assertEquals(MemoryNeed.LARGE_PAGES, need(""));
        FakeSysfs.write(root.resolve("sys/kernel/iommu_groups/0/name"), "vfio-noiommu\n");
        assertEquals(MemoryNeed.PHYSICAL, need(""));
        assertEquals(MemoryNeed.ANY, new PciBus(new PciDevices(root)).needs(DeviceAddress.parse("pci:eth0")));
        refuses("", "/dev/vfio/vfio is not there");
        assertEquals(List.of(), platform.dma().live());
    }
}
