package org.netdev4j.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SpinLockTest extends LockContract {
    private final SpinLock lock = new SpinLock("rx 3");

    @Override
    void lock() {
        lock.lock();
    }

    @Override
    boolean tryLock() {
        return lock.tryLock();
    }

    @Override
    void unlock() {
        lock.unlock();
    }

    @Override
    boolean isHeldByCurrentThread() {
        return lock.isHeldByCurrentThread();
    }

    @Override
    String notHeld() {
        return "spin lock \"rx 3\" is not held by this thread";
    }

    @Test
    void lock_isRefused_whenThisThreadHoldsIt() {
        // On a thread of its own: should it spin after all, it spins for good.
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            lock.lock();

            assertEquals("spin lock \"rx 3\" is held by this thread already",
                assertThrows(IllegalMonitorStateException.class, lock::lock).getMessage());
            assertFalse(lock.tryLock());
            assertTrue(lock.isHeldByCurrentThread());
            lock.unlock();
            assertFalse(lock.isHeldByCurrentThread());
        });
    }
}
