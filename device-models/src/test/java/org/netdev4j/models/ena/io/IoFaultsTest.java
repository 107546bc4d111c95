package org.netdev4j.models.ena.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.netdev4j.models.device.DeviceDma.Kind;
import org.netdev4j.models.device.FaultSpec;

/** What goes wrong on purpose goes wrong as said, once, and all is well after it. */
class IoFaultsTest {
    private static final byte[] FRAME = Frames.in().etherType(0x88b5).payload(Frames.payload(46)).bytes();

    private final IoRig rig = new IoRig();
    private final TxSide tx = rig.tx(64);
    private final RxSide rx = rig.rx(64);

    IoFaultsTest() {
        rx.fill(60, 256);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private void send(int... ids) {
        for (int id : ids) {
            tx.data(TxSide.ONLY, rig.put(FRAME), FRAME.length, id, 0);
        }
        tx.go();
    }

    private void once(String fault, long value) {
        rig.faults.add(fault, 1, value);
    }

    @Test
    void allAreInThePlan() {
        List<String> names = IoFaults.specs().stream().map(FaultSpec::name).sorted().toList();
        List<String> fields = Arrays.stream(IoFaults.class.getFields()).filter(f -> Modifier.isStatic(f.getModifiers()))
            .map(f -> {
                try {
                    return (String) f.get(null);
                } catch (IllegalAccessException e) {
                    throw new IllegalStateException(e);
                }
            }).sorted().toList();
        assertEquals(fields, names);
    }

    @Test
    void dropped() {
        once(IoFaults.COMPLETION_DROPPED, 0);
        send(1, 2);
        assertEquals(List.of(2), tx.completed());
        assertEquals(2, rig.wire.sent.size());
    }

    @Test
    void late() {
        once(IoFaults.COMPLETION_LATE, 5_000_000);
        send(1, 2);
        assertEquals(List.of(2), tx.completed());
        assertEquals(5_000_000, rig.io.nextDueNanos());
        rig.pass(4_999_999);
        assertEquals(List.of(), tx.completed());
        rig.pass(1);
        assertEquals(List.of(1), tx.completed());
    }

    @Test
    void repeated() {
        once(IoFaults.COMPLETION_REPEATED, 0);
        send(1, 2);
        assertEquals(List.of(1, 1, 2), tx.completed());
    }

    @Test
    void reordered() {
        once(IoFaults.COMPLETION_REORDERED, 0);
        send(1, 2, 3);
        assertEquals(List.of(2, 1, 3), tx.completed());
        once(IoFaults.COMPLETION_REORDERED, 0);
        send(4);
        assertEquals(List.of(), tx.completed());
        rig.pass(1_000_000);
        assertEquals(List.of(4), tx.completed(), "nothing overtakes it: it comes anyway");
    }

    @Test
    void badId() {
        once(IoFaults.COMPLETION_BAD_ID, 3);
        send(1, 2);
        assertEquals(List.of(67, 2), tx.completed());
        once(IoFaults.COMPLETION_BAD_ID, 0xffff - 64);
        rx.arrive(FRAME);
        assertEquals(0xffff, rx.next().id());
    }

    @Test
    void unarmedId() {
        once(IoFaults.COMPLETION_UNARMED_ID, 0);
        send(63, 2);
        List<Integer> ids = tx.completed();
        assertFalse(ids.get(0) == 2, "2 is under way");
        assertTrue(ids.get(0) < 64, "in range");
        assertEquals(2, ids.get(1));
        once(IoFaults.COMPLETION_UNARMED_ID, 0);
        rx.arrive(FRAME);
        assertTrue(rx.next().id() >= 60, "only 0 to 59 are posted");
    }

    @Test
    void unarmedId_isOneThatWasUsed_ifAllOthersArePosted() {
        rig.io.destroySq(false, rx.sq);
        RxSide full = rig.rx(4);
        for (int id = 3; id >= 0; id--) {
            full.post(id, rig.allocate(256), 256);
        }
        full.ring();
        full.arrive(FRAME);
        assertEquals(3, full.next().id());
        once(IoFaults.COMPLETION_UNARMED_ID, 0);
        full.arrive(FRAME);
        assertEquals(3, full.next().id());
    }

    @Test
    void badPhase() {
        once(IoFaults.COMPLETION_BAD_PHASE, 0);
        send(1, 2);
        assertEquals(List.of(), tx.completed());
        assertEquals(1, rig.memory.getUnsignedShort(tx.completions));
        assertEquals(2, rig.memory.getUnsignedShort(tx.completions + 8));
    }

    @Test
    void mustBeZero() {
        once(IoFaults.COMPLETION_MBZ, 0);
        send(1);
        assertEquals(0xc1, rig.memory.getUnsignedByte(tx.next() + 3));
        once(IoFaults.COMPLETION_MBZ, 0);
        rx.arrive(FRAME);
        assertEquals(1 << 7 | 1 << 17, rx.next().mustBeZero());
        rx.arrive(FRAME);
        assertEquals(0, rx.next().mustBeZero());
    }

    @Test
    void firstAndLast() {
        byte[] longer = Frames.in().etherType(0x88b5).payload(Frames.payload(500)).bytes();
        once(IoFaults.RX_NO_FIRST, 0);
        rx.arrive(longer);
        assertTrue(rx.all().stream().noneMatch(RxSide.Entry::first));
        once(IoFaults.RX_DOUBLE_FIRST, 0);
        rx.arrive(longer);
        assertTrue(rx.all().stream().allMatch(RxSide.Entry::first));
        once(IoFaults.RX_NO_LAST, 0);
        rx.arrive(longer);
        assertTrue(rx.all().stream().noneMatch(RxSide.Entry::last));
    }

    @Test
    void tooManyDescriptors() {
        once(IoFaults.RX_TOO_MANY, 0);
        rx.arrive(FRAME);
        List<RxSide.Entry> all = rx.all();
        assertEquals(rig.settings.maxRxDescs + 1, all.size());
        assertEquals(FRAME.length, all.stream().mapToInt(RxSide.Entry::length).sum());
        once(IoFaults.RX_TOO_MANY, 40);
        rx.arrive(FRAME);
        assertEquals(40, rx.all().size());
        once(IoFaults.RX_TOO_MANY, 40);
        rx.arrive(FRAME);
        assertEquals(1, rx.all().size(), "not so many are posted");
    }

    @Test
    void wrongLengths() {
        once(IoFaults.RX_BAD_LENGTH, 0);
        rx.arrive(FRAME);
        assertEquals(0xffff, rx.next().length());
        once(IoFaults.RX_BAD_LENGTH, 257);
        rx.arrive(FRAME);
        assertEquals(257, rx.next().length());
        once(IoFaults.RX_ZERO_LENGTH, 0);
        rx.arrive(FRAME);
        assertEquals(0, rx.next().length());
        once(IoFaults.RX_BAD_OFFSET, 0);
        rx.arrive(FRAME);
        assertEquals(255, rx.next().offset());
        rx.arrive(FRAME);
        assertEquals(FRAME.length, rx.next().length());
    }

    @Test
    void stuckTransmitQueue() {
        TxSide other = rig.tx(64);
        once(IoFaults.TX_STUCK, 2_000_000);
        send(1);
        assertEquals(List.of(), tx.completed());
        assertEquals(2_000_000, rig.io.nextDueNanos());
        other.send(FRAME, 5);
        assertEquals(List.of(5), other.completed());
        rig.pass(2_000_000);
        assertEquals(List.of(1), tx.completed());

        once(IoFaults.TX_STUCK, 0);
        send(2);
        rig.pass(1_000_000_000_000L);
        assertEquals(List.of(), tx.completed());
        assertEquals(Long.MAX_VALUE, rig.io.nextDueNanos());
    }

    @Test
    void stuckReceiveQueue() {
        once(IoFaults.RX_STUCK, 2_000_000);
        rx.arrive(FRAME);
        rx.arrive(FRAME);
        assertNull(rx.next());
        assertEquals(2, rig.io.counters().rxDrops);
        rig.pass(2_000_000);
        rx.arrive(FRAME);
        assertEquals(0, rx.next().id());
    }

    @Test
    void completionThatCannotBeWritten_isLost() {
        rig.faults.dma = Kind.COMPLETION;
        send(1);
        assertEquals(1, rig.io.counters().dmaFaults);
        rig.faults.dma = null;
        send(2);
        assertEquals(List.of(), tx.completed(), "its slot stays empty");
        assertEquals(2, rig.memory.getUnsignedShort(tx.completions + 8));
    }
}
