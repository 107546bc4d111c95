package org.netdev4j.models.ena.io;

import org.netdev4j.backend.ena.spec.TxDescriptor;
import org.netdev4j.models.device.DeviceDma.Kind;
import org.netdev4j.platform.memory.Memory;

/** A ring in the driver's memory, fetched many descriptors at a time. */
final class HostTxRing extends TxRing {
    private final IoContext io;
    private final long iova;
    private final EntryBuffer buffer;
    private final long[] fetched = new long[2 * EntryBuffer.BATCH];
    private int fetchedCount;
    private int used;
    private int head;

    HostTxRing(IoContext io, long iova, EntryBuffer buffer) {
        this.io = io;
        this.iova = iova;
        this.buffer = buffer;
    }

    @Override
    int next(SubmissionQueue queue) {
        if (used == fetchedCount) {
            int got = fetch(queue);
            if (got != READY) {
                return got;
            }
        }
        words01 = fetched[2 * used];
        words23 = fetched[2 * used + 1];
        if ((words01 & TxDescriptor.PHASE) != 0 != queue.phaseAt(head)) {
            return fail("transmit descriptor with a wrong phase bit");
        }
        used++;
        head = head + 1 & SubmissionQueue.COUNTER_MASK;
        return READY;
    }

    private int fetch(SubmissionQueue queue) {
        int announced = queue.announcedAfter(head);
        if (announced == 0) {
            return EMPTY;
        }
        if (announced > queue.depth()) {
            return fail("doorbell announces more descriptors than the ring has");
        }
        int slot = queue.slot(head);
        int count = Math.min(Math.min(announced, EntryBuffer.BATCH), queue.depth() - slot);
        Memory memory = buffer.memory();
        if (!io.dma.read(Kind.DESCRIPTOR, iova + (long) slot * TxDescriptor.BYTES, memory, 0, count * TxDescriptor.BYTES)) {
            io.counters.dmaFaults++;
            return fail("DMA fault at transmit descriptors");
        }
        for (int i = 0; i < 2 * count; i++) {
            fetched[i] = memory.getLong(8L * i);
        }
        fetchedCount = count;
        used = 0;
        return READY;
    }

    @Override
    void packetEnd() {
        // Packets follow one another without gaps.
    }

    @Override
    int head() {
        return head;
    }

    @Override
    void header(Memory into, int length) {
        throw new IllegalStateException("a ring in host memory has no pushed headers");
    }

    @Override
    int form() {
        return 1;
    }

    @Override
    String formText() {
        return "in the host";
    }

    @Override
    int mostHeader() {
        return 0;
    }
}
