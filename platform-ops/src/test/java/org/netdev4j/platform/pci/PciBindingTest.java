package org.netdev4j.platform.pci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.netdev4j.platform.PlatformException;

/** On a tree that looks like sysfs, with {@link FakeBindingKernel} for the kernel that acts on it. */
class PciBindingTest {
    private static final String NIC = "0000:01:00.0";
    private static final String OTHER = "0000:01:00.1";

    @TempDir
    private Path root;
    private FakeSysfs sysfs;
    private FakeBindingKernel kernel;
    private List<String> addresses;
    private PciBinding binding;

    @BeforeEach
    void anEnaOfLinux() {
        sysfs = new FakeSysfs(root).ena(NIC).bound(NIC, "ena").group(7, "DMA-FQ", NIC).networkInterface(NIC, "eth1");
        kernel = new FakeBindingKernel(sysfs);
        kernel.loadable.add("vfio-pci");
        kernel.loadable.add("uio_pci_generic");
        addresses = new ArrayList<>();
        FakeSysfs.write(root.resolve("proc/sys/kernel/random/boot_id"), "one\n");
        binding = binding();
    }

    private PciBinding binding() {
        return new PciBinding(new PciDevices(root), root.resolve("run/netdev4j"), kernel, name -> name.equals("eth1")
            ? addresses : List.of());
    }

    private PciDevice nic() {
        return new PciDevices(root).find(PciLocation.parse(NIC)).orElseThrow();
    }

    private String driver() {
        return nic().driver().orElse("none");
    }

    private void bind(String driver) {
        binding.bind(List.of(nic()), driver, false, change -> { });
    }

    private void restore() {
        binding.restore(List.of(nic()), false, change -> { });
    }

    private String override() {
        return KernelFiles.text(sysfs.directory(NIC).resolve("driver_override")).orElseThrow();
    }

    private String refused(Runnable action) {
        String before = driver();
        String message = assertThrows(PlatformException.class, action::run).getMessage();
        assertEquals(before, driver());
        assertFalse(message.contains("\n"), message);
        return message;
    }

    private void assertRefused(String expected, Runnable action) {
        String message = refused(action);
        assertTrue(message.contains(expected), message);
    }

    @Test
    void bind_takesItToTheDriver_step_by_step() {
        List<PciBinding.Change> changes = new ArrayList<>();
        binding.bind(List.of(nic()), "vfio-pci", false, changes::add);

        assertEquals(List.of("modprobe vfio-pci", "driver_override=vfio-pci", "ena/unbind", "vfio-pci/bind"), kernel.told);
        assertEquals("vfio-pci", driver());
        assertEquals(Optional.of("ena"), changes.getFirst().before().driver());
        assertEquals(Optional.of("vfio-pci"), changes.getFirst().after().driver());
        assertTrue(changes.getFirst().changed());
    }

    @Test
    void restore_givesItBack_andLeavesNothing() throws Exception {
        bind("vfio-pci");
        restore();

        assertEquals("ena", driver());
        assertEquals("(null)", override());
        assertEquals(List.of("eth1"), nic().interfaces());
        try (var left = Files.list(root.resolve("run/netdev4j"))) {
            assertEquals(0, left.count());
        }
        assertRefused("nothing is remembered", this::restore);
    }

    @Test
    void restore_givesItBackToTheFirstDriver_alsoInAnotherProcess() {
        bind("vfio-pci");
        bind("none");
        binding = binding();
        bind("uio_pci_generic");
        assertEquals(Optional.of("ena"), binding.driverBefore(nic()));
        restore();
        assertEquals("ena", driver());
    }

    @Test
    void restore_afterNone_takesTheDriverAway() {
        bind("none");
        assertEquals("none", override());
        assertEquals(Optional.of("ena"), binding.driverBefore(nic()));
        restore();
        bind("none");
        binding = new PciBinding(new PciDevices(root), root.resolve("run/other"), kernel, name -> List.of());
        bind("vfio-pci");
        restore();
        assertEquals("none", driver());
        assertEquals("(null)", override());
    }

    @Test
    void restore_refusesWhatAnotherBootOrAnotherDeviceLeft() {
        bind("vfio-pci");
        FakeSysfs.write(root.resolve("proc/sys/kernel/random/boot_id"), "two\n");
        binding = binding();
        assertRefused("nothing is remembered", this::restore);

        FakeSysfs.write(root.resolve("proc/sys/kernel/random/boot_id"), "one\n");
        binding = binding();
        FakeSysfs.write(sysfs.directory(NIC).resolve("device"), "0x10ed\n");
        assertRefused("nothing is remembered", this::restore);
    }

