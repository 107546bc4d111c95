package org.netdev4j.backend.loopback;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.netdev4j.api.Coalescing;
import org.netdev4j.platform.Clock;

/**
 * Which queues wait for an interrupt, and which of them are to get it. Queues are bits of a mask.
 *
 * <p>Threads: {@link #arm}, {@link #disarm} and {@link #armed()} may be called by any; all else under the lock of
 * {@link LoopbackIngress}.
 */
final class InterruptLines {
    private static final VarHandle ARMED;

    static {
        try {
            ARMED = MethodHandles.lookup().findVarHandle(InterruptLines.class, "armed", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Clock clock;
    private volatile int armed;
    // Queues that packets came for since settle() ran, and those that must know at once.
    private int touched;
    private int urgent;

    InterruptLines(Clock clock) {
        this.clock = clock;
    }

    /** Queues that wait for an interrupt. */
    int armed() {
        return armed;
    }

    void arm(int mask) {
        ARMED.getAndBitwiseOr(this, mask);
    }

    void disarm(int mask) {
        ARMED.getAndBitwiseAnd(this, ~mask);
    }

    /** A packet came for these queues. */
    void touch(int mask) {
        touched |= mask;
    }

    /** These queues are to be interrupted without delay, packets or not. */
    void urge(int mask) {
        touched |= mask;
        urgent |= mask;
    }

    /**
     * Decides which interrupts to give now; the queues that get theirs are not armed any more.
     *
     * @return in the low 32 bits queues to wake, in the high ones queues that need a timer
     */
    long settle(LoopbackRxQueue[] queues, RxPlan plan) {
        int waiting = queues.length == 0 ? 0 : touched & armed;
        int atOnce = urgent;
        touched = 0;
        urgent = 0;
        if (waiting == 0) {
            return 0;
        }
        Coalescing rules = plan.coalescing;
        int fire = 0;
        long later = 0;
        long now = clock.nanoTime();
        for (int left = waiting; left != 0; left &= left - 1) {
            int bit = Integer.lowestOneBit(left);
            LoopbackRxQueue queue = queues[Integer.numberOfTrailingZeros(left)];
            Moderation moderation = queue.moderation();
            if ((atOnce & bit) != 0 || moderation.isDue(rules, now)) {
                moderation.interrupted(now);
                queue.counters().interrupts++;
                fire |= bit;
            } else if (moderation.needsTimer()) {
                queue.stats().delayedInterrupts++;
                later |= bit;
            }
        }
        disarm(fire);
        return later << Integer.SIZE | fire;
    }
}
