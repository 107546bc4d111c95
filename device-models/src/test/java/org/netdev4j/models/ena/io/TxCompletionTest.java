package org.netdev4j.models.ena.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When and how transmit completions are written. */
class TxCompletionTest {
    private final IoRig rig = new IoRig();
    private final long iova = rig.put(Frames.plain(60));

    @AfterEach
    void close() {
        rig.close();
    }

    private void send(TxSide tx, int count) {
        for (int i = 0; i < count; i++) {
            tx.data(TxSide.ONLY, iova, 60, i, 0);
        }
        tx.go();
    }

    @Test
    void inOrder_withHeadAndQueue() {
        TxSide tx = rig.tx(64);
        tx.data(TxSide.FIRST | TxSide.COMP_REQ, iova, 30, 5, 0);
        tx.data(0, iova, 10, 0, 0);
        tx.data(TxSide.LAST, iova, 20, 0, 0);
        tx.data(TxSide.ONLY, iova, 60, 6, 0);
        tx.go();
        long first = tx.next();
        assertEquals(tx.sq, rig.memory.getUnsignedShort(first + 4));
        assertEquals(3, rig.memory.getUnsignedShort(first + 6));
        assertEquals(0, rig.memory.getByte(first + 2), "status");
        assertEquals(4, rig.memory.getUnsignedShort(tx.next() + 6));
    }

    @Test
    void gathered_untilEnoughOrLate() {
        rig.settings.txCompletionBatch = 4;
        rig.settings.txCompletionMicros = 30;
        TxSide tx = rig.tx(64);
        send(tx, 6);
        assertEquals(List.of(0, 1, 2, 3), tx.completed());
        assertEquals(30_000, rig.io.nextDueNanos());
        rig.pass(29_999);
        assertEquals(List.of(), tx.completed());
        rig.pass(1);
        assertEquals(List.of(4, 5), tx.completed());
    }

    @Test
    void outOfOrder_completesEachOnce() {
        rig.settings.txOutOfOrder = true;
        TxSide tx = rig.tx(64);
        send(tx, 20);
        List<Integer> ids = new ArrayList<>(tx.completed());
        assertEquals(16, ids.size());
        assertNotEquals(ids.stream().sorted().toList(), ids);
        rig.pass(1_000_000);
        ids.addAll(tx.completed());
        assertEquals(IntStream.range(0, 20).boxed().toList(), ids.stream().sorted().toList());
    }

    @Test
    void outOfOrder_isTheSameForTheSameSeed() {
        rig.settings.txOutOfOrder = true;
        TxSide tx = rig.tx(64);
        send(tx, 16);
        try (IoRig again = new IoRig()) {
            again.settings.txOutOfOrder = true;
            again.put(Frames.plain(60));
            TxSide other = again.tx(64);
            assertEquals(tx.sq, other.sq);
            for (int i = 0; i < 16; i++) {
                other.data(TxSide.ONLY, iova, 60, i, 0);
            }
            other.go();
            assertEquals(tx.completed(), other.completed());
        }
    }

    @Test
    void extended_hasTime_ifAsked() {
        rig.settings.txTimestamps = true;
        TxSide tx = new TxSide(rig, 64, false, 4, -1);
        rig.clock.advance(1234);
        send(tx, 1);
        long done = tx.next();
        assertEquals(rig.clock.epochNanos(), rig.memory.getLong(done + 8));
        rig.settings.txTimestamps = false;
        tx.data(TxSide.ONLY, iova, 60, 1, 0);
        tx.go();
        assertEquals(0, rig.memory.getLong(tx.next() + 8));
    }

    @Test
    void queuesTakeTurns() {
        TxSide a = rig.tx(256);
        TxSide b = rig.tx(256);
        for (int i = 0; i < 200; i++) {
            a.data(TxSide.ONLY, iova, 60, i, 0);
            b.data(TxSide.ONLY, iova, 60, i, 0);
        }
        a.ring();
        b.ring();
        rig.io.step();
        int fromA = a.completed().size();
        int fromB = b.completed().size();
        assertEquals(fromA, fromB);
        assertEquals(64, fromA + fromB, "packets of one step");
        rig.run();
        assertEquals(200, fromA + a.completed().size());
        assertEquals(200, fromB + b.completed().size());
    }

    @Test
    void reset_forgetsAll() {
        rig.settings.txCompletionBatch = 8;
        TxSide tx = rig.tx(64);
        RxSide rx = rig.rx(64);
        rx.fill(4, 256);
        send(tx, 3);
        rig.io.reset();
        rig.pass(1_000_000);
        assertEquals(List.of(), tx.completed());
        assertEquals(0, rig.io.counters().txPackets);
        assertEquals(Long.MAX_VALUE, rig.io.nextDueNanos());
        assertEquals(false, rig.io.isRxQueue(rx.sq));
    }
}
