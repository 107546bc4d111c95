package org.netdev4j.backend.ena.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class EnaRegisterTest {
    @Test
    void offsets_areAligned_distinct_andInOrder() {
        int last = -4;
        for (EnaRegister register : EnaRegister.values()) {
            assertEquals(0, register.offset() % 4, register.name());
            assertTrue(register.offset() > last, register.name());
            assertEquals(register, EnaRegister.at(register.offset()));
            last = register.offset();
        }
        assertEquals(25, EnaRegister.values().length);
    }

    @Test
    void holes_areNoRegisters() {
        for (long hole : new long[] {0x1c, 0x48, 0x50, 0x6c, 0x104, 0x1000, -4, 2}) {
            assertNull(EnaRegister.at(hole), Long.toHexString(hole));
        }
    }

    @Test
    void reset_splitsItsReason() {
        assertEquals(0x3000_0001, EnaRegister.DevCtl.reset(ResetReason.MISS_TX_CMPL, false));
        assertEquals(0x3100_0001, EnaRegister.DevCtl.reset(ResetReason.DEVICE_REQUEST, true));
        assertEquals(0xd000_0001, EnaRegister.DevCtl.reset(ResetReason.DEVICE_REQUEST, false), "GENERIC");
        assertEquals(19, EnaRegister.DevCtl.reason(0x3100_0001));
    }

    @Test
    void caps_packTheirFields() {
        int caps = EnaRegister.Caps.of(EnaRegister.Caps.CONTIGUOUS_QUEUE_REQUIRED, 0x1f, 48, 15);
        assertEquals(0x000f_303f, caps);
        assertEquals(31, EnaRegister.Caps.resetTimeout(caps));
        assertEquals(48, EnaRegister.Caps.dmaAddressWidth(caps));
        assertEquals(15, EnaRegister.Caps.adminTimeout(caps));
    }

    @Test
    void others_packTheirFields() {
        assertEquals(0x0040_0020, EnaRegister.QueueCaps.of(32, 64));
        assertEquals(0x0058_1234, EnaRegister.MmioRegRead.of(0x1234, EnaRegister.DEV_STS.offset()));
        assertEquals(0x58, EnaRegister.MmioRegRead.register(0x0058_1234));
        int version = EnaRegister.ControllerVersion.of(0x80, 0, 0, 1);
        assertEquals(EnaRegister.ControllerVersion.MINIMUM, EnaRegister.ControllerVersion.comparable(version));
        assertEquals("0.0.1", EnaRegister.ControllerVersion.text(version));
    }
}
