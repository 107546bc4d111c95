package org.netdev4j.backend.ena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.Coalescing;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.platform.mmio.MmioHandler;
import org.netdev4j.platform.mmio.TrappedMmio;

/** Interrupts of a receive queue: what is written to the control register, and what the watchdog sees. */
class RxInterruptTest {
    private static final int UNMASK = 1 << 30;
    private static final int NO_UPDATE = 1 << 31;

    private final Rig rig = new Rig();
    private final NetBuf[] into = new NetBuf[64];

    @AfterEach
    void close() {
        rig.close();
    }

    private void take(EnaRxQueue rx) {
        NetBufPool.free(into, 0, BurstStatus.count(rx.poll(into, 0, into.length)));
    }

    @Test
    void arm_unmasks_andToldOfWaitingPackets_saysSo() {
        EnaRxQueue rx = rig.rx(16, true);
        assertEquals(List.of(), rig.unmasks, "nothing interrupts that was not asked to");
        assertFalse(rx.arm());
        rig.rxDevice.receive(new byte[60], 0);
        assertTrue(rx.arm());
        take(rx);
        assertFalse(rx.arm());
        assertEquals(List.of(UNMASK, UNMASK | NO_UPDATE, UNMASK | NO_UPDATE), rig.unmasks);
        assertEquals(3, rig.context.rxStats(0).unmasked);
    }

    @Test
    @DisplayName("ENA 27: a packet that comes while the register is written is not lost")
    void arm_looksAfterItHasArmed() {
        MmioHandler device = new MmioHandler() {
            @Override
            public long read(long offset, int width) {
                throw new AssertionError("a read");
            }

            @Override
            public void write(long offset, int width, long value) {
                if (offset == Rig.UNMASK) {
                    rig.rxDevice.receive(new byte[60], 0);
                } else {
                    rig.rxDevice.doorbell((int) value);
                }
            }
        };
        rig.registers = new TrappedMmio("BAR0", 0x8000, device);
        rig.terms(Optional.empty(), 16, 4, true, false);
        EnaRxQueue rx = rig.rx(16, true);
        assertTrue(rx.arm());
        take(rx);
    }

    @Test
    void arm_updatesDelaysOnlyIfTheyChange() {
        EnaRxQueue rx = rig.rx(16, true);
        rig.coalescing(new Coalescing(20, 0, 64, 0, false));
        rx.arm();
        rx.arm();
        rig.coalescing(new Coalescing(0, 0, 64, 0, false));
        rx.arm();
        rx.arm();
        rig.coalescing(new Coalescing(1_000_000, 0, 1_000_000, 0, false));
        rx.arm();
        assertEquals(List.of(10 | 32 << 15 | UNMASK, 10 | 32 << 15 | UNMASK | NO_UPDATE, 32 << 15 | UNMASK,
            32 << 15 | UNMASK | NO_UPDATE, 0x7fff | 0x7fff << 15 | UNMASK), rig.unmasks);
    }

    @Test
    void arm_tellsTheDelaysAnew_afterAReset() {
        EnaRxQueue rx = rig.rx(16, true);
        rig.coalescing(new Coalescing(20, 0, 0, 0, false));
        rx.arm();
        rx.drain();
        rig.startRx(rx);
        rx.arm();
        assertEquals(List.of(10 | UNMASK, 10 | UNMASK), rig.unmasks);
    }

    @Test
    void withoutModeration_delaysAreZero() {
        QueueTerms t = rig.context.terms();
        rig.context.terms(new QueueTerms(t.registers(), t.llqMemory(), t.llq(), 16, 4, true, false, false, true, true, 48,
            0));
        EnaRxQueue rx = rig.rx(16, true);
        rig.coalescing(new Coalescing(20, 0, 64, 0, false));
        rx.arm();
        assertEquals(List.of(UNMASK), rig.unmasks);
    }

    @Test
    void disarm_masks() {
        EnaRxQueue rx = rig.rx(16, true);
        rx.arm();
        assertTrue(rx.armed());
        rx.disarm();
        assertFalse(rx.armed());
        assertEquals(List.of(UNMASK, NO_UPDATE), rig.unmasks);
    }

    @Test
    void onInterrupt_wakesTheWaiter_andIsCounted() {
        EnaRxQueue rx = rig.rx(16, true);
        rig.clock.advance(77);
        rx.arm();
        assertFalse(rig.event.poll());
        rx.onInterrupt();
        assertTrue(rig.event.poll());
        assertFalse(rx.armed());
        assertEquals(1, rx.interrupts());
        assertEquals(77, rx.lastInterruptNanos());
        assertEquals(1, rig.rxCounters.interrupts);
        rx.wake();
        assertTrue(rig.event.poll());
        assertEquals(1, rx.interrupts(), "a wake-up is none");
    }

    @Test
    @DisplayName("ENA 27: the watchdog sees a completion that waits while no interrupt has come")
    void watchdog_seesALostInterrupt() {
        EnaRxQueue rx = rig.rx(16, true);
        rx.arm();
        assertFalse(rx.completionWaiting());
        rig.rxDevice.receive(new byte[60], 0);
        assertTrue(rx.completionWaiting() && rx.armed() && rx.interrupts() == 0);
        take(rx);
        assertFalse(rx.completionWaiting());
    }

    @Test
    void pollingQueue_hasNoInterrupt_andIgnoresOne() {
        EnaRxQueue rx = rig.rx(16, false);
        assertFalse(rx.hasInterrupts());
        rx.onInterrupt();
        rx.wake();
        assertEquals(1, rx.interrupts());
        assertThrows(IllegalStateException.class, rx::armInterrupt);
    }

    @Test
    void adaptive_followsTheTraffic() {
        EnaRxQueue rx = rig.rx(64, true);
        rig.coalescing(new Coalescing(0, 0, 0, 0, true));
        // The longer the delay, the more packets an interrupt brings: throughput stays, interrupts become fewer.
        for (int i = 0; i < 64 * 12; i++) {
            rx.arm();
            int micros = (rig.unmasks.get(rig.unmasks.size() - 1) & 0x7fff) * 2;
            int packets = Math.max(1, micros / 8);
            for (int p = 0; p < packets; p++) {
                rig.rxDevice.receive(new byte[60], 0);
            }
            rig.clock.advance(packets * 8_000L);
            rx.onInterrupt();
            take(rx);
        }
        rx.arm();
        assertEquals(128, rig.unmasks.get(rig.unmasks.size() - 1) & 0x7fff, "256 microseconds in units of 2");
        long updates = rig.unmasks.stream().filter(value -> (value & NO_UPDATE) == 0).count();
        assertTrue(updates < 12, updates + " updates of the delay");
    }
}
