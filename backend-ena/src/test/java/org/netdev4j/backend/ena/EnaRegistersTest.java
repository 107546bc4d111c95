package org.netdev4j.backend.ena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.netdev4j.backend.ena.spec.EnaPci;
import org.netdev4j.backend.ena.spec.EnaRegister;
import org.netdev4j.backend.ena.spec.EnaRegister.Caps;
import org.netdev4j.backend.ena.spec.EnaRegister.DevSts;
import org.netdev4j.backend.ena.spec.ResetReason;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.VirtualClock;
import org.netdev4j.platform.bus.PciFunction.BarMapping;

class EnaRegistersTest {
    private static final long MILLI = 1_000_000L;

    private final VirtualClock clock = new VirtualClock();
    private final Platform platform = Platform.builder().virtualClock(clock).build();
    private final FakeEna device = new FakeEna();
    private EnaRegisters registers;
    private EnaReset reset;

    private void open() {
        platform.dma().attach(device.reach);
        device.busMaster = true;
        registers = EnaRegisters.of(device, device.mapBar(EnaPci.BAR_REGISTERS, BarMapping.UNCACHED).orElseThrow(),
            new TestContext(platform, Map.of()));
        reset = new EnaReset(registers, clock);
    }

    @AfterEach
    void free() {
        if (registers != null) {
            registers.close();
        }
        platform.close();
    }

    @Test
    @DisplayName("bug group 14: registers are read through memory only if the device supports it")
    void read_isDirect_whenRevisionSaysSo() {
        device.revision = EnaPci.REVISION_NO_READLESS;
        open();
        assertEquals(2 << 8, registers.read(EnaRegister.VERSION));
        assertEquals(List.of(EnaRegister.VERSION), device.directReads);
        assertFalse(device.writes.contains(EnaRegister.MMIO_RESP_LO));
        assertFalse(registers.readless());
    }

    @Test
    void read_goesThroughMemory_otherwise() {
        open();
        assertEquals(2 << 8, registers.read(EnaRegister.VERSION));
        assertEquals(List.of(), device.directReads);
    }

    @Test
    void read_worksAfterSequenceWraps() {
        open();
        for (int i = 0; i < 70_000; i++) {
            assertEquals(2 << 8, registers.read(EnaRegister.VERSION));
        }
    }

    @Test
    void read_isAllOnes_afterItsTimeAndNotBefore() {
        open();
        device.readsAnswered = false;
        long before = clock.nanoTime();
        assertEquals(EnaRegister.ALL_ONES, registers.read(EnaRegister.VERSION));
        assertTrue(clock.nanoTime() - before >= EnaRegisters.STANDARD_READ_NANOS);
        registers.readTimeoutMillis(7);
        before = clock.nanoTime();
        assertEquals(EnaRegister.ALL_ONES, registers.read(EnaRegister.VERSION));
        assertTrue(clock.nanoTime() - before >= 7 * MILLI && clock.nanoTime() - before < 8 * MILLI);
        assertEquals("the device did not answer within 7 ms", registers.silence());
    }

    @Test
    @DisplayName("bug group 11: a stale answer, or one to another question, is none")
    void read_isAllOnes_whenAnswerIsToAnotherQuestion() {
        open();
        registers.readTimeoutMillis(1);
        device.onRead = answer -> answer[0]--;
        assertEquals(EnaRegister.ALL_ONES, registers.read(EnaRegister.VERSION));
        device.onRead = answer -> answer[1] = EnaRegister.CAPS.offset();
        assertEquals(EnaRegister.ALL_ONES, registers.read(EnaRegister.VERSION));
        device.onRead = answer -> { };
        assertEquals(2 << 8, registers.read(EnaRegister.VERSION));
    }

    @Test
    void close_takesTheAddressBack() {
        open();
        assertTrue((device.registers.get(EnaRegister.MMIO_RESP_LO) | device.registers.get(EnaRegister.MMIO_RESP_HI)) != 0);
        registers.close();
        assertEquals(0, device.registers.get(EnaRegister.MMIO_RESP_LO));
        assertEquals(0, device.registers.get(EnaRegister.MMIO_RESP_HI));
    }

    // ---- reset

