package org.netdev4j.models.ena.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Transmit rings in host memory, by literal bytes and by bits of ena_eth_io_defs.h. */
class TxDescriptorTest {
    private final IoRig rig = new IoRig();

    @AfterEach
    void close() {
        rig.close();
    }

    private void bytes(TxSide tx, String hex) {
        byte[] literal = Frames.hex(hex);
        rig.memory.copyFrom(tx.ring + (tx.tail & tx.depth - 1) * 16L, literal, 0, literal.length);
        tx.tail += literal.length / 16;
    }

    @Test
    void send_readsLiteralDescriptor() {
        TxSide tx = rig.tx(64);
        byte[] frame = Frames.plain(60);
        rig.memory.copyFrom(0x7_0000, frame, 0, 60);

        // Length 60, id 0x0c05 (high 6 bits 3, low 10 bits 5), phase, first, last, comp_req; address 0x7a_4328_0000.
        bytes(tx, "3c00031d 00004001 00002843 7a000000");
        tx.go();

        assertEquals(1, rig.wire.sent.size());
        assertArrayEquals(frame, rig.wire.sent.get(0));
        long done = tx.next();
        assertEquals("050c0001" + String.format("%02x00", tx.sq) + "0100", Frames.hex(rig.memory.bytes(done, 8)));
        assertEquals(-1, tx.next());
    }

    @Test
    void send_putsBuffersTogether_inOrder() {
        TxSide tx = rig.tx(64);
        byte[] frame = Frames.plain(1000);

        tx.data(TxSide.FIRST | TxSide.COMP_REQ, rig.put(Arrays.copyOfRange(frame, 0, 1)), 1, 9, 0);
        tx.data(0, rig.put(Arrays.copyOfRange(frame, 1, 500)), 499, 0, 0);
        tx.data(0, 0, 0, 0, 0);
        tx.data(TxSide.LAST, rig.put(Arrays.copyOfRange(frame, 500, 1000)), 500, 0, 0);
        tx.go();

        assertArrayEquals(frame, rig.wire.sent.get(0));
        assertEquals(List.of(9), tx.completed());
        assertEquals(List.of(), rig.halted);
    }

    @Test
    void send_waits_untilPacketIsWhole() {
        TxSide tx = rig.tx(64);
        byte[] frame = Frames.plain(100);

        tx.data(TxSide.FIRST | TxSide.COMP_REQ, rig.put(Arrays.copyOfRange(frame, 0, 50)), 50, 1, 0);
        tx.go();
        assertEquals(0, rig.wire.sent.size());
        tx.data(TxSide.LAST, rig.put(Arrays.copyOfRange(frame, 50, 100)), 50, 0, 0);
        tx.go();

        assertArrayEquals(frame, rig.wire.sent.get(0));
    }

    @Test
    void send_acceptsTailZero_afterItWrapped() {
        TxSide tx = rig.tx(256);
        byte[] frame = Frames.plain(60);
        long iova = rig.put(frame);
        rig.wire.keeps = false;
        for (int i = 0; i < 0x1_0000; i++) {
            tx.data(TxSide.ONLY, iova, 60, i & 255, 0);
            if (i % 128 == 127) {
                tx.go();
                assertEquals(128, tx.completed().size());
            }
        }
        // The last doorbell was 0.
        assertEquals(0, tx.tail & 0xffff);
        assertEquals(0x1_0000, rig.io.counters().txPackets);
        tx.data(TxSide.ONLY, iova, 60, 3, 0);
        tx.go();
        assertEquals(List.of(3), tx.completed());
        assertEquals(List.of(), rig.halted);
    }

    @Test
    void doorbell_ofSameTail_sendsNothing() {
        TxSide tx = rig.tx(64);
        tx.send(Frames.plain(60), 0);
        tx.go();
        rig.io.doorbell(tx.sq, 1);
        rig.run();
        assertEquals(1, rig.wire.sent.size());
        assertEquals(List.of(), rig.halted);
    }

