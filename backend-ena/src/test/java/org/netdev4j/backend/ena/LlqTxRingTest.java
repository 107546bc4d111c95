package org.netdev4j.backend.ena;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.NetBuf;

/** Transmit through low-latency queues. */
class LlqTxRingTest {
    private final Rig rig = new Rig();

    @AfterEach
    void close() {
        rig.close();
    }

    private EnaTxQueue tx(LlqPlan plan, int ring) {
        rig.terms(Optional.of(plan), 16, 4, true, false);
        return rig.tx(ring);
    }

    private static LlqPlan plan(int entry) {
        return new LlqPlan(entry, 2, true, false, 0);
    }

    @Test
    void write_pushesTheBytesOfAnEntry() {
        EnaTxQueue tx = tx(plan(128), 8);
        byte[] bytes = Bytes.pattern(99, 1);
        NetBuf packet = rig.packet(bytes);
        long rest = packet.dataIova() + 96;
        rig.send(tx, packet);
        String expected = "0300001d" + "00000000" + Bytes.hex(Bytes.words((int) rest, (int) (rest >>> 32) | 96 << 24))
            + "00".repeat(16) + Bytes.hex(Arrays.copyOf(bytes, 96));
        assertEquals(expected, Bytes.hex(rig.txDevice.entry(0)));
        assertEquals(0, tx.sqIova());
    }

    @Test
    void write_leavesNothingOfThePacketBefore() {
        EnaTxQueue tx = tx(plan(128), 8);
        rig.send(tx, rig.packet(Bytes.pattern(96, 1)));
        rig.send(tx, rig.packet(Bytes.pattern(61, 2)));
        String entry = Bytes.hex(rig.txDevice.entry(1));
        assertEquals("0000001d" + "00004000" + "00000000" + "0000003d", entry.substring(0, 32),
            "all bytes are pushed: no buffer");
        assertEquals("00".repeat(35), entry.substring(2 * (32 + 61)));
    }

    @ParameterizedTest
    @CsvSource({"128, 95", "128, 96", "128, 97", "256, 223", "256, 224", "256, 225", "192, 160", "192, 161"})
    @DisplayName("ENA 34: headers of 95, 96, 97, 223, 224, 225 bytes, cut anywhere")
    void headersOfEveryLength_overBuffers(int entry, int length) {
        EnaTxQueue tx = tx(plan(entry), 16);
        byte[] bytes = Bytes.pattern(length, length);
        int most = entry - 32;
        for (int cut = 1; cut < length; cut++) {
            rig.send(tx, rig.packet(bytes, cut));
            TxStub.Sent sent = rig.txDevice.sent.get(0);
            assertArrayEquals(bytes, sent.bytes(), "cut at " + cut);
            assertEquals(Math.min(length, most), sent.header());
            rig.txDevice.completeAll();
            tx.reap(9);
        }
        byte[] longer = Bytes.pattern(length + 700, 5);
        for (int cut = 1; cut < length + 5; cut++) {
            rig.send(tx, rig.packet(longer, cut, cut + 1, cut + 300));
            assertArrayEquals(longer, rig.txDevice.sent.get(0).bytes(), "cut at " + cut);
            rig.txDevice.completeAll();
            tx.reap(9);
        }
        assertTrue(rig.context.txStats(0).gatheredHeaders >= 2 * (Math.min(length, most) - 1));
    }

    static Stream<Arguments> plans() {
        return Stream.of(128, 192, 256).flatMap(entry -> Stream.of(1, 2, 4).flatMap(before -> Stream.of(true, false)
            .flatMap(multiple -> Stream.of(true, false).map(noCache -> Arguments.of(entry, before, multiple, noCache)))));
    }

