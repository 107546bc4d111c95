package org.netdev4j.backend.loopback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.netdev4j.api.Coalescing;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.InvalidConfigurationException;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.RxQueue;
import org.netdev4j.api.RxQueueConfig;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.VirtualClock;

/** When interrupts come that are held back, on a virtual clock: exact to the nanosecond. */
class CoalescingTest {
    private static final long USEC = 1_000;

    private final VirtualClock clock = new VirtualClock();

    private Nic nic() {
        Nic nic = new Nic(Platform.builder().virtualClock(clock), 4096, 2048);
        nic.device.configure(DeviceConfig.queues(1));
        nic.device.setupRxQueue(0, RxQueueConfig.STANDARD.withRingSize(64).withPool(nic.pool).withInterrupts());
        nic.device.start();
        return nic;
    }

    private static boolean comes(Nic nic) {
        return nic.device.rxQueue(0).awaitInterrupt(Deadline.afterNanos(nic.platform.clock(), 0));
    }

    /** Waits for the interrupt and returns the microseconds it took; -1 if it did not come. */
    private long wait(Nic nic) {
        long start = clock.nanoTime();
        boolean came = nic.device.rxQueue(0).awaitInterrupt(Deadline.afterMillis(clock, 1000));
        return came ? (clock.nanoTime() - start) / USEC : -1;
    }

    @Test
    void rxUsecs_delaysTheInterrupt_fromTheFirstPacketOn() {
        try (Nic nic = nic()) {
            nic.device.setCoalescing(new Coalescing(50, 0, 0, 0, false));
            nic.device.rxQueue(0).armInterrupt();

            nic.farSends(Frames.udp4(1));
            assertFalse(comes(nic));
            clock.advance(20 * USEC);
            nic.farSends(Frames.udp4(2));

            assertEquals(30, wait(nic));
            assertEquals(2, nic.drain(0));
            assertEquals(1, nic.counted("rx_q0_delayed_interrupts"));
            assertEquals(1, nic.device.rxQueue(0).counters().interrupts);
        }
    }

    @Test
    void rxFrames_endsTheDelayEarly() {
        try (Nic nic = nic()) {
            nic.device.setCoalescing(new Coalescing(50, 3, 0, 0, false));
            for (int round = 0; round < 3; round++) {
                assertFalse(nic.device.rxQueue(0).armInterrupt());
                nic.farSends(Frames.udp4(1));
                nic.farSends(Frames.udp4(2));
                assertFalse(comes(nic));
                nic.farSends(Frames.udp4(3));
                assertTrue(comes(nic));
                assertEquals(3, nic.drain(0));
            }
        }
    }

    // The timer of an interrupt that came early by its frames rings in the next one's delay, and must not end that.
    @Test
    void delay_isWholeAgain_afterAnInterruptThatCameEarly() {
        try (Nic nic = nic()) {
            nic.device.setCoalescing(new Coalescing(50, 2, 0, 0, false));
            nic.device.rxQueue(0).armInterrupt();
            nic.farSends(Frames.udp4(1));
            clock.advance(40 * USEC);
            nic.farSends(Frames.udp4(2));
            assertTrue(comes(nic));
            nic.drain(0);

            nic.device.rxQueue(0).armInterrupt();
            nic.farSends(Frames.udp4(3));

            assertEquals(50, wait(nic));
        }
    }

    @Test
    void arm_looksAtPacketsAtOnce_whateverTheDelay() {
        try (Nic nic = nic()) {
            nic.device.setCoalescing(new Coalescing(50, 0, 0, 0, false));
            nic.farSends(Frames.udp4(1));

            assertTrue(nic.device.rxQueue(0).armInterrupt());
            nic.drain(0);
        }
    }

