package org.netdev4j.models.ena.io;

import org.netdev4j.backend.ena.spec.AdminStatus;
import org.netdev4j.backend.ena.spec.RxCompletion;
import org.netdev4j.backend.ena.spec.TxCompletion;
import org.netdev4j.models.ena.io.EnaIo.Created;

/** Creates and destroys queues, and refuses what the device does not have. */
final class QueueFactory implements AutoCloseable {
    private static final int WORD = Integer.BYTES;
    private static final int WIDE_ENTRY = 256;

    private final IoContext io;
    private final QueueTable queues;
    private final EntryBuffer buffer = new EntryBuffer();
    private final LlqMemory llq;
    private final InterruptVector[] vectors;

    QueueFactory(IoContext io, QueueTable queues) {
        this.io = io;
        this.queues = queues;
        this.llq = new LlqMemory(io.settings.maxLlqQueues, EnaIo.llqWindow(io.settings.maxLlqDepth));
        this.vectors = new InterruptVector[io.settings.vectors];
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] = new InterruptVector(io, i);
        }
    }

    /** BAR2. */
    LlqMemory llq() {
        return llq;
    }

    Created createCq(boolean interrupts, int vector, int entryWords, int depth, long iova) {
        int bytes = entryWords * WORD;
        boolean known = bytes == TxCompletion.BYTES || bytes == TxCompletion.EXTENDED_BYTES
            || bytes == RxCompletion.EXTENDED_BYTES;
        if (!known || !isRing(depth, io.settings.maxCqDepth) || interrupts && (vector < 0 || vector >= vectors.length)) {
            return refused(AdminStatus.ILLEGAL_PARAMETER);
        }
        int index = queues.freeCq();
        if (index < 0 || queues.cqCount() >= io.settings.maxTxQueues + io.settings.maxRxQueues) {
            return refused(AdminStatus.RESOURCE_ALLOCATION_FAILURE);
        }
        queues.add(new CompletionQueue(io, index, iova, depth, bytes, interrupts ? vectors[vector] : null, buffer));
        return new Created(AdminStatus.SUCCESS, index, 0);
    }

    Created createSq(boolean transmit, boolean inDevice, int cqIndex, int depth, long iova) {
        EnaSettings settings = io.settings;
        CompletionQueue cq = queues.cq(cqIndex);
        int most = !transmit ? settings.maxRxDepth : inDevice ? mostLlq() : settings.maxTxDepth;
        if (cq == null || cq.inUse() || !fits(cq.entryBytes(), transmit) || !isRing(depth, most) || depth > cq.depth()
            || inDevice && !transmit) {
            return refused(AdminStatus.ILLEGAL_PARAMETER);
        }
        int index = queues.freeSq();
        boolean full = transmit ? queues.txCount() >= settings.maxTxQueues : queues.rxCount() >= settings.maxRxQueues;
        int window = inDevice ? llq.free() : 0;
        if (index < 0 || full || window < 0 || inDevice && settings.maxLlqQueues == 0) {
            return refused(AdminStatus.RESOURCE_ALLOCATION_FAILURE);
        }
        cq.use(true, transmit);
        if (!transmit) {
            queues.add(new RxQueue(io, index, depth, cq, iova, buffer));
            return new Created(AdminStatus.SUCCESS, index, 0);
        }
        if (!inDevice) {
            queues.add(new TxQueue(io, index, depth, cq, new HostTxRing(io, iova, buffer), true));
            return new Created(AdminStatus.SUCCESS, index, 0);
        }
        LlqTxRing ring = new LlqTxRing(io, window, depth);
        llq.set(window, ring);
        queues.add(new TxQueue(io, index, depth, cq, ring, !settings.metaCachingDisabled));
        return new Created(AdminStatus.SUCCESS, index, (long) window * llq.windowBytes());
    }

    private int mostLlq() {
        EnaSettings settings = io.settings;
        int most = settings.maxLlqDepth;
        if (settings.llqEntryBytes == WIDE_ENTRY) {
            most = settings.maxWideLlqDepth == 0 ? most / 2 : settings.maxWideLlqDepth;
        }
        return Math.min(most, llq.windowBytes() / settings.llqEntryBytes);
    }

    private static boolean isRing(int depth, int most) {
        return depth > 1 && depth <= most && Integer.bitCount(depth) == 1;
    }

    private static boolean fits(int bytes, boolean transmit) {
        return transmit ? bytes <= TxCompletion.EXTENDED_BYTES : bytes >= RxCompletion.BYTES;
    }

    private static Created refused(AdminStatus status) {
        return new Created(status, 0, 0);
    }

    void destroy(SubmissionQueue queue) {
        queues.remove(queue);
        queue.completions().use(false, queue.transmit());
        if (queue instanceof TxQueue tx && tx.ring() instanceof LlqTxRing ring) {
            llq.set(ring.window(), null);
        }
    }

    AdminStatus destroyCq(int index) {
        CompletionQueue queue = queues.cq(index);
        if (queue == null) {
            return AdminStatus.ILLEGAL_PARAMETER;
        }
        if (queue.inUse()) {
            return AdminStatus.RESOURCE_BUSY;
        }
        queues.remove(queue);
        InterruptVector vector = queue.vector();
        for (int i = 0; i < queues.cqCount(); i++) {
            if (queues.cqByNumber(i).vector() == vector) {
                return AdminStatus.SUCCESS;
            }
        }
        if (vector != null) {
            vector.forget();
        }
        return AdminStatus.SUCCESS;
    }

    @Override
    public void close() {
        buffer.close();
    }
}
