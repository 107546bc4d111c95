package org.netdev4j.models.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.netdev4j.models.device.DeviceDma.Kind;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.platform.memory.Memory;

/** Real time: the device has a thread of its own. */
@Timeout(60)
class ThreadedTest {
    private static Thread thread(Bench bench) {
        return Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().equals(bench.device.name()))
            .findFirst().orElseThrow();
    }

    private static void await(WaitEvent event, Bench bench) {
        assertTrue(event.await(Deadline.afterMillis(bench.platform.clock(), 30_000)));
    }

    @Test
    void doorbell_wakesASleepingDevice_andItsInterruptTheDriver() {
        try (Bench bench = Bench.threaded("")) {
            WaitEvent event = bench.platform.newWaitEvent();
            bench.function.interrupts().enable(1);
            bench.function.interrupts().route(0, event);
            for (int i = 0; i < 20; i++) {
                Await.until(() -> thread(bench).getState() == Thread.State.TIMED_WAITING);
                int index = bench.send(64);
                await(event, bench);
                assertTrue(bench.isDone(index));
            }
        }
    }

    @Test
    void frame_wakesASleepingDevice() {
        try (Bench bench = Bench.threaded(""); Memory frame = Memory.allocate("frame", 2048)) {
            WaitEvent back = bench.platform.newWaitEvent();
            bench.far.notify(back);
            Await.until(() -> thread(bench).getState() == Thread.State.TIMED_WAITING);

            bench.far.send(frame, 0, 77);

            await(back, bench);
            assertEquals(77, bench.far.receive(frame, 0, 2048));
        }
    }

    @Test
    void dueTime_wakesASleepingDevice() {
        try (Bench bench = Bench.threaded("")) {
            WaitEvent event = bench.platform.newWaitEvent();
            bench.function.interrupts().enable(2);
            bench.function.interrupts().route(1, event);
            bench.registers.write64(EchoModel.PERIOD, 1_000_000);
            for (int i = 0; i < 5; i++) {
                await(event, bench);
            }
        }
    }

    @Test
    void close_endsTheThread_andClosesTheModel() {
        Bench bench = Bench.threaded("");
        Thread thread = thread(bench);
        assertTrue(thread.isDaemon());

        bench.close();

        assertFalse(thread.isAlive());
        assertTrue(bench.model.closed);
        bench.function.close();
    }

    @Test
    void reset_comesBetweenTwoTurns_alsoOfABusyDevice() {
        try (Bench bench = Bench.threaded("")) {
            bench.registers.write64(EchoModel.PERIOD, 1);
            for (int i = 1; i <= 100; i++) {
                bench.send(1);
                assertTrue(bench.function.resetFunction());
                assertEquals(i, bench.model.resets);
                bench.registers.write64(EchoModel.PERIOD, 1);
            }
        }
    }

    @Test
    void exclusively_keepsTheDeviceOut() {
        try (Bench bench = Bench.threaded("")) {
            bench.registers.write64(EchoModel.PERIOD, 1);
            AtomicBoolean moved = new AtomicBoolean();
            bench.device.exclusively(() -> {
                int turns = bench.model.turns;
                for (int i = 0; i < 1_000; i++) {
                    Thread.yield();
                }
                moved.set(turns != bench.model.turns);
            });
            assertFalse(moved.get());
        }
    }

    @Test
    void removal_leavesTheModelAlone() {
        try (Bench bench = Bench.threaded("")) {
            bench.registers.write64(EchoModel.PERIOD, 1);
            bench.device.remove();
            int turns = bench.model.turns;
            for (int i = 0; i < 1_000; i++) {
                Thread.yield();
            }
            assertEquals(turns, bench.model.turns);
            assertEquals(-1, bench.registers.read32(EchoModel.ID));
        }
    }

    @Test
    void interruptedThread_goesOn() {
        try (Bench bench = Bench.threaded("")) {
            thread(bench).interrupt();
            int index = bench.send(10);
            Await.until(() -> bench.isDone(index));
            Await.until(() -> thread(bench).getState() == Thread.State.TIMED_WAITING);
        }
    }

    /**
     * A driver that frees memory while the device is at it: the device sees it whole, or faults, and never touches it
     * afterwards.
     */
    @Test
    void unmapWhileRunning_leavesNoAccessBehind() {
        try (Bench bench = Bench.threaded("")) {
            for (int i = 0; i < 300; i++) {
                DmaMemory target = bench.dma.allocate("target", EchoModel.MOST, 64);
                int index = bench.send(target.iova(), EchoModel.MOST);
                if (i % 3 == 0) {
                    Await.until(() -> bench.isDone(index));
                }
                target.close();
                // A write into freed memory would end the process, or change what now lies there.
                try (DmaMemory other = bench.dma.allocate("other", EchoModel.MOST, 64)) {
                    for (int at = 0; at < EchoModel.MOST; at += 8) {
                        assertEquals(0, other.getLong(at));
                    }
                }
            }
            int last = bench.send(8);
            Await.until(() -> bench.isDone(last));
            long done = bench.device.tally().dmaFaults() + bench.device.tally().interruptsDropped();
            assertEquals(301, done, "each entry was served or faulted once: " + bench.device.tally());
        }
    }

    @Test
    void unmap_waitsForTheAccessThatIsUnderWay() throws InterruptedException {
        int bytes = 32 << 20;
        try (Bench bench = Bench.stepped(""); Memory to = Memory.allocate("to", bytes)) {
            SimIommu iommu = bench.device.iommu();
            for (int i = 0; i < 10; i++) {
                DmaMemory large = bench.dma.allocate("large", bytes, 64);
                large.putByte(bytes - 1, (byte) 1);
                AtomicInteger reads = new AtomicInteger();
                Thread reader = new Thread(() -> {
                    do {
                        reads.incrementAndGet();
                    } while (iommu.read(Kind.PAYLOAD, large.iova(), to, 0, bytes));
                });
                reader.start();
                Await.until(() -> reads.get() > 1);
                // Most likely in the middle of a copy: without the wait it would go on in memory that is unmapped.
                large.close();
                reader.join();
                assertEquals(i + 1, iommu.faults());
            }
        }
    }

    @Test
    void faultsAreInjected_whileItRuns() {
        try (Bench bench = Bench.threaded("")) {
            int first = bench.send(8);
            Await.until(() -> bench.isDone(first));
            bench.device.faults().inject("echo-length:count=1");
            int second = bench.send(8);
            Await.until(() -> bench.isDone(second));
            assertEquals(7, bench.ring.getInt((long) second * EchoModel.ENTRY + 8));
            assertEquals(1, bench.device.faults().happened("echo-length"));
        }
    }
}