    @Test
    void setCoalescing_givesAnInterruptThatIsHeldBack() {
        try (Nic nic = nic()) {
            nic.device.setCoalescing(new Coalescing(1_000_000, 0, 0, 0, false));
            nic.device.rxQueue(0).armInterrupt();
            nic.farSends(Frames.udp4(1));
            assertFalse(comes(nic));

            nic.device.setCoalescing(new Coalescing(10, 0, 0, 0, false));
            assertTrue(comes(nic));
            nic.drain(0);

            // The old timer is still to ring; it must not stand for the new delay.
            nic.device.rxQueue(0).armInterrupt();
            nic.farSends(Frames.udp4(2));
            assertEquals(10, wait(nic));
        }
    }

    @Test
    void stop_whileAnInterruptIsHeldBack_leavesNoTimer() {
        try (Nic nic = nic()) {
            nic.device.setCoalescing(new Coalescing(50, 0, 0, 0, false));
            nic.device.rxQueue(0).armInterrupt();
            nic.farSends(Frames.udp4(1));
            assertEquals(1, clock.pending());

            nic.device.stop();

            assertEquals(0, clock.pending());
        }
    }

    @Test
    void setCoalescing_refusesTransmitValues() {
        try (Nic nic = nic()) {
            Exception thrown = assertThrows(InvalidConfigurationException.class,
                () -> nic.device.setCoalescing(new Coalescing(5, 0, 7, 0, false)));
            assertEquals("loopback:test: the device has no transmit interrupts: tx-usecs and tx-frames must be 0, 7 and 0 asked for",
                thrown.getMessage());
            assertEquals(Coalescing.NONE, nic.device.coalescing());
        }
    }

    @Test
    void adaptive_delaysUnderLoad_andNotWithoutIt() {
        try (Nic nic = nic()) {
            RxQueue queue = nic.device.rxQueue(0);
            nic.device.setCoalescing(new Coalescing(0, 0, 0, 0, true));
            clock.advance(1_000_000 * USEC);
            queue.armInterrupt();
            nic.farSends(Frames.udp4(1));
            assertTrue(comes(nic), "one packet a second is not delayed");
            nic.drain(0);

            // A packet each microsecond.
            for (int i = 0; i < 500; i++) {
                clock.advance(USEC);
                nic.farSends(Frames.udp4(1));
                nic.drain(0);
            }
            queue.armInterrupt();
            nic.farSends(Frames.udp4(1));

            assertEquals(64, wait(nic));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1000000000, 0", "20, 1000000, 0", "21, 1000000, 16", "100, 1000000, 16", "101, 1000000, 32",
        "500, 1000000, 32", "501, 1000000, 64", "1000000, 1, 64", "5, 0, 64"})
    void adaptiveUsecs_riseWithTheRate(long packets, long nanos, int usecs) {
        assertEquals(usecs, Moderation.adaptiveUsecs(packets, nanos));
    }

    @Test
    void fullRing_endsTheDelay() {
        try (Nic nic = nic()) {
            nic.device.setCoalescing(new Coalescing(1_000_000, 0, 0, 0, false));
            assertFalse(nic.device.rxQueue(0).armInterrupt());
            for (int i = 0; i < 63; i++) {
                nic.farSends(Frames.udp4(i));
            }
            assertFalse(comes(nic));

            nic.farSends(Frames.udp4(63));

            assertTrue(comes(nic));
            nic.farSends(Frames.udp4(64));
            assertEquals(65, nic.drain(0));
            assertEquals(0, nic.device.statistics().imissed());
        }
    }

    @Test
    void starvedQueue_isWokenAtOnce_whateverTheDelay() {
        try (Nic nic = nic()) {
            NetBuf[] all = new NetBuf[nic.pool.size()];
            nic.device.setCoalescing(new Coalescing(1_000_000, 0, 0, 0, false));
            int taken = nic.pool.allocate(all, 0, all.length);
            for (int i = 0; i < 64; i++) {
                nic.farSends(Frames.udp4(i));
            }
            List<NetBuf> held = nic.receiveAll(0);
            assertEquals(64, held.size());
            assertFalse(nic.device.rxQueue(0).armInterrupt());

            nic.farSends(Frames.udp4(1));

            assertTrue(comes(nic));
            held.forEach(NetBuf::free);
            NetBufPool.free(all, 0, taken);
        }
    }
}
