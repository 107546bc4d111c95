package org.netdev4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code netdev devices} and {@code netdev bind} on a tree that looks like a machine; a real kernel is the lab's business.
 */
@Timeout(120)
class PciCommandsTest {
    private static final String OTHER = "0000:00:07.0";

    @TempDir
    private Path directory;
    private FakeMachine machine;

    @BeforeEach
    void aMachine() {
        machine = new FakeMachine(directory);
    }

    private Cli.Result run(String... args) {
        return new Cli(directory).root(directory).run(args);
    }

    private Cli.Result refused(int code, String expected, String... args) {
        Cli.Result result = run(args);
        assertEquals(code, result.code(), result.err());
        assertEquals(1, result.err().lines().count(), result.err());
        assertTrue(result.err().contains(expected), result.err());
        assertEquals("", result.out());
        return result;
    }

    @Test
    void devices_groupsByDriver_asDpdkDevbind() {
        machine.bound("ena").networkInterface("eth1").defaultRoute("eth1").device(OTHER, "efa0");
        String out = run("devices").out();

        assertTrue(out.contains("Network devices using a kernel driver\n=====================================\n"
            + "0000:00:06.0 'Elastic Network Adapter (ENA) ec20' if=eth1 drv=ena unused=vfio-pci backend=ena *Active*\n"),
            out);
        assertTrue(out.contains("Network devices without a driver\n================================\n0000:00:07.0 'Device efa0' unused=vfio-pci\n"),
            out);
        assertFalse(out.contains("user-space"), out);
        assertTrue(out.contains("loopback:"), out);
        assertEquals(out, run("bind", "--status").out());
    }

    @Test
    void devices_saysWhatItWasBefore() {
        machine.bound("vfio-pci").file("run/netdev4j/pci-" + FakeMachine.NIC,
            "boot=one\ndevice=1d0f:ec20\ndriver=ena\ninterfaces=eth1\n");
        String out = new Cli(directory).root(directory).environment("XDG_RUNTIME_DIR", directory.resolve("run").toString())
            .run("devices").out();
        assertTrue(out.contains("Network devices using a user-space driver\n"), out);
        assertTrue(out.contains("drv=vfio-pci unused=ena backend=ena before=ena\n"), out);
    }

    @Test
    void devices_asJson_hasTheOldKeysAndMore() throws Exception {
        machine.bound("ena").networkInterface("eth1").defaultRoute("eth1").group(7).device(OTHER, "efa0");
        JsonNode all = run("devices", "--json").json().get("devices");
        JsonNode nic = StreamSupport.stream(all.spliterator(), false).filter(d -> d.get("address").asText()
            .equals("pci:0000:00:06.0"))
            .findFirst().orElseThrow();

        assertEquals("loopback:", all.get(0).get("address").asText(), "the buses come first, as ever");
        assertEquals(1, all.findValuesAsText("address").stream().filter("pci:0000:00:07.0"::equals).count());
        assertEquals("1d0f:ec20", nic.get("identity").asText());
        assertEquals("ena", nic.get("backend").asText());
        assertEquals("ena", nic.get("kernel-driver").asText());
        assertEquals("kernel", nic.get("driver-kind").asText());
        assertTrue(nic.get("driver-before").isNull());
        assertEquals("eth1", nic.get("interfaces").get(0).asText());
        assertEquals("vfio-pci", nic.get("unused").get(0).asText());
        assertEquals("eth1 carries the default route", nic.get("used-by").get(0).asText());
        assertEquals(7, nic.get("iommu-group").asInt());
        assertTrue(nic.get("numa-node").isNull());
    }

    @Test
    void bind_refusesWhatIsInUse_andTouchesNothing() throws Exception {
        machine.bound("ena").networkInterface("eth1").defaultRoute("eth1").bound("ena").group(7)
            .file("sys/bus/pci/drivers/vfio-pci/bind", "");
        refused(1, "0000:00:06.0: eth1 carries the default route; take it out of use first, or force it with --force",
            "bind", "eth1", "vfio-pci");
        assertEquals("(null)\n", Files.readString(directory.resolve("sys/bus/pci/devices/0000:00:06.0/driver_override")));
        assertFalse(Files.exists(directory.resolve("run/netdev4j")));
    }

