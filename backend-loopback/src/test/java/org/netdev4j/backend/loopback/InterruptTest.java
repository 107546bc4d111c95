package org.netdev4j.backend.loopback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.netdev4j.api.Coalescing;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.InvalidConfigurationException;
import org.netdev4j.api.RxQueue;
import org.netdev4j.api.RxQueueConfig;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.VirtualClock;
import org.netdev4j.platform.WaitEvent;

/** Interrupts on a virtual clock: when each comes is exact. */
class InterruptTest {
    private static final long USEC = 1_000;

    private final VirtualClock clock = new VirtualClock();

    private Nic nic(int queues) {
        Nic nic = new Nic(Platform.builder().virtualClock(clock), 4096, 2048);
        nic.device.configure(DeviceConfig.queues(queues));
        for (int i = 0; i < queues; i++) {
            nic.device.setupRxQueue(i, RxQueueConfig.STANDARD.withRingSize(64).withPool(nic.pool).withInterrupts());
        }
        nic.device.start();
        return nic;
    }

    private static boolean comes(Nic nic, int queue) {
        return nic.device.rxQueue(queue).awaitInterrupt(Deadline.afterNanos(nic.platform.clock(), 0));
    }

    /** Waits for the interrupt and returns the microseconds it took; -1 if it did not come. */
    private long wait(Nic nic, int queue) {
        long start = clock.nanoTime();
        boolean came = nic.device.rxQueue(queue).awaitInterrupt(Deadline.afterMillis(clock, 1000));
        return came ? (clock.nanoTime() - start) / USEC : -1;
    }

    /** A flow that the standard table of two queues steers to a queue. */
    private static byte[] flowTo(Nic nic, int queue) {
        int flow = 0;
        while (true) {
            nic.farSends(Frames.flow(flow));
            boolean hit = nic.drain(queue) > 0;
            nic.drain(1 - queue);
            if (hit) {
                return Frames.flow(flow);
            }
            flow++;
        }
    }

    @Test
    void arm_saysThatPacketsWait() {
        try (Nic nic = nic(1)) {
            nic.farSends(Frames.udp4(1));

            assertTrue(nic.device.rxQueue(0).armInterrupt());

            assertEquals(1, nic.drain(0));
            assertFalse(nic.device.rxQueue(0).armInterrupt());
        }
    }

    @Test
    void armedQueue_isSignalledOnce_byThePacketThatComes() {
        try (Nic nic = nic(1)) {
            assertFalse(nic.device.rxQueue(0).armInterrupt());
            assertFalse(comes(nic, 0));

            nic.farSends(Frames.udp4(1));
            nic.farSends(Frames.udp4(2));

            assertTrue(comes(nic, 0));
            assertFalse(comes(nic, 0));
            assertEquals(1, nic.device.rxQueue(0).counters().interrupts);
            assertEquals(2, nic.drain(0));
        }
    }

    @Test
    void queueThatIsNotArmed_isNotSignalled() {
        try (Nic nic = nic(1)) {
            nic.farSends(Frames.udp4(1));
            nic.drain(0);
            nic.farSends(Frames.udp4(1));
            assertFalse(comes(nic, 0));
            nic.drain(0);

            assertFalse(nic.device.rxQueue(0).armInterrupt());
            nic.device.rxQueue(0).disarmInterrupt();
            nic.farSends(Frames.udp4(1));

            assertFalse(comes(nic, 0));
            assertEquals(0, nic.device.rxQueue(0).counters().interrupts);
        }
    }

    @Test
    void frameThatIsFiltered_signalsNobody() {
        try (Nic nic = nic(1)) {
            nic.device.rxQueue(0).armInterrupt();

            nic.farSends(Frames.plain(Nic.PEER, 60));

            assertFalse(comes(nic, 0));
        }
    }

