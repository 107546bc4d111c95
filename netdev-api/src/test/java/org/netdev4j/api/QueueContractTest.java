package org.netdev4j.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.spi.RxQueueSetup;
import org.netdev4j.spi.TxQueueSetup;

/** What the base classes of queues promise, whatever the driver. */
class QueueContractTest {
    private final FakeRig rig = new FakeRig();
    private final NetBufPool pool = rig.pool("p", 128);
    private final WaitEvent event = rig.platform.newWaitEvent();
    private final FakeRx rx =
        new FakeRx(new RxQueueSetup("d", 3, 32, pool, true, event, new QueueCounters()));
    private final FakeTx tx = new FakeTx(new TxQueueSetup("d", 4, 16, new QueueCounters()));

    @AfterEach
    void close() {
        rx.drain();
        tx.drain();
        pool.close();
        rig.close();
    }

    @Test
    void setup_isReadBack() {
        assertEquals(3, rx.index());
        assertEquals(32, rx.ringSize());
        assertSame(pool, rx.pool());
        assertSame(event, rx.event());
        assertEquals("d", rx.device());
        assertEquals(4, tx.index());
        assertEquals(16, tx.ringSize());
        assertEquals("d", tx.device());
    }

    @ParameterizedTest
    @EnumSource(value = QueueGate.class, names = {"STOPPED", "REPLACED", "CLOSED"})
    void calls_throw_whileTheDeviceIsNotRunning(QueueGate gate) {
        rx.gate(gate);
        tx.gate(gate);
        NetBuf[] array = new NetBuf[4];

        DeviceStateException e = assertThrows(DeviceStateException.class, () -> rx.receive(array, 0, 4));

        String needs = switch (gate) {
            case REPLACED -> "CONFIGURED; it needs the queue that the device has now: this one was set up anew or given up";
            case CLOSED -> "CLOSED; it needs a device that is open";
            default -> "CONFIGURED; it needs RUNNING: call start() first";
        };
        assertEquals("d: receive on receive queue 3 in state " + needs, e.getMessage());
        assertEquals("d: armInterrupt() on receive queue 3 in state " + needs,
            assertThrows(DeviceStateException.class, rx::armInterrupt).getMessage());
        assertEquals("d: transmit on transmit queue 4 in state " + needs,
            assertThrows(DeviceStateException.class, () -> tx.transmit(array, 0, 0)).getMessage());
        assertEquals("d: reclaim on transmit queue 4 in state " + needs,
            assertThrows(DeviceStateException.class, () -> tx.reclaim(1)).getMessage());
        rx.disarmInterrupt();
        assertNull(array[0]);
    }

    @Test
    void calls_moveNothing_whileHalted() {
        rx.gate(QueueGate.OPEN);
        rx.fill();
        rx.deliver((byte) 1);
        rx.gate(QueueGate.HALTED);
        tx.gate(QueueGate.HALTED);
        NetBuf[] array = {pool.allocate()};

        assertEquals(0, rx.receive(new NetBuf[4], 0, 4));
        assertFalse(rx.armInterrupt());
        assertFalse(rx.armed);
        assertEquals(0, tx.transmit(array, 0, 1));
        assertEquals(0, tx.reclaim(5));
        assertFalse(array[0].isFree());
        array[0].free();
    }

    @Test
    void everyGateButOpen_wakesTheWaiter_onceItChanges() {
        Deadline now = Deadline.afterNanos(rig.platform.clock(), 0);
        rx.gate(QueueGate.OPEN);
        assertFalse(rx.awaitInterrupt(now));
        for (QueueGate gate : new QueueGate[] {QueueGate.HALTED, QueueGate.STOPPED, QueueGate.CLOSED}) {
            rx.gate(gate);
            assertTrue(rx.awaitInterrupt(now), gate.toString());
            rx.gate(gate);
            assertFalse(rx.awaitInterrupt(now), gate.toString());
        }
    }

    @Test
    void ranges_areChecked_beforeTheDriverSeesThem() {
        rx.gate(QueueGate.OPEN);
        tx.gate(QueueGate.OPEN);
        NetBuf[] array = new NetBuf[4];
        for (int[] bad : new int[][] {{0, 5}, {-1, 1}, {4, 1}, {0, -1}, {5, 0}, {Integer.MAX_VALUE, 1},
            {1, Integer.MAX_VALUE}}) {
            assertThrows(IndexOutOfBoundsException.class, () -> rx.receive(array, bad[0], bad[1]));
            assertThrows(IndexOutOfBoundsException.class, () -> tx.transmit(array, bad[0], bad[1]));
        }
        assertEquals(0, BurstStatus.count(rx.receive(array, 4, 0)));
        assertEquals(0, BurstStatus.count(tx.transmit(array, 4, 0)));
        assertThrows(IllegalArgumentException.class, () -> tx.reclaim(-1));
    }

