package org.netdev4j.models.ena.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Masking and moderation, on the virtual clock. Values are of ena_eth_io_defs.h, struct ena_eth_io_intr_reg. */
class InterruptTest {
    private static final int UNMASK = 1 << 30;
    private static final int NO_UPDATE = 1 << 31;
    private static final int VECTOR = 3;
    private static final byte[] FRAME = Frames.in().etherType(0x88b5).payload(Frames.payload(46)).bytes();

    private final IoRig rig = new IoRig();
    private final TxSide tx = new TxSide(rig, 64, false, 2, VECTOR);
    private final RxSide rx = new RxSide(rig, 64, 4, VECTOR);

    InterruptTest() {
        rx.fill(60, 256);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private void unmask(int value) {
        rig.io.unmask(tx.cq, value);
        rig.run();
    }

    private void fired(int times) {
        assertEquals(Collections.nCopies(times, VECTOR), rig.interrupts);
    }

    @Test
    void startsMasked_andFiresWhenUnmasked() {
        rx.arrive(FRAME);
        fired(0);
        unmask(UNMASK);
        fired(1);
    }

    @Test
    void masksItself_untilUnmasked() {
        unmask(UNMASK);
        rx.arrive(FRAME);
        fired(1);
        rx.arrive(FRAME);
        tx.send(FRAME, 1);
        fired(1);
        unmask(UNMASK | NO_UPDATE);
        fired(2);
        unmask(UNMASK | NO_UPDATE);
        fired(2);
        tx.send(FRAME, 2);
        fired(3);
    }

    @Test
    void bothQueuesRegisters_areOne() {
        rig.io.unmask(rx.cq, UNMASK);
        tx.send(FRAME, 1);
        fired(1);
        rig.io.unmask(tx.cq, UNMASK);
        rx.arrive(FRAME);
        fired(2);
    }

    @Test
    void moderation_delaysEachDirectionByItsOwnUnits() {
        rig.settings.moderationMicros = 4;
        unmask(UNMASK | 5 | 16 << 15);
        rx.arrive(FRAME);
        fired(0);
        assertEquals(20_000, rig.io.nextDueNanos());
        rig.pass(19_999);
        fired(0);
        rig.pass(1);
        fired(1);

        unmask(UNMASK | NO_UPDATE | 1);
        tx.send(FRAME, 1);
        rig.pass(63_999);
        fired(1);
        rig.pass(1);
        fired(2);
    }

    @Test
    void moderation_earlierDirectionCounts_andLaterCompletionsDoNotPutItOff() {
        unmask(UNMASK | 20 | 64 << 15);
        tx.send(FRAME, 1);
        rig.pass(10_000);
        rx.arrive(FRAME);
        rig.pass(15_000);
        rx.arrive(FRAME);
        rig.pass(4_999);
        fired(0);
        rig.pass(1);
        fired(1);
        assertEquals(Long.MAX_VALUE, rig.io.nextDueNanos());
    }

    @Test
    void moderation_isUpdatedOnlyIfSaidSo() {
        unmask(UNMASK | 20);
        unmask(UNMASK | NO_UPDATE | 1000);
        rx.arrive(FRAME);
        rig.pass(20_000);
        fired(1);
        unmask(UNMASK);
        rx.arrive(FRAME);
        fired(2);
    }

    @Test
    void unmaskedLate_firesAtOnce() {
        unmask(20);
        rx.arrive(FRAME);
        rig.pass(1_000_000);
        fired(0);
        unmask(UNMASK | NO_UPDATE);
        fired(1);
    }

    @Test
    void writeWithoutUnmaskAndUpdate_masks() {
        unmask(UNMASK);
        unmask(NO_UPDATE);
        rx.arrive(FRAME);
        fired(0);
        unmask(UNMASK | NO_UPDATE);
        fired(1);
    }

    @Test
    void writeOfDelaysAlone_sendsALostInterruptAgain() {
        unmask(UNMASK | 20);
        unmask(20);
        rx.arrive(FRAME);
        rig.pass(20_000);
        fired(1);
        // The driver never saw it, and asks as Linux does.
        unmask(20);
        fired(2);
        unmask(UNMASK | NO_UPDATE);
        rx.arrive(FRAME);
        rig.pass(20_000);
        fired(3);
    }

    @Test
    void writeOfDelaysAlone_keepsUnmasked_andSendsNothingThatWasAnswered() {
        unmask(UNMASK);
        rx.arrive(FRAME);
        fired(1);
        unmask(UNMASK | NO_UPDATE);
        unmask(0);
        fired(1);
        rx.arrive(FRAME);
        fired(2);
    }

    @Test
    void resolutionZero_countsAsOneMicrosecond() {
        rig.settings.moderationMicros = 0;
        unmask(UNMASK | 7);
        rx.arrive(FRAME);
        rig.pass(7_000);
        fired(1);
    }

    @Test
    void unmask_wakesTheDevice_ifSomethingWaits() {
        rx.arrive(FRAME);
        int before = rig.wakes;
        rig.io.unmask(rx.cq, UNMASK);
        assertEquals(before + 1, rig.wakes);
    }

    @Test
    void withoutInterrupts_nothingFires() {
        TxSide polled = rig.tx(64);
        rig.io.unmask(polled.cq, UNMASK);
        polled.send(FRAME, 1);
        fired(0);
        assertEquals(1, rig.io.counters().strayWrites);
        rig.io.unmask(999, UNMASK);
        assertEquals(2, rig.io.counters().strayWrites);
    }

    @Test
    void vectorIsMaskedAgain_onceItsQueuesAreGone() {
        unmask(UNMASK);
        rig.io.reset();
        RxSide again = new RxSide(rig, 64, 4, VECTOR);
        again.fill(4, 256);
        again.arrive(FRAME);
        fired(0);
        rig.io.unmask(again.cq, UNMASK);
        rig.run();
        fired(1);
    }

    @Test
    void spurious_comesWithoutUnmask() {
        rig.faults.add(IoFaults.INTERRUPT_SPURIOUS, 1, 0);
        rx.arrive(FRAME);
        assertEquals(List.of(VECTOR), rig.interrupts);
    }
}
