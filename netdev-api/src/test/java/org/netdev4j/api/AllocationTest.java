package org.netdev4j.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.netdev4j.spi.RxQueueSetup;
import org.netdev4j.spi.TxQueueSetup;

/** Bytes that the JVM says this thread allocated. */
class AllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final FakeRig rig = new FakeRig();
    // Kept in fields, so that no optimisation makes the objects disappear.
    private NetBufPool pool;
    private NetBuf[] kept;

    @BeforeEach
    void supported() {
        Assumptions.assumeTrue(THREADS.isThreadAllocatedMemorySupported(), "this JVM does not count allocated bytes");
        THREADS.setThreadAllocatedMemoryEnabled(true);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private static long allocatedBy(Runnable body) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        body.run();
        long measured = THREADS.getCurrentThreadAllocatedBytes() - before;
        return measured;
    }

    @Test
    void netBuf_is64Bytes() {
        kept = new NetBuf[10_000];
        pool = rig.pool("p", 1);
        Runnable make = () -> {
            for (int i = 0; i < kept.length; i++) {
                kept[i] = new NetBuf(pool, 4096, 4096);
            }
        };
        make.run();

        long bytes = allocatedBy(make);

        assertEquals(64, bytes / kept.length, "bytes of a NetBuf; on a JVM without compressed class pointers it is more");
        pool.close();
    }

    @Test
    void takingAndFreeing_allocatesNothing() {
        pool = rig.pool("p", 256);
        kept = new NetBuf[32];
        assertNothing(() -> {
            NetBuf one = pool.allocate();
            one.append(60);
            one.putLong(0, 1);
            one.putInt(8, one.getInt(4));
            one.setFlags(NetBuf.TX_VLAN);
            one.setVlanTci(5);
            NetBuf two = pool.allocate();
            two.append(10);
            one.chain(two);
            one.free();
            int taken = pool.allocate(kept, 0, 32);
            NetBufPool.free(kept, 0, taken);
        });
        pool.close();
    }

    @Test
    void aBurstThroughTheQueues_allocatesNothing() {
        pool = rig.pool("p", 256);
        kept = new NetBuf[32];
        QueueCounters counters = new QueueCounters();
        RxQueue rx = new Endless(new RxQueueSetup("d", 0, 64, pool, false, null, counters));
        TxQueue tx = new Sink(new TxQueueSetup("d", 0, 64, counters));
        rx.gate(QueueGate.OPEN);
        tx.gate(QueueGate.OPEN);
        assertNothing(() -> {
            int received = BurstStatus.count(rx.receive(kept, 0, 32));
            int sent = BurstStatus.count(tx.transmit(kept, 0, received));
            NetBufPool.free(kept, sent, received - sent);
            tx.reclaim(32);
        });
        assertTrue(counters.packets > 0);
        rx.gate(QueueGate.HALTED);
        assertNothing(() -> rx.receive(kept, 0, 32));
        pool.close();
    }

    /** After warming up: interpreted code allocates what compiled code does not, and so does the compiler's first run. */
    private static void assertNothing(Runnable burst) {
        long bytes = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 20 && bytes != 0; attempt++) {
            bytes = allocatedBy(() -> {
                for (int i = 0; i < 10_000; i++) {
                    burst.run();
                }
            });
        }
        assertEquals(0, bytes, "bytes allocated by 10000 bursts");
    }

    private static final class Endless extends RxQueue {
        Endless(RxQueueSetup setup) {
            super(setup);
        }

        @Override
        protected int poll(NetBuf[] into, int from, int max) {
            int taken = pool().allocate(into, from, max);
            for (int i = from; i < from + taken; i++) {
                into[i].setLength(60);
            }
            counters.packets += taken;
            return taken | BurstStatus.MORE;
        }
    }

    private static final class Sink extends TxQueue {
        Sink(TxQueueSetup setup) {
            super(setup);
        }

        @Override
        public int pending() {
            return 0;
        }

        @Override
        protected int submit(NetBuf[] packets, int from, int count) {
            NetBufPool.free(packets, from, count / 2);
            return count / 2 | BurstStatus.UNDERRUN;
        }

        @Override
        protected int reap(int max) {
            return 0;
        }
    }
}
