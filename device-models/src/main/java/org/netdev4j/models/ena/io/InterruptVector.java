package org.netdev4j.models.ena.io;

import java.util.concurrent.atomic.AtomicInteger;
import org.netdev4j.backend.ena.spec.InterruptControl;
import org.netdev4j.models.device.DeviceModel;

/**
 * One MSI-X vector of completion queues, which a pair of queues shares: Linux unmasks both through the transmit queue's
 * register [AMZN kernel/linux/ena/ena_netdev.c].
 *
 * <p>It starts masked, masks itself when it fires, and fires once it is unmasked if something was completed since. A
 * completion is announced after the delay of its direction; the earlier one counts. A write that neither unmasks nor
 * updates the delays masks, as DPDK's does; one that updates the delays and does not unmask is how Linux asks again for an
 * interrupt that it believes lost: if the last one was not answered by an unmask, it is sent again.
 */
final class InterruptVector {
    private static final int DELAYS = (1 << 30) - 1;
    private static final int AGAIN = 1 << 31;

    private final IoContext io;
    private final int number;
    // Delays, UNMASK, and AGAIN where the register has NO_MODERATION_UPDATE. Written by drivers and the device.
    private final AtomicInteger control = new AtomicInteger();
    // True from a completion until the interrupt for it. Written by the device only.
    private volatile boolean waiting;
    private long dueAt;
    private int waitingUnits;
    private boolean unanswered;

    InterruptVector(IoContext io, int number) {
        this.io = io;
        this.number = number;
    }

    int number() {
        return number;
    }

    /** For people. */
    String describe() {
        return "vector " + number + ((control.get() & InterruptControl.UNMASK) != 0 ? " unmasked" : " masked")
            + (waiting ? ", an interrupt waits" : "");
    }

    /** A write to a control register of this vector. Any thread. */
    void write(int value) {
        boolean update = (value & InterruptControl.NO_MODERATION_UPDATE) == 0;
        boolean unmask = (value & InterruptControl.UNMASK) != 0;
        int old;
        int next;
        do {
            old = control.get();
            next = (update ? value : old) & DELAYS;
            if (unmask) {
                next |= InterruptControl.UNMASK;
            } else if (update) {
                next |= old & InterruptControl.UNMASK | AGAIN;
            }
        } while (!control.compareAndSet(old, next));
        if (waiting || !unmask && update) {
            io.host.wake();
        }
    }

    /** A completion was written. */
    void completed(boolean transmit) {
        if (io.faults.happens(IoFaults.INTERRUPT_SPURIOUS, number)) {
            send();
        }
        int value = control.get();
        int units = transmit ? InterruptControl.txDelay(value) : InterruptControl.rxDelay(value);
        if (waiting && units >= waitingUnits) {
            return;
        }
        waitingUnits = units;
        long due = units == 0 ? io.clock.nanoTime() : io.after(units * 1_000L * Math.max(1, io.settings.moderationMicros));
        if (!waiting) {
            dueAt = due;
            waiting = true;
        } else if (due - dueAt < 0) {
            dueAt = due;
        }
    }

    /** Fires if it is time to. Returns true if it did. */
    boolean poll() {
        int value = control.get();
        if ((value & AGAIN) != 0) {
            control.getAndUpdate(v -> v & ~AGAIN);
            if (unanswered && (value & InterruptControl.UNMASK) == 0) {
                send();
                return true;
            }
        }
        if (!waiting || (value & InterruptControl.UNMASK) == 0 || !io.isPast(dueAt)) {
            return false;
        }
        // A write that comes between is not lost: only this bit is taken.
        control.getAndUpdate(v -> v & ~InterruptControl.UNMASK);
        waiting = false;
        unanswered = true;
        send();
        return true;
    }

    /** When it fires if nothing happens until then. */
    long nextDueNanos() {
        return waiting && (control.get() & InterruptControl.UNMASK) != 0 ? dueAt : DeviceModel.NEVER;
    }

    private void send() {
        io.counters.interrupts++;
        io.host.interrupt(number);
    }

    /** The last queue of this vector is gone. */
    void forget() {
        control.set(0);
        waiting = false;
        unanswered = false;
    }
}
