package org.netdev4j.platform;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A lock for a few instructions of work: the waiter spins, nobody is parked. Not reentrant. Locking allocates nothing.
 *
 * <p>Use {@link Mutex} where the holder may wait for anything.
 */
public final class SpinLock {
    private static final VarHandle HELD;

    static {
        try {
            HELD = MethodHandles.lookup().findVarHandle(SpinLock.class, "held", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    // Beyond this many failed tries the holder was probably preempted: give it the core.
    private static final int SPINS_BEFORE_YIELD = 1000;

    private final String name;
    private volatile int held;

    public SpinLock(String name) {
        this.name = name;
    }

    /** Takes the lock. */
    public void lock() {
        int tries = 0;
        while (!tryLock()) {
            if (++tries < SPINS_BEFORE_YIELD) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }

    /** Takes the lock if it is free; never waits. */
    public boolean tryLock() {
        return (int) HELD.getOpaque(this) == 0 && HELD.compareAndSet(this, 0, 1);
    }

    /**
     * Gives the lock back.
     *
     * @throws IllegalMonitorStateException if it is not held
     */
    public void unlock() {
        if (held == 0) {
            throw new IllegalMonitorStateException("spin lock \"" + name + "\" is not held");
        }
        HELD.setRelease(this, 0);
    }
}
