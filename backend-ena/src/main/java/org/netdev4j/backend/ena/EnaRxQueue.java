package org.netdev4j.backend.ena;

import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.Coalescing;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.RxQueue;
import org.netdev4j.backend.ena.spec.ResetReason;
import org.netdev4j.backend.ena.spec.RxCompletion;
import org.netdev4j.platform.Barriers;
import org.netdev4j.spi.RxQueueSetup;

/**
 * A receive queue.
 *
 * <p>Life: {@link #prepare()}; the driver has the device make the queues from {@link #cqIova()} and the like; {@link
 * #connect}; {@link #fill()}; traffic; {@link #drain()}; and from the start again, or {@link #release()}. All but
 * traffic is for the control path; {@link #onInterrupt()} and {@link #wake()} for any thread; what begins with "the
 * watchdog" for any thread between fill and drain.
 *
 * <p>What the device writes is checked before it is used. If it is wrong, {@link Trouble} is told, and the queue moves
 * nothing until it is prepared anew.
 */
final class EnaRxQueue extends RxQueue {
    // Refill at once from so many empty descriptors on [DPDK ena_ethdev.c].
    private static final int REFILL_DIVIDER = 8;
    private static final int MOST_BEFORE_REFILL = 256;
    private static final int WHOLE = RxCompletion.FIRST | RxCompletion.LAST;

    private final EnaQueueContext context;
    private final EnaRxStats stats;
    private final RxRing ring;
    private final CompletionRing completions;
    private final InterruptLine line = new InterruptLine();
    private final AdaptiveModeration adaptive = new AdaptiveModeration();
    private final int refillAt;
    private int mustBeZero;
    private int maxBuffers;
    private boolean timestamps;
    // The packet whose last completion has not come: its buffers, and how many completions there were.
    private NetBuf head;
    private NetBuf last;
    private int parts;
    private boolean starved;
    private boolean broken;
    // Read racily by the watchdog.
    private boolean armed;
    private boolean served = true;
    private volatile long lastInterrupt;
    private volatile long interruptCount;

    EnaRxQueue(RxQueueSetup setup, EnaQueueContext context) {
        super(setup);
        this.context = context;
        stats = context.rxStats(setup.index());
        ring = new RxRing("receive descriptors " + setup.index(), setup.ringSize(), setup.pool());
        completions = new CompletionRing("receive completions " + setup.index(), setup.ringSize());
        refillAt = Math.clamp(setup.ringSize() / REFILL_DIVIDER, 1, MOST_BEFORE_REFILL);
    }

    // ---- control path

    /** Allocates or empties the rings, by {@link EnaQueueContext#terms()}: first round, no packet begun. */
    void prepare() {
        QueueTerms terms = context.terms();
        dropPartial();
        ring.prepare(context.dma());
        timestamps = terms.rxTimestamps();
        completions.prepare(context.dma(), timestamps ? RxCompletion.EXTENDED_BYTES : RxCompletion.BYTES);
        mustBeZero = terms.checksMustBeZero() ? RxCompletion.MUST_BE_ZERO : 0;
        maxBuffers = terms.maxRxBuffers();
        adaptive.reset();
        starved = false;
        armed = false;
        served = true;
        lastInterrupt = 0;
        interruptCount = 0;
        broken = false;
    }

    /** Device address of the completion ring. */
    long cqIova() {
        return completions.memory().iova();
    }

    /** Entries of the completion ring. */
    int cqDepth() {
        return ringSize();
    }

    /** Bytes of a completion. */
    int cqEntryBytes() {
        return completions.entryBytes();
    }

    /** Device address of the descriptors. */
    long sqIova() {
        return ring.iova();
    }

    /** Entries of the submission ring. */
    int sqDepth() {
        return ringSize();
    }

    /** True if the application may wait for packets: the completion queue needs an interrupt. */
    boolean hasInterrupts() {
        return event() != null;
    }

