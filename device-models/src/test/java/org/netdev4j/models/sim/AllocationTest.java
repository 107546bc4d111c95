package org.netdev4j.models.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.bus.PciFunction;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.mmio.Mmio;

/** Register accesses, DMA, interrupts and turns allocate nothing, once the code is compiled. */
class AllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int MOST_WARM_UPS = 300;
    private static final int TURNS = 2_000;

    @BeforeAll
    static void measure() {
        THREADS.setThreadAllocatedMemoryEnabled(true);
    }

    /** Runs the work until it does not allocate any more, and fails if that does not come to pass. */
    private static void assertAllocatesNothing(Runnable work) {
        long bytes = Long.MAX_VALUE;
        for (int i = 0; i < MOST_WARM_UPS && bytes != 0; i++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int turn = 0; turn < TURNS; turn++) {
                work.run();
            }
            bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
        }
        assertEquals(0, bytes, "bytes allocated in " + TURNS + " turns");
    }

    @Test
    void theMeasurement_seesAllocation() {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        Object[] kept = new Object[100];
        assertTrue(THREADS.getCurrentThreadAllocatedBytes() - before >= kept.length * 4L);
    }

    /** The second has faults planned that do not happen: asking for them is free as well. */
    @ParameterizedTest
    @ValueSource(strings = {"", ",faults=echo-silent:p=0+dma-read-fault:after=1000s+surprise-removal:skip=1000000000"})
    void doorbell_dma_andInterrupt_whenStepped(String options) {
        try (Bench bench = Bench.stepped(options)) {
            WaitEvent event = bench.platform.newWaitEvent();
            bench.function.interrupts().enable(1);
            bench.function.interrupts().route(0, event);
            assertAllocatesNothing(() -> {
                int index = bench.send(300);
                bench.clock.advance(SteppedEngine.TICK);
                if (!bench.isDone(index) || !event.poll()) {
                    throw new AssertionError("not done");
                }
            });
        }
    }

    @Test
    void faultsThatHappen() {
        try (Bench bench = Bench.stepped("")) {
            bench.device.faults().inject("echo-length:value=9");
            assertAllocatesNothing(() -> {
                bench.send(1);
                bench.clock.advance(SteppedEngine.TICK);
            });
        }
    }

    @Test
    void doorbell_whenThreaded() {
        try (Bench bench = Bench.threaded("")) {
            assertAllocatesNothing(() -> {
                int index = bench.send(60);
                while (!bench.isDone(index)) {
                    Thread.yield();
                }
            });
        }
    }

    @Test
    void registers_andPushes() {
        try (Bench bench = Bench.stepped(""); Memory entry = Memory.allocate("entry", 128)) {
            Mmio memory = bench.function.mapBar(2, PciFunction.BarMapping.WRITE_COMBINED).orElseThrow();
            long[] sum = new long[1];
            assertAllocatesNothing(() -> {
                bench.registers.write32(EchoModel.SCRATCH, 3);
                sum[0] += bench.registers.read32(EchoModel.SCRATCH) + bench.registers.read64(0)
                    + bench.registers.read32(EchoModel.MSIX);
                memory.push64(64, entry, 0, 128);
            });
            assertTrue(sum[0] != 0);
        }
    }
}
