package org.netdev4j.models.ena.io;

/**
 * What submission queues of both directions have: a ring of a power of two of entries, a free-running 16-bit tail that the
 * driver writes to the doorbell, and a head. Zero is a tail like any other.
 */
abstract sealed class SubmissionQueue permits TxQueue, RxQueue {
    /** Tails and heads count up to here. */
    static final int COUNTER_MASK = 0xffff;

    final IoContext io;
    private final int index;
    private final int depth;
    private final int depthShift;
    private final boolean transmit;
    private final CompletionQueue completions;
    // Packets and buffers that the device has, by id: one bit each.
    private final long[] armed;
    private volatile int tail;
    private String halted;

    SubmissionQueue(IoContext io, int index, int depth, boolean transmit, CompletionQueue completions) {
        this.io = io;
        this.index = index;
        this.depth = depth;
        this.depthShift = Integer.numberOfTrailingZeros(depth);
        this.transmit = transmit;
        this.completions = completions;
        this.armed = new long[Math.max(1, Math.max(depth, completions.depth()) / Long.SIZE)];
    }

    final int index() {
        return index;
    }

    final int depth() {
        return depth;
    }

    final boolean transmit() {
        return transmit;
    }

    final CompletionQueue completions() {
        return completions;
    }

    /** The tail that the driver wrote last. */
    final int tail() {
        return tail;
    }

    /** A write to the doorbell. The driver's thread; what it wrote before is visible to who sees the tail. */
    void doorbell(int value) {
        tail = value & COUNTER_MASK;
        io.host.wake();
    }

    /** Entries from a counter's value up to the tail; more than {@link #depth} if the driver has overrun the ring. */
    final int announcedAfter(int counter) {
        return tail - counter & COUNTER_MASK;
    }

    /** Where in the ring a counter points. */
    final int slot(int counter) {
        return counter & depth - 1;
    }

    /** The phase that the entry of a counter's value must have. */
    final boolean phaseAt(int counter) {
        return (counter >>> depthShift & 1) == 0;
    }

    /** True once it moves nothing any more. */
    final boolean isHalted() {
        return halted != null;
    }

    /** Stops it, and says so; the first reason counts. */
    final void halt(String why) {
        if (halted == null) {
            halted = why;
            io.trouble.halted(why, transmit, index);
        }
    }

    /** As {@link #halt}, for what no driver may write. */
    final void malformed(String why) {
        io.counters.malformed++;
        halt(why);
    }

    /** For people: what it is, and how far the driver and the device are in it. */
    final String describe(int head) {
        return (transmit ? "TX" : "RX") + " sq=" + index + " depth=" + depth + ": the driver is at " + tail + ", the device at " + head
            + "; cq=" + completions.describe() + (halted == null ? "" : "; HALTED: " + halted);
    }

    final void arm(int id) {
        if (id >>> 6 < armed.length) {
            armed[id >>> 6] |= 1L << id;
        }
    }

    final void disarm(int id) {
        if (id >>> 6 < armed.length) {
            armed[id >>> 6] &= ~(1L << id);
        }
    }

    /** An id in range that the device does not have, or the last one if it has all. */
    private int unarmedId() {
        for (int id = completions.depth() - 1; id > 0; id--) {
            if ((armed[id >>> 6] & 1L << id) == 0) {
                return id;
            }
        }
        return 0;
    }

    /** The id to put into a completion: a wrong one if a fault says so. */
    final int completionId(int id) {
        if (io.faults.happens(IoFaults.COMPLETION_BAD_ID, index)) {
            return (int) (completions.depth() + io.faults.value()) & 0xffff;
        }
        if (io.faults.happens(IoFaults.COMPLETION_UNARMED_ID, index)) {
            return unarmedId();
        }
        return id;
    }
}
