package org.netdev4j.backend.ena;

import org.netdev4j.backend.ena.AdminSlot.State;
import org.netdev4j.backend.ena.spec.AdminCompletion;
import org.netdev4j.backend.ena.spec.AdminEntry;
import org.netdev4j.backend.ena.spec.EnaRegister;
import org.netdev4j.backend.ena.spec.EnaRegister.QueueCaps;
import org.netdev4j.backend.ena.spec.ResetReason;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.SpinLock;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.spi.DeviceContext;

/**
 * The admin submission and completion queues [AMZN ena_com.c, ena_com_execute_admin_command].
 *
 * <p>Thread-safe: any number of threads issue commands, each waits for its own, and whoever looks at the completion
 * queue serves all. A command that gets no answer closes the queue until the device has been reset: what the device may
 * still write of it would be taken for the answer to another.
 */
final class AdminQueue implements AutoCloseable {
    static final int DEPTH = 32;

    private static final int ENTRY_BYTES = AdminEntry.BYTES;
    private static final long RING_BYTES = (long) DEPTH * ENTRY_BYTES;

    private final EnaRegisters registers;
    private final Clock clock;
    private final Trouble trouble;
    // Both rings: submissions, and behind them completions. One region, so that there is nothing to give back if another
    // cannot be had.
    private final DmaMemory rings;
    // Answers, by command id, copied out so that the ring can move on.
    private final Memory answers;
    private final AdminSlot[] slots = new AdminSlot[DEPTH];
    private final AdminCounts counts = new AdminCounts();
    private final SpinLock submitting;
    private final SpinLock draining;

    private volatile boolean running;
    private volatile boolean polling = true;
    private volatile long timeoutNanos = EnaReset.STANDARD_ADMIN_NANOS;
    private volatile String closedWhy = "the device is not up";
    // Set by whoever found somebody else draining: look once more.
    private volatile boolean drainAgain;

    // Under the lock of submitters.
    private int tail;
    private int nextSlot;
    private int submitPhase;
    // Under the lock of drainers.
    private int head;
    private int completionPhase;

    /** Allocates; {@link #open} makes it work. */
    AdminQueue(EnaRegisters registers, DeviceContext context, Trouble trouble) {
        Platform platform = context.platform();
        this.registers = registers;
        this.clock = platform.clock();
        this.trouble = trouble;
        submitting = platform.newSpinLock(context.device() + " admin submission");
        draining = platform.newSpinLock(context.device() + " admin completion");
        for (int i = 0; i < DEPTH; i++) {
            slots[i] = new AdminSlot(platform.newWaitEvent());
        }
        answers = Memory.allocate("admin answers", RING_BYTES);
        boolean done = false;
        try {
            rings = context.dma().allocate("admin queues", 2 * RING_BYTES, 4096);
            done = true;
        } finally {
            if (!done) {
                answers.close();
            }
        }
    }

    /** Empties the rings and gives them to a device that has just been reset. Nobody may be in a command. */
    void open(long timeout) {
        rings.fill(0, rings.size(), (byte) 0);
        for (AdminSlot slot : slots) {
            slot.state = State.FREE;
            slot.event.poll();
        }
        tail = 0;
        nextSlot = 0;
        submitPhase = 1;
        head = 0;
        completionPhase = AdminCompletion.PHASE;
        polling = true;
        timeoutNanos = timeout;
        registers.writeAddress(EnaRegister.AQ_BASE_LO, EnaRegister.AQ_BASE_HI, rings.iova());
        registers.writeAddress(EnaRegister.ACQ_BASE_LO, EnaRegister.ACQ_BASE_HI, rings.iova() + RING_BYTES);
        registers.write(EnaRegister.AQ_CAPS, QueueCaps.of(DEPTH, ENTRY_BYTES));
        registers.write(EnaRegister.ACQ_CAPS, QueueCaps.of(DEPTH, ENTRY_BYTES));
        running = true;
    }

    /** True until a command got no answer, or {@link #abort}. */
    boolean running() {
        return running;
    }

    /** Why it is not running. */
    String closedWhy() {
        return closedWhy;
    }

