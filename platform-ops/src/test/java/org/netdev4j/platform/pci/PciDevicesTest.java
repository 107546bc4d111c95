package org.netdev4j.platform.pci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.bus.DeviceIdentity;

class PciDevicesTest {
    private static final String FIRST = "0000:01:00.0";
    private static final String SECOND = "0000:01:00.1";

    @TempDir
    private Path root;

    @Test
    void find_tellsAllThatSysfsSays() {
        FakeSysfs sysfs = new FakeSysfs(root).ena(FIRST).ena(SECOND).bound(FIRST, "ena").group(7, "DMA-FQ", FIRST, SECOND)
            .networkInterface(FIRST, "eth1");

        PciDevice device = new PciDevices(root).find(PciLocation.parse(FIRST)).orElseThrow();

        assertEquals(new PciDevice(PciLocation.parse(FIRST),
            new DeviceIdentity.Pci(0x1d0f, 0xec20, 0x1d0f, 0xec20, 0x020000, 0), Optional.of("ena"), OptionalInt.of(7),
            List.of(PciLocation.parse(SECOND)), Optional.of("DMA-FQ"), -1,
            List.of(new PciDevice.Bar(0, 0xfebf0000L, 0x2000, false, false),
                new PciDevice.Bar(2, 0xfe800000L, 0x100000, true, false)),
            List.of("eth1"), sysfs.directory(FIRST)), device);
        assertTrue(device.isNetwork());
        assertTrue(device.isBoundTo("ena"));
    }

    @Test
    void find_isEmpty_whereThereIsNoSuchFunction() {
        assertEquals(Optional.empty(), new PciDevices(root).find(PciLocation.parse(FIRST)));
    }

    @Test
    void find_saysWhatCannotBeRead_whenSysfsIsNotAsItShouldBe() {
        FakeSysfs sysfs = new FakeSysfs(root).ena(FIRST);
        FakeSysfs.write(sysfs.directory(FIRST).resolve("vendor"), "what\n");

        PlatformException thrown = assertThrows(PlatformException.class,
            () -> new PciDevices(root).find(PciLocation.parse(FIRST)));
        assertTrue(thrown.getMessage().contains(FIRST) && thrown.getMessage().contains("what"), thrown::getMessage);
    }

    @Test
    void list_isInOrder_andEmptyWithoutPci() {
        assertEquals(List.of(), new PciDevices(root).list());
        new FakeSysfs(root).ena("0001:00:00.0").ena(SECOND).ena(FIRST);
        assertEquals(List.of(FIRST, SECOND, "0001:00:00.0"),
            new PciDevices(root).list().stream().map(device -> device.location().toString()).toList());
    }

    @Test
    void location_isReadWithAndWithoutDomain() {
        assertEquals(new PciLocation(0, 0, 6, 0), PciLocation.parse("00:06.0"));
        assertEquals("0000:00:06.0", PciLocation.parse("00:06.0").toString());
        assertEquals("10000:e1:1f.7", PciLocation.parse("10000:E1:1f.7").toString());
        for (String bad : List.of("", "6", "00:06", "00:20.0", "00:06.8", "0:06.0", "000:00:06.0", "00:06.0 ")) {
            String message = assertThrows(IllegalArgumentException.class, () -> PciLocation.parse(bad)).getMessage();
            assertTrue(message.contains("0000:00:06.0"), message);
        }
    }
}
