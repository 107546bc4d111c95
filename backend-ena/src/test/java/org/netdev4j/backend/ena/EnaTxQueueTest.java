package org.netdev4j.backend.ena;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.NetBuf;
import org.netdev4j.backend.ena.spec.ResetReason;

/** Transmit with descriptors in host memory; "ENA n" in a name is a group of bugs that real drivers had. */
class EnaTxQueueTest {
    private final Rig rig = new Rig();

    @AfterEach
    void close() {
        rig.close();
    }

    private NetBuf[] packets(int count, int length) {
        NetBuf[] out = new NetBuf[count];
        for (int i = 0; i < count; i++) {
            out[i] = rig.packet(Bytes.pattern(length, i));
        }
        return out;
    }

    @Test
    void submit_writesTheBytesOfADescriptor() {
        EnaTxQueue tx = rig.tx(8);
        NetBuf packet = rig.packet(Bytes.pattern(60, 1));
        long iova = packet.dataIova();
        rig.send(tx, packet);

        byte[] descriptor = rig.reach.read(tx.sqIova(), 16);
        assertEquals("3c00001d" + "00000000" + Bytes.hex(Bytes.words((int) iova, (int) (iova >>> 32))),
            Bytes.hex(descriptor));
    }

    @Test
    void submit_sendsAndReap_frees() {
        EnaTxQueue tx = rig.tx(8);
        int status = rig.send(tx, packets(3, 100));

        assertEquals("3 MORE", BurstStatus.toString(status));
        assertEquals(3, rig.txDevice.sent.size());
        assertArrayEquals(Bytes.pattern(100, 2), rig.txDevice.sent.get(2).bytes());
        assertEquals(3, tx.pending());
        assertEquals(0, rig.txCounters.packets);
        rig.txDevice.completeAll();
        assertEquals(3, tx.reap(10));
        assertEquals(0, rig.pool.inUse());
        assertEquals(3, rig.txCounters.packets);
        assertEquals(300, rig.txCounters.bytes);
        assertEquals(1, rig.txCounters.doorbells);
    }

    @Test
    void reap_takesNoMoreThanAsked() {
        EnaTxQueue tx = rig.tx(8);
        rig.send(tx, packets(4, 100));
        rig.txDevice.completeAll();
        assertEquals(3, tx.reap(3));
        assertEquals(0, tx.reap(0));
        assertEquals(1, tx.reap(3));
    }

    @Test
    @DisplayName("ENA 30: one entry of the ring stays empty, and segments count, not packets")
    void submit_leavesOneEntryFree() {
        EnaTxQueue tx = rig.tx(8);
        int status = rig.send(tx, packets(8, 64));
        assertEquals("7 UNDERRUN", BurstStatus.toString(status));
        assertEquals(1, rig.txCounters.full);
        assertEquals(List.of(7), rig.txDevice.doorbells);
        rig.txDevice.completeAll();

        NetBuf[] chains = {rig.packet(new byte[90], 20, 40), rig.packet(new byte[90], 20, 40),
            rig.packet(new byte[90], 20, 40)};
        assertEquals("2 UNDERRUN", BurstStatus.toString(rig.send(tx, chains)));
        assertEquals(6, rig.txDevice.doorbells.get(1) - 7);
        assertFalse(BurstStatus.more(rig.send(tx, rig.packet(new byte[90], 20, 40))));
    }

    @Test
    @DisplayName("ENA 30: indices run over the end of the ring and of 16 bits, with the phase")
    void submit_wrapsManyTimes() {
        EnaTxQueue tx = rig.tx(8);
        for (int i = 0; i < 40_000; i++) {
            byte[] bytes = Bytes.pattern(60 + i % 50, i);
            assertEquals(1, BurstStatus.count(rig.send(tx, rig.packet(bytes, 1 + i % 30))));
            assertArrayEquals(bytes, rig.txDevice.sent.get(0).bytes());
            rig.txDevice.completeAll();
        }
        assertEquals(80_000 & 0xffff, rig.txDevice.doorbells.get(39_999));
        assertTrue(rig.txDevice.doorbells.contains(0), "a doorbell of 0 is one like others");
        assertEquals(List.of(), rig.reasons);
    }

