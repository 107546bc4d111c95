package org.netdev4j.backend.ena;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.QueueCounters;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.memory.DmaAllocator;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.spi.RxQueueSetup;
import org.netdev4j.spi.TxQueueSetup;

/** Memory for rings that cannot be had, and memory that changes its size. */
class QueueMemoryTest {
    private final Rig rig = new Rig();
    private final Scarce scarce = new Scarce();
    private final EnaQueueContext context = new EnaQueueContext(rig.platform, scarce, (reason, evidence) -> { }, 1, 1);

    QueueMemoryTest() {
        context.terms(rig.context.terms());
        context.settings(rig.context.settings());
    }

    @AfterEach
    void close() {
        rig.close();
    }

    /** Gives out memory of the rig so many times. */
    private final class Scarce implements DmaAllocator {
        private int left;

        @Override
        public String owner() {
            return "scarce";
        }

        @Override
        public DmaMemory allocate(String name, long size, long alignment) {
            if (left-- <= 0) {
                throw new PlatformException("no memory for " + name);
            }
            return rig.dma.allocate(name, size, alignment);
        }

        @Override
        public List<DmaMemory> live() {
            return rig.dma.live();
        }

        @Override
        public void close() {
            // the rig's
        }
    }

    @Test
    @DisplayName("ENA 22, 23: a queue whose memory cannot be had holds none, and can be prepared when there is some")
    void prepare_failsAtEachStep() {
        for (int step = 0; step < 2; step++) {
            EnaTxQueue tx = new EnaTxQueue(new TxQueueSetup("ena0", 0, 16, new QueueCounters()), context);
            EnaRxQueue rx = new EnaRxQueue(new RxQueueSetup("ena0", 0, 16, rig.pool, false, null, new QueueCounters()),
                context);
            scarce.left = step;
            assertThrows(PlatformException.class, tx::prepare);
            assertEquals(0, tx.drain());
            tx.release();
            scarce.left = step;
            assertThrows(PlatformException.class, rx::prepare);
            assertEquals(0, rx.drain());
            rx.release();
            assertEquals(List.of(), rig.dma.live());

            scarce.left = step;
            assertThrows(PlatformException.class, tx::prepare);
            scarce.left = step;
            assertThrows(PlatformException.class, rx::prepare);
            scarce.left = 10;
            tx.prepare();
            rx.prepare();
            assertEquals(4, rig.dma.live().size());
            tx.drain();
            tx.release();
            rx.drain();
            rx.release();
            assertEquals(List.of(), rig.dma.live());
        }
    }

    @Test
    void prepare_again_keepsTheMemory() {
        EnaTxQueue tx = rig.tx(16);
        EnaRxQueue rx = rig.rx(16, false);
        List<DmaMemory> before = rig.dma.live();
        tx.drain();
        rx.drain();
        rig.startTx(tx);
        rig.startRx(rx);
        assertEquals(before, rig.dma.live());
    }

    @Test
    void prepare_withLongerCompletions_takesOther() {
        EnaTxQueue tx = rig.tx(16);
        EnaRxQueue rx = rig.rx(16, false);
        assertEquals(List.of(8, 16), List.of(tx.cqEntryBytes(), rx.cqEntryBytes()));
        tx.drain();
        rx.drain();
        rig.terms(Optional.empty(), 16, 4, true, true);
        rig.startTx(tx);
        rig.startRx(rx);
        assertEquals(List.of(16, 32), List.of(tx.cqEntryBytes(), rx.cqEntryBytes()));
        assertEquals(4, rig.dma.live().size());
        byte[] frame = Bytes.pattern(80, 4);
        NetBuf[] into = new NetBuf[1];
        for (int i = 0; i < 40; i++) {
            rig.rxDevice.receive(frame, 0);
            assertEquals(1, BurstStatus.count(rx.poll(into, 0, 1)));
            rig.send(tx, into[0]);
            assertArrayEquals(frame, rig.txDevice.sent.get(0).bytes());
            rig.txDevice.completeAll();
        }
    }
}
