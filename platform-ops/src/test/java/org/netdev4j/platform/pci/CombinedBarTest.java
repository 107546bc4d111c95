package org.netdev4j.platform.pci;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.netdev4j.platform.memory.Memory;

/** What the kernel makes of it is seen in the lab, in its table of memory types. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64")
class CombinedBarTest {
    private static final String NIC = "0000:00:06.0";

    @TempDir
    private Path root;
    private FakeSysfs sysfs;

    @BeforeEach
    void make() throws IOException {
        sysfs = new FakeSysfs(root).ena(NIC);
        Files.write(sysfs.directory(NIC).resolve("resource2_wc"), new byte[0x10_0000]);
    }

    private PciDevice device() {
        return new PciDevices(root).find(PciLocation.parse(NIC)).orElseThrow();
    }

    @Test
    void settle_holdsAllOfEnasBarOfPackets() {
        Map<Integer, Memory> held = CombinedBar.settle(device());

        assertEquals(Set.of(2), held.keySet());
        assertEquals(0x10_0000, held.get(2).size());
        held.values().forEach(Memory::close);
    }

    @Test
    void settle_leavesADeviceAlone_thatMayHaveRegistersThere() {
        FakeSysfs.write(sysfs.directory(NIC).resolve("vendor"), "0x8086\n");

        assertEquals(Map.of(), CombinedBar.settle(device()));
    }

    @Test
    void settle_doesWithout_whereSysfsOffersNone() throws IOException {
        Files.delete(sysfs.directory(NIC).resolve("resource2_wc"));

        assertEquals(Map.of(), CombinedBar.settle(device()));
    }
}