    @Test
    void onlyTheQueueThatGotThePacket_isSignalled() {
        try (Nic nic = nic(2)) {
            byte[] toOne = flowTo(nic, 1);
            byte[] toZero = flowTo(nic, 0);
            assertFalse(nic.device.rxQueue(0).armInterrupt());
            assertFalse(nic.device.rxQueue(1).armInterrupt());

            nic.farSends(toOne);
            assertTrue(comes(nic, 1));
            assertFalse(comes(nic, 0));

            nic.farSends(toZero);
            assertTrue(comes(nic, 0));
        }
    }

    @Test
    void queueThatPolls_wakesTheOneThatSleeps() {
        try (Nic nic = nic(2)) {
            byte[] toOne = flowTo(nic, 1);
            assertFalse(nic.device.rxQueue(1).armInterrupt());
            nic.farSends(toOne);
            assertTrue(comes(nic, 1));

            assertEquals(1, nic.drain(1));
            // Armed before the frame, and moved by the other queue's poll or the wire: either way it wakes.
            assertFalse(nic.device.rxQueue(1).armInterrupt());
            nic.farSends(toOne);
            assertEquals(0, nic.drain(0));
            assertTrue(comes(nic, 1));
            assertEquals(1, nic.drain(1));
        }
    }

    @Test
    void queuesOnOneEvent_areAwaitedTogether() {
        try (Nic nic = new Nic(Platform.builder().virtualClock(clock), 4096, 2048)) {
            WaitEvent shared = nic.platform.newWaitEvent();
            nic.device.configure(DeviceConfig.queues(2));
            for (int i = 0; i < 2; i++) {
                nic.device.setupRxQueue(i, RxQueueConfig.STANDARD.withRingSize(64).withPool(nic.pool).withInterrupts(shared));
            }
            nic.device.start();
            byte[] toOne = flowTo(nic, 1);
            for (int i = 0; i < 2; i++) {
                assertFalse(nic.device.rxQueue(i).armInterrupt());
            }

            nic.farSends(toOne);

            assertTrue(shared.poll());
            assertEquals(1, nic.drain(1));
        }
    }

    @Test
    void endOfTheWire_wakesThoseWhoWait() {
        try (Nic nic = nic(1)) {
            assertFalse(nic.device.rxQueue(0).armInterrupt());

            nic.far.close();

            assertTrue(comes(nic, 0));
        }
    }

    @Test
    void stop_andStart_leaveNoQueueArmed() {
        try (Nic nic = nic(1)) {
            assertFalse(nic.device.rxQueue(0).armInterrupt());
            nic.device.stop();
            assertTrue(comes(nic, 0), "stop wakes who waits");
            nic.device.start();

            nic.farSends(Frames.udp4(1));

            assertFalse(comes(nic, 0));
            assertEquals(1, nic.drain(0));
        }
    }

    // ---- coalescing

    @Test
    void rxUsecs_delaysTheInterrupt_fromTheFirstPacketOn() {
        try (Nic nic = nic(1)) {
            nic.device.setCoalescing(new Coalescing(50, 0, 0, 0, false));
            nic.device.rxQueue(0).armInterrupt();

            nic.farSends(Frames.udp4(1));
            assertFalse(comes(nic, 0));
            clock.advance(20 * USEC);
            nic.farSends(Frames.udp4(2));

            assertEquals(30, wait(nic, 0));
            assertEquals(2, nic.drain(0));
            assertEquals(1, nic.counted("rx_q0_delayed_interrupts"));
            assertEquals(1, nic.device.rxQueue(0).counters().interrupts);
        }
    }

    @Test
    void rxFrames_endsTheDelayEarly() {
        try (Nic nic = nic(1)) {
            nic.device.setCoalescing(new Coalescing(50, 3, 0, 0, false));
            for (int round = 0; round < 3; round++) {
                assertFalse(nic.device.rxQueue(0).armInterrupt());
                nic.farSends(Frames.udp4(1));
                nic.farSends(Frames.udp4(2));
                assertFalse(comes(nic, 0));
                nic.farSends(Frames.udp4(3));
                assertTrue(comes(nic, 0));
                assertEquals(3, nic.drain(0));
            }
        }
    }

