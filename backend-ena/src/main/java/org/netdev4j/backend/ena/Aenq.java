package org.netdev4j.backend.ena;

import org.netdev4j.backend.ena.spec.AenqEntry;
import org.netdev4j.backend.ena.spec.AenqGroup;
import org.netdev4j.backend.ena.spec.EnaRegister;
import org.netdev4j.backend.ena.spec.EnaRegister.QueueCaps;
import org.netdev4j.platform.Barriers;
import org.netdev4j.platform.Mutex;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.spi.DeviceContext;

/**
 * The queue of events that the device reports by itself [AMZN ena_com.c, ena_com_aenq_intr_handler].
 *
 * <p>Events are handed out with no lock held, in the order in which they came. Before {@link #enable()} and after {@link
 * #disable()} the ring is not looked at.
 */
final class Aenq implements AutoCloseable {
    static final int DEPTH = 16;

    /** The most events of one {@link #process}: a device that never stops is served again later, like others. */
    static final int MOST_AT_ONCE = 4 * DEPTH;

    private final EnaRegisters registers;
    private final DmaMemory ring;
    // A copy of the event at hand: the device may write its entry again as soon as it is given back.
    private final Memory event;
    private final Mutex lock;
    private boolean enabled;
    // Events consumed, and the depth: the count that the doorbell takes.
    private int head;
    private int phase;

    /** Who is told. */
    @FunctionalInterface
    interface Handler {
        /**
         * An event.
         *
         * @param group null if no ENA has such a group
         * @param entry the event, at 0; valid during the call
         */
        void on(AenqGroup group, Memory entry);
    }

    Aenq(EnaRegisters registers, DeviceContext context) {
        this.registers = registers;
        this.lock = context.platform().newMutex(context.device() + " events");
        event = Memory.allocate("event", AenqEntry.BYTES);
        boolean done = false;
        try {
            ring = context.dma().allocate("event queue", DEPTH * AenqEntry.BYTES, 4096);
            done = true;
        } finally {
            if (!done) {
                event.close();
            }
        }
    }

    /** Empties the ring and gives it to a device that has just been reset, which may write nothing there yet. */
    void open() {
        lock.lock();
        try {
            enabled = false;
            ring.fill(0, ring.size(), (byte) 0);
            head = DEPTH;
            phase = 1;
            registers.writeAddress(EnaRegister.AENQ_BASE_LO, EnaRegister.AENQ_BASE_HI, ring.iova());
            registers.write(EnaRegister.AENQ_CAPS, QueueCaps.of(DEPTH, AenqEntry.BYTES));
        } finally {
            lock.unlock();
        }
    }

    /** Lets the device report: all entries are its own [AMZN ena_com.c, ena_com_admin_aenq_enable]. */
    void enable() {
        lock.lock();
        try {
            enabled = true;
            registers.write(EnaRegister.AENQ_HEAD_DB, DEPTH);
        } finally {
            lock.unlock();
        }
    }

    /** Looks at the ring no more. */
    void disable() {
        lock.lock();
        enabled = false;
        lock.unlock();
    }

    /**
     * Hands out what has come. One thread at a time.
     *
     * @return true if there may be more
     */
    boolean process(Handler handler) {
        int taken = 0;
        while (taken < MOST_AT_ONCE && take()) {
            taken++;
            handler.on(AenqGroup.of(AenqEntry.group(event, 0)), event);
        }
        if (taken > 0) {
            giveBack();
        }
        return taken == MOST_AT_ONCE;
    }

    private boolean take() {
        lock.lock();
        try {
            long at = at(head);
            if (!enabled || (AenqEntry.flagsAcquire(ring, at) & AenqEntry.PHASE) != phase) {
                return false;
            }
            ring.copyTo(at, event, 0, AenqEntry.BYTES);
            head++;
            if ((head & DEPTH - 1) == 0) {
                phase ^= 1;
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void giveBack() {
        lock.lock();
        try {
            if (enabled) {
                // All reads of the entries before the device may write them again.
                Barriers.full();
                registers.write(EnaRegister.AENQ_HEAD_DB, head & 0xffff);
            }
        } finally {
            lock.unlock();
        }
    }

    /** True if a keep-alive has come that nobody has taken: then it is the interrupt that is missing. */
    boolean hasKeepAlive() {
        lock.lock();
        try {
            int expected = phase;
            for (int i = 0; enabled && i < DEPTH; i++) {
                long at = at(head + i);
                if ((AenqEntry.flagsAcquire(ring, at) & AenqEntry.PHASE) != expected) {
                    return false;
                }
                if (AenqEntry.group(ring, at) == AenqGroup.KEEP_ALIVE.code()) {
                    return true;
                }
                if ((head + i + 1 & DEPTH - 1) == 0) {
                    expected ^= 1;
                }
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    private static long at(int index) {
        return (long) (index & DEPTH - 1) * AenqEntry.BYTES;
    }

    /** Frees the ring; the device has been reset. */
    @Override
    public void close() {
        disable();
        ring.close();
        event.close();
    }
}
