package org.netdev4j.backend.ena;

import java.util.Optional;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.TxQueue;
import org.netdev4j.backend.ena.spec.ResetReason;
import org.netdev4j.backend.ena.spec.TxCompletion;
import org.netdev4j.spi.TxQueueSetup;

/**
 * A transmit queue.
 *
 * <p>Life: {@link #prepare()}; the driver has the device make the queues from {@link #cqIova()} and the like; {@link
 * #connect}; traffic; {@link #drain()}; and from the start again, or {@link #release()}. All but traffic is for the
 * control path.
 *
 * <p>Completions are looked for when room is needed, and after every {@value #REAP_BATCH} packets. The queue has no
 * interrupt: it is polled by whoever sends.
 *
 * <p>What the device writes is checked before it is used. If it is wrong, {@link Trouble} is told, and the queue moves
 * nothing until it is prepared anew.
 */
final class EnaTxQueue extends TxQueue {
    /** Packets between two looks for completions. */
    static final int REAP_BATCH = 32;

    private final EnaQueueContext context;
    private final EnaTxStats stats;
    private final TxRequests requests;
    private final CompletionRing completions;
    private final TxLedger ledger;
    private final NetBuf[] done = new NetBuf[REAP_BATCH];
    private TxRing ring;
    private TxWork work;
    private LlqPlan plan;
    private int mustBeZero;
    private int maxHeader;
    private int maxEntries;
    private long unreachable;
    private int reapAt;
    private boolean broken;

    EnaTxQueue(TxQueueSetup setup, EnaQueueContext context) {
        super(setup);
        this.context = context;
        stats = context.txStats(setup.index());
        requests = new TxRequests(stats);
        completions = new CompletionRing("transmit completions " + setup.index(), setup.ringSize());
        ledger = new TxLedger(setup.ringSize());
    }

    // ---- control path

    /** Allocates or empties the rings, by {@link EnaQueueContext#terms()}: first round, no metadata known to the device. */
    void prepare() {
        QueueTerms terms = context.terms();
        if (ring == null || !terms.llq().equals(Optional.ofNullable(plan))) {
            replaceRing(terms);
        }
        completions.prepare(context.dma(), terms.txTimestamps() ? TxCompletion.EXTENDED_BYTES : TxCompletion.BYTES);
        ring.prepare();
        ledger.reset();
        requests.prepare(terms);
        work = new TxWork(terms.maxTxBuffers());
        mustBeZero = terms.checksMustBeZero() ? TxCompletion.MUST_BE_ZERO : 0;
        maxHeader = ring.maxHeader();
        maxEntries = ring.maxEntries();
        unreachable = -1L << terms.addressBits();
        reapAt = REAP_BATCH;
        broken = false;
    }

