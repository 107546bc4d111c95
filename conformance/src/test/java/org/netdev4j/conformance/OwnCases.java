package org.netdev4j.conformance;

import java.util.concurrent.CountDownLatch;
import org.netdev4j.api.Capability;
import org.netdev4j.platform.memory.DmaAllocator;

/** Cases of the tests: each does one thing that the machinery must notice. */
final class OwnCases {
    private static volatile CountDownLatch thread = new CountDownLatch(1);

    static void endThreads() {
        thread.countDown();
        thread = new CountDownLatch(1);
    }

    @ConformanceCase(id = "XX-001", value = "Does nothing.", source = "test", ifItFails = "look here")
    void passes(Bench bench) {
        Check.equal(1, 1L, "one");
    }

    @ConformanceCase(id = "XX-002", value = "Never ends.", source = "test", ifItFails = "look here")
    void hangs(Bench bench) {
        while (!Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
        }
    }

    @ConformanceCase(id = "XX-003", value = "Leaks a buffer.", source = "test", ifItFails = "look here")
    void leaksBuffer(Bench bench) {
        bench.pool().allocate();
    }

    @ConformanceCase(id = "XX-004", value = "Leaks DMA memory.", source = "test", ifItFails = "look here")
    void leaksMemory(Bench bench) {
        DmaAllocator allocator = bench.platform().dma().allocator("a case");
        allocator.allocate("forgotten", 4096, 64);
    }

    @ConformanceCase(id = "XX-005", value = "Leaves a thread behind.", source = "test", ifItFails = "look here")
    void leaksThread(Bench bench) {
        CountDownLatch until = thread;
        Thread left = new Thread(() -> {
            try {
                until.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }, "left behind by XX-005");
        left.setDaemon(true);
        left.start();
    }

    @ConformanceCase(id = "XX-006", value = "Fails with random numbers.", source = "test", ifItFails = "look here")
    void fails(Bench bench) {
        Check.fail("random " + Long.toHexString(bench.random().nextLong()));
    }

    @ConformanceCase(id = "XX-007", value = "Throws what no case should.", source = "test", ifItFails = "look here")
    void throwsNull(Bench bench) {
        throw new NullPointerException();
    }

    @ConformanceCase(id = "XX-008", value = "Finds out on the way that it cannot run.", source = "test",
        ifItFails = "look here")
    void skipped(Bench bench) {
        Check.require(false, "needs a device that is blue");
    }

    @ConformanceCase(id = "XX-009", value = "Needs much.", needs = {Capability.RX_TIMESTAMP, Capability.RX_INTERRUPT},
        faults = FaultKind.DMA_FAULT, rxQueues = 4, txQueues = 9, realTime = true, source = "test",
            ifItFails = "look here")
    void needsMuch(Bench bench) {
        Check.that(bench.info().has(Capability.RX_TIMESTAMP), "ran without what it needs");
    }

    @ConformanceCase(id = "XX-010", value = "Passes with seed 1 and 2, fails with 3.", source = "test",
        ifItFails = "look here")
    void failsWithOneSeed(Bench bench) {
        // The numbers of seeds 1 to 3 are fixed by the algorithm; which of them fails does not matter, only that one
        // does.
        Check.that(bench.random().nextInt(3) != 0, "this seed fails");
    }

    @ConformanceCase(id = "XX-011", value = "Waits in vain.", source = "test", ifItFails = "look here")
    void waits(Bench bench) {
        bench.up(1);
        bench.rx(0).take(3);
    }

    /** Ids that are used twice. */
    static final class Duplicate {
        @ConformanceCase(id = "XX-001", value = "Has the id of another.", source = "test", ifItFails = "look here")
        void again(Bench bench) {
            throw new AssertionError("never runs");
        }
    }

    /** An id without a group. */
    static final class BadId {
        @ConformanceCase(id = "YY-1", value = "Has no id.", source = "test", ifItFails = "look here")
        void bad(Bench bench) {
            throw new AssertionError("never runs");
        }
    }

    /** An id of a group that there is not. */
    static final class NoGroup {
        @ConformanceCase(id = "ZZ-001", value = "Has no group.", source = "test", ifItFails = "look here")
        void bad(Bench bench) {
            throw new AssertionError("never runs");
        }
    }

    /** A case without a bench. */
    static final class NoBench {
        @ConformanceCase(id = "XX-020", value = "Has no bench.", source = "test", ifItFails = "look here")
        void bad() {
            throw new AssertionError("never runs");
        }
    }
}
