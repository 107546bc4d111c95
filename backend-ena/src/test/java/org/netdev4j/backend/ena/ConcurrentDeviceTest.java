package org.netdev4j.backend.ena;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.Coalescing;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.QueueCounters;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.memory.DmaAllocator;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.mmio.MmioHandler;
import org.netdev4j.platform.mmio.TrappedMmio;
import org.netdev4j.spi.RxQueueSetup;
import org.netdev4j.spi.TxQueueSetup;

/** ENA 53: the device is another thread. What one side says is ready is there to be read by the other. */
class ConcurrentDeviceTest {
    private static final int RING = 64;
    private static final int PACKETS = 60_000;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Platform platform = Platform.create();
    private final DmaAllocator dma = platform.dma().allocator("stub");
    private final NetBufPool pool = NetBufPool.builder(platform, "packets").count(256).dataRoom(256).build();
    private final AtomicReference<String> trouble = new AtomicReference<>();
    private final EnaQueueContext context = new EnaQueueContext(platform, dma,
        (reason, evidence) -> trouble.compareAndSet(null, evidence), 1, 1);
    private final AtomicInteger doorbell = new AtomicInteger();
    private final Memory deviceMemory = Memory.allocate("BAR2", RING * 128L);

    ConcurrentDeviceTest() {
        context.settings(new QueueSettings(1500, 0, 0, true, true, true, true, Coalescing.NONE));
    }

    private void terms(Optional<LlqPlan> llq) {
        TrappedMmio bar0 = new TrappedMmio("BAR0", 64, handler((offset, value) -> doorbell.setRelease((int) value)));
        TrappedMmio bar2 = new TrappedMmio("BAR2", deviceMemory.size(), handler(deviceMemory::putLong));
        context.terms(new QueueTerms(bar0, Optional.of(bar2), llq, 4, 4, true, false, false, true, true, 48, 1));
    }

    private interface Store {
        void put(long offset, long value);
    }

    private static MmioHandler handler(Store store) {
        return new MmioHandler() {
            @Override
            public long read(long offset, int width) {
                throw new AssertionError("a read");
            }

            @Override
            public void write(long offset, int width, long value) {
                store.put(offset, value);
            }
        };
    }

    private DmaMemory memory(long iova) {
        return dma.live().stream().filter(each -> each.iova() == iova).findFirst().orElseThrow();
    }

    private void inThread(Runnable device, Runnable driver) {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread other = new Thread(() -> {
            try {
                device.run();
            } catch (Throwable e) {
                failure.set(e);
            }
        }, "device");
        other.setDaemon(true);
        other.start();
        assertTimeoutPreemptively(LIMIT, () -> {
            driver.run();
            other.join();
        }, () -> "stuck; the device says " + failure.get() + ", the driver " + trouble.get());
        assertEquals(null, failure.get());
        assertEquals(null, trouble.get());
    }

    @Test
    @DisplayName("ENA 53: a completion whose phase is new is whole")
    void receive() {
        terms(Optional.empty());
        EnaRxQueue rx = new EnaRxQueue(new RxQueueSetup("ena0", 0, RING, pool, false, null, new QueueCounters()), context);
        rx.prepare();
        rx.connect(0, 8);
        Memory sq = memory(rx.sqIova());
        Memory cq = memory(rx.cqIova());
        rx.fill();
        NetBuf[] into = new NetBuf[16];
        inThread(() -> {
            for (int i = 0; i < PACKETS; i++) {
                while ((doorbell.getAcquire() - i & 0xffff) == 0 || (doorbell.getAcquire() - i & 0x8000) != 0) {
                    Thread.yield();
                }
                int id = sq.getUnsignedShort((i & RING - 1) * 16L + 4);
                long at = (i & RING - 1) * 16L;
                cq.putLong(at + 8, i & 0xffff_ffffL);
                cq.putInt(at + 4, 14 + i % 200 | id << 16);
                cq.putIntRelease(at, 3 << 26 | ((i / RING & 1) ^ 1) << 24);
            }
        }, () -> {
            int next = 0;
            while (next < PACKETS) {
                int count = BurstStatus.count(rx.poll(into, 0, into.length));
                for (int p = 0; p < count; p++, next++) {
                    assertEquals(next, into[p].hash());
                    assertEquals(14 + next % 200, into[p].length());
                }
                NetBufPool.free(into, 0, count);
                if (count == 0) {
                    assertEquals(null, trouble.get());
                    Thread.yield();
                }
            }
        });
        rx.drain();
        rx.release();
        close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("ENA 53: what a doorbell announces is written")
    void transmit(boolean llq) {
        terms(llq ? Optional.of(new LlqPlan(128, 2, true, false, 0)) : Optional.empty());
        EnaTxQueue tx = new EnaTxQueue(new TxQueueSetup("ena0", 0, RING, new QueueCounters()), context);
        tx.prepare();
        tx.connect(0, 0);
        Memory sq = llq ? deviceMemory : memory(tx.sqIova());
        Memory cq = memory(tx.cqIova());
        int entry = llq ? 128 : 16;
        inThread(() -> {
            for (int i = 0; i < PACKETS; i++) {
                while (doorbell.getAcquire() == (i & 0xffff)) {
                    Thread.yield();
                }
                long at = (long) (i & RING - 1) * entry;
                int word0 = sq.getInt(at);
                int phase = (i / RING & 1) ^ 1;
                assertEquals(phase, word0 >>> 24 & 1, "phase of packet " + i);
                int length = llq ? (int) (sq.getLong(at + 8) >>> 56) : word0 & 0xffff;
                assertEquals(14 + i % 50, length, "length of packet " + i);
                int id = word0 >>> 16 << 10 & 0xfc00 | sq.getInt(at + 4) >>> 22;
                cq.putIntRelease((i & RING - 1) * 8L, id | phase << 24);
            }
        }, () -> {
            NetBuf[] packets = new NetBuf[7];
            int sent = 0;
            while (sent < PACKETS) {
                int wanted = Math.min(packets.length, PACKETS - sent);
                for (int i = 0; i < wanted; i++) {
                    packets[i] = pool.allocate();
                    packets[i].append(14 + (sent + i) % 50);
                }
                int taken = BurstStatus.count(tx.submit(packets, 0, wanted));
                NetBufPool.free(packets, taken, wanted - taken);
                sent += taken;
                if (taken == 0) {
                    assertEquals(null, trouble.get());
                    Thread.yield();
                }
            }
            while (tx.pending() > 0) {
                tx.reap(Integer.MAX_VALUE);
                Thread.yield();
            }
        });
        tx.drain();
        tx.release();
        close();
    }

    private void close() {
        assertEquals(0, pool.inUse());
        pool.close();
        dma.close();
        platform.close();
        deviceMemory.close();
    }
}
