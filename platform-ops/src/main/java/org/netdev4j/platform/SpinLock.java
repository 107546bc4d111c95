package org.netdev4j.platform;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A lock for a few instructions of work: the waiter spins, nobody is parked. Not reentrant. Locking allocates nothing.
 *
 * <p>Use {@link Mutex} where the holder may wait for anything.
 */
public final class SpinLock {
    private static final VarHandle HOLDER;

    static {
        try {
            HOLDER = MethodHandles.lookup().findVarHandle(SpinLock.class, "holder", long.class).withInvokeExactBehavior();
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final long FREE = 0;

    // Beyond this many failed tries the holder was probably preempted: give it the core.
    private static final int SPINS_BEFORE_YIELD = 1000;

    private final String name;
    // Id of the thread that holds the lock; ids are above zero.
    private volatile long holder;

    public SpinLock(String name) {
        this.name = name;
    }

    /**
     * Takes the lock.
     *
     * @throws IllegalMonitorStateException if this thread holds it already, which would never end
     */
    public void lock() {
        int tries = 0;
        while (!tryLock()) {
            if (tries == 0 && isHeldByCurrentThread()) {
                throw new IllegalMonitorStateException("spin lock \"" + name + "\" is held by this thread already");
            }
            if (++tries < SPINS_BEFORE_YIELD) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }

    /** Takes the lock if it is free; never waits. */
    public boolean tryLock() {
        return (long) HOLDER.getOpaque(this) == FREE
            && HOLDER.compareAndSet(this, FREE, Thread.currentThread().threadId());
    }

    /**
     * Gives the lock back.
     *
     * @throws IllegalMonitorStateException if this thread does not hold it
     */
    public void unlock() {
        if (!isHeldByCurrentThread()) {
            throw new IllegalMonitorStateException("spin lock \"" + name + "\" is not held by this thread");
        }
        HOLDER.setRelease(this, FREE);
    }

    /** True if this thread holds it. */
    public boolean isHeldByCurrentThread() {
        return (long) HOLDER.getOpaque(this) == Thread.currentThread().threadId();
    }
}