    private void replaceRing(QueueTerms terms) {
        if (ring != null) {
            ring.release();
            ring = null;
        }
        plan = terms.llq().orElse(null);
        ring = plan == null ? new HostTxRing(context.dma(), "transmit descriptors " + index(), ringSize())
            : new LlqTxRing(plan, terms.llqMemory().orElseThrow(), "transmit bounce buffer " + index(), ringSize());
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

    /** Device address of the descriptors; 0 for a low-latency queue. */
    long sqIova() {
        return ring.iova();
    }

    /** Entries of the submission ring. */
    int sqDepth() {
        return ringSize();
    }

    /**
     * The device has made the queue.
     *
     * @param doorbellOffset in BAR0
     * @param llqOffset      in BAR2; counts for a low-latency queue
     */
    void connect(long doorbellOffset, long llqOffset) {
        ring.connect(context.terms().registers(), doorbellOffset);
        if (ring instanceof LlqTxRing llq) {
            llq.place(llqOffset);
        }
    }

    /**
     * Gives back all buffers whose completion has not been seen; the device no longer reads them.
     *
     * @return packets that were not known to be completed
     */
    int drain() {
        broken = true;
        int left = ledger.drain();
        stats.abandoned += left;
        if (ring != null) {
            ring.prepare();
        }
        return left;
    }

    /** Frees the rings; {@link #drain()} came before. */
    void release() {
        if (ring != null) {
            ring.release();
            ring = null;
        }
        completions.release();
    }

    /** What the watchdog looks at. */
    TxWatch newWatch() {
        return new TxWatch(ledger, completions, stats);
    }

    // ---- data path

    @Override
    public int pending() {
        return ledger.pending();
    }

    @Override
    protected int submit(NetBuf[] packets, int from, int count) {
        if (broken) {
            return 0;
        }
        if (ledger.pending() >= reapAt) {
            reap(Integer.MAX_VALUE);
            reapAt = ledger.pending() + REAP_BATCH;
        }
        QueueSettings settings = context.settings();
        long stamp = context.stamp();
        int end = from + count;
        int next = from;
        while (next < end && place(packets[next], settings, stamp)) {
            next++;
        }
        announce();
        int taken = next - from;
        if (taken < count) {
            counters.full++;
        }
        return taken | (ring.free() > 1 && !broken ? BurstStatus.MORE : 0) | (taken < count ? BurstStatus.UNDERRUN : 0);
    }

    private void announce() {
        if (ring.announce()) {
            counters.doorbells++;
        }
    }

    /** Writes a packet into the ring, or refuses it for good; false if there is no room for it now. */
    private boolean place(NetBuf packet, QueueSettings settings, long stamp) {
        if (!requests.take(packet, settings, work) || !map(packet)) {
            refuse(packet);
            return true;
        }
        int entries = ring.entries(work);
        if (entries > maxEntries) {
            stats.tooManyBuffers++;
            refuse(packet);
            return true;
        }
        if (entries > ring.free() && !makeRoom(entries)) {
            return false;
        }
        if (ring.needsDoorbell(entries)) {
            announce();
            stats.burstDoorbells++;
        }
        TxRequests.finish(packet, work);
        int id = ledger.take(packet, work.bytes, entries, stamp);
        ring.write(packet, work, id);
        stats.submitted++;
        stats.submittedBytes += work.bytes;
        return true;
    }

    private boolean map(NetBuf packet) {
        int push = Math.min(work.bytes, maxHeader);
        if (!work.map(packet, push)) {
            stats.tooManyBuffers++;
            return false;
        }
        if (push > packet.length()) {
            stats.gatheredHeaders++;
        }
        if (!work.isReachable(unreachable)) {
            stats.badAddress++;
            return false;
        }
        return true;
    }

    private void refuse(NetBuf packet) {
        counters.errors++;
        packet.free();
    }

    private boolean makeRoom(int entries) {
        reap(Integer.MAX_VALUE);
        return entries <= ring.free() && !broken;
    }

    @Override
    protected int reap(int max) {
        if (broken) {
            return 0;
        }
        stats.polls++;
        int reaped = 0;
        int batch = 0;
        long bytes = 0;
        while (reaped < max) {
            int word0 = TxCompletion.word0Acquire(completions.memory(), completions.at());
            if (!completions.isNew(word0)) {
                break;
            }
            int id = TxCompletion.reqId(word0);
            if ((word0 & mustBeZero) != 0 || !ledger.isUnderWay(id)) {
                reject(word0, id);
                break;
            }
            completions.advance();
            bytes += ledger.bytes(id);
            ring.complete(ledger.entries(id));
            done[batch++] = ledger.give(id);
            reaped++;
            if (batch == REAP_BATCH) {
                NetBufPool.free(done, 0, batch);
                batch = 0;
            }
        }
        NetBufPool.free(done, 0, batch);
        counters.packets += reaped;
        counters.bytes += bytes;
        return reaped;
    }

    /** The device wrote nonsense: nothing of it is used, and the entry stays where it is. */
    private void reject(int word0, int id) {
        broken = true;
        String where = device() + ": transmit queue " + index() + ": completion 0x" + Integer.toHexString(word0) + " at "
            + (completions.head() & ringSize() - 1);
        if ((word0 & mustBeZero) != 0) {
            stats.malformed++;
            context.trouble().raise(ResetReason.TX_DESCRIPTOR_MALFORMED, where + " has reserved bits set");
        } else {
            stats.badRequestId++;
            context.trouble().raise(ResetReason.INV_TX_REQ_ID, where + " names packet " + id
                + (id < ringSize() ? ", which is not under way" : ", and the ring has " + ringSize()));
        }
    }
}
