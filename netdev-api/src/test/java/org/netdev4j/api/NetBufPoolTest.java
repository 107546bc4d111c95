package org.netdev4j.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.netdev4j.platform.PlatformException;

@Timeout(30)
class NetBufPoolTest {
    private final FakeRig rig = new FakeRig();
    private final NetBufPool pool = rig.pool("p", 8);

    @AfterEach
    void close() {
        pool.close();
        assertEquals(List.of(), rig.leaks);
        assertEquals(List.of(), rig.platform.dma().live());
        rig.close();
    }

    private NetBuf[] take(int count) {
        NetBuf[] taken = new NetBuf[count];
        assertEquals(count, pool.allocate(taken, 0, count));
        return taken;
    }

    /** The pool gives each of its buffers out once, and then none. */
    private void assertIntact() {
        assertEquals(8, pool.available());
        Set<NetBuf> seen = new HashSet<>(Arrays.asList(take(8)));
        assertEquals(8, seen.size());
        assertNull(pool.allocate());
        assertEquals(0, pool.allocate(new NetBuf[1], 0, 1));
        NetBufPool.free(seen.toArray(NetBuf[]::new), 0, 8);
        assertEquals(8, pool.available());
    }

    @Test
    void buffers_doNotOverlap_andAreAlignedToCacheLines() {
        NetBuf[] all = take(8);
        Arrays.sort(all, (a, b) -> Long.compare(a.bufferIova(), b.bufferIova()));
        for (int i = 0; i < 8; i++) {
            assertEquals(0, all[i].bufferIova() % 64);
            assertTrue(i == 0 || all[i].bufferIova() - all[i - 1].bufferIova() >= pool.capacity());
        }
        NetBufPool.free(all, 0, 8);
    }

    @Test
    void allocate_inBulk_givesWhatThereIs() {
        NetBuf[] into = new NetBuf[12];
        assertEquals(8, pool.allocate(into, 2, 10));
        assertNull(into[0]);
        assertNull(into[10]);
        assertEquals(8, pool.inUse());
        NetBufPool.free(into, 2, 8);
        assertIntact();
    }

    @Test
    void lastFreed_isFirstTaken() {
        NetBuf[] two = take(2);
        two[0].free();
        assertSame(two[0], pool.allocate());
        NetBufPool.free(two, 0, 2);
    }