    @Test
    void submit_reapsWhenTheRingIsFull() {
        EnaTxQueue tx = rig.tx(8);
        rig.send(tx, packets(7, 64));
        rig.txDevice.completeAll();
        assertEquals(5, BurstStatus.count(rig.send(tx, packets(5, 64))));
        assertEquals(5, rig.pool.inUse());
    }

    @Test
    void submit_reapsAfterABatch_thoughThereIsRoom() {
        EnaTxQueue tx = rig.tx(256);
        rig.send(tx, packets(EnaTxQueue.REAP_BATCH, 64));
        rig.txDevice.completeAll();
        rig.send(tx, packets(1, 64));
        assertEquals(1, tx.pending());
        assertEquals(1, rig.pool.inUse());
    }

    @Test
    @DisplayName("ENA 27, 38: completions come in any order")
    void reap_takesCompletionsInAnyOrder() {
        EnaTxQueue tx = rig.tx(16);
        NetBuf[] packets = {rig.packet(new byte[70], 10, 20, 30), rig.packet(new byte[80]), rig.packet(new byte[90], 50)};
        rig.send(tx, packets);
        rig.txDevice.complete(2);
        rig.txDevice.complete(0);
        assertEquals(2, tx.reap(9));
        assertEquals(160, rig.txCounters.bytes);
        assertFalse(packets[1].toString().contains("free"));
        rig.txDevice.complete(1);
        tx.reap(9);
        assertEquals(240, rig.txCounters.bytes);
        assertEquals(0, rig.pool.inUse());
        assertEquals("15 UNDERRUN", BurstStatus.toString(rig.send(tx, packets(16, 64))), "all descriptors were given back");
    }

    @Test
    @DisplayName("ENA 28: buffers of a chain are freed once, and a queue that was stopped holds none")
    void drain_freesEachBufferOnce() {
        EnaTxQueue tx = rig.tx(16);
        rig.send(tx, rig.packet(new byte[70], 10, 20), rig.packet(new byte[80]), rig.packet(new byte[90]));
        rig.txDevice.complete(1);
        tx.reap(9);
        assertEquals(2, tx.drain());
        assertEquals(0, rig.pool.inUse());
        assertEquals(0, tx.pending());
        assertEquals(0, tx.drain());
        assertEquals(2, rig.context.txStats(0).abandoned);
        assertEquals("0", BurstStatus.toString(rig.send(tx, rig.packet(new byte[64]))), "a drained queue takes nothing");
    }

    @Test
    @DisplayName("ENA 21, 28: after stop and start the ring is new, and old completions mean nothing")
    void prepare_startsAnew() {
        EnaTxQueue tx = rig.tx(8);
        for (int i = 0; i < 5; i++) {
            rig.send(tx, packets(2, 64));
            rig.txDevice.completeAll();
        }
        rig.send(tx, packets(3, 64));
        rig.txDevice.complete(rig.txDevice.sent.get(0).reqId());
        tx.drain();
        rig.startTx(tx);
        assertEquals(0, tx.reap(100));
        rig.send(tx, packets(3, 64));
        assertEquals(List.of(3), rig.txDevice.doorbells);
        rig.txDevice.completeAll();
        assertEquals(3, tx.reap(100));
    }

    @Test
    @DisplayName("ENA 35: the most buffers are sent, one more is refused and does not block")
    void submit_refusesTooManyBuffers() {
        rig.terms(Optional.empty(), 3, 4, true, false);
        EnaTxQueue tx = rig.tx(16);
        NetBuf[] packets = {rig.packet(new byte[70], 10, 20), rig.packet(new byte[80], 10, 20, 30),
            rig.packet(new byte[90])};
        assertEquals(3, BurstStatus.count(rig.send(tx, packets)));
        assertEquals(2, rig.txDevice.sent.size());
        assertEquals(1, rig.txCounters.errors);
        assertEquals(1, rig.context.txStats(0).tooManyBuffers);
        assertEquals(4, rig.pool.inUse());
    }

