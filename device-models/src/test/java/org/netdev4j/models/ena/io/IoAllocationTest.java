package org.netdev4j.models.ena.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bytes that the JVM says this thread allocated: none for packets. */
class IoAllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 20_000;
    private static final int TIMES = 6;

    private final IoRig rig = new IoRig();

    @BeforeEach
    void supported() {
        Assumptions.assumeTrue(THREADS.isThreadAllocatedMemorySupported(), "this JVM does not count allocated bytes");
        THREADS.setThreadAllocatedMemoryEnabled(true);
        rig.recordsInterrupts = false;
        rig.wire.keeps = false;
    }

    @AfterEach
    void close() {
        rig.close();
    }

    // The JVM itself allocates now and then, so the best of some rounds counts.
    private static void allocatesNothing(Runnable body) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < TIMES; i++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            body.run();
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        assertEquals(0, least, "bytes in " + ROUNDS + " rounds");
    }

    @Test
    void transmit_withOffloadsAndInterrupts() {
        TxSide tx = new TxSide(rig, 256, false, 2, 1);
        rig.settings.txOutOfOrder = true;
        rig.settings.packetsPerSecond = Long.MAX_VALUE / 4;
        rig.io.settingsChanged();
        byte[] frame = Frames.out().ipv4(Frames.IP_2, Frames.IP_1).tcp(1, 2, 3, 4, 16).payload(Frames.payload(3_000))
            .bytes();
        long iova = rig.put(frame);
        allocatesNothing(() -> {
            for (int i = 0; i < ROUNDS; i++) {
                tx.meta(TxSide.FIRST, 1448, 14, 20, 5);
                tx.data(TxSide.COMP_REQ, iova, 60, i & 255, 8 | 12 << 8 | 1 << 4 | 3 << 13 | (i & 1) << 7);
                tx.data(TxSide.LAST, iova + 60, frame.length - 60, 0, 0);
                tx.ring();
                rig.io.unmask(tx.cq, 1 << 30 | 1 << 31);
                rig.io.step();
                rig.io.nextDueNanos();
            }
        });
        assertEquals((long) TIMES * ROUNDS / 2 * 4, rig.io.counters().txPackets);
    }

    @Test
    void transmit_fromLowLatencyQueue() {
        TxSide tx = new TxSide(rig, 256, true, 2, -1);
        allocatesNothing(() -> {
            for (int i = 0; i < ROUNDS; i++) {
                long at = tx.llqOffset + (long) (tx.tail & 255) * 128;
                rig.io.llqWrite(at, 8, TxSide.ONLY | tx.phase() | (long) (i & 255) << 54);
                rig.io.llqWrite(at + 8, 8, 90L << 56);
                for (int word = 16; word < 128; word += 8) {
                    rig.io.llqWrite(at + word, 8, 0x0200_0000_0001_0200L);
                }
                tx.tail++;
                tx.ring();
                rig.io.step();
            }
        });
        assertEquals((long) TIMES * ROUNDS, rig.io.counters().txPackets);
    }

    @Test
    void receive_withHashChecksumsAndRules() {
        RxSide rx = new RxSide(rig, 256, 8, 1);
        rig.settings.rssFields[0] = 0x3c;
        rig.settings.rssSort = 6;
        rig.settings.rssTable = new int[] {rx.sq};
        rig.settings.rxTimestamps = true;
        rig.io.settingsChanged();
        rig.wire.repeated = Frames.in().ipv6(Frames.IP6_1, Frames.IP6_2).tcp(1, 2, 3, 4, 16)
            .payload(Frames.payload(900)).bytes();
        long at = rig.allocate(512);
        allocatesNothing(() -> {
            for (int i = 0; i < ROUNDS; i++) {
                rx.post(i & 255, at, 512);
                rx.post(i & 255, at, 512);
                rig.io.doorbell(rx.sq, rx.tail);
                rig.wire.repetitions = 1;
                rig.io.step();
                rig.io.nextDueNanos();
            }
        });
        assertEquals((long) TIMES * ROUNDS, rig.io.counters().rxPackets);
    }

    @Test
    void idle() {
        rig.tx(64);
        rig.rx(64).fill(10, 256);
        allocatesNothing(() -> {
            for (int i = 0; i < ROUNDS; i++) {
                rig.io.step();
                rig.io.nextDueNanos();
            }
        });
    }
}