    /** Lets waiters look for themselves, or wait for {@link #onInterrupt()}. */
    void polling(boolean on) {
        polling = on;
    }

    /** Takes a hint: how long a command may take. */
    void timeoutNanos(long nanos) {
        timeoutNanos = nanos;
    }

    /**
     * Issues a command and waits for its answer.
     *
     * @throws AdminFailure if it is refused, or there is no answer
     */
    <R> R execute(AdminCommand<R> command) {
        Deadline deadline = Deadline.afterNanos(clock, timeoutNanos);
        int id = submit(command, deadline);
        AdminSlot slot = slots[id];
        await(slot, command, deadline);
        try {
            if (slot.state == State.ABORTED) {
                throw new AdminFailure(AdminFailure.Kind.CLOSED, command.text() + " was aborted: " + closedWhy);
            }
            if (slot.status != 0) {
                throw AdminFailure.refused(command, slot.status, slot.extended);
            }
            return AdminCodec.decode(command, answers, (long) id * ENTRY_BYTES);
        } finally {
            slot.state = State.FREE;
        }
    }

    // ---- submission

    private int submit(AdminCommand<?> command, Deadline deadline) {
        Backoff backoff = new Backoff(clock);
        boolean counted = false;
        while (true) {
            int id = trySubmit(command);
            if (id >= 0) {
                return id;
            }
            if (!counted) {
                counted = true;
                countOutOfSpace();
            }
            if (deadline.expired()) {
                throw new AdminFailure(AdminFailure.Kind.REFUSED, command.text() + ": all " + DEPTH
                    + " admin commands are under way and none ended within " + deadline.lengthNanos() / 1_000_000 + " ms");
            }
            drain();
            backoff.pause();
        }
    }

    private void countOutOfSpace() {
        submitting.lock();
        counts.outOfSpace++;
        submitting.unlock();
    }

    /** A command id, or -1 if all are in use. */
    private int trySubmit(AdminCommand<?> command) {
        submitting.lock();
        try {
            if (!running) {
                throw new AdminFailure(AdminFailure.Kind.CLOSED, command.text() + ": the admin queue is closed: "
                    + closedWhy);
            }
            int id = freeSlot();
            if (id < 0) {
                return -1;
            }
            slots[id].event.poll();
            AdminCodec.encode(command, rings, (long) (tail & DEPTH - 1) * ENTRY_BYTES, id, submitPhase);
            slots[id].state = State.SUBMITTED;
            tail++;
            if ((tail & DEPTH - 1) == 0) {
                submitPhase ^= 1;
            }
            counts.submitted++;
            // The whole count, not the place in the ring: the device compares modulo 65536.
            registers.write(EnaRegister.AQ_DB, tail & 0xffff);
            return id;
        } finally {
            submitting.unlock();
        }
    }

    /** Ids go round, so that a late answer does not meet a new command at once; but one that takes long blocks no other. */
    private int freeSlot() {
        for (int i = 0; i < DEPTH; i++) {
            int id = nextSlot + i & DEPTH - 1;
            if (slots[id].state == State.FREE) {
                nextSlot = id + 1 & DEPTH - 1;
                return id;
            }
        }
        return -1;
    }

    // ---- waiting

    private void await(AdminSlot slot, AdminCommand<?> command, Deadline deadline) {
        Backoff backoff = new Backoff(clock);
        while (slot.state == State.SUBMITTED) {
            if (polling) {
                drain();
                if (slot.state != State.SUBMITTED) {
                    return;
                }
            }
            if (deadline.expired()) {
                lastLook(slot, command, deadline);
                return;
            }
            // Woken or not, it is the state that counts. A thread that is interrupted does not wait on events: it looks.
            if (polling || !slot.event.await(deadline) && !deadline.expired()) {
                drain();
                backoff.pause();
            }
        }
    }