    @Test
    void restore_namesADriver_whenNothingIsRemembered() {
        bind("vfio-pci");
        binding = new PciBinding(new PciDevices(root), root.resolve("run/empty"), kernel, name -> List.of());
        FakeSysfs.write(root.resolve("proc/sys/kernel/osrelease"), "7.3\n");
        FakeSysfs.write(root.resolve("lib/modules/7.3/modules.alias"), "alias pci:v00001D0Fd0000EC20sv*sd*bc*sc*i* ena\n");
        assertRefused("netdev bind " + NIC + " ena", this::restore);
    }

    @Test
    void bind_toTheOldDriver_isAsGoodAsRestoring() {
        bind("vfio-pci");
        bind("ena");

        assertEquals("(null)", override());
        assertEquals(Optional.empty(), binding.driverBefore(nic()));
    }

    @Test
    void bind_toWhatItIsBoundTo_doesNothing() {
        bind("ena");
        assertEquals(List.of(), kernel.told);
        assertEquals(Optional.empty(), binding.driverBefore(nic()));
    }

    @Test
    void bind_takesBack_whatTheNewDriverRefuses() {
        kernel.refusing.put("vfio-pci", "Invalid argument");
        assertRefused("binding it to vfio-pci: Invalid argument; it is bound to ena again", () -> bind("vfio-pci"));
        assertEquals("(null)", override());
        assertEquals(Optional.empty(), binding.driverBefore(nic()));

        kernel.refusing.clear();
        kernel.idle.add("vfio-pci");
        assertRefused("it is bound to nothing instead", () -> bind("vfio-pci"));
    }

    @Test
    void bind_tells_whenItCannotBeTakenBack() {
        kernel.refusing.put("vfio-pci", "Invalid argument");
        kernel.refusing.put("ena", "Input/output error");
        String message = assertThrows(PlatformException.class, () -> bind("vfio-pci")).getMessage();
        assertTrue(message.contains("could not be given back to ena: binding it to ena: Input/output error"), message);
    }

    @Test
    void bind_leavesItAlone_whenTheOldDriverDoesNotLetGo() {
        kernel.refusing.put("unena", "Device or resource busy");
        assertRefused("unbinding it from ena: Device or resource busy", () -> bind("vfio-pci"));
        assertEquals("(null)", override());
    }

    @Test
    void bind_refusesADriverThatThereIsNot() {
        assertRefused("\"vfoi-pci\" for PCI functions, and modprobe vfoi-pci: Module vfoi-pci not found.; did you mean \"vfio-pci\"?",
            () -> bind("vfoi-pci"));
        assertThrows(IllegalArgumentException.class, () -> bind("../x"));
        assertEquals(List.of("modprobe vfoi-pci"), kernel.told);
    }

    @Test
    void bind_refusesVfioWithoutIommu_andSaysWhatToDo() throws Exception {
        Files.delete(sysfs.directory(NIC).resolve("iommu_group"));
        assertRefused("intel_iommu=on", () -> bind("vfio-pci"));
        assertFalse(refused(() -> bind("vfio-pci")).contains("noiommu"), "a kernel without no-IOMMU mode");
        Path unsafe = root.resolve("sys/module/vfio/parameters/enable_unsafe_noiommu_mode");
        FakeSysfs.write(unsafe, "N\n");
        assertRefused("echo Y > /sys/module/vfio/parameters/enable_unsafe_noiommu_mode", () -> bind("vfio-pci"));
        FakeSysfs.write(unsafe, "Y\n");
        bind("vfio-pci");
        assertEquals("vfio-pci", driver());
    }

    @Test
    void bind_refusesAGroupWithOthersInIt_unlessTheyComeAlong() {
        sysfs.ena(OTHER).bound(OTHER, "ena").group(7, "DMA-FQ", NIC, OTHER).networkInterface(OTHER, "eth2");
        assertRefused("IOMMU group 7 has others in it, and VFIO gives out whole groups: " + OTHER + " (ena)",
            () -> bind("vfio-pci"));
        bind("uio_pci_generic");
        restore();

        PciDevice other = new PciDevices(root).find(PciLocation.parse(OTHER)).orElseThrow();
        binding.bind(List.of(nic(), other), "vfio-pci", false, change -> { });
        assertEquals("vfio-pci", driver());
        restore();
        bind("vfio-pci");
        assertEquals("vfio-pci", driver(), "the other is with VFIO already");
    }

    @Test
    void bind_refusesWhatIsInUse_unlessForced() {
        FakeSysfs.write(root.resolve("proc/net/route"),
            "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT\n"
            + "eth0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\t0\t0\t0\neth1\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\t0\t0\t0\n");
        assertRefused("eth1 carries the default route; take it out of use first, or force it with --force",
            () -> bind("vfio-pci"));
        addresses.add("10.0.0.5");
        assertRefused("eth1 carries the default route, has the address 10.0.0.5", () -> bind("vfio-pci"));
        assertEquals(List.of(), kernel.told);

        binding.bind(List.of(nic()), "vfio-pci", true, change -> { });
        assertEquals("vfio-pci", driver());
    }