    // The timer of an interrupt that came early by its frames rings in the next one's delay, and must not end that.
    @Test
    void delay_isWholeAgain_afterAnInterruptThatCameEarly() {
        try (Nic nic = nic(1)) {
            nic.device.setCoalescing(new Coalescing(50, 2, 0, 0, false));
            nic.device.rxQueue(0).armInterrupt();
            nic.farSends(Frames.udp4(1));
            clock.advance(40 * USEC);
            nic.farSends(Frames.udp4(2));
            assertTrue(comes(nic, 0));
            nic.drain(0);

            nic.device.rxQueue(0).armInterrupt();
            nic.farSends(Frames.udp4(3));

            assertEquals(50, wait(nic, 0));
        }
    }

    @Test
    void arm_looksAtPacketsAtOnce_whateverTheDelay() {
        try (Nic nic = nic(1)) {
            nic.device.setCoalescing(new Coalescing(50, 0, 0, 0, false));
            nic.farSends(Frames.udp4(1));

            assertTrue(nic.device.rxQueue(0).armInterrupt());
            nic.drain(0);
        }
    }

    @Test
    void setCoalescing_givesAnInterruptThatIsHeldBack() {
        try (Nic nic = nic(1)) {
            nic.device.setCoalescing(new Coalescing(1_000_000, 0, 0, 0, false));
            nic.device.rxQueue(0).armInterrupt();
            nic.farSends(Frames.udp4(1));
            assertFalse(comes(nic, 0));

            nic.device.setCoalescing(new Coalescing(10, 0, 0, 0, false));
            assertTrue(comes(nic, 0));
            nic.drain(0);

            // The old timer is still to ring; it must not stand for the new delay.
            nic.device.rxQueue(0).armInterrupt();
            nic.farSends(Frames.udp4(2));
            assertEquals(10, wait(nic, 0));
        }
    }

    @Test
    void stop_whileAnInterruptIsHeldBack_leavesNoTimer() {
        try (Nic nic = nic(1)) {
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
        try (Nic nic = nic(1)) {
            Exception thrown = assertThrows(InvalidConfigurationException.class,
                () -> nic.device.setCoalescing(new Coalescing(5, 0, 7, 0, false)));
            assertTrue(thrown.getMessage().contains("no transmit interrupts") && thrown.getMessage().contains("7"), thrown.getMessage());
            assertEquals(Coalescing.NONE, nic.device.coalescing());
        }
    }

    @Test
    void adaptive_delaysUnderLoad_andNotWithoutIt() {
        try (Nic nic = nic(1)) {
            RxQueue queue = nic.device.rxQueue(0);
            nic.device.setCoalescing(new Coalescing(0, 0, 0, 0, true));
            clock.advance(1_000_000 * USEC);
            queue.armInterrupt();
            nic.farSends(Frames.udp4(1));
            assertTrue(comes(nic, 0), "one packet a second is not delayed");
            nic.drain(0);

            // A packet each microsecond.
            for (int i = 0; i < 500; i++) {
                clock.advance(USEC);
                nic.farSends(Frames.udp4(1));
                nic.drain(0);
            }
            queue.armInterrupt();
            nic.farSends(Frames.udp4(1));

            assertEquals(64, wait(nic, 0));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1000000000, 0", "20, 1000000, 0", "21, 1000000, 16", "100, 1000000, 16", "101, 1000000, 32", "500, 1000000, 32",
        "501, 1000000, 64", "1000000, 1, 64", "5, 0, 64"})
    void adaptiveUsecs_riseWithTheRate(long packets, long nanos, int usecs) {
        assertEquals(usecs, Moderation.adaptiveUsecs(packets, nanos));
    }
}
