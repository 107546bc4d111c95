package org.netdev4j.backend.ena;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;

/** Receive: traffic; "ENA n" in a name is a group of bugs that real drivers had. */
class EnaRxQueueTest {
    private final Rig rig = new Rig();
    private final NetBuf[] into = new NetBuf[64];

    @AfterEach
    void close() {
        rig.close();
    }

    private int poll(EnaRxQueue rx) {
        return rx.poll(into, 0, into.length);
    }

    private void free(int status) {
        NetBufPool.free(into, 0, BurstStatus.count(status));
    }

    @Test
    void fill_writesTheBytesOfADescriptor() {
        EnaRxQueue rx = rig.rx(8, false);
        assertEquals(7, rig.rxDevice.posted.size());
        assertEquals(List.of(7), rig.rxDevice.doorbells);
        assertEquals(2048, rig.rxDevice.posted.get(0).length());
        byte[] descriptor = rig.reach.read(rx.sqIova() + 16, 16);
        long iova = rig.rxDevice.posted.get(1).iova();
        assertEquals("0008001d" + "01000000" + Bytes.hex(Bytes.words((int) iova, (int) (iova >>> 32))),
            Bytes.hex(descriptor));
    }

    @Test
    void poll_readsTheBytesOfACompletion() {
        EnaRxQueue rx = rig.rx(8, false);
        RxStub.Posted buffer = rig.rxDevice.posted.remove(3);
        rig.reach.write(buffer.iova() + 2, Bytes.pattern(60, 7));
        rig.reach.write(rx.cqIova(), Bytes.hex("080c014d" + "3c000300" + "efbeadde" + "00000200"));
        assertEquals("1", BurstStatus.toString(poll(rx)));
        assertArrayEquals(Bytes.pattern(60, 7), into[0].packetBytes());
        assertEquals(0xdeadbeef, into[0].hash());
        assertEquals(NetBuf.RX_IP_CHECKSUM_GOOD | NetBuf.RX_L4_CHECKSUM_GOOD | NetBuf.RX_HASH, into[0].flags());
        into[0].free();
    }

    @Test
    @DisplayName("ENA 44: bytes count the Ethernet header")
    void poll_countsPacketsAndBytes() {
        EnaRxQueue rx = rig.rx(16, false);
        for (int i = 0; i < 3; i++) {
            rig.rxDevice.receive(Bytes.pattern(100 + i, i), 0);
        }
        int status = poll(rx);
        assertEquals(3, BurstStatus.count(status));
        assertArrayEquals(Bytes.pattern(101, 1), into[1].packetBytes());
        assertEquals(3, rig.rxCounters.packets);
        assertEquals(303, rig.rxCounters.bytes);
        free(status);
    }

    @Test
    @DisplayName("ENA 43: the limit is of packets, whatever descriptors they take; 0 takes none")
    void poll_countsPackets() {
        EnaRxQueue rx = rig.rx(32, false);
        for (int i = 0; i < 4; i++) {
            rig.rxDevice.part(rig.rxDevice.take(), Bytes.pattern(300, i), 0, 100, RxStub.FIRST);
            rig.rxDevice.part(rig.rxDevice.take(), Bytes.pattern(300, i), 100, 200, 0);
            rig.rxDevice.part(rig.rxDevice.take(), Bytes.pattern(300, i), 200, 300, RxStub.LAST);
        }
        assertEquals("0 MORE", BurstStatus.toString(rx.poll(into, 0, 0)));
        assertEquals("3 MORE", BurstStatus.toString(rx.poll(into, 0, 3)));
        assertEquals("1", BurstStatus.toString(rx.poll(into, 3, 3)));
        for (int i = 0; i < 4; i++) {
            assertArrayEquals(Bytes.pattern(300, i), into[i].packetBytes());
            assertEquals(3, into[i].segments());
        }
        NetBufPool.free(into, 0, 4);
        assertEquals("0", BurstStatus.toString(rx.poll(into, 0, 0)));
    }

    @Test
    @DisplayName("ENA 38, 40: a packet whose last buffer has not come waits, and goes on in the next call")
    void poll_keepsAPartialPacket() {
        EnaRxQueue rx = rig.rx(16, false);
        byte[] frame = Bytes.pattern(3000, 4);
        rig.rxDevice.part(rig.rxDevice.take(), frame, 0, 2048, RxStub.FIRST);
        assertEquals("0", BurstStatus.toString(poll(rx)));
        assertEquals("0", BurstStatus.toString(poll(rx)));
        rig.rxDevice.part(rig.rxDevice.take(), frame, 2048, 3000, RxStub.LAST);
        assertEquals("1", BurstStatus.toString(poll(rx)));
        assertArrayEquals(frame, into[0].packetBytes());
        assertEquals(3000, rig.rxCounters.bytes);
        into[0].free();
    }

