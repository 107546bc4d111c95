package org.netdev4j.platform;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/** A wait event between threads. */
final class ThreadWaitEvent implements WaitEvent {
    private static final VarHandle UP;
    private static final VarHandle WAITER;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            UP = lookup.findVarHandle(ThreadWaitEvent.class, "up", int.class);
            WAITER = lookup.findVarHandle(ThreadWaitEvent.class, "waiter", Thread.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile int up;
    private volatile Thread waiter;

    @Override
    public void signal() {
        // Volatile store, then volatile load: either this thread sees the waiter, or the waiter, which publishes itself
        // before it looks at the flag, sees the flag.
        if ((int) UP.getAndSet(this, 1) == 0) {
            Thread sleeping = waiter;
            if (sleeping != null) {
                LockSupport.unpark(sleeping);
            }
        }
    }

    @Override
    public boolean await(Deadline deadline) {
        if (deadline.clock() instanceof VirtualClock) {
            throw new IllegalArgumentException("a wait in real time needs a deadline in real time, not on a virtual clock");
        }
        if (poll()) {
            return true;
        }
        if (!WAITER.compareAndSet(this, null, Thread.currentThread())) {
            throw new IllegalStateException("another thread waits for this event already");
        }
        try {
            while (!poll()) {
                long left = deadline.remainingNanos();
                if (left <= 0 || Thread.currentThread().isInterrupted()) {
                    return poll();
                }
                LockSupport.parkNanos(this, left);
            }
            return true;
        } finally {
            waiter = null;
        }
    }

    @Override
    public boolean poll() {
        return up == 1 && (int) UP.getAndSet(this, 0) == 1;
    }
}
