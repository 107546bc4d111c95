package org.netdev4j.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ThreadWaitEventTest extends WaitEventContract {
    // Each costs two thread switches.
    private static final int EXCHANGES = 30_000;
    private static final int MESSAGES = 400_000;
    private static final int WINDOW = 16;
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);

    private final Platform platform = Platform.create();

    @Override
    Platform platform() {
        return platform;
    }

    @AfterEach
    void close() {
        platform.close();
    }

    private Deadline patience() {
        return Deadline.afterNanos(platform.clock(), PATIENCE);
    }

    /** False if no signal woke this thread: one that is only found when the time is up was lost, too. */
    private boolean woken(WaitEvent event) {
        Deadline deadline = patience();
        return event.await(deadline) && !deadline.expired();
    }

    @Test
    void signal_isNeverLost_inEitherDirection() throws Exception {
        WaitEvent ping = platform.newWaitEvent();
        WaitEvent pong = platform.newWaitEvent();
        AtomicInteger answered = new AtomicInteger();
        Thread other = new Thread(() -> {
            while (answered.get() < EXCHANGES && woken(ping)) {
                answered.incrementAndGet();
                pong.signal();
            }
        }, "other");
        other.start();
        int asked = 0;
        do {
            ping.signal();
        } while (woken(pong) && ++asked < EXCHANGES);
        other.join();

        assertEquals(EXCHANGES, asked);
        assertEquals(EXCHANGES, answered.get());
    }

    private volatile boolean lost;

    /** One end of an exchange: publishes numbers, sees the peer's, and keeps at most a window ahead. */
    private final class End {
        private final WaitEvent wake = platform.newWaitEvent();
        private final AtomicInteger sent = new AtomicInteger();
        private final AtomicInteger seen = new AtomicInteger();

        void run(End peer) {
            for (int i = 1; i <= MESSAGES && !lost; i++) {
                sent.set(i);
                step(peer);
                while (i - peer.seen.get() > WINDOW && await(peer)) {
                    // sees what has come, tells the peer, and waits on
                }
            }
            while ((seen.get() < MESSAGES || peer.seen.get() < MESSAGES) && await(peer)) {
                // as above
            }
        }

        private boolean await(End peer) {
            if (!woken(wake)) {
                lost = true;
            }
            step(peer);
            return !lost;
        }

        private void step(End peer) {
            seen.set(peer.sent.get());
            peer.wake.signal();
        }
    }

    @Test
    void signal_isNeverLost_whenBothSidesSignalAndWaitAtWill() throws Exception {
        End here = new End();
        End there = new End();
        Thread other = new Thread(() -> there.run(here), "other");
        other.start();
        here.run(there);
        other.join();

        assertFalse(lost, "a signal was lost");
        assertEquals(MESSAGES, here.seen.get());
        assertEquals(MESSAGES, there.seen.get());
    }

    @Test
    void await_returnsEarly_whenInterruptedMeanwhile() throws Exception {
        WaitEvent event = platform.newWaitEvent();
        AtomicBoolean signalled = new AtomicBoolean(true);
        AtomicBoolean flag = new AtomicBoolean();
        Thread waiter = new Thread(() -> {
            signalled.set(event.await(Deadline.afterNanos(platform.clock(), Long.MAX_VALUE)));
            flag.set(Thread.currentThread().isInterrupted());
        }, "waiter");
        waiter.start();
        Await.parked(waiter);
        waiter.interrupt();
        waiter.join();

        assertFalse(signalled.get());
        assertTrue(flag.get());
    }

    @Test
    void await_refusesASecondWaiter_andKeepsTheFirst() throws Exception {
        WaitEvent event = platform.newWaitEvent();
        AtomicBoolean signalled = new AtomicBoolean();
        Thread waiter = new Thread(() -> signalled.set(woken(event)), "waiter");
        waiter.start();
        Await.parked(waiter);

        assertEquals("another thread waits for this event already",
            assertThrows(IllegalStateException.class, () -> event.await(patience())).getMessage());
        event.signal();
        waiter.join();
        assertTrue(signalled.get());
    }

    @Test
    void await_canMoveToAnotherThread() throws Exception {
        WaitEvent event = platform.newWaitEvent();
        assertFalse(event.await(Deadline.afterNanos(platform.clock(), 0)));
        AtomicBoolean signalled = new AtomicBoolean();
        Thread waiter = new Thread(() -> signalled.set(woken(event)), "waiter");
        waiter.start();
        event.signal();
        waiter.join();

        assertTrue(signalled.get());
    }
}
