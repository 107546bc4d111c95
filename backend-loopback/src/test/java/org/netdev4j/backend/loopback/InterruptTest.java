package org.netdev4j.backend.loopback;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.RxQueueConfig;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.VirtualClock;
import org.netdev4j.platform.WaitEvent;

/** Interrupts on a virtual clock: when each comes is exact. */
class InterruptTest {
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

    @Test
    void arm_saysThatPacketsWait() {
        try (Nic nic = nic(1)) {
            nic.farSends(Frames.udp4(1));

            assertTrue(nic.device.rxQueue(0).armInterrupt());

            nic.farSends(Frames.udp4(2));
            assertFalse(comes(nic, 0), "who was told to poll is not armed");
            assertEquals(2, nic.drain(0));
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
            byte[] toOne = nic.flowTo(1);
            byte[] toZero = nic.flowTo(0);
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
            byte[] toOne = nic.flowTo(1);
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

    // The wire tells nobody: the sleeper's frame is moved by the thread that polls the other queue, which must wake it.
    @Test
    void frameMovedByAnotherQueuesPoll_wakesItsQueue() {
        try (Nic nic = nic(2)) {
            byte[] toOne = nic.flowTo(1);
            assertFalse(nic.device.rxQueue(1).armInterrupt());
            nic.near.quiet = true;
            nic.farSends(toOne);
            assertFalse(comes(nic, 1));

            assertEquals(0, nic.drain(0));

            assertTrue(comes(nic, 1));
            assertEquals(1, nic.drain(1));
        }
    }

    @Test
    void frameMovedByAnotherQueuesArm_wakesItsQueue() {
        try (Nic nic = nic(2)) {
            byte[] toOne = nic.flowTo(1);
            assertFalse(nic.device.rxQueue(1).armInterrupt());
            nic.near.quiet = true;
            nic.farSends(toOne);

            assertFalse(nic.device.rxQueue(0).armInterrupt());

            assertTrue(comes(nic, 1));
            assertFalse(comes(nic, 0));
            assertEquals(1, nic.drain(1));
        }
    }

    // More frames for another queue lie in front than are moved while the lock is held once, or than one thread moves in
    // one go: in the first case the sleeper's frame is found, in the second somebody else is woken to go on.
    @ParameterizedTest
    @ValueSource(ints = {300, 20_000})
    void frameBehindManyOthers_wakesItsQueue(int others) {
        try (Nic nic = nic(2)) {
            byte[] shortest = Frames.plain(Nic.MAC, 14);
            nic.farSends(shortest);
            int busy = nic.drain(0) == 1 ? 0 : 1;
            nic.drain(1);
            byte[] frame = nic.flowTo(1 - busy);
            assertFalse(nic.device.rxQueue(1 - busy).armInterrupt());
            nic.near.quiet = true;
            for (int i = 0; i < others; i++) {
                nic.farSends(shortest);
            }
            nic.farSends(frame);
            nic.near.quiet = false;

            // Signals as a frame would.
            nic.cable.setLink(true);

            assertTrue(comes(nic, 1 - busy));
            assertEquals(1, nic.drain(1 - busy));
        }
    }

    // Those that do not fit into the ring wait on the wire until the queue's thread has made room.
    @Test
    void burstLongerThanTheRing_wakesItsQueueAndLosesNothing() {
        try (Nic nic = nic(1)) {
            assertFalse(nic.device.rxQueue(0).armInterrupt());
            nic.near.quiet = true;
            for (int i = 0; i < 200; i++) {
                nic.farSends(Frames.udp4(i));
            }
            nic.near.quiet = false;

            nic.cable.setLink(true);

            assertTrue(comes(nic, 0));
            assertEquals(200, nic.drain(0));
            assertEquals(0, nic.device.statistics().imissed());
        }
    }

    @Test
    void queuesOnOneEvent_areAwaitedTogether() {
        try (Nic nic = new Nic(Platform.builder().virtualClock(clock), 4096, 2048)) {
            WaitEvent shared = nic.platform.newWaitEvent();
            nic.device.configure(DeviceConfig.queues(2));
            for (int i = 0; i < 2; i++) {
                nic.device.setupRxQueue(i,
                    RxQueueConfig.STANDARD.withRingSize(64).withPool(nic.pool).withInterrupts(shared));
            }
            nic.device.start();
            byte[] toOne = nic.flowTo(1);
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
}