    @Test
    void bind_refusesWhatIsNoNetworkController_orHasVirtualFunctions_orAnInterfaceElsewhere() throws Exception {
        FakeSysfs.write(sysfs.directory(NIC).resolve("sriov_numvfs"), "2\n");
        assertRefused("2 virtual functions", () -> bind("none"));
        FakeSysfs.write(sysfs.directory(NIC).resolve("sriov_numvfs"), "0\n");
        FakeSysfs.write(sysfs.directory(NIC).resolve("class"), "0x010802\n");
        assertRefused("no network controller (class 010802)", () -> bind("none"));
        FakeSysfs.write(sysfs.directory(NIC).resolve("class"), "0x020000\n");
        Files.delete(sysfs.directory(NIC).resolve("net/eth1"));
        assertRefused("another network namespace", () -> bind("none"));
    }

    @Test
    void restore_refusesWhatAProcessHasOpen_alsoWhenForced() throws Exception {
        bind("vfio-pci");
        open(4711, "/dev/vfio/7");
        assertRefused("process 4711 (java) has /dev/vfio/7 open; end it first", this::restore);
        assertRefused("end it first", () -> binding.restore(List.of(nic()), true, change -> { }));

        Files.delete(root.resolve("proc/4711/fd/9"));
        open(4711, "anon_inode:[vfio-device]");
        restore();
        bind("vfio-pci");
        FakeSysfs.write(root.resolve("proc/4711/fdinfo/9"), "pos:\t0\nvfio-device-syspath: /sys/devices/pci0000:00/" + NIC
            + "\n");
        assertRefused("VFIO device " + NIC, this::restore);
    }

    @Test
    void bind_refusesWhatAProcessHasMapped() {
        bind("none");
        FakeSysfs.write(root.resolve("proc/4711/comm"), "java\n");
        FakeSysfs.write(root.resolve("proc/4711/maps"),
            "7f00-7f10 rw-s 00000000 00:15 77   /sys/devices/pci0000:00/" + NIC + "/resource2_wc\n");
        assertRefused("resource2_wc open", () -> bind("ena"));
        binding.bind(List.of(nic()), "ena", true, change -> { });
        assertEquals("ena", driver());
    }

    private void open(int pid, String target) throws Exception {
        FakeSysfs.write(root.resolve("proc/" + pid + "/comm"), "java\n");
        Files.createDirectories(root.resolve("proc/" + pid + "/fd"));
        Files.createSymbolicLink(root.resolve("proc/" + pid + "/fd/9"), Path.of(target));
    }

    @Test
    void find_takesPlacesAndInterfaces() {
        for (String text : List.of("pci:" + NIC, NIC, "01:00.0", "eth1")) {
            assertEquals(NIC, binding.find(text).location().toString(), text);
        }
        bind("vfio-pci");
        assertEquals(NIC, binding.find("eth1").location().toString(), "by the name that it had");

        FakeSysfs.write(root.resolve("sys/class/net/lo/ifindex"), "1\n");
        assertRefused("there is no PCI function 0000:02:00.0; network controllers are " + NIC,
            () -> binding.find("02:00.0"));
        assertRefused("network interface lo is not one of a PCI function", () -> binding.find("lo"));
        assertThrows(IllegalArgumentException.class, () -> binding.find("eth9"));
        assertThrows(IllegalArgumentException.class, () -> binding.find("1:2:3"));
    }

    @Test
    void find_findsTheInterfaceBehindVirtio() {
        sysfs.ena(OTHER);
        FakeSysfs.write(sysfs.directory(OTHER).resolve("virtio3/net/ens5/ifindex"), "5\n");
        assertEquals(OTHER, binding.find("ens5").location().toString());
    }

    @Test
    void realKernel_saysWhatTheSystemSays() {
        BindingKernel.OfMachine real = new BindingKernel.OfMachine(root);
        Path nowhere = root.resolve("sys/bus/pci/drivers/none/bind");
        String missing = assertThrows(BindingKernel.Refusal.class, () -> real.write(nowhere, "x")).getMessage();
        assertTrue(Set.of("No such file or directory", "Directory nonexistent").contains(missing), missing);
        String directory = assertThrows(BindingKernel.Refusal.class, () -> real.write(root, "x")).getMessage();
        assertEquals("is a directory", directory.toLowerCase(Locale.ROOT));
        assertThrows(BindingKernel.Refusal.class, () -> real.load("vfio-pci"), "not into a tree of tests");
    }

    @Test
    void realKernel_writesWhatItIsGiven() throws Exception {
        Path file = root.resolve("bind");
        new BindingKernel.OfMachine(root).write(file, NIC);
        assertEquals(NIC, Files.readString(file));
    }
}
