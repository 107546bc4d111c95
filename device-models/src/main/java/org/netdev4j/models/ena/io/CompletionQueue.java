package org.netdev4j.models.ena.io;

import org.netdev4j.backend.ena.spec.TxCompletion;
import org.netdev4j.models.device.DeviceDma.Kind;
import org.netdev4j.models.device.DeviceModel;
import org.netdev4j.models.device.FaultPlan;

/**
 * A completion queue: a ring in the driver's memory that the device fills. It does not know how far the driver has read:
 * nothing tells it [AMZN ena_eth_com.h]. The phase bit is at the same place in both directions' entries.
 */
final class CompletionQueue {
    private static final int PHASE = TxCompletion.PHASE;
    private static final int WORDS = 4;
    // Entries that faults hold back at a time; what exceeds them is written at once.
    private static final int MOST_HELD = 16;
    // Until then a reordered completion waits for another one to overtake it.
    private static final long REORDER_NANOS = 1_000_000;

    private final IoContext io;
    private final int index;
    private final long iova;
    private final int depth;
    private final int entryBytes;
    private final InterruptVector vector;
    private final EntryBuffer buffer;
    private int tail;
    private boolean transmit;
    private boolean inUse;
    private final long[] heldWords = new long[MOST_HELD * WORDS];
    private final long[] heldUntil = new long[MOST_HELD];
    private final boolean[] heldForNext = new boolean[MOST_HELD];
    private int held;

    /** One; {@code vector} is null if it has no interrupts. */
    CompletionQueue(IoContext io, int index, long iova, int depth, int entryBytes, InterruptVector vector,
        EntryBuffer buffer) {
        this.io = io;
        this.index = index;
        this.iova = iova;
        this.depth = depth;
        this.entryBytes = entryBytes;
        this.vector = vector;
        this.buffer = buffer;
    }

    int index() {
        return index;
    }

    int depth() {
        return depth;
    }

    int entryBytes() {
        return entryBytes;
    }

    /** For people. */
    String describe() {
        return index + " of " + depth + " entries of " + entryBytes + " bytes, written up to " + (tail & depth - 1)
            + (vector == null ? ", no interrupts" : ", " + vector.describe());
    }

    /** Its vector, or null. */
    InterruptVector vector() {
        return vector;
    }

    /** True while a submission queue completes here. */
    boolean inUse() {
        return inUse;
    }

    /** A submission queue begins or ceases to complete here. */
    void use(boolean now, boolean forTransmit) {
        inUse = now;
        transmit = forTransmit;
    }

    /**
     * Writes a completion, if no fault is in its way. Words beyond the entry's size are left out; the phase bit is put in
     * here.
     *
     * @param place what faults call the queue
     */
    void post(int place, long words01, long words23, long words45, long words67) {
        FaultPlan faults = io.faults;
        if (faults.happens(IoFaults.COMPLETION_DROPPED, place)) {
            return;
        }
        if (held < MOST_HELD) {
            if (faults.happens(IoFaults.COMPLETION_LATE, place)) {
                hold(io.after(Math.max(0, faults.value())), false, words01, words23, words45, words67);
                return;
            }
            if (faults.happens(IoFaults.COMPLETION_REORDERED, place)) {
                hold(io.after(REORDER_NANOS), true, words01, words23, words45, words67);
                return;
            }
        }
        write(words01, words23, words45, words67, faults.happens(IoFaults.COMPLETION_BAD_PHASE, place));
        if (faults.happens(IoFaults.COMPLETION_REPEATED, place)) {
            write(words01, words23, words45, words67, false);
        }
        if (held != 0) {
            release(true);
        }
    }

    private void write(long words01, long words23, long words45, long words67, boolean wrongPhase) {
        boolean phase = (tail / depth & 1) == 0 ^ wrongPhase;
        buffer.put(phase ? words01 | PHASE : words01, words23, words45, words67);
        long at = iova + (long) (tail & depth - 1) * entryBytes;
        if (!io.dma.writeEntry(Kind.COMPLETION, at, buffer.memory(), 0, entryBytes, 0)) {
            io.counters.dmaFaults++;
        }
        tail = tail + 1 & 2 * depth - 1;
        if (vector != null) {
            vector.completed(transmit);
        }
    }

    private void hold(long until, boolean forNext, long words01, long words23, long words45, long words67) {
        int at = held * WORDS;
        heldWords[at] = words01;
        heldWords[at + 1] = words23;
        heldWords[at + 2] = words45;
        heldWords[at + 3] = words67;
        heldUntil[held] = until;
        heldForNext[held] = forNext;
        held++;
    }

    /** Writes what is due of what was held back. */
    boolean releaseDue() {
        return held != 0 && release(false);
    }

    private boolean release(boolean overtaken) {
        boolean any = false;
        int kept = 0;
        for (int i = 0; i < held; i++) {
            int from = i * WORDS;
            if (overtaken && heldForNext[i] || io.isPast(heldUntil[i])) {
                write(heldWords[from], heldWords[from + 1], heldWords[from + 2], heldWords[from + 3], false);
                any = true;
            } else {
                System.arraycopy(heldWords, from, heldWords, kept * WORDS, WORDS);
                heldUntil[kept] = heldUntil[i];
                heldForNext[kept] = heldForNext[i];
                kept++;
            }
        }
        held = kept;
        return any;
    }

    /** When something that was held back is due. */
    long nextDueNanos() {
        long due = DeviceModel.NEVER;
        for (int i = 0; i < held; i++) {
            due = due == DeviceModel.NEVER || heldUntil[i] - due < 0 ? heldUntil[i] : due;
        }
        return due;
    }
}
