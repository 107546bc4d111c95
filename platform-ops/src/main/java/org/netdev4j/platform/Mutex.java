package org.netdev4j.platform;

import java.util.concurrent.locks.ReentrantLock;

/** A lock whose waiters are parked. Reentrant. For the control path. */
public final class Mutex {
    private final ReentrantLock lock = new ReentrantLock();
    private final String name;

    public Mutex(String name) {
        this.name = name;
    }

    /** Takes the lock. */
    public void lock() {
        lock.lock();
    }

    /** Takes the lock if it is free; never waits. */
    public boolean tryLock() {
        return lock.tryLock();
    }

    /**
     * Gives the lock back.
     *
     * @throws IllegalMonitorStateException if this thread does not hold it
     */
    public void unlock() {
        if (!lock.isHeldByCurrentThread()) {
            throw new IllegalMonitorStateException("mutex \"" + name + "\" is not held by this thread");
        }
        lock.unlock();
    }

    /** True if this thread holds it. */
    public boolean isHeldByCurrentThread() {
        return lock.isHeldByCurrentThread();
    }
}