    @Test
    @DisplayName("ENA 38: buffers complete in any order, chains too, over many rounds")
    void poll_takesBuffersInAnyOrder() {
        EnaRxQueue rx = rig.rx(16, false);
        Random random = new Random(5);
        for (int round = 0; round < 3000; round++) {
            List<RxStub.Posted> posted = rig.rxDevice.posted;
            Collections.shuffle(posted, random);
            byte[] frame = Bytes.pattern(90 + round % 500, round);
            int parts = 1 + random.nextInt(3);
            for (int p = 0; p < parts; p++) {
                rig.rxDevice.part(rig.rxDevice.take(), frame, frame.length * p / parts, frame.length * (p + 1) / parts,
                    (p == 0 ? RxStub.FIRST : 0) | (p == parts - 1 ? RxStub.LAST : 0));
            }
            assertEquals(1, BurstStatus.count(poll(rx)));
            assertArrayEquals(frame, into[0].packetBytes());
            into[0].free();
        }
        assertEquals(List.of(), rig.reasons);
        assertTrue(rig.pool.inUse() <= 15);
    }

    @Test
    @DisplayName("ENA 41: the offset is the first completion's")
    void poll_obeysTheOffset() {
        EnaRxQueue rx = rig.rx(16, false);
        byte[] frame = Bytes.pattern(400, 6);
        RxStub.Posted one = rig.rxDevice.take();
        rig.reach.write(one.iova() + 14, Arrays.copyOf(frame, 300));
        rig.rxDevice.complete(RxStub.FIRST, 300, one.reqId(), 0, 14);
        RxStub.Posted two = rig.rxDevice.take();
        rig.reach.write(two.iova(), Arrays.copyOfRange(frame, 300, 400));
        rig.rxDevice.complete(RxStub.LAST, 100, two.reqId(), 0, 99);
        assertEquals(1, BurstStatus.count(poll(rx)));
        assertArrayEquals(frame, into[0].packetBytes());
        into[0].free();
    }

    @Test
    @DisplayName("ENA 41: a last buffer without bytes is posted again and is no part of the packet")
    void poll_recyclesAnEmptyBuffer() {
        EnaRxQueue rx = rig.rx(16, false);
        byte[] frame = Bytes.pattern(2048, 6);
        rig.rxDevice.part(rig.rxDevice.take(), frame, 0, 2048, RxStub.FIRST);
        RxStub.Posted empty = rig.rxDevice.take();
        rig.rxDevice.complete(RxStub.LAST | 8 | 12 << 8 | 1 << 16, 0, empty.reqId(), 77, 0);
        int left = rig.rxDevice.posted.size();
        assertEquals(1, BurstStatus.count(poll(rx)));
        assertEquals(1, into[0].segments());
        assertEquals(77, into[0].hash(), "what is known of the packet is in its last completion");
        assertTrue(into[0].hasFlags(NetBuf.RX_L4_CHECKSUM_GOOD));
        assertTrue(rig.rxDevice.posted.size() > left, "the device was told");
        assertEquals(empty.iova(), rig.rxDevice.posted.get(left).iova());
        into[0].free();
        assertEquals(1, rig.context.rxStats(0).recycled);
    }

    @Test
    void poll_dropsAPacketWithoutBytes() {
        EnaRxQueue rx = rig.rx(16, false);
        rig.rxDevice.complete(RxStub.WHOLE, 0, rig.rxDevice.take().reqId(), 0, 0);
        rig.rxDevice.receive(Bytes.pattern(60, 1), 0);
        assertEquals(1, BurstStatus.count(poll(rx)));
        assertArrayEquals(Bytes.pattern(60, 1), into[0].packetBytes());
        assertEquals(1, rig.rxCounters.errors);
        into[0].free();
    }

    @Test
    @DisplayName("ENA 44: the ring is refilled from an eighth of it on, or 256 if that is less, with one doorbell")
    void poll_refillsFromTheThresholdOn() {
        EnaRxQueue rx = rig.rx(64, false);
        for (int i = 0; i < 7; i++) {
            rig.rxDevice.receive(new byte[60], 0);
        }
        free(poll(rx));
        assertEquals(1, rig.rxDevice.doorbells.size(), "7 of 64 are too few");
        rig.rxDevice.receive(new byte[60], 0);
        free(poll(rx));
        assertEquals(List.of(63, 71), rig.rxDevice.doorbells);
        assertEquals(2, rig.rxCounters.doorbells);
    }

    @Test
    void poll_refillsLargeRingsFrom256On() {
        try (Rig large = new Rig(5000, 512)) {
            EnaRxQueue rx = large.rx(4096, false);
            for (int i = 0; i < 255; i++) {
                large.rxDevice.receive(new byte[60], 0);
            }
            for (int i = 0; i < 4; i++) {
                free(poll(rx));
            }
            assertEquals(1, large.rxDevice.doorbells.size());
            large.rxDevice.receive(new byte[60], 0);
            free(poll(rx));
            assertEquals(List.of(4095, 4351), large.rxDevice.doorbells);
        }
    }