    @Test
    void descriptors_areFetchedInBatches() {
        TxSide tx = rig.tx(64);
        long iova = rig.put(Frames.plain(60));
        for (int i = 0; i < 32; i++) {
            tx.data(TxSide.ONLY, iova, 60, i, 0);
        }
        tx.go();
        // One read for 32 descriptors and one for each packet.
        assertEquals(1 + 32, rig.dmaReads);
        assertEquals(32, rig.dmaWrites);
    }

    @Test
    void packetWithoutCompReq_isSentAndNotCompleted() {
        TxSide tx = rig.tx(64);
        tx.data(TxSide.FIRST | TxSide.LAST, rig.put(Frames.plain(60)), 60, 7, 0);
        tx.go();
        assertEquals(1, rig.wire.sent.size());
        assertEquals(List.of(), tx.completed());
    }

    @Test
    void metaDescriptorAlone_isStored() {
        TxSide tx = rig.tx(64);
        byte[] frame = Frames.out().ipv4(Frames.IP_1, Frames.IP_2).udp(1, 2).payload(Frames.payload(20)).bytes();
        byte[] right = frame.clone();
        frame[40] = 0x55;
        frame[41] = 0x55;

        tx.meta(TxSide.FIRST, 0, 14, 20, 0);
        tx.data(TxSide.ONLY, rig.put(frame), frame.length, 1, 8 | 13 << 8 | 1 << 14 | 1 << 4);
        tx.go();

        assertArrayEquals(right, rig.wire.sent.get(0));
    }

    @Test
    void longestPacketIsSent_andOneMoreByteIsDroppedAndCompleted() {
        rig.settings.mtu = 65_535;
        TxSide tx = rig.tx(64);
        byte[] frame = Frames.plain(65_535 + 14);
        long iova = rig.put(frame);
        tx.data(TxSide.FIRST | TxSide.COMP_REQ, iova, 65_535, 1, 0);
        tx.data(TxSide.LAST, iova + 65_535, 14, 0, 0);
        tx.data(TxSide.FIRST | TxSide.COMP_REQ, iova, 65_535, 2, 0);
        tx.data(TxSide.LAST, iova + 65_520, 15, 0, 0);
        tx.go();

        assertEquals(1, rig.wire.sent.size());
        assertArrayEquals(frame, rig.wire.sent.get(0));
        assertEquals(List.of(1, 2), tx.completed());
        assertEquals(1, rig.io.counters().txDrops);
    }

    @Test
    void packetBeyondMtu_isDropped_andTagsDoNotCount() {
        rig.settings.mtu = 1500;
        TxSide tx = rig.tx(64);
        tx.send(Frames.plain(1514), 0);
        tx.send(Frames.plain(1515), 1);
        tx.send(Frames.out().vlan(5, 6).etherType(0x88b5).payload(Frames.payload(1500)).bytes(), 2);
        assertEquals(2, rig.wire.sent.size());
        assertEquals(1, rig.io.counters().txDrops);
        assertEquals(List.of(0, 1, 2), tx.completed());
    }

    @Test
    void fullWire_keepsThePacket_andDropsItAfterAWhile() {
        TxSide tx = rig.tx(64);
        rig.wire.full = true;
        tx.send(Frames.plain(60), 0);
        tx.send(Frames.plain(61), 1);
        assertEquals(List.of(), tx.completed());
        long due = rig.io.nextDueNanos();
        assertTrue(due > 0 && due <= 50_000, "asks again soon: " + due);

        rig.wire.full = false;
        rig.pass(due);
        assertEquals(2, rig.wire.sent.size());
        assertEquals(List.of(0, 1), tx.completed());

        rig.wire.full = true;
        tx.send(Frames.plain(62), 2);
        for (int i = 0; i < 200; i++) {
            rig.pass(20_000);
        }
        assertEquals(List.of(2), tx.completed());
        assertEquals(1, rig.io.counters().txDrops);
    }
}
