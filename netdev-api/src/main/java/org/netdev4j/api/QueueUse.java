package org.netdev4j.api;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.netdev4j.platform.AsymmetricBarrier;

/**
 * Whether a thread is inside a queue. The thread of the queue says so around each call, for the price of two stores; who has shut
 * the queue's gate waits here until it has left.
 */
abstract sealed class QueueUse permits RxQueue, TxQueue {
    private static final VarHandle INSIDE;

    static {
        try {
            INSIDE = MethodHandles.lookup().findVarHandle(QueueUse.class, "inside", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private boolean inside;

    /** Before the gate is looked at. Who shuts the gate and then finds nobody inside knows that the next will find it shut. */
    final void enter() {
        INSIDE.setOpaque(this, true);
        AsymmetricBarrier.light();
    }

    /** After the last access to what the queue holds. */
    final void leave() {
        INSIDE.setRelease(this, false);
    }

    /** True if a thread is inside. For who has shut the gate and passed {@link AsymmetricBarrier#heavy()}. */
    final boolean inUse() {
        return (boolean) INSIDE.getAcquire(this);
    }
}