    @Test
    @DisplayName("after a function-level reset by somebody else no answer goes to where the device happens to think")
    void reset_givesTheAddress_beforeItReads() {
        open();
        device.registers.put(EnaRegister.MMIO_RESP_LO, 0x6bad_0000);
        device.registers.put(EnaRegister.MMIO_RESP_HI, 0x0bad);
        device.writes.clear();
        reset.reset(ResetReason.NORMAL, false);
        assertEquals(List.of(EnaRegister.MMIO_RESP_LO, EnaRegister.MMIO_RESP_HI, EnaRegister.MMIO_REG_READ),
            device.writes.subList(0, 3));
    }

    @Test
    void reset_tellsItsReason_inTwoNibbles() {
        open();
        for (ResetReason reason : ResetReason.values()) {
            reset.reset(reason, true);
            assertEquals(reason, device.resets.getLast());
            reset.reset(reason, false);
            assertEquals(reason.code() > 15 ? ResetReason.GENERIC : reason, device.resets.getLast());
        }
    }

    @Test
    void reset_givesTheResponseAddressAgain() {
        open();
        reset.reset(ResetReason.NORMAL, false);
        assertEquals(2 << 8, registers.read(EnaRegister.VERSION));
    }

    @Test
    void reset_tellsHowLongCommandsMayTake() {
        open();
        assertEquals(EnaReset.STANDARD_ADMIN_NANOS, reset.reset(ResetReason.NORMAL, false));
        device.registers.put(EnaRegister.CAPS, Caps.of(0, 3, 48, 5));
        assertEquals(500 * MILLI, reset.reset(ResetReason.NORMAL, false));
    }

    @Test
    void reset_isRefused_byWhatCannotBeReset() {
        open();
        device.registers.put(EnaRegister.DEV_STS, 0);
        assertEquals("reset (NORMAL): the device is not ready: status 0x0", failure());
        device.registers.put(EnaRegister.DEV_STS, DevSts.READY);
        device.registers.put(EnaRegister.CAPS, Caps.of(0, 0, 48, 0));
        assertTrue(failure().startsWith("reset (NORMAL): the device gives no time for it"), failure());
        device.gone = true;
        assertEquals("reset (NORMAL): the device is gone", failure());
        assertEquals(List.of(), device.resets);
    }

    @Test
    void reset_givesUp_whenItDoesNotBeginOrEnd() {
        open();
        device.resetBegins = false;
        long before = clock.nanoTime();
        assertEquals("reset (NORMAL) did not begin within 300 ms: status 0x1", failure());
        assertTrue(clock.nanoTime() - before >= 300 * MILLI && clock.nanoTime() - before < 320 * MILLI);
        device.resetBegins = true;
        device.resetEnds = false;
        assertEquals("reset (NORMAL) did not end within 300 ms: status 0x9", failure());
    }

    private String failure() {
        return assertThrows(EnaFault.class, () -> reset.reset(ResetReason.NORMAL, false)).getMessage();
    }

    @Test
    @DisplayName("bug group 7: an error or nonsense is not used as the width of addresses")
    void dmaWidth_isRefused_outside32To48() {
        open();
        for (int width : new int[] {0, 31, 49, 65}) {
            device.registers.put(EnaRegister.CAPS, Caps.of(0, 3, width, 0));
            assertEquals("it claims DMA addresses of " + width + " bits; an ENA has 32 to 48",
                assertThrows(EnaFault.class, reset::dmaWidth).getMessage());
        }
        for (int width : new int[] {32, 48}) {
            device.registers.put(EnaRegister.CAPS, Caps.of(0, 3, width, 0));
            assertEquals(width, reset.dmaWidth());
        }
        device.readsAnswered = false;
        assertThrows(EnaFault.class, reset::dmaWidth);
    }

    @Test
    void version_isRefused_belowTheFirst() {
        open();
        device.registers.put(EnaRegister.CONTROLLER_VERSION, 0x0700_0000);
        assertEquals("its controller has version 0.0.0; the driver needs 0.0.1 or later",
            assertThrows(EnaFault.class, reset::validateVersion).getMessage());
        device.registers.put(EnaRegister.CONTROLLER_VERSION, 0x0001_0000);
        assertEquals("2.0 controller 1.0.0", reset.validateVersion());
    }
}
