package org.netdev4j.models.ena.io;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.backend.ena.spec.AdminStatus;
import org.netdev4j.platform.RandomSource;

/**
 * Drivers that write nonsense, half of it nearly right: the device reads and writes nothing out of bounds, throws nothing
 * and stops.
 */
class IoFuzzTest {
    private static final int MOST_STEPS = 100_000;

    private final List<Sq> sqs = new ArrayList<>();
    private boolean inPacket;
    private RandomSource random;
    private IoRig rig;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void nonsense_harmsNobody(long part) {
        long sent = 0;
        long received = 0;
        for (long seed = part * 1_000; seed < part * 1_000 + 150; seed++) {
            random = RandomSource.seeded(seed);
            try (IoRig fresh = new IoRig()) {
                rig = fresh;
                rig.wire.keeps = false;
                sqs.clear();
                try {
                    play();
                } catch (RuntimeException e) {
                    throw new AssertionError("seed " + seed, e);
                }
                sent += rig.io.counters().txPackets;
                received += rig.io.counters().rxPackets;
            }
        }
        assertTrue(sent > 1_000 && received > 100, "some of it works: sent " + sent + ", received " + received);
    }

    private static final class Sq {
        private final int index;
        private final boolean tx;
        private final boolean device;
        private final long ring;
        private final int depth;
        private int tail;

        Sq(int index, boolean tx, boolean device, long ring, int depth) {
            this.index = index;
            this.tx = tx;
            this.device = device;
            this.ring = ring;
            this.depth = depth;
        }
    }

    private void play() {
        settings();
        for (int turn = 0; turn < 300; turn++) {
            switch (random.nextInt(12)) {
                case 0 -> create();
                case 1 -> destroy();
                case 2, 3, 4, 5, 6 -> work();
                case 7 -> rig.io.llqWrite(random.nextInt(1 << 20) & -4L, 4 << random.nextInt(2), random.nextLong());
                case 8 -> rig.io.unmask(random.nextInt(260), random.nextInt());
                case 9, 10 -> rig.wire.arriving.add(frame());
                default -> rig.clock.advance(random.nextInt(1_000_000));
            }
            run();
        }
    }

    private void run() {
        int steps = 0;
        while (rig.io.step()) {
            assertTrue(++steps < MOST_STEPS, "the device does not come to rest");
        }
        rig.io.nextDueNanos();
    }

    private void settings() {
        EnaSettings s = rig.settings;
        s.llqEntryBytes = new int[] {128, 192, 256}[random.nextInt(3)];
        s.llqDescsBeforeHeader = 1 << random.nextInt(4);
        s.llqMultipleStride = random.nextInt(2) == 0;
        s.metaCachingDisabled = random.nextInt(2) == 0;
        s.llqBurstEntries = random.nextInt(3) * 4;
        s.txOffloads = random.nextInt(0x100);
        s.rxOffloads = random.nextInt(0x10);
        s.rxOffset = random.nextInt(3) * 100;
        s.rxZeroLast = random.nextInt(2) == 0;
        s.rxOutOfOrder = random.nextInt(2) == 0;
        s.txOutOfOrder = random.nextInt(2) == 0;
        s.maxRxDescs = 1 + random.nextInt(64);
        s.maxTxDescs = 2 + random.nextInt(63);
        s.rxPatienceMicros = random.nextInt(2) * 50;
        s.rssFunction = random.nextInt(3);
        s.rssSort = random.nextInt(8);
        for (int i = 0; i < s.rssFields.length; i++) {
            s.rssFields[i] = random.nextInt(64);
        }
        s.rssTable = new int[1 << random.nextInt(4)];
        for (int i = 0; i < s.rssTable.length; i++) {
            s.rssTable[i] = random.nextInt(0x1_0000);
        }
        for (String fault : IoFaults.specs().stream().map(each -> each.name()).toList()) {
            if (random.nextInt(4) == 0) {
                rig.faults.add(fault, 3, random.nextInt(100));
            }
        }
        rig.io.settingsChanged();
    }

    private void create() {
        boolean odd = random.nextInt(6) == 0;
        boolean tx = (random.nextInt(2) == 0);
        int depth = odd ? random.nextInt(2048) : 2 << random.nextInt(7);
        int words = odd ? random.nextInt(32) : tx ? 2 << random.nextInt(2) : 4 << random.nextInt(2);
        EnaIo.Created cq = rig.io.createCq((random.nextInt(2) == 0), random.nextInt(odd ? 40 : 33), words, depth,
            IoRig.BASE + random.nextInt(1 << 20));
        int on = cq.status() == AdminStatus.SUCCESS ? cq.index() : random.nextInt(300);
        boolean device = random.nextInt(3) == 0;
        int ring = 1 << 20 | random.nextInt(1 << 20) & -16;
        EnaIo.Created sq = rig.io.createSq(tx, device, on, depth, IoRig.BASE + ring);
        if (sq.status() == AdminStatus.SUCCESS) {
            sqs.add(new Sq(sq.index(), tx, device, device ? sq.llqOffset() : ring, depth));
            rig.settings.rssTable[random.nextInt(rig.settings.rssTable.length)] = sq.index();
        }
    }