    @Test
    void submit_refusesAPacketThatTheWholeRingCannotHold() {
        EnaTxQueue tx = rig.tx(4);
        assertEquals(1, BurstStatus.count(rig.send(tx, rig.packet(new byte[70], 10, 20, 30))));
        assertEquals(1, rig.txCounters.errors);
        assertEquals(0, rig.pool.inUse());
    }

    @Test
    @DisplayName("ENA 31: the doorbell is rung for the others if the last of a burst is refused, and not if all are")
    void submit_ringsForThoseThatWent() {
        EnaTxQueue tx = rig.tx(16);
        rig.send(tx, rig.packet(new byte[70]), rig.packet(new byte[13]));
        assertEquals(List.of(1), rig.txDevice.doorbells);
        rig.send(tx, rig.packet(new byte[13]), rig.packet(new byte[0]));
        assertEquals(List.of(1), rig.txDevice.doorbells);
        assertEquals(3, rig.txCounters.errors);
        assertEquals(0, BurstStatus.count(rig.send(tx)));
        assertEquals(List.of(1), rig.txDevice.doorbells);
    }

    @Test
    void submit_leavesOutBuffersWithoutBytes() {
        EnaTxQueue tx = rig.tx(16);
        byte[] bytes = Bytes.pattern(70, 3);
        rig.send(tx, rig.packet(bytes, 0, 30, 30, 70));
        assertArrayEquals(bytes, rig.txDevice.sent.get(0).bytes());
        assertEquals(2, rig.txDevice.sent.get(0).descriptors());
    }

    @Test
    void submit_refusesABufferBeyondTheDevicesReach() {
        QueueTerms t = rig.context.terms();
        rig.context.terms(new QueueTerms(t.registers(), t.llqMemory(), t.llq(), 16, 4, true, false, false, true, true, 32,
            2));
        EnaTxQueue tx = rig.tx(16);
        NetBuf packet = rig.packet(new byte[70]);
        boolean beyond = packet.dataIova() >>> 32 != 0;
        rig.send(tx, packet);
        assertEquals(beyond ? 1 : 0, rig.context.txStats(0).badAddress);
    }

    @Test
    void submit_toldTheLengthOfAFrame_obeysTheMtu() {
        rig.settings(200, true);
        EnaTxQueue tx = rig.tx(16);
        byte[] tagged = new byte[218];
        System.arraycopy(Bytes.hex("81000005"), 0, tagged, 12, 4);
        byte[] twice = new byte[222];
        System.arraycopy(Bytes.hex("88a8000581000005"), 0, twice, 12, 8);
        rig.send(tx, rig.packet(new byte[214]), rig.packet(tagged), rig.packet(twice, 13, 17));
        assertEquals(3, rig.txDevice.sent.size());
        rig.send(tx, rig.packet(new byte[215]), rig.packet(Arrays.copyOf(tagged, 219)),
            rig.packet(Arrays.copyOf(twice, 223)));
        assertEquals(3, rig.context.txStats(0).tooLong);
    }