    @Test
    void receive_refillsFromThePool_andSaysWhenItCannot() {
        rx.gate(QueueGate.OPEN);
        rx.fill();
        rx.deliver((byte) 1);
        rx.deliver((byte) 2);
        NetBuf[] array = new NetBuf[4];

        int first = rx.receive(array, 0, 1);
        assertEquals(1 | BurstStatus.MORE, first);
        NetBuf[] all = new NetBuf[128];
        int rest = pool.allocate(all, 0, 128);
        assertEquals(1 | BurstStatus.UNDERRUN, rx.receive(array, 1, 1));

        NetBufPool.free(all, 0, rest);
        NetBufPool.free(array, 0, 2);
    }

    @Test
    void transmit_ofAFreeOrMissingPacket_isRefused_beforeAnyIsTaken() {
        tx.gate(QueueGate.OPEN);
        NetBuf[] three = new NetBuf[3];
        pool.allocate(three, 0, 3);
        three[1].free();

        IllegalStateException e = assertThrows(IllegalStateException.class, () -> tx.transmit(three, 0, 3));
        assertEquals("d transmit queue 4: packet 1 is not the caller's to send; it is free (open the pool in debug "
            + "mode to see where "
            + "it was freed)", e.getMessage());
        three[1] = null;
        assertThrows(NullPointerException.class, () -> tx.transmit(three, 0, 3));

        assertEquals(0, tx.pending());
        three[0].free();
        three[2].free();
    }

    @Test
    void transmit_ofNothing_saysWhetherThereIsRoom() {
        tx.gate(QueueGate.OPEN);
        assertEquals(BurstStatus.MORE, tx.transmit(new NetBuf[0], 0, 0));
    }

    @Test
    void reclaim_givesBuffersBack() {
        tx.gate(QueueGate.OPEN);
        tx.fast = false;
        NetBuf[] four = new NetBuf[4];
        pool.allocate(four, 0, 4);
        tx.transmit(four, 0, 4);
        tx.complete(3);

        assertEquals(2, tx.reclaim(2));
        assertEquals(1, tx.reclaim(9));
        assertEquals(1, tx.pending());
        assertEquals(3, tx.counters().packets);
    }

    @Test
    void queueWithoutInterrupts_refusesThem_byName() {
        FakeRx polled = new FakeRx(new RxQueueSetup("d", 0, 32, pool, false, null, new QueueCounters()));
        polled.gate(QueueGate.OPEN);
        for (Consumer<RxQueue> call : List.<Consumer<RxQueue>>of(RxQueue::armInterrupt, RxQueue::disarmInterrupt,
            q -> q.awaitInterrupt(Deadline.afterNanos(rig.platform.clock(), 0)))) {
            IllegalStateException e = assertThrows(IllegalStateException.class, () -> call.accept(polled));
            assertTrue(e.getMessage().endsWith(" on receive queue 0, which was set up for polling; set it up with "
                + "interrupts"),
                e.getMessage());
        }
        polled.gate(QueueGate.HALTED);
    }

    @Test
    void driverWithoutInterrupts_needNotSayAnything() {
        RxQueue bare = new RxQueue(new RxQueueSetup("d", 0, 32, pool, true, event, new QueueCounters())) {
            @Override
            protected int poll(NetBuf[] into, int from, int max) {
                return 0;
            }
        };
        bare.gate(QueueGate.OPEN);
        assertThrows(UnsupportedOperationException.class, bare::armInterrupt);
        assertThrows(UnsupportedOperationException.class, bare::disarmInterrupt);
    }

    @Test
    void interrupts_loseNoWakeUp() {
        rx.gate(QueueGate.OPEN);
        rx.fill();
        Deadline soon = Deadline.afterMillis(rig.platform.clock(), 10_000);
        assertFalse(rx.armInterrupt());
        rx.deliver((byte) 1);
        assertTrue(rx.awaitInterrupt(soon));
        assertTrue(rx.armInterrupt());
        rx.disarmInterrupt();
        assertFalse(rx.armed);
    }
}
