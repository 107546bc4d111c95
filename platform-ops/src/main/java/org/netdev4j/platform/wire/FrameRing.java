package org.netdev4j.platform.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.memory.Memory;

/**
 * A queue of frames from one producer to one consumer, in native memory.
 *
 * <p>A ring of bytes holds records one after another, each of them in one piece:
 *
 * <pre>
 *   0        4        8                16               24
 *   +--------+--------+----------------+----------------+---------- - - -+
 *   | length | mark   | stamp          | tag            | frame, padded to 8 bytes
 *   +--------+--------+----------------+----------------+---------- - - -+
 * </pre>
 *
 * <p>A length of {@link #WRAP} says that the next record is at the start of the ring. Positions are free-running byte
 * counts; what lies between them is the records that wait. Stamp, tag and mark belong to the user of the ring.
 *
 * <p>Threads: one producer and one consumer at a time. Several producers must hold a lock around {@link #push}; whoever
 * takes over a side must have synchronised with whoever had it before. {@link #isEmpty}, {@link #setEvent} and {@link #wake}
 * may be called by any thread, also after {@link #close}. Nothing allocates after construction.
 */
final class FrameRing implements AutoCloseable {
    /** Least size in bytes: wherever the positions are, a frame of {@link WirePort#MAX_FRAME} fits into an empty ring. */
    static final int LEAST_BYTES = 256 * 1024;
    /** Greatest size in bytes. */
    static final int MOST_BYTES = 1 << 30;

    private static final int HEADER = 24;
    private static final int WRAP = -1;

    // Slots of the position array. What one thread writes all the time lies 128 bytes from what another does, so that they
    // do not share a cache line, nor the pair of lines that the prefetcher fetches. An array of the heap and not native
    // memory: any thread may look at the positions while another closes the ring.
    private static final int TAIL = 16;
    private static final int PRODUCER_SEES_HEAD = 17;
    private static final int HEAD = 32;
    private static final int CONSUMER_SEES_TAIL = 33;
    private static final int CONSUMER_AT = 34;
    private static final int CONSUMER_NEXT = 35;
    private static final int WANTED = 48;
    private static final int SLOTS = 64;

    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(long[].class).withInvokeExactBehavior();

    private final long[] slots = new long[SLOTS];
    private final Memory memory;
    private final int capacity;
    private final int mask;
    private volatile WaitEvent event;

    /**
     * Creates an empty ring.
     *
     * @param name  for error messages
     * @param bytes size, rounded up to a power of two of at least {@link #LEAST_BYTES}
     */
    FrameRing(String name, long bytes) {
        capacity = capacityFor(name, bytes);
        mask = capacity - 1;
        memory = Memory.allocate(name, capacity);
    }

    private static int capacityFor(String name, long bytes) {
        if (bytes < 0 || bytes > MOST_BYTES) {
            throw new IllegalArgumentException(name + ": a ring has up to " + MOST_BYTES + " bytes: bytes=" + bytes);
        }
        int least = (int) Math.max(bytes, LEAST_BYTES);
        return least == Integer.highestOneBit(least) ? least : Integer.highestOneBit(least) << 1;
    }

    /** Refuses what is no frame; for {@link WirePort#send}. */
    static void requireFrame(int length) {
        if (length < 1 || length > WirePort.MAX_FRAME) {
            throw new IllegalArgumentException("a frame has 1 to " + WirePort.MAX_FRAME + " bytes: length=" + length);
        }
    }

    /** Adds a frame; see {@link #push(Memory, long, int, long, long, int)}. */
    boolean push(Memory frame, long offset, int length) {
        return push(frame, offset, length, 0, 0, 0);
    }

    /**
     * Adds a frame and wakes a consumer that found the ring empty.
     *
     * @return false if there is no room; nothing has changed then
     */
    boolean push(Memory frame, long offset, int length, long stamp, long tag, int mark) {
        long tail = slots[TAIL];
        int record = recordBytes(length);
        int at = (int) tail & mask;
        int toEnd = capacity - at;
        int wanted = record <= toEnd ? record : toEnd + record;
        if (tail + wanted - slots[PRODUCER_SEES_HEAD] > capacity) {
            // The consumer's release of HEAD, before this thread's stores into the room it gave back.
            slots[PRODUCER_SEES_HEAD] = (long) SLOT.getAcquire(slots, HEAD);
            if (tail + wanted - slots[PRODUCER_SEES_HEAD] > capacity) {
                return false;
            }
        }
        if (record > toEnd) {
            memory.putInt(at, WRAP);
            at = 0;
        }
        memory.putInt(at, length);
        memory.putInt(at + 4L, mark);
        memory.putLong(at + 8L, stamp);
        memory.putLong(at + 16L, tag);
        frame.copyTo(offset, memory, at + HEADER, length);
        // Volatile, not just release: the store of TAIL must be visible before WANTED is read. With the consumer doing the
        // same the other way round, either it sees this record or this thread sees that it wants to be woken.
        SLOT.setVolatile(slots, TAIL, tail + wanted);
        if ((long) SLOT.getVolatile(slots, WANTED) != 0) {
            wake();
        }
        return true;
    }