    @Test
    @DisplayName("ENA 51: a new MTU counts from the next burst on")
    void submit_obeysANewMtu() {
        EnaTxQueue tx = rig.tx(16);
        rig.send(tx, rig.packet(new byte[1514]));
        rig.settings(128, true);
        rig.send(tx, rig.packet(new byte[1514]), rig.packet(new byte[142]), rig.packet(new byte[143]));
        rig.settings(9000, true);
        rig.send(tx, rig.packet(new byte[9014], 2000, 4000, 6000, 8000));
        assertEquals(3, rig.txDevice.sent.size());
        assertEquals(2, rig.context.txStats(0).tooLong);
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 100, 0xffff})
    @DisplayName("ENA 29: a completion with an id out of range")
    void reap_idOutOfRange(int id) {
        EnaTxQueue tx = rig.tx(8);
        rig.send(tx, packets(3, 64));
        rig.txDevice.complete(0);
        rig.txDevice.complete(id);
        rig.txDevice.complete(1);
        assertEquals(1, tx.reap(10));
        assertEquals(List.of(ResetReason.INV_TX_REQ_ID), rig.reasons);
        assertTrue(rig.evidence.get(0).contains("packet " + id), rig.evidence.get(0));
        assertEquals(0, tx.reap(10), "nothing moves until the reset");
        assertEquals(0, rig.send(tx, packets(1, 64)));
        assertEquals(1, rig.reasons.size(), "asked once");
        assertEquals(2, tx.drain());
        assertEquals(1, rig.context.txStats(0).badRequestId);
    }

    @Test
    @DisplayName("ENA 29: a completion with an id that is not under way, or comes twice")
    void reap_idNotUnderWay() {
        EnaTxQueue tx = rig.tx(8);
        rig.send(tx, packets(3, 64));
        rig.txDevice.complete(5);
        assertEquals(0, tx.reap(10));
        assertEquals(List.of(ResetReason.INV_TX_REQ_ID), rig.reasons);
        assertEquals(3, tx.drain());

        rig.startTx(tx);
        rig.send(tx, packets(3, 64));
        rig.txDevice.complete(1);
        rig.txDevice.complete(1);
        assertEquals(1, tx.reap(10));
        assertEquals(List.of(ResetReason.INV_TX_REQ_ID, ResetReason.INV_TX_REQ_ID), rig.reasons);
        assertEquals(2, tx.drain());
        assertEquals(0, rig.pool.inUse());
    }

    @Test
    @DisplayName("ENA 29: an id that comes again is found though packets were sent in between")
    void reap_repeatedId_isNotTakenForAYoungerPacket() {
        EnaTxQueue tx = rig.tx(8);
        rig.send(tx, packets(1, 64));
        int id = rig.txDevice.sent.get(0).reqId();
        rig.txDevice.complete(id);
        tx.reap(10);
        rig.send(tx, packets(4, 64));
        rig.txDevice.complete(id);
        assertEquals(0, tx.reap(10));
        assertEquals(List.of(ResetReason.INV_TX_REQ_ID), rig.reasons);
        assertEquals(4, tx.drain());
    }

    @Test
    @DisplayName("ENA 40: reserved bits of a completion, where the device says that it keeps them zero")
    void reap_reservedBits() {
        EnaTxQueue tx = rig.tx(8);
        rig.send(tx, packets(2, 64));
        rig.txDevice.write(0, 0x4100_0000);
        assertEquals(0, tx.reap(10));
        assertEquals(List.of(ResetReason.TX_DESCRIPTOR_MALFORMED), rig.reasons);
        tx.drain();

        rig.terms(Optional.empty(), 16, 4, false, false);
        rig.startTx(tx);
        rig.send(tx, packets(2, 64));
        rig.txDevice.write(0, 0xc1ff_0000);
        assertEquals(1, tx.reap(10));
        assertEquals(1, rig.reasons.size());
    }

    @Test
    @DisplayName("ENA 40: a completion of the wrong phase is none")
    void reap_wrongPhase() {
        EnaTxQueue tx = rig.tx(8);
        rig.send(tx, packets(2, 64));
        rig.txDevice.write(0, 0);
        assertEquals(0, tx.reap(10));
        assertEquals(List.of(), rig.reasons);
        assertEquals(2, tx.pending());
    }

    @Test
    void reap_readsExtendedCompletions() {
        rig.terms(Optional.empty(), 16, 4, true, true);
        EnaTxQueue tx = rig.tx(8);
        assertEquals(16, tx.cqEntryBytes());
        for (int i = 0; i < 30; i++) {
            rig.send(tx, packets(1, 64));
            rig.txDevice.completeAll();
            assertEquals(1, tx.reap(1));
        }
    }

    @Test
    void release_freesAllMemory() {
        EnaTxQueue tx = rig.tx(8);
        rig.send(tx, packets(2, 64));
        tx.drain();
        tx.release();
        tx.release();
        assertEquals(0, rig.dma.live().size());
    }
}