    /**
     * The device has made the queue.
     *
     * @param doorbellOffset in BAR0
     * @param unmaskOffset   in BAR0: the interrupt control register
     */
    void connect(long doorbellOffset, long unmaskOffset) {
        QueueTerms terms = context.terms();
        ring.connect(terms.registers(), doorbellOffset);
        line.connect(terms.registers(), unmaskOffset, terms.moderationMicros());
    }

    /** Posts buffers, as many as the pool gives, and tells the device; returns how many the device has. */
    int fill() {
        refill();
        announce();
        return ring.posted();
    }

    /**
     * Gives back all buffers, also those of a packet that is not complete; the device no longer writes to them.
     *
     * @return how many
     */
    int drain() {
        broken = true;
        return dropPartial() + ring.drain();
    }

    private int dropPartial() {
        NetBuf left = head;
        head = null;
        last = null;
        parts = 0;
        if (left == null) {
            return 0;
        }
        int count = left.segments();
        left.free();
        return count;
    }

    /** Frees the rings; {@link #drain()} came before. */
    void release() {
        ring.release();
        completions.release();
    }

    // ---- any thread

    /** The queue's interrupt came. */
    void onInterrupt() {
        lastInterrupt = context.platform().clock().nanoTime();
        interruptCount++;
        counters.interrupts++;
        armed = false;
        served = false;
        if (hasInterrupts()) {
            event().signal();
        }
    }

    /** Wakes who waits for packets, so that the queue is polled: the ring may be empty, or an interrupt lost. */
    void wake() {
        if (hasInterrupts()) {
            event().signal();
        }
    }

    /** The watchdog's: true if a completion waits to be taken. */
    boolean completionWaiting() {
        return completions.isWaiting();
    }

    /** The watchdog's: true if an interrupt was asked for and has not come. */
    boolean armed() {
        return armed;
    }

    /** The watchdog's: interrupts since the queue was prepared. */
    long interrupts() {
        return interruptCount;
    }

    /** The watchdog's: when the last interrupt came, by the platform's clock; 0 if none has. */
    long lastInterruptNanos() {
        return lastInterrupt;
    }

    /** The watchdog's: true if the device has no buffer. */
    boolean emptyRing() {
        return ring.posted() == 0;
    }

    // ---- data path

    @Override
    protected int poll(NetBuf[] into, int from, int max) {
        if (broken) {
            return 0;
        }
        QueueSettings settings = context.settings();
        int taken = 0;
        long bytes = 0;
        boolean more = false;
        while (true) {
            long at = completions.at();
            int word0 = RxCompletion.word0Acquire(completions.memory(), at);
            if (!completions.isNew(word0)) {
                break;
            }
            if (taken == max) {
                more = true;
                break;
            }
            NetBuf packet = accept(at, word0, settings);
            if (packet != null) {
                bytes += packet.next() == null ? packet.length() : packet.packetLength();
                into[from + taken++] = packet;
            } else if (broken) {
                break;
            }
        }
        counters.packets += taken;
        counters.bytes += bytes;
        if (!broken) {
            replenish();
        }
        return taken | (more ? BurstStatus.MORE : 0) | (starved ? BurstStatus.UNDERRUN : 0);
    }

    private void replenish() {
        int room = ring.room();
        if (room >= refillAt || starved && room > 0) {
            refill();
        }
        announce();
    }

    private void refill() {
        starved = ring.refill() > 0;
        if (starved) {
            counters.noBuffer++;
            stats.partialRefills++;
        }
    }

    private void announce() {
        if (ring.announce()) {
            counters.doorbells++;
        }
    }