    @Test
    @DisplayName("ENA 42: a pool that runs dry empties the ring; once buffers come back, traffic goes on")
    void poll_recoversFromStarvation() {
        EnaRxQueue rx = rig.rx(16, false);
        List<NetBuf> held = new ArrayList<>();
        for (NetBuf b = rig.pool.allocate(); b != null; b = rig.pool.allocate()) {
            held.add(b);
        }
        NetBuf[] kept = new NetBuf[15];
        for (int i = 0; i < 15; i++) {
            rig.rxDevice.receive(Bytes.pattern(60, i), 0);
            int status = rx.poll(kept, i, 1);
            assertEquals(1, BurstStatus.count(status));
            assertEquals(i >= 1, BurstStatus.underrun(status), "packet " + i);
        }
        assertTrue(rx.emptyRing());
        assertTrue(BurstStatus.underrun(poll(rx)));
        assertTrue(rig.rxCounters.noBuffer > 0);
        held.remove(0).free();
        assertFalse(BurstStatus.count(poll(rx)) > 0);
        assertEquals(1, rig.rxDevice.posted.size(), "one came back, one is posted");
        rig.rxDevice.receive(Bytes.pattern(61, 1), 0);
        assertEquals(1, BurstStatus.count(poll(rx)));
        into[0].free();
        held.forEach(NetBuf::free);
        NetBufPool.free(kept, 0, 15);
        assertEquals("0", BurstStatus.toString(poll(rx)), "and all is well again");
        assertEquals(15, rig.rxDevice.posted.size());
    }

    @Test
    @DisplayName("ENA 42: a queue that starts with an empty pool comes to life when there are buffers")
    void fill_withAnEmptyPool() {
        List<NetBuf> held = new ArrayList<>();
        for (NetBuf b = rig.pool.allocate(); b != null; b = rig.pool.allocate()) {
            held.add(b);
        }
        EnaRxQueue rx = rig.rx(16, true);
        assertEquals(0, rig.rxDevice.posted.size());
        assertTrue(rx.emptyRing());
        held.forEach(NetBuf::free);
        rx.arm();
        assertEquals(15, rig.rxDevice.posted.size());
    }

    @Test
    @DisplayName("ENA 21, 28: stop gives back every buffer, also of a packet half received, and start is anew")
    void drain_givesAllBuffersBack() {
        EnaRxQueue rx = rig.rx(16, false);
        rig.rxDevice.part(rig.rxDevice.take(), new byte[300], 0, 100, RxStub.FIRST);
        rig.rxDevice.part(rig.rxDevice.take(), new byte[300], 100, 200, 0);
        poll(rx);
        assertEquals(17, rx.drain(), "15 posted, since the ring was refilled, and 2 of the packet");
        assertEquals(0, rig.pool.inUse());
        assertEquals(0, rx.drain());
        assertEquals(0, poll(rx));

        rig.startRx(rx);
        assertEquals(0, poll(rx), "completions of the life before mean nothing");
        rig.rxDevice.receive(Bytes.pattern(60, 2), 0);
        assertEquals(1, BurstStatus.count(poll(rx)));
        into[0].free();
        rx.drain();
        rx.release();
        rx.release();
        assertEquals(0, rig.dma.live().size());
    }

    @Test
    void poll_stampsPackets_whenCompletionsBearTimes() {
        rig.terms(Optional.empty(), 16, 4, true, true);
        EnaRxQueue rx = rig.rx(16, false);
        assertEquals(32, rx.cqEntryBytes());
        RxStub.Posted buffer = rig.rxDevice.take();
        rig.rxDevice.complete(RxStub.WHOLE, 60, buffer.reqId(), 0, 0, 0x1234_5678_9abc_def0L);
        assertEquals(1, BurstStatus.count(poll(rx)));
        assertEquals(0x1234_5678_9abc_def0L, into[0].timestamp());
        assertTrue(into[0].hasFlags(NetBuf.RX_TIMESTAMP));
        into[0].free();
    }

    @Test
    void poll_saysNothing_whenOffloadsAreOff() {
        rig.settings(1500, false);
        EnaRxQueue rx = rig.rx(16, false);
        rig.rxDevice.receive(new byte[60], 8 | 12 << 8 | 1 << 16);
        poll(rx);
        assertEquals(0, into[0].flags());
        into[0].free();
    }

    @Test
    @DisplayName("ENA 36: a received packet bears no request of the transmit side")
    void poll_setsNoTransmitFlags() {
        EnaRxQueue rx = rig.rx(16, false);
        for (int l3 : new int[] {0, 8, 11, 21, 22, 31}) {
            for (int l4 = 0; l4 < 32; l4++) {
                rig.rxDevice.receive(new byte[60], l3 | l4 << 8 | 0xf << 13);
                assertEquals(1, BurstStatus.count(poll(rx)));
                assertEquals(0, into[0].flags() >> 16);
                assertFalse(into[0].hasRequests());
                into[0].free();
            }
        }
    }
}
