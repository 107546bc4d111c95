package org.netdev4j.models.ena.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.netdev4j.models.device.DeviceDma.Kind;

/** Receive rings: buffers, chains, drops. */
class RxBufferTest {
    private final IoRig rig = new IoRig();

    @AfterEach
    void close() {
        rig.close();
    }

    private static byte[] frame(int length) {
        return Frames.in().etherType(0x88b5).payload(Frames.payload(length - 14)).bytes();
    }

    private static byte[] join(RxSide rx, List<RxSide.Entry> entries, int offset) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < entries.size(); i++) {
            out.writeBytes(rx.bytes(entries.get(i), i == 0 ? offset : 0));
        }
        return out.toByteArray();
    }

    @Test
    void receive_writesLiteralCompletion() {
        rig.settings.rxOffloads = 0;
        RxSide rx = rig.rx(64);
        rx.post(0x2a, 0x5_0000, 2048);
        assertEquals("0008001d2a00000000002643" + "7a000000", Frames.hex(rig.memory.bytes(rx.ring, 16)));
        rx.ring();
        byte[] frame = frame(60);
        rx.arrive(frame);

        // Unknown protocols, phase, first, last, buffer; 60 bytes, id 0x2a; no hash; the queue; offset 0.
        assertEquals("0000004d" + "3c002a00" + "00000000" + String.format("%02x000000", rx.sq), Frames.hex(rx.next().raw()));
        assertArrayEquals(frame, rig.memory.bytes(0x5_0000, 60));
        assertEquals(0, rig.memory.getByte(0x5_0000 + 60), "nothing is written behind the frame");
        assertNull(rx.next());
    }

    @Test
    void receive_chainsBuffers() {
        RxSide rx = rig.rx(64);
        rx.fill(16, 256);
        byte[] frame = frame(1000);
        rx.arrive(frame);

        List<RxSide.Entry> all = rx.all();
        assertEquals(4, all.size());
        assertArrayEquals(frame, join(rx, all, 0));
        for (int i = 0; i < 4; i++) {
            RxSide.Entry each = all.get(i);
            assertEquals(i, each.id());
            assertEquals(i == 0, each.first());
            assertEquals(i == 3, each.last());
            assertEquals(i == 3 ? 1000 - 3 * 256 : 256, each.length());
            assertEquals(0, each.mustBeZero());
            assertEquals(rx.sq, each.queue());
        }
        assertEquals(0, all.get(0).offset());
        // What counts only in the last and only in the first is garbage elsewhere.
        assertNotEquals(0, all.get(0).l3());
        assertEquals(0, all.get(3).l3());
        assertNotEquals(0, all.get(1).offset());
        assertNotEquals(all.get(0).hash(), all.get(3).hash());
    }

    @Test
    void receive_leavesOffsetFree_inFirstBufferOnly() {
        rig.settings.rxOffset = 10;
        RxSide rx = rig.rx(64);
        rx.fill(16, 256);
        byte[] frame = frame(500);
        rx.arrive(frame);
        List<RxSide.Entry> all = rx.all();
        assertEquals(2, all.size());
        assertEquals(246, all.get(0).length());
        assertEquals(10, all.get(0).offset());
        assertArrayEquals(frame, join(rx, all, 10));
        assertEquals((byte) 0xee, rig.memory.getByte(rx.buffers[0] + 9));
    }

    @Test
    void receive_endsWithEmptyDescriptor_ifSaidSoAndFull() {
        rig.settings.rxZeroLast = true;
        RxSide rx = rig.rx(64);
        rx.fill(16, 256);
        rx.arrive(frame(512));
        List<RxSide.Entry> all = rx.all();
        assertEquals(3, all.size());
        assertEquals(0, all.get(2).length());
        assertTrue(all.get(2).last());
        rx.arrive(frame(511));
        assertEquals(2, rx.all().size());
    }

    @Test
    void lengthZero_means64KiB() {
        rig.settings.mtu = 65_535;
        RxSide rx = rig.rx(8);
        long at = rig.allocate(65_536);
        rx.post(1, at, 0);
        rx.ring();
        byte[] frame = frame(65_000);
        rx.arrive(frame);
        RxSide.Entry only = rx.next();
        assertEquals(65_000, only.length());
        assertArrayEquals(frame, rx.bytes(only, 0));
    }

    @Test
    void receive_goesRoundTheRing() {
        RxSide rx = rig.rx(4);
        long at = rig.allocate(256);
        rx.post(0, at, 256);
        rx.post(1, at, 256);
        rx.ring();
        for (int i = 0; i < 70_000; i++) {
            rig.wire.arriving.add(new byte[] {2, 0, 0, 0, 0, 2, (byte) i, 0, 0, 0, 0, 0, 0, 0});
            rig.run();
            RxSide.Entry each = rx.next();
            assertEquals(i & 1, each.id());
            rx.post(each.id(), at, 256);
            rx.ring();
        }
        assertEquals(70_000, rig.io.counters().rxPackets);
        assertEquals(70_000L * 14, rig.io.counters().rxBytes);
    }

    @Test
    void descriptorsAreFetchedInBatches() {
        RxSide rx = rig.rx(64);
        rx.fill(32, 256);
        rig.dmaReads = 0;
        for (int i = 0; i < 32; i++) {
            rx.arrive(frame(60));
        }
        assertEquals(1, rig.dmaReads);
        assertEquals(32, rx.all().size());
    }

    @Test
    void withoutBuffer_counts() {
        RxSide rx = rig.rx(64);
        rx.arrive(frame(60));
        assertEquals(1, rig.io.counters().rxOverruns);
        rx.fill(2, 256);
        rx.arrive(frame(600));
        assertEquals(2, rig.io.counters().rxOverruns);
        assertNull(rx.next());
        rx.arrive(frame(512));
        assertEquals(2, rx.all().size());
        assertEquals(0, rig.io.counters().rxDrops);
    }

    @Test
    void withPatience_waitsForABuffer() {
        rig.settings.rxPatienceMicros = 100;
        RxSide rx = rig.rx(64);
        rx.arrive(frame(60));
        rx.arrive(frame(61));
        assertEquals(0, rig.io.counters().rxOverruns);
        assertEquals(100_000, rig.io.nextDueNanos());
        rx.fill(1, 256);
        assertEquals(60, rx.next().length());
        rig.pass(100_000);
        assertEquals(1, rig.io.counters().rxOverruns);
        assertNull(rx.next());
    }

    @Test
    void moreBuffersThanAllowed_drops() {
        rig.settings.maxRxDescs = 4;
        RxSide rx = rig.rx(64);
        rx.fill(16, 256);
        rx.arrive(frame(1025));
        assertEquals(1, rig.io.counters().rxDrops);
        rx.arrive(frame(1024));
        assertEquals(4, rx.all().size());
    }

    @Test
    void beyondMtu_drops_andTagsDoNotCount() {
        rig.settings.mtu = 1500;
        RxSide rx = rig.rx(64);
        rx.fill(16, 2048);
        rx.arrive(frame(1515));
        assertEquals(1, rig.io.counters().rxDrops);
        rx.arrive(frame(1514));
        rx.arrive(Frames.in().vlan(1, 2).etherType(0x88b5).payload(Frames.payload(1500)).bytes());
        assertEquals(2, rx.all().size());
        rx.arrive(new byte[13]);
        assertEquals(2, rig.io.counters().rxDrops);
    }

    @Test
    void takesOwnBroadcastAndMulticast_only() {
        RxSide rx = rig.rx(64);
        rx.fill(16, 256);
        byte[] frame = frame(60);
        byte[] other = frame.clone();
        other[5] = 9;
        rx.arrive(other);
        assertEquals(0, rx.all().size());
        assertEquals(1, rig.io.counters().rxFiltered);
        assertEquals(0, rig.io.counters().rxDrops);
        for (String to : new String[] {"ffffffffffff", "01005e000001", "333300000001", "020000000002"}) {
            System.arraycopy(Frames.hex(to), 0, frame, 0, 6);
            rx.arrive(frame);
        }
        assertEquals(4, rx.all().size());
    }

    @Test
    void withoutQueues_framesGoNowhere() {
        rig.wire.arriving.add(frame(60));
        rig.run();
        assertEquals(1, rig.io.counters().rxFiltered);
        assertEquals(0, rig.io.counters().rxDrops);
    }

    @Test
    void outOfOrder_usesEachBufferOnce() {
        rig.settings.rxOutOfOrder = true;
        RxSide rx = rig.rx(64);
        rx.fill(32, 256);
        List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            byte[] frame = frame(300 + i);
            rx.arrive(frame);
            List<RxSide.Entry> all = rx.all();
            assertArrayEquals(frame, join(rx, all, 0));
            all.forEach(each -> ids.add(each.id()));
        }
        assertEquals(32, ids.stream().distinct().count());
        assertNotEquals(ids.stream().sorted().toList(), ids);
    }

    @Test
    void unreachableBuffer_drops_andIsNotCompleted() {
        RxSide rx = rig.rx(64);
        rx.fill(2, 256);
        rig.faults.dma = Kind.PAYLOAD;
        rx.arrive(frame(60));
        assertEquals(1, rig.io.counters().dmaFaults);
        assertEquals(1, rig.io.counters().rxDrops);
        assertNull(rx.next());
        rig.faults.dma = null;
        rx.arrive(frame(60));
        assertEquals(0, rx.next().id());
    }

    @Test
    void halts_atWhatNoDriverMayWrite() {
        String phase = "receive descriptor with a wrong phase bit";
        RxSide rx = rig.rx(64);
        rx.post(0, 0x1000, 64);
        rig.memory.putByte(rx.ring + 3, (byte) 0b11100);
        rx.ring();
        rx.arrive(frame(60));
        rig.io.reset();
        RxSide reserved = rig.rx(64);
        reserved.post(0, 0x1000, 64);
        rig.memory.putByte(reserved.ring + 2, (byte) 1);
        reserved.ring();
        reserved.arrive(frame(60));
        rig.io.reset();
        RxSide overrun = rig.rx(64);
        rig.io.doorbell(overrun.sq, 65);
        overrun.arrive(frame(60));
        rig.io.reset();
        RxSide unreachable = rig.rx(64);
        unreachable.fill(1, 64);
        rig.faults.dma = Kind.DESCRIPTOR;
        unreachable.arrive(frame(60));
        assertEquals(List.of(phase, "receive descriptor with bits set that must be zero",
            "doorbell announces more buffers than the ring has", "DMA fault at receive descriptors"), rig.halted);
    }

    @Test
    void extendedCompletion_hasAddressAndTime() {
        rig.settings.rxTimestamps = true;
        RxSide rx = new RxSide(rig, 8, 8, -1);
        rx.fill(2, 64);
        rig.wire.receivedAt = 0x1122_3344_5566_7788L;
        rx.arrive(frame(100));
        List<RxSide.Entry> all = rx.all();
        assertEquals(2, all.size());
        String address = Frames.hex(all.get(1).raw()).substring(32, 48);
        assertEquals(String.format("%016x", Long.reverseBytes(IoRig.BASE + rx.buffers[1])), address);
        assertEquals("8877665544332211", Frames.hex(all.get(1).raw()).substring(48));
        rig.wire.receivedAt = 0;
        rig.clock.advance(5);
        rx.fill(1, 64);
        rx.arrive(frame(60));
        assertEquals(String.format("%016x", Long.reverseBytes(rig.clock.epochNanos())), Frames.hex(rx.next().raw())
            .substring(48));
    }
}