    private void destroy() {
        if (!sqs.isEmpty() && random.nextInt(20) == 0) {
            Sq sq = sqs.get(random.nextInt(sqs.size()));
            rig.io.destroySq(random.nextInt(10) == 0 ^ sq.tx, sq.index);
        }
        if (random.nextInt(20) == 0) {
            rig.io.destroyCq(random.nextInt(256));
        }
    }

    /** Adds to a ring and rings its doorbell; each of it sometimes wrongly. */
    private void work() {
        if (sqs.isEmpty()) {
            rig.io.doorbell(random.nextInt(300), random.nextInt());
            return;
        }
        Sq sq = sqs.get(random.nextInt(sqs.size()));
        int count = 1 + random.nextInt(Math.min(40, sq.depth));
        for (int i = 0; i < count; i++) {
            boolean phase = (sq.tail / sq.depth & 1) == 0 ^ random.nextInt(500) == 0;
            int slot = sq.tail & sq.depth - 1;
            if (sq.device) {
                entry(sq.ring + (long) slot * rig.settings.llqEntryBytes, phase);
            } else {
                long at = sq.ring + 16L * slot;
                rig.memory.putLong(at, sq.tx ? data(phase) : buffer(phase));
                rig.memory.putLong(at + 8, address());
            }
            sq.tail++;
        }
        if (random.nextInt(10) != 0) {
            rig.io.doorbell(sq.index, random.nextInt(100) == 0 ? random.nextInt() : sq.tail);
        }
    }

    private void entry(long at, boolean phase) {
        for (int i = 0; i < rig.settings.llqEntryBytes; i += 16) {
            if (random.nextInt(500) != 0) {
                rig.io.llqWrite(at + i, 8, data(phase));
            }
            rig.io.llqWrite(at + i + 8, 8, address() | (long) random.nextInt(100) << 56);
        }
    }

    private long address() {
        long wide = random.nextInt(300) == 0 ? random.nextLong() : 0;
        return IoRig.BASE + random.nextInt(random.nextInt(100) == 0 ? Integer.MAX_VALUE : 7 << 20) | wide;
    }

    private long buffer(boolean phase) {
        int flags = (random.nextInt(500) == 0 ? random.nextInt() : 7 << 26) & ~(1 << 24) | (phase ? 1 << 24 : 0);
        return (random.nextInt(20) == 0 ? 0 : 64 + random.nextInt(2_000)) | flags & 0xffff_0000L
            | (long) random.nextInt(64) << 32;
    }

    /** The first words of a transmit descriptor: mostly of one buffer, or of a part of a packet, or a meta descriptor. */
    private long data(boolean phase) {
        int bit = phase ? 1 << 24 : 0;
        int length = random.nextInt(30) == 0 ? random.nextInt(0x1_0000) : 14 + random.nextInt(1_400);
        int kind = rig.settings.metaCachingDisabled && (random.nextInt(2) == 0) ? 1 : random.nextInt(400);
        if (kind == 0) {
            return random.nextLong();
        }
        if (inPacket) {
            inPacket = random.nextInt(3) == 0;
            return length | bit | (inPacket ? 0 : TxSide.LAST);
        }
        if (kind < 60) {
            inPacket = true;
            return (random.nextInt() & 0x000f_0000 | 1 << 14 | 3 << 20 | TxSide.META | TxSide.FIRST | bit) & 0xffff_ffffL;
        }
        long offload = kind < 80 ? 8L << 32 | (long) (random.nextInt() & ~(0xf << 18)) << 32
            : (long) random.nextInt(64) << 54;
        inPacket = random.nextInt(5) == 0;
        return length | bit | TxSide.FIRST | TxSide.COMP_REQ | (inPacket ? 0 : TxSide.LAST) | offload;
    }

    private byte[] frame() {
        byte[] frame = new byte[1 + random.nextInt(random.nextInt(4) == 0 ? 9_000 : 200)];
        random.nextBytes(frame);
        if (frame.length > 60) {
            boolean v6 = random.nextInt(2) == 0;
            byte[] start = Frames.hex("020000000002020000000001" + (v6 ? "86dd60000000" : "08004500"));
            System.arraycopy(start, 0, frame, 0, start.length);
            int length = frame.length - (v6 ? 54 : 14);
            frame[v6 ? 18 : 16] = (byte) (length >> 8);
            frame[v6 ? 19 : 17] = (byte) length;
            frame[v6 ? 20 : 23] = (byte) new int[] {6, 17, 0, 43, 44, 60, 1, 58}[random.nextInt(8)];
        }
        return frame;
    }

    @Test
    void tails_fromManyThreads_areTakenOrLost_neverHarmful() throws InterruptedException {
        rig = new IoRig();
        try {
            rig.wire.keeps = false;
            TxSide tx = rig.tx(64);
            long iova = rig.put(Frames.plain(60));
            for (int i = 0; i < 64; i++) {
                tx.data(TxSide.ONLY, iova, 60, i, 0);
            }
            Thread writer = new Thread(() -> {
                for (int i = 0; i <= 64; i++) {
                    rig.io.doorbell(tx.sq, i);
                    rig.io.unmask(tx.cq, i);
                    rig.io.llqWrite(0, 8, i);
                }
            });
            writer.start();
            for (int i = 0; i < 1_000; i++) {
                rig.io.step();
            }
            writer.join();
            rig.run();
            assertTrue(tx.completed().size() == 64, "all were sent: " + rig.io.counters().txPackets);
        } finally {
            rig.close();
        }
    }
}