    @ParameterizedTest
    @MethodSource("plans")
    @DisplayName("ENA 20, 30, 31: every form of entries, packets of any number of buffers, many rounds")
    void randomPackets(int entry, int before, boolean multiple, boolean noCache) {
        LlqPlan plan = new LlqPlan(entry, before, multiple, noCache, 24);
        EnaTxQueue tx = tx(plan, 64);
        Random random = new Random(entry + before);
        for (int i = 0; i < 600; i++) {
            byte[] bytes = Bytes.pattern(14 + random.nextInt(1400), i);
            int[] cuts = random.ints(random.nextInt(15), 0, bytes.length).sorted().toArray();
            assertEquals(1, BurstStatus.count(rig.send(tx, rig.packet(bytes, cuts))));
            assertArrayEquals(bytes, rig.txDevice.sent.get(0).bytes());
            assertEquals(noCache, rig.txDevice.sent.get(0).broughtMeta());
            rig.txDevice.completeAll();
        }
        assertEquals(List.of(), rig.reasons);
        assertEquals(0, rig.txCounters.errors);
    }

    @Test
    @DisplayName("ENA 32: without the device's cache each packet brings metadata, zeros if it has none")
    void metaCachingDisabled() {
        EnaTxQueue tx = tx(new LlqPlan(128, 2, true, true, 0), 16);
        rig.send(tx, rig.packet(Bytes.pattern(90, 1)), rig.packet(Bytes.pattern(90, 2)));
        for (TxStub.Sent sent : rig.txDevice.sent) {
            assertTrue(sent.broughtMeta());
            assertEquals(new TxStub.Meta(0, 0, 0, 0), sent.meta());
            assertEquals(0, sent.word1());
        }
        assertEquals("0040b005" + "00000000".repeat(3), Bytes.hex(Arrays.copyOf(rig.txDevice.entry(0), 16)));
    }

    @Test
    void withoutRequests_noMetadataIsBrought() {
        EnaTxQueue tx = tx(plan(128), 16);
        rig.send(tx, rig.packet(Bytes.pattern(90, 1)));
        assertNull(rig.txDevice.sent.get(0).meta());
    }

    @Test
    @DisplayName("ENA 31: the doorbell inside a burst comes in time, and not twice if the limit is hit exactly")
    void burstLimit() {
        EnaTxQueue tx = tx(new LlqPlan(128, 2, true, false, 4), 64);
        NetBuf[] packets = new NetBuf[8];
        for (int i = 0; i < 8; i++) {
            packets[i] = rig.packet(Bytes.pattern(60, i));
        }
        rig.send(tx, packets);
        assertEquals(List.of(4, 8), rig.txDevice.doorbells, "the stub objects to doorbells that announce nothing");
        assertEquals(2, rig.txCounters.doorbells);
        assertEquals(1, rig.context.txStats(0).burstDoorbells);
    }

    @Test
    @DisplayName("ENA 31: a packet of several entries does not begin in a burst that has no room for all of them")
    void burstLimit_countsEntriesAndMetadata() {
        EnaTxQueue tx = tx(new LlqPlan(128, 2, true, true, 4), 64);
        byte[] bytes = Bytes.pattern(700, 1);
        int[] cuts = {200, 210, 220, 230, 240, 250, 260, 270, 280, 290};
        // With its metadata 12 descriptors: 2, 8 and 2, in 3 entries.
        rig.send(tx, rig.packet(Bytes.pattern(60, 1)), rig.packet(Bytes.pattern(60, 2)), rig.packet(bytes, cuts),
            rig.packet(Bytes.pattern(60, 3)), rig.packet(bytes, cuts));
        assertEquals(List.of(2, 6, 9), rig.txDevice.doorbells);
        assertTrue(rig.txDevice.mostInBurst() <= 4);
        assertEquals(5, rig.txDevice.sent.size());
    }

    @Test
    @DisplayName("ENA 31: a packet that no burst can hold is refused, and does not keep others from their doorbell")
    void burstLimit_refusesWhatNeverFits() {
        EnaTxQueue tx = tx(new LlqPlan(128, 2, true, false, 1), 64);
        rig.send(tx, rig.packet(Bytes.pattern(60, 1)), rig.packet(Bytes.pattern(500, 1), 150, 200, 250),
            rig.packet(Bytes.pattern(60, 2)));
        assertEquals(1, rig.txCounters.errors);
        assertEquals(List.of(1, 2), rig.txDevice.doorbells);
    }

