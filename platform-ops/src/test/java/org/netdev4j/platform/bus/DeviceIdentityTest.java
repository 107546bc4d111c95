package org.netdev4j.platform.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class DeviceIdentityTest {
    @Test
    void pci_isNamedByItsIds() {
        assertEquals("1d0f:ec20", new DeviceIdentity.Pci(0x1d0f, 0xec20, 0x1d0f, 0xec20, 0x020000, 0xff).toString());
        assertEquals("0001:000a", new DeviceIdentity.Pci(1, 10, 0, 0, 0, 0).toString());
    }

    @Test
    void pci_refusesNumbersWiderThanTheirField() {
        new DeviceIdentity.Pci(0xffff, 0xffff, 0xffff, 0xffff, 0xffffff, 0xff);
        assertEquals("PCI identity: vendor has 16 bits: 0x10000",
            assertThrows(IllegalArgumentException.class, () -> new DeviceIdentity.Pci(0x10000, 0, 0, 0, 0, 0)).getMessage());
        assertThrows(IllegalArgumentException.class, () -> new DeviceIdentity.Pci(0, -1, 0, 0, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new DeviceIdentity.Pci(0, 0, 0x10000, 0, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new DeviceIdentity.Pci(0, 0, 0, -1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new DeviceIdentity.Pci(0, 0, 0, 0, 0x1000000, 0));
        assertThrows(IllegalArgumentException.class, () -> new DeviceIdentity.Pci(0, 0, 0, 0, 0, 0x100));
    }

    @Test
    void transport_isNamedByItself() {
        assertEquals("loopback", new DeviceIdentity.Transport("loopback").toString());
    }
}
