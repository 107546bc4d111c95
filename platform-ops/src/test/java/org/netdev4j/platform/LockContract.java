package org.netdev4j.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What both locks must do. */
@Timeout(60)
abstract class LockContract {
    private static final int THREADS = 4;
    private static final int TURNS = 50_000;

    // Guarded by the lock. Two, so that a torn turn shows as well as a lost one.
    private long first;
    private long second;

    abstract void lock();

    abstract boolean tryLock();

    abstract void unlock();

    abstract boolean isHeldByCurrentThread();

    /** How the lock names itself when it is not held. */
    abstract String notHeld();

    private static void onAnotherThread(Runnable work) throws InterruptedException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread other = new Thread(work, "other");
        other.setUncaughtExceptionHandler((thread, e) -> failure.set(e));
        other.start();
        other.join();
        if (failure.get() != null) {
            throw new AssertionError(failure.get());
        }
    }

    private void takeTurns() {
        for (int i = 0; i < TURNS; i++) {
            if (i % 3 == 0) {
                while (!tryLock()) {
                    Thread.onSpinWait();
                }
            } else {
                lock();
            }
            try {
                if (first != second) {
                    throw new AssertionError("two threads held the lock");
                }
                first++;
                second++;
            } finally {
                unlock();
            }
        }
    }

    @Test
    void lock_letsOneThreadInAtATime_andPublishesWhatItWrote() throws Exception {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread[] threads = new Thread[THREADS];
        for (int i = 0; i < THREADS; i++) {
            threads[i] = new Thread(this::takeTurns, "contender " + i);
            threads[i].setUncaughtExceptionHandler((thread, e) -> failure.set(e));
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertEquals(null, failure.get());
        assertEquals((long) THREADS * TURNS, first);
        assertEquals((long) THREADS * TURNS, second);
        assertFalse(isHeldByCurrentThread());
    }

    @Test
    void tryLock_isFalse_whileAnotherThreadHoldsIt() throws Exception {
        lock();
        assertTrue(isHeldByCurrentThread());
        onAnotherThread(() -> {
            assertFalse(tryLock());
            assertFalse(isHeldByCurrentThread());
        });
        unlock();

        onAnotherThread(() -> {
            assertTrue(tryLock());
            unlock();
        });
    }

    @Test
    void lock_waits_untilItIsGivenBack() throws Exception {
        AtomicBoolean got = new AtomicBoolean();
        lock();
        Thread other = new Thread(() -> {
            lock();
            got.set(true);
            unlock();
        }, "other");
        other.start();
        for (int i = 0; i < 10_000; i++) {
            assertFalse(got.get());
        }
        unlock();
        other.join();

        assertTrue(got.get());
    }

    @Test
    void unlock_isRefused_whenItIsNotHeld() {
        assertEquals(notHeld(), assertThrows(IllegalMonitorStateException.class, this::unlock).getMessage());
        lock();
        unlock();
        assertThrows(IllegalMonitorStateException.class, this::unlock);
    }

    @Test
    void unlock_isRefused_whenAnotherThreadHoldsIt() throws Exception {
        lock();
        onAnotherThread(() ->
            assertEquals(notHeld(), assertThrows(IllegalMonitorStateException.class, this::unlock).getMessage()));

        assertTrue(isHeldByCurrentThread());
        unlock();
    }
}