    @Test
    @DisplayName("ENA 31: a burst that ends below the limit counts towards the next")
    void burstLimit_startsAnewWithEachDoorbell() {
        EnaTxQueue tx = tx(new LlqPlan(128, 2, true, false, 4), 64);
        for (int i = 0; i < 5; i++) {
            rig.send(tx, rig.packet(Bytes.pattern(60, 1)), rig.packet(Bytes.pattern(60, 2)),
                rig.packet(Bytes.pattern(60, 3)));
        }
        assertEquals(List.of(3, 6, 9, 12, 15), rig.txDevice.doorbells);
        assertEquals(0, rig.context.txStats(0).burstDoorbells);
    }

    @Test
    @DisplayName("ENA 30: one entry stays empty, and entries are given back")
    void fullRing() {
        EnaTxQueue tx = tx(plan(128), 8);
        NetBuf[] packets = new NetBuf[9];
        for (int round = 0; round < 50; round++) {
            for (int i = 0; i < 9; i++) {
                packets[i] = rig.packet(Bytes.pattern(400, i), 120, 140, 160);
            }
            // 4 descriptors: 2 entries each.
            assertEquals("3 UNDERRUN", BurstStatus.toString(rig.send(tx, packets)));
            rig.txDevice.completeAll();
        }
    }

    @Test
    @DisplayName("ENA 35: a packet of one buffer more than the device takes goes if its head is pushed")
    void theHeaderAbsorbsABuffer() {
        rig.terms(Optional.of(plan(128)), 2, 4, true, false);
        EnaTxQueue tx = rig.tx(16);
        rig.send(tx, rig.packet(Bytes.pattern(300, 1), 96, 200), rig.packet(Bytes.pattern(300, 1), 97, 200));
        assertEquals(1, rig.txDevice.sent.size());
        assertEquals(1, rig.context.txStats(0).tooManyBuffers);
    }

    @Test
    @DisplayName("ENA 20: after a reset the entries may have another form")
    void prepare_takesAnotherPlan() {
        EnaTxQueue tx = tx(plan(128), 16);
        rig.send(tx, rig.packet(Bytes.pattern(300, 1)));
        tx.drain();
        rig.terms(Optional.of(plan(256)), 16, 4, true, false);
        rig.startTx(tx);
        rig.send(tx, rig.packet(Bytes.pattern(300, 1)));
        assertEquals(224, rig.txDevice.sent.get(0).header());
        tx.drain();
        rig.terms(Optional.empty(), 16, 4, true, false);
        rig.startTx(tx);
        rig.send(tx, rig.packet(Bytes.pattern(300, 1)));
        assertEquals(0, rig.txDevice.sent.get(0).header());
        assertTrue(tx.sqIova() != 0);
    }

    @Test
    void plan_refusesWhatHasNoRoomForAHeader() {
        assertThrows(IllegalArgumentException.class, () -> new LlqPlan(128, 8, true, false, 0));
        assertThrows(IllegalArgumentException.class, () -> new LlqPlan(100, 2, true, false, 0));
        assertThrows(IllegalArgumentException.class, () -> new LlqPlan(128, 0, true, false, 0));
        assertEquals(96, plan(128).maxHeader());
        assertEquals(224, plan(256).maxHeader());
    }

    @Test
    void plan_countsEntries() {
        LlqPlan multiple = plan(128);
        assertEquals(List.of(1, 1, 2, 2, 3), Stream.of(1, 2, 3, 10, 11).map(multiple::entries).toList());
        LlqPlan single = new LlqPlan(128, 2, false, false, 0);
        assertEquals(List.of(1, 1, 2, 9, 10), Stream.of(1, 2, 3, 10, 11).map(single::entries).toList());
    }

    @Test
    void plan_knowsTheLargestPacket_ofABurst() {
        assertEquals(Integer.MAX_VALUE, plan(128).maxDescriptors());
        for (LlqPlan plan : List.of(new LlqPlan(256, 2, true, true, 2), new LlqPlan(128, 4, false, true, 5))) {
            assertEquals(plan.maxBurstEntries(), plan.entries(plan.maxDescriptors()));
            assertEquals(plan.maxBurstEntries() + 1, plan.entries(plan.maxDescriptors() + 1));
        }
    }
}