    /** True if {@code frames} frames of {@code length} bytes fit, wherever the end of the ring lies. For the producer. */
    boolean hasRoom(int frames, int length) {
        long used = slots[TAIL] - (long) SLOT.getAcquire(slots, HEAD);
        return used + (frames + 1L) * recordBytes(length) <= capacity;
    }

    private static int recordBytes(int length) {
        return HEADER + (length + 7 & -8);
    }

    /**
     * Finds the next frame. It stays where it is, to be read at {@link #offset()} in {@link #memory()}, until
     * {@link #release}.
     *
     * @return its length, or {@link WirePort#EMPTY}
     */
    int next() {
        long head = slots[HEAD];
        if (head == slots[CONSUMER_SEES_TAIL]) {
            // The producer's release of TAIL, before this thread's loads of the record.
            slots[CONSUMER_SEES_TAIL] = (long) SLOT.getAcquire(slots, TAIL);
            if (head == slots[CONSUMER_SEES_TAIL] && stillEmpty(head)) {
                return WirePort.EMPTY;
            }
        }
        int at = (int) head & mask;
        int length = memory.getInt(at);
        if (length == WRAP) {
            head += capacity - at;
            at = 0;
            length = memory.getInt(at);
        }
        slots[CONSUMER_AT] = at;
        slots[CONSUMER_NEXT] = head + recordBytes(length);
        return length;
    }

    /** Asks to be woken, then looks again: a record that came before the request would wake nobody. */
    private boolean stillEmpty(long head) {
        if (event == null || (long) SLOT.getOpaque(slots, WANTED) != 0) {
            return true;
        }
        SLOT.setVolatile(slots, WANTED, 1L);
        slots[CONSUMER_SEES_TAIL] = (long) SLOT.getVolatile(slots, TAIL);
        return head == slots[CONSUMER_SEES_TAIL];
    }

    /** Where the frames are. */
    Memory memory() {
        return memory;
    }

    /** First byte of the frame that {@link #next} found. */
    long offset() {
        return slots[CONSUMER_AT] + HEADER;
    }

    /** What {@link #push} was given. */
    long stamp() {
        return memory.getLong(slots[CONSUMER_AT] + 8);
    }

    /** What {@link #push} was given. */
    long tag() {
        return memory.getLong(slots[CONSUMER_AT] + 16);
    }

    /** What {@link #push} was given. */
    int mark() {
        return memory.getInt(slots[CONSUMER_AT] + 4);
    }

    /** Gives up the frame that {@link #next} found. */
    void release() {
        // This thread's loads of the record, before the producer's stores over it.
        SLOT.setRelease(slots, HEAD, slots[CONSUMER_NEXT]);
    }

    /** True if no frame waits. */
    boolean isEmpty() {
        // HEAD first: if the TAIL read after it is the same, HEAD cannot have moved; a ring with frames never looks empty.
        long head = (long) SLOT.getAcquire(slots, HEAD);
        return head == (long) SLOT.getAcquire(slots, TAIL);
    }

    /**
     * What to signal when a frame comes for a consumer that saw the ring empty; null for nothing. Signals if frames wait.
     */
    void setEvent(WaitEvent toSignal) {
        event = toSignal;
        SLOT.setVolatile(slots, WANTED, 1L);
        if (toSignal != null && !isEmpty()) {
            toSignal.signal();
        }
    }

    /** Signals the event, if there is one. */
    void wake() {
        SLOT.setVolatile(slots, WANTED, 0L);
        WaitEvent toSignal = event;
        if (toSignal != null) {
            toSignal.signal();
        }
    }

    /** Frees the memory. Neither producer nor consumer may be at work. Idempotent. */
    @Override
    public void close() {
        event = null;
        memory.close();
    }
}
