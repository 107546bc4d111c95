package org.netdev4j.backend.ena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.netdev4j.api.RingLimits;
import org.netdev4j.backend.ena.spec.LlqConfig;
import org.netdev4j.backend.ena.spec.MaxQueues;
import org.netdev4j.backend.ena.spec.MaxQueuesExt;

/** How many queues and how large rings, as the reference drivers work them out [AMZN ena_netdev.c]. */
class QueueSizesTest {
    private static final LlqPlan NORMAL = new LlqPlan(128, 2, true, false, 0);
    private static final LlqPlan WIDE = new LlqPlan(256, 2, true, false, 0);

    private static QueueLimits limits(int queues, int txDepth, int rxDepth, int txDescs, int rxDescs) {
        return QueueLimits.of(new MaxQueuesExt(1, queues, queues, queues, queues, txDepth, txDepth, rxDepth, rxDepth, 96,
            txDescs,
            rxDescs));
    }

    private static Optional<LlqConfig> llq(int queues, int depth, int wideDepth) {
        return Optional.of(new LlqConfig(queues, depth, 1, 0, 7, 0, 15, 0, 3, 0, 1, 0, wideDepth, 0, 0));
    }

    private static QueueSizes host(QueueLimits limits, int most, int vectors) {
        return QueueSizes.of(limits, Optional.empty(), Optional.empty(), most, vectors);
    }

    @Test
    void queues_areTheFewestOfAll() {
        QueueLimits limits = QueueLimits.of(new MaxQueuesExt(1, 9, 8, 7, 6, 1024, 1024, 1024, 1024, 96, 18, 16));
        QueueSizes sizes = host(limits, 32, 33);
        assertEquals(8, sizes.txQueues());
        assertEquals(6, sizes.rxQueues());
        assertEquals(4, host(limits, 32, 5).rxQueues());
        assertEquals(4, host(limits, 32, 5).txQueues());
        assertEquals(2, host(limits, 2, 33).txQueues());
        assertEquals(3, QueueSizes.of(limits, llq(3, 1024, 0), Optional.of(NORMAL), 32, 33).txQueues());
    }

    @Test
    void queues_areLimitedByInterrupts_onlyIfThereAreAnyForQueues() {
        QueueLimits limits = limits(16, 1024, 1024, 18, 16);
        assertEquals(1, host(limits, 32, 2).rxQueues());
        assertEquals(16, host(limits, 32, 1).rxQueues());
        assertEquals(16, host(limits, 32, 0).rxQueues());
    }

    @Test
    void device_isRefused_withoutQueues_orRingsOf256() {
        assertEquals("it has no pair of queues: 0 to receive, 0 to transmit, 0 interrupt vectors",
            assertThrows(EnaFault.class, () -> host(limits(0, 1024, 1024, 18, 16), 32, 0)).getMessage());
        assertEquals("its transmit rings have at most 255 entries; the driver needs 256",
            assertThrows(EnaFault.class, () -> host(limits(1, 255, 1024, 18, 16), 32, 0)).getMessage());
        assertEquals("its receive rings have at most 128 entries; the driver needs 256",
            assertThrows(EnaFault.class, () -> host(limits(1, 1024, 128, 18, 16), 32, 0)).getMessage());
        assertEquals("it takes no descriptors in a packet to transmit",
            assertThrows(EnaFault.class, () -> host(limits(1, 1024, 1024, 1, 16), 32, 0)).getMessage());
    }

    @Test
    void rings_arePowersOfTwo_downFromTheDevices() {
        QueueSizes sizes = host(limits(1, 1023, -1, 18, 16), 32, 0);
        assertEquals(new RingLimits(256, 512, 1, true, 512), sizes.txRing());
        // All ones is a number like any other: the doorbell's 16 bits are the limit.
        assertEquals(new RingLimits(256, 32_768, 1, true, 1024), sizes.rxRing());
    }

    @Test
    void wideEntries_shortenTheRing_toWhatTheDeviceTells_orHalf() {
        QueueLimits limits = limits(1, 2048, 1024, 18, 16);
        assertEquals(new RingLimits(256, 1024, 1, true, 1024),
            QueueSizes.of(limits, llq(1, 1024, 512), Optional.of(NORMAL), 32, 0).txRing());
        assertEquals(new RingLimits(256, 256, 1, true, 256),
            QueueSizes.of(limits, llq(1, 1024, 256), Optional.of(WIDE), 32, 0).txRing());
        assertEquals(new RingLimits(256, 512, 1, true, 512),
            QueueSizes.of(limits, llq(1, 1024, 0), Optional.of(WIDE), 32, 0).txRing());
        assertEquals(new RingLimits(256, 1024, 1, true, 512),
            QueueSizes.of(limits, llq(1, 1024, 4096), Optional.of(WIDE), 32, 0).txRing());
    }

    @Test
    void buffers_areTheDevicesDescriptors_lessTheMeta_atMost19() {
        assertEquals(17, host(limits(1, 1024, 1024, 18, 16), 32, 0).maxTxBuffers());
        assertEquals(16, host(limits(1, 1024, 1024, 18, 16), 32, 0).maxRxBuffers());
        assertEquals(19, host(limits(1, 1024, 1024, 64, 64), 32, 0).maxTxBuffers());
        assertEquals(19, host(limits(1, 1024, 1024, 64, 64), 32, 0).maxRxBuffers());
    }

    @Test
    void oldDevices_shareQueuesBetweenDirections() {
        QueueSizes sizes = host(QueueLimits.of(new MaxQueues(5, 512, 4, 256, 0, 0, 96, 18, 16)), 32, 0);
        assertEquals(4, sizes.rxQueues());
        assertEquals(4, sizes.txQueues());
        assertEquals(256, sizes.rxRing().max());
    }
}
