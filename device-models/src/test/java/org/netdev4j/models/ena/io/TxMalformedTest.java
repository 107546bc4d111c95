package org.netdev4j.models.ena.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.netdev4j.models.device.DeviceDma.Kind;

/** What no driver may write stops the queue, and only it. */
class TxMalformedTest {
    private static final byte[] FRAME = Frames.plain(60);

    private final IoRig rig = new IoRig();

    @AfterEach
    void close() {
        rig.close();
    }

    private void halts(String why, Consumer<TxSide> what) {
        TxSide other = rig.tx(64);
        TxSide tx = rig.tx(64);
        what.accept(tx);
        tx.go();

        assertEquals(List.of(why), rig.halted);
        assertEquals(1, rig.io.counters().malformed);
        assertEquals(List.of(), tx.completed());
        assertEquals(0, rig.wire.sent.size());
        tx.send(FRAME, 1);
        assertEquals(0, rig.wire.sent.size(), "a halted queue sends nothing");
        assertEquals(1, rig.halted.size(), "and is reported once");
        other.send(FRAME, 1);
        assertEquals(1, rig.wire.sent.size(), "other queues go on");
    }

    private void data(TxSide tx, int flags) {
        tx.data(flags, rig.put(FRAME), 60, 1, 0);
    }

    @Test
    void halts_atWrongPhase() {
        halts("transmit descriptor with a wrong phase bit", tx -> tx.raw(60 | TxSide.ONLY, 0, (int) rig.put(FRAME), 0x7a));
    }

    @Test
    void halts_atStalePhaseOfLapBefore() {
        TxSide tx = rig.tx(4);
        for (int i = 0; i < 4; i++) {
            tx.send(FRAME, i);
        }
        // The driver forgot to flip its phase bit: the old descriptors are announced again.
        rig.io.doorbell(tx.sq, 5);
        rig.run();
        assertEquals(List.of("transmit descriptor with a wrong phase bit"), rig.halted);
        assertEquals(4, rig.wire.sent.size());
    }

    @Test
    void halts_withoutFirst() {
        halts("packet whose first descriptor is not marked", tx -> data(tx, TxSide.LAST | TxSide.COMP_REQ));
    }

    @Test
    void halts_atSecondFirst() {
        halts("first descriptor of a packet inside another one", tx -> {
            data(tx, TxSide.FIRST | TxSide.COMP_REQ);
            data(tx, TxSide.ONLY);
        });
    }

    @Test
    void halts_atMetaInside() {
        halts("meta descriptor inside a packet", tx -> {
            data(tx, TxSide.FIRST | TxSide.COMP_REQ);
            tx.meta(0, 0, 14, 20, 5);
            data(tx, TxSide.LAST);
        });
    }

    @Test
    void halts_atMetaWithoutFirst() {
        halts("meta descriptor that is not marked as the first", tx -> {
            tx.meta(0, 0, 14, 20, 5);
            data(tx, TxSide.LAST);
        });
    }

    @Test
    void halts_atMetaThatIsLast() {
        halts("meta descriptor that is the last of its packet", tx -> tx.meta(TxSide.FIRST | TxSide.LAST, 0, 14, 20, 5));
    }

    @Test
    void halts_atMetaOfOtherType() {
        halts("meta descriptor of a type that does not exist",
            tx -> tx.raw(1 << 14 | TxSide.META | tx.phase() | TxSide.FIRST, 0, 0, 0));
    }

    @Test
    void halts_atReservedBits() {
        halts("transmit descriptor with bits set that must be zero", tx -> data(tx, TxSide.ONLY | 1 << 25));
    }

    @Test
    void halts_atReservedBitsOfWord1() {
        halts("transmit descriptor with bits set that must be zero", tx -> tx.data(TxSide.ONLY, rig.put(FRAME), 60, 1,
            1 << 20));
    }

    @Test
    void halts_atNothing() {
        halts("packet without a byte", tx -> tx.data(TxSide.ONLY, rig.put(FRAME), 0, 1, 0));
    }

    @Test
    void halts_atOffloadWithoutMetadata() {
        halts("offload asked for before any meta descriptor", tx -> tx.data(TxSide.ONLY, rig.put(FRAME), 60, 1, 8
            | 1 << 13));
    }

    @Test
    void halts_atTooManyDescriptors() {
        halts("packet of more descriptors than the device takes", tx -> {
            data(tx, TxSide.FIRST | TxSide.COMP_REQ);
            for (int i = 0; i < rig.settings.maxTxDescs; i++) {
                data(tx, 0);
            }
        });
    }

    @Test
    void accepts_asManyDescriptorsAsAllowed_metaAmongThem() {
        TxSide tx = rig.tx(64);
        tx.meta(TxSide.FIRST, 0, 14, 20, 5);
        data(tx, TxSide.COMP_REQ);
        for (int i = 0; i < rig.settings.maxTxDescs - 3; i++) {
            data(tx, 0);
        }
        data(tx, TxSide.LAST);
        tx.go();
        assertEquals(List.of(), rig.halted);
        assertEquals((rig.settings.maxTxDescs - 1) * 60, rig.wire.sent.get(0).length);
    }

    @Test
    void halts_atLongHeader() {
        halts("header longer than the device takes",
            tx -> tx.raw(60 | TxSide.ONLY | tx.phase(), 0, (int) rig.put(FRAME), 0x7a | 97 << 24));
    }

    @Test
    void halts_atOverrun() {
        halts("doorbell announces more descriptors than the ring has", tx -> tx.tail = 65);
    }

    @Test
    void halts_atUnreachableRing() {
        TxSide tx = rig.tx(64);
        rig.faults.dma = Kind.DESCRIPTOR;
        tx.send(FRAME, 1);
        assertEquals(List.of("DMA fault at transmit descriptors"), rig.halted);
        assertEquals(1, rig.io.counters().dmaFaults);
    }

    @Test
    void dropsAndCompletes_whatItCannotRead() {
        TxSide tx = rig.tx(64);
        tx.data(TxSide.ONLY, 0x1000, 60, 4, 0);
        tx.data(TxSide.ONLY, rig.put(FRAME), 60, 5, 0);
        tx.go();
        assertEquals(1, rig.wire.sent.size());
        assertEquals(List.of(4, 5), tx.completed());
        assertEquals(1, rig.io.counters().dmaFaults);
        assertEquals(1, rig.io.counters().txDrops);
    }

    @Test
    void destroyedQueue_ignoresItsDoorbell() {
        TxSide tx = rig.tx(64);
        data(tx, TxSide.ONLY);
        rig.io.destroySq(true, tx.sq);
        tx.go();
        assertEquals(0, rig.wire.sent.size());
        assertEquals(1, rig.io.counters().strayWrites);
    }
}
