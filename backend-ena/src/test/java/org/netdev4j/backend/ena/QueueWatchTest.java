package org.netdev4j.backend.ena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.QueueCounters;
import org.netdev4j.spi.RxQueueSetup;
import org.netdev4j.spi.TxQueueSetup;

/** The watchdog's look at queues: interrupts that do not come, applications that do not. */
class QueueWatchTest {
    private static final int FIRST_IO_VECTOR = 1;

    private final ControlRig rig = new ControlRig();
    private EnaRxQueue rx;
    private EnaTxQueue tx;
    private RxStub rxDevice;

    @BeforeEach
    void start() {
        rig.configure(1);
        rx = (EnaRxQueue) rig.ops.newRxQueue(
            new RxQueueSetup("ena0", 0, 256, rig.pool, true, rig.platform.newWaitEvent(), new QueueCounters()));
        tx = (EnaTxQueue) rig.ops.newTxQueue(new TxQueueSetup("ena0", 0, 256, new QueueCounters()));
        rig.ops.start();
        rxDevice = new RxStub(rig.device.reach, rx);
        rxDevice.doorbell(rig.device.doorbells.get(rig.firmware.doorbellAt + 4 * 51));
    }

    @AfterEach
    void stop() {
        rig.ops.stop();
        rig.close();
    }

    private void receive() {
        rxDevice.receive(new byte[60], 0);
    }

    private int poll() {
        NetBuf[] burst = new NetBuf[8];
        int count = BurstStatus.count(rx.poll(burst, 0, burst.length));
        NetBufPool.free(burst, 0, count);
        return count;
    }

    @Test
    @DisplayName("bug group 27: a queue that never had an interrupt, with a packet waiting, is reset after three looks")
    void firstInterrupt_isMissed() {
        assertFalse(rx.arm());
        receive();
        rig.aliveSeconds(2);
        assertEquals(List.of(), rig.resets());
        rig.aliveSeconds(1);
        assertEquals(List.of(
            "MISS_FIRST_INTERRUPT: receive queue 0: a packet waits and the interrupt is armed, but none ever came"),
            rig.resets());
        assertEquals(1, rig.ops.extendedStatistics().get("missing_first_intr"));
    }

    @Test
    @DisplayName("bug group 27: an interrupt that comes no more has a reason of its own")
    void laterInterrupt_isMissed() {
        assertFalse(rx.arm());
        receive();
        rig.device.vectors.fire(FIRST_IO_VECTOR);
        assertEquals(1, poll());
        assertFalse(rx.arm());
        receive();
        rig.aliveSeconds(4);
        assertEquals(1, rig.resets().size());
        assertTrue(rig.resets().get(0).startsWith("MISS_INTERRUPT: receive queue 0"), rig.resets().get(0));
    }

    @Test
    void interrupts_thatCome_areNotMissed() {
        for (int i = 0; i < 20; i++) {
            assertFalse(rx.arm());
            receive();
            rig.device.vectors.fire(FIRST_IO_VECTOR);
            assertEquals(1, poll());
            rig.aliveSeconds(1);
        }
        assertFalse(rx.arm());
        rig.aliveSeconds(20);
        assertEquals(List.of(), rig.resets(), "an armed queue without packets is at rest");
    }

    @Test
    void polledQueue_isNotWatchedForInterrupts() {
        receive();
        rig.aliveSeconds(60);
        assertEquals(List.of(), rig.resets());
    }

    @Test
    void starvation_isSuspected_whenNobodyComesAfterTheInterrupt() {
        rx.arm();
        receive();
        rig.device.vectors.fire(FIRST_IO_VECTOR);
        rig.aliveSeconds(10);
        assertEquals(List.of(), rig.resets());
        rig.aliveSeconds(2);
        assertEquals(1, rig.resets().size());
        assertTrue(rig.resets().get(0).startsWith("SUSPECTED_POLL_STARVATION: receive queue 0"), rig.resets().get(0));
    }

    @Test
    void starvation_isNotSuspected_ofWhoPollsAllTheTime() {
        rx.arm();
        receive();
        rig.device.vectors.fire(FIRST_IO_VECTOR);
        for (int i = 0; i < 60; i++) {
            assertEquals(1, poll());
            receive();
            rig.aliveSeconds(1);
        }
        assertEquals(List.of(), rig.resets(), "packets wait at each look, but others than before");
    }

    @Test
    @DisplayName("bug group 27: completions that are there and not taken are the application's doing, not the device's")
    void unpolledCompletions_areAdvised_andNoReset() {
        NetBuf[] burst = new NetBuf[200];
        for (int i = 0; i < burst.length; i++) {
            burst[i] = rig.pool.allocate();
            burst[i].append(60);
        }
        assertEquals(burst.length, BurstStatus.count(tx.submit(burst, 0, burst.length)));
        byte[] done = new byte[8];
        for (int i = 0; i < burst.length; i++) {
            done[0] = (byte) i;
            done[3] = 1;
            rig.device.reach.write(tx.cqIova() + 8L * i, done);
        }
        rig.aliveSeconds(20);
        assertEquals(List.of(), rig.resets());
        assertTrue(rig.ops.advice().stream().anyMatch(line -> line.startsWith("200 packets were sent long ago")),
            rig.ops.advice().toString());
        assertEquals(0, rig.ops.extendedStatistics().get("queue_0_tx_missed_tx"));
        assertEquals(200, tx.reap(1000));
        rig.aliveSeconds(2);
        assertEquals(List.of(), rig.ops.advice().stream().filter(line -> line.contains("sent long ago")).toList());
    }
}