    @Test
    void bind_tells_whenTheKernelDoesNotDoIt_andForgets() {
        machine.bound("ena").networkInterface("eth1").group(7).file("sys/bus/pci/drivers/vfio-pci/bind", "");
        // A tree without a kernel: the order is written, and nothing happens.
        Cli.Result result = new Cli(directory).root(directory).environment("XDG_RUNTIME_DIR", directory.resolve("run")
            .toString())
            .run("bind", "pci:0000:00:06.0", "vfio-pci");
        assertEquals(1, result.code());
        assertTrue(result.err().contains("unbinding it from ena: it is still bound"), result.err());
        assertEquals(0, directory.resolve("run/netdev4j").toFile().list().length);
    }

    @Test
    void bind_toWhatItHas_saysSo() throws Exception {
        machine.bound("ena").networkInterface("eth1");
        assertEquals("0000:00:06.0: is bound to ena already\n", run("bind", "00:06.0", "ena").out());
        JsonNode row = run("bind", "--json", "0000:00:06.0", "ena").json().get("bound").get(0);
        assertEquals("pci:0000:00:06.0", row.get("address").asText());
        assertEquals("ena", row.get("driver").asText());
        assertEquals("ena", row.get("driver-before").asText());
        assertEquals("eth1", row.get("interfaces").get(0).asText());
        assertTrue(row.get("iommu-group").isNull());
    }

    @Test
    void bind_refusesWhatIsWrong() {
        machine.bound("ena").networkInterface("eth1");
        refused(2, "which device? say ADDRESS DRIVER", "bind");
        refused(2, "\"eth1\" is to be bound to which driver?", "bind", "eth1");
        refused(2, "\"0000:00:06.0\" is a device and no driver", "bind", "eth1", "0000:00:06.0");
        refused(2, "\"eth1\" is a device and no driver", "bind", "0000:00:06.0", "eth1");
        refused(2, "\"eth9\" is neither the place of a PCI function, as 0000:00:06.0, nor a network interface; network controllers are "
            + "0000:00:06.0 (eth1)", "bind", "eth9", "vfio-pci");
        refused(2, "\"../x\" is not the name of a driver", "bind", "eth1", "../x");
        refused(2, "--status changes nothing", "bind", "--status", "eth1");
        refused(1, "there is no PCI function 0000:00:08.0", "bind", "00:08.0", "vfio-pci");
        refused(1, "nothing is remembered of what it was bound to; name the driver: netdev bind 0000:00:06.0 ena", "bind",
            "eth1", "--restore");
    }

