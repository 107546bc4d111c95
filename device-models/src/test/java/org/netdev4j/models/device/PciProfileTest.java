package org.netdev4j.models.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.netdev4j.models.device.PciProfile.Bar;
import org.netdev4j.platform.bus.DeviceIdentity;

class PciProfileTest {
    private static final DeviceIdentity.Pci IDENTITY = new DeviceIdentity.Pci(1, 2, 3, 4, 5, 6);

    @Test
    void pendingBits_areInThePageAfterTheTable() {
        List<Bar> bars = List.of(new Bar(0, 0x10000, false, false));
        assertEquals(0x9000, new PciProfile(IDENTITY, "x", bars, 256, 0, 0x8000).pendingOffset());
        assertEquals(0xa000, new PciProfile(IDENTITY, "x", bars, 257, 0, 0x8000).pendingOffset());
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 4096, vectors", "2049, 0, 4096, vectors", "1, 0, 4095, begins", "1, 1, 4096, fit", "1, 2, 8192, fit",
        "257, 0, 12288, fit"})
    void whatCannotBe_isRefused(int vectors, int bar, long offset, String expected) {
        List<Bar> bars = List.of(new Bar(0, 16384, true, false), new Bar(2, 8192, false, false));
        Exception thrown = assertThrows(IllegalArgumentException.class,
            () -> new PciProfile(IDENTITY, "x", bars, vectors, bar, offset));
        assertTrue(thrown.getMessage().contains(expected), thrown.getMessage());
    }

    @Test
    void barsThatOverlap_areRefused() {
        for (List<Bar> bars : List.of(List.of(new Bar(0, 16384, true, false), new Bar(1, 4096, false, false)),
            List.of(new Bar(0, 16384, false, false), new Bar(5, 4096, true, false)))) {
            Exception thrown = assertThrows(IllegalArgumentException.class, () -> new PciProfile(IDENTITY, "x", bars, 1, 0,
                0));
            assertTrue(thrown.getMessage().contains("overlaps"), thrown.getMessage());
        }
    }

    @ParameterizedTest
    @CsvSource({"-1, 4096", "6, 4096", "0, 4095", "0, 2048", "0, 0"})
    void barThatCannotBe_isRefused(int index, long size) {
        assertThrows(IllegalArgumentException.class, () -> new Bar(index, size, false, false));
    }
}
