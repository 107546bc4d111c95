package org.netdev4j.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.LongUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.mmio.MappedMmio;
import org.netdev4j.platform.mmio.Mmio;
import org.netdev4j.platform.mmio.MmioHandler;
import org.netdev4j.platform.mmio.TrappedMmio;

/** What the hot path calls allocates nothing, once warm: measured, not believed. */
@Timeout(60)
final class AllocationTest {
    private static final int WARM_UP = 30_000;
    private static final int MEASURED = 20_000;
    private static final long PATIENCE_NANOS = 5_000_000_000L;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final Platform REAL = Platform.create();
    private static final VirtualClock VIRTUAL_CLOCK = new VirtualClock();
    private static final Platform VIRTUAL = Platform.builder().virtualClock(VIRTUAL_CLOCK).build();
    private static final Memory MEMORY = Memory.allocate("memory", 4096);
    private static final Memory OTHER = Memory.allocate("other", 4096);

    @AfterAll
    static void close() {
        REAL.close();
        VIRTUAL.close();
        MEMORY.close();
        OTHER.close();
    }

    private static long loop(LongUnaryOperator call, int count) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += call.applyAsLong(i);
        }
        return sum;
    }

    private static DynamicTest test(String name, LongUnaryOperator call) {
        return DynamicTest.dynamicTest(name, () -> {
            loop(call, WARM_UP);
            long least = Long.MAX_VALUE;
            // The optimising compiler works in the background: until it is done, objects that it will remove are still made.
            long end = System.nanoTime() + PATIENCE_NANOS;
            while (least > 0 && System.nanoTime() < end) {
                long before = THREADS.getCurrentThreadAllocatedBytes();
                loop(call, MEASURED);
                least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
            }
            assertEquals(0, least, "bytes in " + MEASURED + " calls");
        });
    }

    @TestFactory
    Stream<DynamicTest> call_allocatesNothing() {
        return Stream.of(clocks(), events(), locks(), memory(), registers()).flatMap(s -> s);
    }

    @TestFactory
    DynamicTest measurement_seesAnAllocation() {
        return DynamicTest.dynamicTest("one object in each call", () -> {
            Object[] kept = new Object[1];
            long before = THREADS.getCurrentThreadAllocatedBytes();
            loop(i -> {
                kept[0] = new Object();
                return i;
            }, MEASURED);
            assertTrue(THREADS.getCurrentThreadAllocatedBytes() - before >= 8L * MEASURED);
        });
    }

    private static Stream<DynamicTest> clocks() {
        Deadline deadline = Deadline.afterMillis(REAL.clock(), 60_000);
        RandomSource random = RandomSource.seeded(1);
        return Stream.of(
            test("Clock.nanoTime", i -> REAL.clock().nanoTime()),
            test("Clock.epochNanos", i -> REAL.clock().epochNanos()),
            test("VirtualClock.nanoTime", i -> VIRTUAL.clock().nanoTime()),
            test("VirtualClock.epochNanos", i -> VIRTUAL.clock().epochNanos()),
            test("Deadline", i -> deadline.expired() ? 1 : deadline.remainingNanos()),
            test("RandomSource.nextLong", i -> random.nextLong()),
            test("Barriers", i -> {
                Barriers.full();
                Barriers.beforeDoorbell();
                Barriers.afterOwnershipRead();
                return i;
            }));
    }

    private static Stream<DynamicTest> events() {
        WaitEvent real = REAL.newWaitEvent();
        WaitEvent virtual = VIRTUAL.newWaitEvent();
        Deadline deadline = Deadline.afterMillis(REAL.clock(), 60_000);
        Deadline over = Deadline.afterMillis(REAL.clock(), 0);
        Deadline virtualDeadline = Deadline.afterMillis(VIRTUAL_CLOCK, 60_000);
        return Stream.of(
            test("WaitEvent.signal and poll", i -> {
                real.signal();
                return real.poll() ? 1 : 0;
            }),
            test("WaitEvent.signal and await", i -> {
                real.signal();
                return real.await(deadline) ? 1 : 0;
            }),
            test("WaitEvent.await, in vain", i -> real.await(over) ? 1 : 0),
            test("virtual WaitEvent.signal, await and poll", i -> {
                virtual.signal();
                return (virtual.await(virtualDeadline) ? 1 : 0) + (virtual.poll() ? 1 : 0);
            }));
    }

    private static Stream<DynamicTest> locks() {
        SpinLock spin = REAL.newSpinLock("spin");
        Mutex mutex = REAL.newMutex("mutex");
        return Stream.of(
            test("SpinLock", i -> {
                spin.lock();
                spin.unlock();
                return i;
            }),
            test("Mutex", i -> {
                mutex.lock();
                mutex.unlock();
                return i;
            }));
    }

    private static Stream<DynamicTest> memory() {
        byte[] array = new byte[512];
        return Stream.of(
            test("Memory.get", i -> MEMORY.getByte(i & 7) + MEMORY.getShort(i & 7) + MEMORY.getInt(i & 7) + MEMORY.getLong(i & 7)
                + MEMORY.getUnsignedByte(8) + MEMORY.getUnsignedShort(8) + MEMORY.getUnsignedInt(8)
                + MEMORY.getUnsignedShortBe(8) + MEMORY.getIntBe(8) + MEMORY.getLongBe(8)
                + MEMORY.getByteAcquire(8) + MEMORY.getShortAcquire(8) + MEMORY.getIntAcquire(8) + MEMORY.getLongAcquire(8)),
            test("Memory.put", i -> {
                MEMORY.putByte(i & 7, (byte) i);
                MEMORY.putShort(i & 7, (short) i);
                MEMORY.putInt(i & 7, (int) i);
                MEMORY.putLong(i & 7, i);
                MEMORY.putShortBe(i & 7, (int) i);
                MEMORY.putIntBe(i & 7, (int) i);
                MEMORY.putLongBe(i & 7, i);
                MEMORY.putByteRelease(8, (byte) i);
                MEMORY.putShortRelease(8, (short) i);
                MEMORY.putIntRelease(8, (int) i);
                MEMORY.putLongRelease(8, i);
                return i;
            }),
            test("Memory.copyTo, short and long", i -> {
                MEMORY.copyTo(0, OTHER, 0, i & 255);
                MEMORY.copyTo(0, OTHER, 0, 300 + (i & 1023));
                return i;
            }),
            test("Memory.copyTo and copyFrom an array", i -> {
                MEMORY.copyTo(0, array, 0, (int) i & 511);
                MEMORY.copyFrom(0, array, 0, (int) i & 511);
                return i;
            }),
            test("Memory.fill", i -> {
                MEMORY.fill(0, i & 1023, (byte) i);
                return i;
            }));
    }

    private static Stream<DynamicTest> registers() {
        Mmio mapped = new MappedMmio("BAR0", MEMORY);
        Mmio trapped = new TrappedMmio("BAR0", 4096, new MmioHandler() {
            private long last;

            @Override
            public long read(long offset, int width) {
                return last;
            }

            @Override
            public void write(long offset, int width, long value) {
                last = value;
            }
        });
        return Stream.of(mapped, trapped).map(mmio -> test(mmio.getClass().getSimpleName(), i -> {
            mmio.write32(64, (int) i);
            mmio.write64(64, i);
            mmio.push64(128, OTHER, 0, 64);
            return mmio.read8(64) + mmio.read16(64) + mmio.read32(64) + mmio.read64(64);
        }));
    }
}