    @Test
    void ranges_areChecked() {
        NetBuf[] array = new NetBuf[4];
        assertThrows(IndexOutOfBoundsException.class, () -> pool.allocate(array, 0, 5));
        assertThrows(IndexOutOfBoundsException.class, () -> pool.allocate(array, -1, 2));
        assertThrows(IndexOutOfBoundsException.class, () -> pool.allocate(array, 1, -1));
        assertThrows(IndexOutOfBoundsException.class, () -> pool.allocate(array, Integer.MAX_VALUE, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> NetBufPool.free(array, 3, 2));
        assertIntact();
    }

    @Test
    void doubleFree_throws_andHarmsNothing() {
        NetBuf buffer = pool.allocate();
        buffer.free();

        IllegalStateException e = assertThrows(IllegalStateException.class, buffer::free);

        assertEquals("double free of a buffer of pool p; it is free (open the pool in debug mode to see where it was freed)",
            e.getMessage());
        assertIntact();
    }

    @Test
    void doubleFree_ofOneInABurst_freesThoseBeforeIt_andNotThoseAfter() {
        NetBuf[] four = take(4);
        four[2].free();

        assertThrows(IllegalStateException.class, () -> NetBufPool.free(four, 0, 4));

        assertTrue(four[0].isFree() && four[1].isFree());
        assertFalse(four[3].isFree());
        assertEquals(7, pool.available());
        four[3].free();
        assertIntact();
    }

    @Test
    void sameBufferTwice_inABurst_isADoubleFree() {
        NetBuf[] two = take(2);
        NetBuf[] burst = {two[0], two[0], two[1]};

        assertThrows(IllegalStateException.class, () -> NetBufPool.free(burst, 0, 3));

        two[1].free();
        assertIntact();
    }

    @Test
    void nullInABurst_throws_andTheLockIsFreeAgain() {
        NetBuf[] three = take(3);
        NetBuf last = three[2];
        three[1] = null;
        NetBuf hidden = pool.allocate();

        assertThrows(NullPointerException.class, () -> NetBufPool.free(three, 0, 3));

        assertTrue(three[0].isFree());
        last.free();
        hidden.free();
        assertEquals(7, pool.available());
    }

    @Test
    void chains_andBuffersOfSeveralPools_goHome_inOneBurst() {
        try (NetBufPool other = rig.pool("other", 4)) {
            NetBuf[] mine = take(4);
            NetBuf[] theirs = new NetBuf[2];
            other.allocate(theirs, 0, 2);
            mine[0].chain(theirs[0]);
            NetBuf[] burst = {mine[0], mine[1], theirs[1], mine[2], mine[3]};

            NetBufPool.free(burst, 0, 5);

            assertEquals(4, other.available());
            assertIntact();
        }
    }

    @Test
    void freeOfAChain_withAFreeBufferInIt_throws() {
        NetBuf[] three = take(3);
        three[0].chain(three[1]);
        three[1].chain(three[2]);
        three[2].free();

        assertThrows(IllegalStateException.class, three[0]::free);

        assertIntact();
    }

    @Test
    void doubleFree_byManyThreadsAtOnce_isFoundExactlyOnce() throws InterruptedException {
        for (int round = 0; round < 200; round++) {
            NetBuf victim = pool.allocate();
            AtomicInteger refused = new AtomicInteger();
            CountDownLatch go = new CountDownLatch(1);
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 3; t++) {
                threads.add(new Thread(() -> {
                    try {
                        go.await();
                        victim.free();
                    } catch (IllegalStateException e) {
                        refused.incrementAndGet();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                }));
            }
            threads.forEach(Thread::start);
            go.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(2, refused.get());
        }
        assertIntact();
    }

    @Test
    void buffersPassedBetweenThreads_areNeitherLostNorDoubled() throws InterruptedException {
        Thread other = new Thread(() -> churn(20_000));
        other.start();
        churn(20_000);
        other.join();
        assertIntact();
    }

    private void churn(int rounds) {
        NetBuf[] into = new NetBuf[3];
        for (int i = 0; i < rounds; i++) {
            int taken = pool.allocate(into, 0, 3);
            for (int k = 0; k < taken; k++) {
                into[k].append(1);
                into[k].putByte(0, k);
            }
            NetBufPool.free(into, 0, taken);
        }
    }

    @Test
    void close_withBuffersHeld_takesThemAway_andFreeingThemDoesNothing() {
        NetBuf[] held = take(3);
        held[0].append(4);
        held[0].chain(held[1]);
        pool.close();

        assertEquals(0, held[0].length());
        assertThrows(IndexOutOfBoundsException.class, () -> held[0].getByte(0));
        assertThrows(IndexOutOfBoundsException.class, () -> held[0].setLength(1));
        held[0].free();
        NetBufPool.free(held, 0, 3);
        assertNull(pool.allocate());
        assertEquals(0, pool.allocate(new NetBuf[2], 0, 2));
        assertFalse(pool.isOpen());
        assertEquals(0, pool.capacity() + pool.dataRoom() + pool.available());
        pool.close();
    }

    @Test
    void impossibleSizes_areRefused() {
        assertEquals("pool x: it needs at least one buffer: count=0", refusal(b -> b.count(0)));
        String both = "pool x: headroom and data room are together 1 to 65535 bytes: headroom=%d dataRoom=%d";
        assertEquals(both.formatted(-1, 2048), refusal(b -> b.headroom(-1)));
        assertEquals(both.formatted(128, 0), refusal(b -> b.dataRoom(0)));
        assertEquals(both.formatted(128, 65_408), refusal(b -> b.dataRoom(65_408)));
        assertEquals(both.formatted(Integer.MAX_VALUE, Integer.MAX_VALUE),
            refusal(b -> b.dataRoom(Integer.MAX_VALUE).headroom(Integer.MAX_VALUE)));
    }

    private String refusal(UnaryOperator<NetBufPool.Builder> choices) {
        return assertThrows(IllegalArgumentException.class,
            () -> choices.apply(NetBufPool.builder(rig.platform, "x")).build()).getMessage();
    }

    @Test
    void largestBuffer_canBeUsedToItsEnd() {
        try (NetBufPool large = NetBufPool.builder(rig.platform, "large").count(2).headroom(0).dataRoom(65_535).build()) {
            NetBuf buffer = large.allocate();
            buffer.append(65_535);
            buffer.putByte(65_534, 7);
            assertEquals(7, buffer.getByte(65_534));
            assertEquals(0, buffer.tailroom());
            buffer.trimFront(65_535);
            assertEquals(65_535, buffer.headroom());
            buffer.free();
        }
    }

    @Test
    void moreMemoryThanThereIs_isRefused_andNothingIsLeft() {
        assertThrows(PlatformException.class,
            () -> NetBufPool.builder(rig.platform, "huge").count(1_000_000).dataRoom(60_000).build());
        assertEquals(1, rig.platform.dma().live().size());
    }
}