    /** Takes a completion; returns the packet that it ends, or null if it ends none or is wrong. */
    private NetBuf accept(long at, int word0, QueueSettings settings) {
        int word1 = RxCompletion.word1(completions.memory(), at);
        int id = RxCompletion.reqId(word1);
        int length = RxCompletion.length(word1);
        NetBuf buffer = ring.buffer(id);
        boolean first = parts == 0;
        if ((word0 & RxCompletion.FIRST) != 0 != first || (word0 & mustBeZero) != 0 || buffer == null
            || parts == maxBuffers) {
            reject(word0, id, length);
            return null;
        }
        int offset = first ? RxCompletion.offset(completions.memory(), at) : 0;
        if (offset + length > buffer.tailroom()) {
            reject(word0, id, length);
            return null;
        }
        completions.advance();
        if (length == 0) {
            stats.recycled++;
            ring.recycle(id);
        } else {
            ring.take(id);
            buffer.setData(buffer.headroom() + offset, length);
            if ((word0 & WHOLE) == WHOLE) {
                return finish(buffer, at, word0, settings);
            }
            append(buffer);
        }
        parts++;
        return (word0 & RxCompletion.LAST) == 0 ? null : finishChain(at, word0, settings);
    }

    private void append(NetBuf buffer) {
        if (head == null) {
            head = buffer;
        } else {
            last.chain(buffer);
        }
        last = buffer;
    }

    private NetBuf finishChain(long at, int word0, QueueSettings settings) {
        NetBuf packet = head;
        head = null;
        last = null;
        parts = 0;
        if (packet == null) {
            // A packet of no bytes at all.
            counters.errors++;
            return null;
        }
        return finish(packet, at, word0, settings);
    }

    private NetBuf finish(NetBuf packet, long at, int word0, QueueSettings settings) {
        int flags = settings.rxChecksum() ? RxNotes.checksumFlags(word0, stats) : 0;
        if (settings.rxHash()) {
            packet.setHash(RxCompletion.hash(completions.memory(), at));
            flags |= NetBuf.RX_HASH;
        }
        if (timestamps && settings.rxTimestamp()) {
            packet.setTimestamp(RxCompletion.timestamp(completions.memory(), at));
            flags |= NetBuf.RX_TIMESTAMP;
        }
        packet.setFlags(flags);
        return packet;
    }

    /** The device wrote nonsense: nothing of it is used, and the entry stays where it is. */
    private void reject(int word0, int id, int length) {
        broken = true;
        String where = device() + ": receive queue " + index() + ": completion 0x" + Integer.toHexString(word0) + " at "
            + (completions.head() & ringSize() - 1);
        if ((word0 & RxCompletion.FIRST) != 0 != (parts == 0)) {
            malformed(where + (parts == 0 ? " goes on with a packet that was not begun"
                : " begins a packet, and " + parts + " buffers of another have come"));
        } else if ((word0 & mustBeZero) != 0) {
            malformed(where + " has reserved bits set");
        } else if (ring.buffer(id) == null) {
            stats.badRequestId++;
            context.trouble().raise(ResetReason.INV_RX_REQ_ID, where + " names buffer " + id
                + (id < ringSize() ? ", which is not posted" : ", and the ring has " + ringSize()));
        } else if (parts == maxBuffers) {
            stats.badDescriptorCount++;
            context.trouble().raise(ResetReason.TOO_MANY_RX_DESCS, where + " is part " + (parts + 1)
                + " of a packet, and " + maxBuffers + " are agreed");
        } else {
            malformed(where + " puts " + length + " bytes into buffer " + id + ", which has room for "
                + ring.buffer(id).tailroom());
        }
    }

    private void malformed(String evidence) {
        stats.malformed++;
        context.trouble().raise(ResetReason.RX_DESCRIPTOR_MALFORMED, evidence);
    }

    // ---- interrupts

    @Override
    protected boolean arm() {
        if (broken) {
            return false;
        }
        if (ring.room() > 0 && (starved || ring.posted() == 0)) {
            replenish();
        }
        Coalescing rules = context.settings().coalescing();
        int micros = rules.rxUsecs();
        if (rules.adaptive()) {
            if (!served) {
                served = true;
                adaptive.served(counters.packets, counters.bytes, context.platform().clock().nanoTime());
            }
            micros = adaptive.micros();
        }
        stats.unmasked++;
        armed = true;
        line.unmask(micros, rules);
        // The store to the register, before the look at the ring: else a completion between the two is lost to both.
        Barriers.full();
        return completions.isWaiting();
    }

    @Override
    protected void disarm() {
        armed = false;
        line.mask();
    }
}
