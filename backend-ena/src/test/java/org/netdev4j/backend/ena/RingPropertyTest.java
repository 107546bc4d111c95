package org.netdev4j.backend.ena;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.NetBuf;

/** Positions, phases, ids and rings over any number of rounds. ENA 30. */
class RingPropertyTest {
    private static final int PHASE = 1 << 24;

    @Property(seed = "1")
    void phase_flipsWithEachRound_overTheWholeRangeOfInt(@ForAll int position,
                                                           @ForAll @IntRange(min = 1, max = 15) int log2) {
        int size = 1 << log2;
        int mask = size - 1;
        assertEquals(position & mask, Cursor.slot(position, mask));
        assertEquals(Cursor.phase(position, mask, PHASE) ^ PHASE, Cursor.phase(position + size, mask, PHASE));
        assertEquals(Cursor.phase(position, mask, PHASE), Cursor.phase(position + 2 * size, mask, PHASE));
        int begin = position & -size;
        assertEquals(Cursor.phase(begin, mask, PHASE), Cursor.phase(begin + mask, mask, PHASE));
        assertEquals(PHASE, Cursor.phase(0, mask, PHASE), "the first round has phase 1");
    }

    @Property(tries = 200, seed = "2")
    void ids_areUniqueAndComeBackOldestFirst(@ForAll @IntRange(min = 1, max = 8) int log2, @ForAll long seed) {
        IdRing ring = new IdRing(1 << log2);
        Random random = new Random(seed);
        Set<Integer> taken = new HashSet<>();
        Queue<Integer> expected = new ArrayDeque<>();
        for (int i = 0; i < 1 << log2; i++) {
            expected.add(i);
        }
        for (int step = 0; step < 1000; step++) {
            if (random.nextBoolean() && ring.available() > 0) {
                int id = ring.take();
                assertEquals(expected.remove(), id);
                assertTrue(taken.add(id));
            } else if (!taken.isEmpty()) {
                int id = taken.iterator().next();
                taken.remove(id);
                ring.give(id);
                expected.add(id);
            }
            assertEquals(expected.size(), ring.available());
        }
    }

    @Property(tries = 150, seed = "3")
    void transmit_losesAndInventsNothing(@ForAll @IntRange(min = 3, max = 6) int log2,
                                         @ForAll @IntRange(min = 0, max = 3) int form,
                                         @ForAll long seed) {
        try (Rig rig = new Rig(300, 512)) {
            Random random = new Random(seed);
            rig.terms(form == 0 ? Optional.empty()
                : Optional.of(new LlqPlan(form == 1 ? 256 : 128, 2, form != 3, form == 3, form == 2 ? 5 : 0)),
                6, 4, true, false);
            EnaTxQueue tx = rig.tx(1 << log2);
            Queue<byte[]> expected = new ArrayDeque<>();
            List<Integer> open = new ArrayList<>();
            for (int step = 0; step < 300; step++) {
                NetBuf[] burst = new NetBuf[random.nextInt(5)];
                byte[][] bytes = new byte[burst.length][];
                for (int i = 0; i < burst.length; i++) {
                    bytes[i] = Bytes.pattern(14 + random.nextInt(400), random.nextInt());
                    burst[i] = rig.packet(bytes[i], random.ints(random.nextInt(4), 0, bytes[i].length).sorted().toArray());
                }
                int count = BurstStatus.count(rig.send(tx, burst));
                for (int i = 0; i < count; i++) {
                    expected.add(bytes[i]);
                }
                for (TxStub.Sent sent : rig.txDevice.sent) {
                    assertArrayEquals(expected.remove(), sent.bytes());
                    open.add(sent.reqId());
                }
                rig.txDevice.sent.clear();
                assertEquals(0, expected.size(), "the doorbell was rung for all");
                Collections.shuffle(open, random);
                for (int i = random.nextInt(4); i > 0 && !open.isEmpty(); i--) {
                    rig.txDevice.complete(open.remove(0));
                }
            }
            open.forEach(rig.txDevice::complete);
            tx.reap(Integer.MAX_VALUE);
            assertEquals(0, tx.pending());
            assertEquals(0, rig.pool.inUse());
            assertEquals(List.of(), rig.reasons);
        }
    }

    @Property(tries = 150, seed = "4")
    void receive_losesAndInventsNothing(@ForAll @IntRange(min = 3, max = 7) int log2, @ForAll boolean timestamps,
                                        @ForAll long seed) {
        try (Rig rig = new Rig(300, 256)) {
            Random random = new Random(seed);
            rig.terms(Optional.empty(), 6, 4, true, timestamps);
            EnaRxQueue rx = rig.rx(1 << log2, false);
            Queue<byte[]> expected = new ArrayDeque<>();
            NetBuf[] into = new NetBuf[8];
            for (int step = 0; step < 300; step++) {
                while (rig.rxDevice.posted.size() >= 4 && random.nextInt(3) > 0) {
                    Collections.shuffle(rig.rxDevice.posted, random);
                    byte[] frame = Bytes.pattern(4 + random.nextInt(1000), random.nextInt());
                    deliver(rig.rxDevice, frame, random);
                    expected.add(frame);
                }
                int count = BurstStatus.count(rx.poll(into, 0, random.nextInt(9)));
                for (int i = 0; i < count; i++) {
                    assertArrayEquals(expected.remove(), into[i].packetBytes());
                    into[i].free();
                }
            }
            assertEquals(List.of(), rig.reasons);
        }
    }

    private static void deliver(RxStub device, byte[] frame, Random random) {
        int parts = (frame.length + 255) / 256;
        boolean emptyLast = parts < 4 && random.nextInt(4) == 0;
        for (int p = 0; p < parts; p++) {
            device.part(device.take(), frame, p * 256, Math.min(frame.length, p * 256 + 256),
                (p == 0 ? RxStub.FIRST : 0) | (p == parts - 1 && !emptyLast ? RxStub.LAST : 0));
        }
        if (emptyLast) {
            device.complete(RxStub.LAST, 0, device.take().reqId(), 0, 0);
        }
    }
}
