package org.netdev4j.backend.ena;

import org.netdev4j.api.NetBuf;
import org.netdev4j.backend.ena.spec.TxDescriptor;
import org.netdev4j.backend.ena.spec.TxMetaDescriptor;
import org.netdev4j.platform.memory.DmaAllocator;
import org.netdev4j.platform.memory.DmaMemory;

/** Transmit descriptors in host memory: the device fetches them after the doorbell. An entry is a descriptor. */
final class HostTxRing extends TxRing {
    private static final long ALIGNMENT = 4096;

    private final DmaMemory memory;

    HostTxRing(DmaAllocator dma, String name, int depth) {
        super(depth);
        memory = dma.allocate(name, (long) depth * TxDescriptor.BYTES, ALIGNMENT);
    }

    @Override
    void prepare() {
        super.prepare();
        memory.fill(0, memory.size(), (byte) 0);
    }

    @Override
    long iova() {
        return memory.iova();
    }

    @Override
    int maxHeader() {
        return 0;
    }

    @Override
    int entries(TxWork work) {
        return Math.max(1, work.buffers) + (wantsMeta(work) ? 1 : 0);
    }

    @Override
    int maxEntries() {
        return depth - 1;
    }

    @Override
    boolean needsDoorbell(int entries) {
        return false;
    }

    @Override
    void flush() {
        // The doorbell itself comes after all stores to memory.
    }

    @Override
    void write(NetBuf packet, TxWork work, int reqId) {
        boolean meta = wantsMeta(work);
        int position = tail;
        if (meta) {
            TxMetaDescriptor.write(memory, at(position), metaWord0(work) | phase(position), (int) work.meta);
            position++;
        }
        TxDescriptor.write(memory, at(position), firstWord0(work, reqId, meta) | phase(position),
            TxDescriptor.word1(reqId, work.offloads), TxDescriptor.address(work.iovas[0], 0));
        position++;
        for (int i = 1; i < work.buffers; i++) {
            TxDescriptor.write(memory, at(position), laterWord0(work, i) | phase(position), 0,
                TxDescriptor.address(work.iovas[i], 0));
            position++;
        }
        used += position - tail;
        tail = position;
    }

    private long at(int position) {
        return (long) (position & mask) * TxDescriptor.BYTES;
    }

    private int phase(int position) {
        return Cursor.phase(position, mask, TxDescriptor.PHASE);
    }

    @Override
    void release() {
        memory.close();
    }
}