    @Test
    void doctor_looksAtTheMachine() throws Exception {
        machine.bound("ena").networkInterface("eth1").group(7)
            .file("proc/cpuinfo", "flags\t\t: fpu pat\n")
            .file("proc/self/limits", "Max locked memory         8388608              8388608              bytes\n")
            .file("sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "64\n")
            .file("sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages", "64\n")
            .file("sys/kernel/security/lockdown", "none [integrity] confidentiality\n")
            .file("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n");
        Cli.Result result = run("doctor");
        assertEquals(0, result.code());
        List<String> lines = result.out().lines().toList();
        assertTrue(lines.stream().allMatch(line -> line.length() <= 110), result.out());
        for (String expected : List.of("ok +IOMMU +on: 1 groups, DMA-FQ", "warn +VFIO +not loaded",
            "warn +lockdown +integrity.*",
            "warn +locked memory +up to 8 MiB, and VFIO locks all that devices see", "ok +hugepages +64 of 2 MiB, 64 free.*",
            "warn +CPUs +none isolated, governor powersave", "ok +write combining +can be had.*",
            "ok +0000:00:06.0 +Amazon.com, Inc. Elastic Network Adapter \\(ENA\\), driver ena \\(eth1\\); backend ena")) {
            assertTrue(lines.stream().anyMatch(line -> line.strip().matches(expected)), expected + " in " + result.out());
        }
        JsonNode json = run("doctor", "--json").json();
        assertTrue(json.get("device").isNull());
        assertEquals(0, json.get("bad").asInt());
        JsonNode lockdown = StreamSupport.stream(json.get("findings").spliterator(), false)
            .filter(f -> f.get("what").asText().equals("lockdown")).findFirst().orElseThrow();
        assertEquals("warn", lockdown.get("level").asText());
        assertTrue(lockdown.get("remedy").asText().startsWith("use VFIO"));
        assertEquals("Machine", lockdown.get("section").asText());
    }

    @Test
    void doctor_looksFromOutside_atWhatLinuxDrives() {
        machine.bound("ena").networkInterface("eth1").group(7).defaultRoute("eth1");
        for (String name : List.of("eth1", "0000:00:06.0", "pci:0000:00:06.0")) {
            Cli.Result result = run("doctor", name);
            assertEquals(0, result.code(), result.err());
            String out = result.out();
            assertTrue(out.contains("Linux drives it with ena, as eth1; eth1 carries the default route"), out);
            assertTrue(out.matches("(?s).*ok +IOMMU group +7, DMA-FQ, alone in it\n.*ok +BAR 2 +1 MiB, prefetchable\n.*"),
                out);
            assertFalse(out.contains("Bus pci:"), "it is not opened: " + out);
        }
        refused(1, "there is no PCI function 0000:00:08.0", "doctor", "pci:00:08.0");
        refused(2, "not the place of a PCI function", "doctor", "pci:1:2:3");
        refused(2, "neither a device of the configuration", "doctor", "eth9");
    }

    @Test
    void doctor_tellsWhoHasIt_andWhoElseIsInTheGroup() {
        machine.bound("vfio-pci").group(7).device(OTHER, "ec20")
            .link("sys/kernel/iommu_groups/7/devices/" + OTHER, "../../../../devices/pci0000:00/" + OTHER)
            .link("sys/bus/pci/devices/" + OTHER + "/driver", "../../../../bus/pci/drivers/ena")
            .file("proc/4711/comm", "java\n").link("proc/4711/fd/9", "/dev/vfio/7");
        String out = run("doctor", "0000:00:06.0").out();
        assertTrue(out.contains("process 4711 (java) has /dev/vfio/7 open"), out);
        assertTrue(out.contains("shared with 0000:00:07.0 (ena)"), out);
        assertFalse(out.contains("Bus pci:"), "it is not opened: " + out);
    }

    @Test
    void doctor_asksASimulatedDeviceTheSame() throws Exception {
        Cli.Result result = run("doctor", "sim:ena");
        assertEquals(0, result.code(), result.err());
        for (String expected : List.of("ok +BAR 2 +2 MiB, write combining is on",
            "ok +llq +128 byte entries, headers up to 96 bytes.*",
            "ok +rings +receive 1024 \\(256 to 16384.*", "ok +RSS key +6d:5a:56.*", "ok +RSS function +toeplitz",
            "ok +MTU +1500 \\(128 to 9216\\)",
            "ok +allowances +none exceeded \\(bw_in, bw_out, pps, conntrack, linklocal\\)")) {
            assertTrue(result.out().lines().anyMatch(line -> line.strip().matches(expected)), expected + " in "
                + result.out());
        }
        assertTrue(result.out().lines().allMatch(line -> line.length() <= 110), result.out());
        String without = run("doctor", "sim:ena,llq=false").out();
        assertTrue(without.contains("low-latency queues are off: the device offers no low-latency queues"), without);
        assertTrue(run("doctor", "loopback:").out().contains("Device loopback:"));
    }

    @Test
    void doctor_endsWith1_ifSomethingIsBad() throws Exception {
        Cli.Result result = run("doctor", "sim:ena,faults=reset-never-ends");
        assertEquals(1, result.code(), result.out());
        assertTrue(result.out().lines().anyMatch(line -> line.strip().matches("bad +open +.*did not end.*")), result.out());
        refused(2, "profile", "doctor", "sim:ena,profle=x");
    }

    @Test
    void doctor_isColouredOnATerminal() {
        String escape = "\u001b[";
        assertTrue(new Cli(directory).root(directory).onTerminal().run("doctor").out().contains(escape));
        assertFalse(new Cli(directory).root(directory).onTerminal().environment("NO_COLOR", "1").run("doctor").out()
            .contains(escape));
        assertFalse(run("doctor").out().contains(escape));
    }
}
