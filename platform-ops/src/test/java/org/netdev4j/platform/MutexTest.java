package org.netdev4j.platform;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class MutexTest extends LockContract {
    private final Mutex mutex = new Mutex("admin queue");

    @Override
    void lock() {
        mutex.lock();
    }

    @Override
    boolean tryLock() {
        return mutex.tryLock();
    }

    @Override
    void unlock() {
        mutex.unlock();
    }

    @Override
    boolean isHeldByCurrentThread() {
        return mutex.isHeldByCurrentThread();
    }

    @Override
    String notHeld() {
        return "mutex \"admin queue\" is not held by this thread";
    }

    @Test
    void lock_isReentrant() {
        mutex.lock();
        mutex.lock();
        assertTrue(mutex.tryLock());
        mutex.unlock();
        mutex.unlock();
        assertTrue(mutex.isHeldByCurrentThread());
        mutex.unlock();

        assertFalse(mutex.isHeldByCurrentThread());
    }
}