    /** The answer may be there and its interrupt lost: that is another trouble than no answer [AMZN ena_com.c]. */
    private void lastLook(AdminSlot slot, AdminCommand<?> command, Deadline deadline) {
        boolean byInterrupt = !polling;
        drain();
        if (slot.state != State.SUBMITTED) {
            if (byInterrupt) {
                polling = true;
                trouble.raise(ResetReason.MISSING_ADMIN_INTERRUPT, command.text()
                    + " was answered, but no interrupt came within "
                    + deadline.lengthNanos() / 1_000_000 + " ms");
            }
            return;
        }
        String why = command.text() + " got no answer within " + deadline.lengthNanos() / 1_000_000 + " ms"
            + (registers.gone() ? ": the device is gone" : "");
        giveUp(slot, why);
        trouble.raise(ResetReason.ADMIN_TO, why);
        throw new AdminFailure(AdminFailure.Kind.TIMED_OUT, why);
    }

    private void giveUp(AdminSlot slot, String why) {
        draining.lock();
        try {
            counts.noCompletion++;
            shut(why);
            // An answer that comes after this is to nothing, and nobody is in this command any more.
            slot.state = State.FREE;
        } finally {
            draining.unlock();
        }
    }

    // ---- completion

    /** The management interrupt: any thread, never waits. */
    void onInterrupt() {
        drain();
    }

    /** Takes all completions there are. If another thread is at it, that one looks again. */
    private void drain() {
        drainAgain = true;
        String nonsense = "";
        while (drainAgain && draining.tryLock()) {
            try {
                drainAgain = false;
                nonsense += drainLocked();
            } finally {
                draining.unlock();
            }
        }
        if (!nonsense.isEmpty()) {
            trouble.raise(ResetReason.ADMIN_TO, nonsense);
        }
    }

    /** What the device did that it must not; empty if nothing. */
    private String drainLocked() {
        // As many as can be under way: a device that goes on for ever is not waited for.
        for (int taken = 0; taken < DEPTH; taken++) {
            long at = RING_BYTES + (long) (head & DEPTH - 1) * ENTRY_BYTES;
            int word0 = AdminCompletion.word0Acquire(rings, at);
            if ((word0 & AdminCompletion.PHASE) != completionPhase) {
                return "";
            }
            if (!complete(word0, at)) {
                return closedWhy;
            }
            head++;
            if ((head & DEPTH - 1) == 0) {
                completionPhase ^= AdminCompletion.PHASE;
            }
        }
        return "";
    }

    /** False if the answer is to nothing, and the queue worked until now. */
    private boolean complete(int word0, long at) {
        int id = AdminCompletion.commandId(word0);
        if (id >= DEPTH || slots[id].state != State.SUBMITTED) {
            boolean worked = running;
            shut("the device answered admin command " + id + ", which is not under way");
            return !worked;
        }
        AdminSlot slot = slots[id];
        rings.copyTo(at, answers, (long) id * ENTRY_BYTES, ENTRY_BYTES);
        slot.status = AdminCompletion.status(word0);
        slot.extended = AdminCompletion.extendedStatus(rings, at);
        counts.completed++;
        slot.state = State.COMPLETED;
        slot.event.signal();
        return true;
    }

    // ---- the end

    private void shut(String why) {
        if (running) {
            closedWhy = why;
            running = false;
        }
    }

    /**
     * Takes no more commands, and tells those that wait that theirs are lost. The device has been or is about to be reset.
     */
    void abort(String why) {
        shut(why);
        submitting.lock();
        try {
            draining.lock();
            try {
                for (AdminSlot slot : slots) {
                    if (slot.state == State.SUBMITTED) {
                        counts.aborted++;
                        slot.state = State.ABORTED;
                        slot.event.signal();
                    }
                }
            } finally {
                draining.unlock();
            }
        } finally {
            submitting.unlock();
        }
    }

    /** Waits, after {@link #abort}, until nobody is in a command; bounded. */
    void awaitIdle() {
        Deadline deadline = Deadline.afterNanos(clock, timeoutNanos);
        Backoff backoff = new Backoff(clock);
        while (!idle() && !deadline.expired()) {
            backoff.pause();
        }
    }

    private boolean idle() {
        for (AdminSlot slot : slots) {
            if (slot.state != State.FREE) {
                return false;
            }
        }
        return true;
    }

    /** Frees the rings; the device has been reset. */
    @Override
    public void close() {
        rings.close();
        answers.close();
    }

    /** What it has counted. */
    AdminCounts counts() {
        return counts;
    }
}
