package org.netdev4j.platform.pci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.netdev4j.platform.bus.DeviceIdentity;

class KernelModulesTest {
    private static final DeviceIdentity.Pci ENA = new DeviceIdentity.Pci(0x1d0f, 0xec20, 0x1d0f, 0xec20, 0x020000, 0);

    @TempDir
    private Path root;
    private KernelModules modules;

    @BeforeEach
    void aKernel() {
        FakeSysfs.write(root.resolve("proc/sys/kernel/osrelease"), "7.3.4+deb13\n");
        FakeSysfs.write(root.resolve("lib/modules/7.3.4+deb13/modules.alias"), """
            # Aliases extracted from modules themselves.
            alias pci:v00001D0Fd0000EC21sv*sd*bc*sc*i* ena
            alias pci:v00001D0Fd0000EC20sv*sd*bc*sc*i* ena
            alias pci:v*d*sv*sd*bc02sc00i* any_ethernet
            alias pci:v*d*sv*sd*bc01sc08i02* nvme
            alias vfio_pci:v00001AF4d00001041sv*sd*bc*sc*i* virtio_vfio_pci
            """);
        FakeSysfs.write(root.resolve("lib/modules/7.3.4+deb13/modules.dep"),
            "kernel/drivers/vfio/pci/vfio-pci.ko.xz: kernel/x.ko.xz\n");
        new FakeSysfs(root).ena("0000:01:00.0").bound("0000:01:00.0", "ena");
        modules = new KernelModules(new PciDevices(root));
    }

    @Test
    void matching_goesByThePatternsOfTheKernel() {
        assertEquals(List.of("any_ethernet", "ena"), modules.matching(ENA));
        assertEquals(List.of(), new KernelModules(new PciDevices(root.resolve("nowhere"))).matching(ENA));
    }

    @Test
    void available_isWhatIsLoadedOrCanBe() {
        assertTrue(modules.isAvailable("ena"));
        assertTrue(modules.isAvailable("vfio-pci"));
        assertFalse(modules.isAvailable("uio_pci_generic"));
        assertTrue(modules.hasDriver("ena"));
        assertFalse(modules.hasDriver("vfio-pci"));
    }

    @Test
    void fits_knowsStars() {
        assertTrue(KernelModules.fits("*", ""));
        assertTrue(KernelModules.fits("a*c*", "abcd"));
        assertTrue(KernelModules.fits("a*bc", "abbc"));
        assertFalse(KernelModules.fits("a*c", "abcd"));
        assertFalse(KernelModules.fits("ab", "abc"));
    }

    @Test
    void names_comeFromPciIds_orFromATable() {
        assertEquals("Amazon.com, Inc. Elastic Network Adapter (ENA)", new PciNames(new PciDevices(root)).describe(ENA));
        DeviceIdentity.Pci odd = new DeviceIdentity.Pci(0x4321, 0x0001, 0, 0, 0x020000, 0);
        assertEquals("vendor 4321 device 0001", new PciNames(new PciDevices(root)).describe(odd));

        FakeSysfs.write(root.resolve("usr/share/misc/pci.ids"), """
            # a comment
            4321  Oddly Made Things
            \t0001  Odd NIC
            \t\t4321 0001  A board with it
            4322  Others
            C 02  Network controller
            \t00  Ethernet controller
            """);
        PciNames names = new PciNames(new PciDevices(root));
        assertEquals("Oddly Made Things Odd NIC", names.describe(odd));
        assertEquals(Optional.of("Odd NIC"), names.device(odd));
        assertEquals(Optional.of("Elastic Network Adapter (ENA)"), names.device(ENA), "the table goes on to hold");
    }
}
