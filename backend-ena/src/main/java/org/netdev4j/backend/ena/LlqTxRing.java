package org.netdev4j.backend.ena;

import org.netdev4j.api.NetBuf;
import org.netdev4j.backend.ena.spec.TxDescriptor;
import org.netdev4j.backend.ena.spec.TxMetaDescriptor;
import org.netdev4j.platform.Barriers;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.mmio.Mmio;

/**
 * A low-latency queue: descriptors and the head of the packet are pushed into the device's memory, entry by entry, so
 * that the device need not fetch them. An entry is put together in a bounce buffer and pushed whole, in 64-bit stores;
 * bytes that say nothing are zero [AMZN ena_eth_com.c].
 */
final class LlqTxRing extends TxRing {
    private final LlqPlan plan;
    private final Mmio device;
    private final Memory bounce;
    // One for a packet's first entry, one for those that follow: what must be zero in them mostly is already.
    private final Bounce first;
    private final Bounce later;
    private final int entryBytes;
    private final int headerOffset;
    private final int maxHeader;
    private final int maxBurst;
    private final boolean alwaysMeta;
    private long base;
    private int burstLeft;
    // The entry being put together: its next descriptor, and where its descriptors end.
    private Bounce current;
    private int slot;
    private int slotsEnd;

    LlqTxRing(LlqPlan plan, Mmio device, String name, int depth) {
        super(depth);
        this.plan = plan;
        this.device = device;
        entryBytes = plan.entryBytes();
        headerOffset = plan.headerOffset();
        maxHeader = plan.maxHeader();
        maxBurst = plan.maxBurstEntries();
        alwaysMeta = plan.metaCachingDisabled();
        bounce = Memory.allocate(name, 2L * entryBytes);
        first = new Bounce(bounce, 0);
        later = new Bounce(bounce, entryBytes);
    }

    @Override
    void prepare() {
        super.prepare();
        burstLeft = maxBurst;
    }

    /** Where the device has put the queue in its memory. */
    void place(long offset) {
        base = offset;
    }

    @Override
    long iova() {
        return 0;
    }

    @Override
    int maxHeader() {
        return maxHeader;
    }

    @Override
    int entries(TxWork work) {
        return plan.entries(Math.max(1, work.buffers) + (wantsMeta(work) ? 1 : 0));
    }

    @Override
    int maxEntries() {
        return maxBurst == 0 ? depth - 1 : Math.min(depth - 1, maxBurst);
    }

    @Override
    boolean needsDoorbell(int entries) {
        return maxBurst != 0 && entries > burstLeft;
    }

    @Override
    void flush() {
        // Pushed entries may still be on their way in write-combining buffers; the doorbell must not overtake them.
        Barriers.afterWriteCombining();
    }

    @Override
    boolean announce() {
        boolean rung = super.announce();
        if (rung) {
            burstLeft = maxBurst;
        }
        return rung;
    }

    /** Without the device's cache each packet brings metadata, if only zeros. */
    @Override
    boolean wantsMeta(TxWork work) {
        return alwaysMeta || super.wantsMeta(work);
    }

    @Override
    void write(NetBuf packet, TxWork work, int reqId) {
        int begin = tail;
        boolean meta = wantsMeta(work);
        first.putHeader(packet, work.header, headerOffset);
        current = first;
        slot = 0;
        slotsEnd = headerOffset;
        if (meta) {
            if (work.meta == TxWork.NO_META) {
                work.meta = 0;
            }
            TxMetaDescriptor.write(bounce, current.at + slot, metaWord0(work) | phase(), (int) work.meta);
            next();
        }
        TxDescriptor.write(bounce, current.at + slot, firstWord0(work, reqId, meta) | phase(),
            TxDescriptor.word1(reqId, work.offloads),
            TxDescriptor.address(work.buffers == 0 ? 0 : work.iovas[0], work.header));
        next();
        for (int i = 1; i < work.buffers; i++) {
            TxDescriptor.write(bounce, current.at + slot, laterWord0(work, i) | phase(), 0,
                TxDescriptor.address(work.iovas[i], 0));
            next();
        }
        if (slot != 0) {
            push();
        }
        used += tail - begin;
    }

    /** A descriptor was written: pushes the entry if it was the last that fits. */
    private void next() {
        slot += TxDescriptor.BYTES;
        if (slot == slotsEnd) {
            push();
            current = later;
            slot = 0;
            slotsEnd = plan.descsPerEntry() * TxDescriptor.BYTES;
        }
    }

    private void push() {
        current.endDescriptors(slot);
        device.push64(base + (long) (tail & mask) * entryBytes, bounce, current.at, entryBytes);
        tail++;
        burstLeft--;
    }

    private int phase() {
        return Cursor.phase(tail, mask, TxDescriptor.PHASE);
    }

    @Override
    void release() {
        bounce.close();
    }

    /** An entry on its way into the device, and which of its bytes are not zero since the last one. */
    private static final class Bounce {
        final long at;
        private final Memory memory;
        // Behind the last entry's descriptors and header.
        private long descriptorsEnd;
        private long headerEnd;

        Bounce(Memory memory, long at) {
            this.memory = memory;
            this.at = at;
        }

        /** Zeroes the descriptors from {@code slot} on that the last entry had. */
        void endDescriptors(int slot) {
            clear(at + slot, descriptorsEnd);
            descriptorsEnd = at + slot;
        }

        /** Copies the first bytes of a packet to {@code offset}, and zeroes what the last header had behind them. */
        void putHeader(NetBuf packet, int length, int offset) {
            long to = at + offset;
            long end = to + length;
            long wordsEnd = to + (length & -Long.BYTES);
            if (wordsEnd < end) {
                memory.putLong(wordsEnd, 0);
                wordsEnd += Long.BYTES;
            }
            clear(wordsEnd, headerEnd);
            headerEnd = wordsEnd;
            for (NetBuf part = packet; to < end; part = part.next()) {
                int count = Math.min(part.length(), (int) (end - to));
                if (count > 0) {
                    part.copyTo(0, memory, to, count);
                    to += count;
                }
            }
        }

        /** Nothing, if the one is not below the other. */
        private void clear(long from, long to) {
            for (long i = from; i < to; i += Long.BYTES) {
                memory.putLong(i, 0);
            }
        }
    }
}
