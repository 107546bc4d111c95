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
    private final int entryBytes;
    private final int headerOffset;
    private final int maxHeader;
    private final int maxBurst;
    private long base;
    private int burstLeft;
    // The entry being put together: its next descriptor, and where its descriptors end.
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
        bounce = Memory.allocate(name, entryBytes);
    }

    @Override
    void prepare() {
        super.prepare();
        burstLeft = maxBurst;
        bounce.fill(0, entryBytes, (byte) 0);
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
        return plan.metaCachingDisabled() || super.wantsMeta(work);
    }

    @Override
    void write(NetBuf packet, TxWork work, int reqId) {
        int first = tail;
        putHeader(packet, work.header);
        slot = 0;
        slotsEnd = headerOffset;
        boolean meta = wantsMeta(work);
        if (meta) {
            if (work.meta == TxWork.NO_META) {
                work.meta = 0;
            }
            TxMetaDescriptor.write(bounce, slot, metaWord0(work) | phase(), (int) work.meta);
            next();
        }
        TxDescriptor.write(bounce, slot, firstWord0(work, reqId, meta) | phase(), TxDescriptor.word1(reqId, work.offloads),
            TxDescriptor.address(work.buffers == 0 ? 0 : work.iovas[0], work.header));
        next();
        for (int i = 1; i < work.buffers; i++) {
            TxDescriptor.write(bounce, slot, laterWord0(work, i) | phase(), 0, TxDescriptor.address(work.iovas[i], 0));
            next();
        }
        if (slot != 0) {
            clear(slot, slotsEnd);
            push();
        }
        used += tail - first;
    }

    /** Copies the first bytes of a packet behind the descriptors, and zeroes what is behind them. */
    private void putHeader(NetBuf packet, int length) {
        clear(headerOffset + (length & -Long.BYTES), entryBytes);
        int done = 0;
        NetBuf part = packet;
        while (done < length) {
            int count = Math.min(part.length(), length - done);
            if (count > 0) {
                part.copyTo(0, bounce, headerOffset + (long) done, count);
                done += count;
            }
            part = part.next();
        }
    }

    /** A descriptor was written: pushes the entry if it was the last that fits. */
    private void next() {
        slot += TxDescriptor.BYTES;
        if (slot == slotsEnd) {
            push();
            slot = 0;
            slotsEnd = plan.descsPerEntry() * TxDescriptor.BYTES;
            if (!plan.multipleDescs()) {
                clear(slotsEnd, entryBytes);
            }
        }
    }

    private void clear(int from, int to) {
        for (int at = from; at < to; at += Long.BYTES) {
            bounce.putLong(at, 0);
        }
    }

    private void push() {
        device.push64(base + (long) (tail & mask) * entryBytes, bounce, 0, entryBytes);
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
}
