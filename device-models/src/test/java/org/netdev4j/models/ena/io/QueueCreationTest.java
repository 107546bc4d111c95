package org.netdev4j.models.ena.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.netdev4j.backend.ena.spec.AdminStatus;

/** What the device creates and what it refuses. */
class QueueCreationTest {
    private final IoRig rig = new IoRig();

    @AfterEach
    void close() {
        rig.close();
    }

    private AdminStatus cq(int vector, int words, int depth) {
        return rig.io.createCq(vector >= 0, vector, words, depth, IoRig.BASE).status();
    }

    private AdminStatus sq(boolean tx, boolean device, int cq, int depth) {
        return rig.io.createSq(tx, device, cq, depth, IoRig.BASE).status();
    }

    private int goodCq(int words, int depth) {
        EnaIo.Created made = rig.io.createCq(false, -1, words, depth, IoRig.BASE);
        assertEquals(AdminStatus.SUCCESS, made.status());
        return made.index();
    }

    @Test
    void completionQueues() {
        for (int words : new int[] {2, 4, 8}) {
            assertEquals(AdminStatus.SUCCESS, cq(-1, words, 64));
        }
        for (int words : new int[] {0, 1, 3, 5, 16, 31}) {
            assertEquals(AdminStatus.ILLEGAL_PARAMETER, cq(-1, words, 64), words + " words");
        }
        for (int depth : new int[] {0, 1, 63, 2048}) {
            assertEquals(AdminStatus.ILLEGAL_PARAMETER, cq(-1, 4, depth), depth + " entries");
        }
        assertEquals(AdminStatus.SUCCESS, cq(rig.settings.vectors - 1, 4, 1024));
        assertEquals(AdminStatus.ILLEGAL_PARAMETER, cq(rig.settings.vectors, 4, 64));
    }

    @Test
    void submissionQueues_needAFittingCompletionQueue() {
        int small = goodCq(2, 64);
        int large = goodCq(8, 64);
        int both = goodCq(4, 64);
        assertEquals(AdminStatus.ILLEGAL_PARAMETER, sq(false, false, small, 64));
        assertEquals(AdminStatus.ILLEGAL_PARAMETER, sq(true, false, large, 64));
        assertEquals(AdminStatus.ILLEGAL_PARAMETER, sq(true, false, small, 128));
        assertEquals(AdminStatus.ILLEGAL_PARAMETER, sq(true, false, small, 48));
        assertEquals(AdminStatus.ILLEGAL_PARAMETER, sq(true, false, 0xffff, 64));
        assertEquals(AdminStatus.ILLEGAL_PARAMETER, sq(false, true, both, 64), "receive in device memory");
        assertEquals(AdminStatus.SUCCESS, sq(true, false, both, 64));
        assertEquals(AdminStatus.ILLEGAL_PARAMETER, sq(true, false, both, 64), "it is in use");
        assertEquals(AdminStatus.SUCCESS, sq(false, false, large, 64));
    }

    @Test
    void countsAreLimited() {
        rig.settings.maxTxQueues = 2;
        rig.settings.maxRxQueues = 1;
        rig.tx(8);
        rig.tx(8);
        assertEquals(AdminStatus.RESOURCE_ALLOCATION_FAILURE, sq(true, false, goodCq(2, 8), 8));
        assertEquals(AdminStatus.RESOURCE_ALLOCATION_FAILURE, cq(-1, 4, 8));
    }

    @Test
    void lowLatencyQueues_haveTheirOwnLimits() {
        rig.settings.llqEntryBytes = 256;
        rig.settings.maxLlqDepth = 1024;
        assertEquals(AdminStatus.ILLEGAL_PARAMETER, sq(true, true, goodCq(2, 1024), 1024));
        assertEquals(AdminStatus.SUCCESS, sq(true, true, goodCq(2, 1024), 512));
        rig.settings.maxWideLlqDepth = 1024;
        assertEquals(AdminStatus.SUCCESS, sq(true, true, goodCq(2, 1024), 1024));
        rig.settings.maxLlqQueues = 0;
        assertEquals(AdminStatus.RESOURCE_ALLOCATION_FAILURE, sq(true, true, goodCq(2, 64), 64));
    }

    @Test
    void destroying_goesQueueByQueue() {
        TxSide tx = rig.tx(8);
        assertEquals(AdminStatus.RESOURCE_BUSY, rig.io.destroyCq(tx.cq));
        assertEquals(AdminStatus.ILLEGAL_PARAMETER, rig.io.destroySq(false, tx.sq), "the other direction");
        assertEquals(AdminStatus.SUCCESS, rig.io.destroySq(true, tx.sq));
        assertEquals(AdminStatus.ILLEGAL_PARAMETER, rig.io.destroySq(true, tx.sq));
        assertEquals(AdminStatus.SUCCESS, rig.io.destroyCq(tx.cq));
        assertEquals(AdminStatus.ILLEGAL_PARAMETER, rig.io.destroyCq(tx.cq));
    }

    @Test
    void indexesAreTheDevicesOwn_andComeAgain() {
        int before = rig.tx(8).sq;
        for (int i = 0; i < 1000; i++) {
            rig.settings.maxTxQueues = 1000;
            int cq = goodCq(2, 8);
            EnaIo.Created made = rig.io.createSq(true, false, cq, 8, IoRig.BASE);
            assertTrue(made.index() >= 0 && made.index() < 256);
            assertNotEquals(before, made.index());
            assertEquals(AdminStatus.SUCCESS, rig.io.destroySq(true, made.index()));
            assertEquals(AdminStatus.SUCCESS, rig.io.destroyCq(cq));
        }
    }

    @Test
    void rxQueuesAreKnown() {
        RxSide rx = rig.rx(8);
        TxSide tx = rig.tx(8);
        assertTrue(rig.io.isRxQueue(rx.sq));
        assertEquals(false, rig.io.isRxQueue(tx.sq));
        assertEquals(false, rig.io.isRxQueue(-1));
        assertEquals(false, rig.io.isRxQueue(256));
    }
}
