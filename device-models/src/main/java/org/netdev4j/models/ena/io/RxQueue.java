package org.netdev4j.models.ena.io;

import org.netdev4j.backend.ena.spec.RxDescriptor;
import org.netdev4j.models.device.DeviceDma.Kind;
import org.netdev4j.models.device.DeviceModel;
import org.netdev4j.platform.memory.Memory;

/**
 * A receive queue: buffers that the driver has posted, fetched some time before they are needed. The device uses each
 * descriptor as one buffer; the marks of first and last in it, which drivers set in all, mean nothing [AMZN ena_eth_com.c].
 */
final class RxQueue extends SubmissionQueue {
    // Fetched buffers, as a ring of a power of two: more than a packet takes.
    private static final int MOST_FETCHED = 128;

    private final long iova;
    private final EntryBuffer buffer;
    private final long[] addresses = new long[MOST_FETCHED];
    private final int[] lengths = new int[MOST_FETCHED];
    private final int[] ids = new int[MOST_FETCHED];
    private int first;
    private int fetched;
    private int fetchHead;
    private boolean stuck;
    private long stuckUntil;

    RxQueue(IoContext io, int index, int depth, CompletionQueue completions, long iova, EntryBuffer buffer) {
        super(io, index, depth, false, completions);
        this.iova = iova;
        this.buffer = buffer;
    }

    /**
     * Sees to it that there are buffers for a packet, if the driver has posted them.
     *
     * @param bytes  of the packet and the offset before it
     * @param most   buffers at most
     * @return how many buffers it takes; 0 if there are not enough, -1 if it would take more than {@code most}
     */
    int reserve(int bytes, int most) {
        int room = 0;
        for (int count = 0; count < most; count++) {
            if (count == fetched && !fetch()) {
                return 0;
            }
            if (io.settings.rxOutOfOrder && fetched - count > 1) {
                swap(count, count + io.random.nextInt(fetched - count));
            }
            room += lengths[at(count)];
            if (room >= bytes) {
                return count + 1;
            }
        }
        return -1;
    }

    /** Sees to it that so many buffers are at hand, if the driver has posted them. */
    boolean hold(int count) {
        while (fetched < count && fetch()) {
            // as many as are announced, batch by batch
        }
        return fetched >= count;
    }

    private void swap(int a, int b) {
        int i = at(a);
        int j = at(b);
        long address = addresses[i];
        int length = lengths[i];
        int id = ids[i];
        addresses[i] = addresses[j];
        lengths[i] = lengths[j];
        ids[i] = ids[j];
        addresses[j] = address;
        lengths[j] = length;
        ids[j] = id;
    }

    private int at(int number) {
        return first + number & MOST_FETCHED - 1;
    }

    private boolean fetch() {
        if (isHalted() || fetched > MOST_FETCHED - EntryBuffer.BATCH) {
            return false;
        }
        int announced = announcedAfter(fetchHead);
        if (announced == 0) {
            return false;
        }
        if (announced > depth()) {
            malformed("doorbell announces more buffers than the ring has");
            return false;
        }
        int slot = slot(fetchHead);
        int count = Math.min(Math.min(announced, EntryBuffer.BATCH), depth() - slot);
        Memory memory = buffer.memory();
        if (!io.dma.read(Kind.DESCRIPTOR, iova + (long) slot * RxDescriptor.BYTES, memory, 0, count * RxDescriptor.BYTES)) {
            io.counters.dmaFaults++;
            halt("DMA fault at receive descriptors");
            return false;
        }
        for (int i = 0; i < count; i++) {
            if (!take(memory, i * RxDescriptor.BYTES)) {
                return false;
            }
        }
        return true;
    }

    private boolean take(Memory memory, int from) {
        int word0 = RxDescriptor.word0(memory, from);
        if ((word0 & RxDescriptor.PHASE) != 0 != phaseAt(fetchHead)) {
            malformed("receive descriptor with a wrong phase bit");
            return false;
        }
        if ((word0 & RxDescriptor.MUST_BE_ZERO) != 0) {
            malformed("receive descriptor with bits set that must be zero");
            return false;
        }
        if (io.forms.on()) {
            io.forms.receive(word0);
        }
        int to = at(fetched);
        addresses[to] = RxDescriptor.iova(memory, from);
        lengths[to] = RxDescriptor.length(word0);
        ids[to] = RxDescriptor.reqId(memory, from);
        arm(ids[to]);
        fetched++;
        fetchHead = fetchHead + 1 & COUNTER_MASK;
        return true;
    }

    /** How far descriptors were fetched, as a free-running counter. */
    int fetchHead() {
        return fetchHead;
    }

    /** Buffers fetched and not used. */
    int atHand() {
        return fetched;
    }

    /** Address of a buffer at hand, 0 for the next. */
    long address(int number) {
        return addresses[at(number)];
    }

    /** Room in a buffer at hand. */
    int length(int number) {
        return lengths[at(number)];
    }

    /** Id of a buffer at hand. */
    int id(int number) {
        return ids[at(number)];
    }

    /** Gives up so many buffers, which completions tell the driver. */
    void consume(int count) {
        for (int i = 0; i < count; i++) {
            disarm(ids[at(i)]);
        }
        first = at(count);
        fetched -= count;
    }

    /** True if a fault keeps it from taking anything now. */
    boolean isStuck() {
        if (!stuck && io.faults.happens(IoFaults.RX_STUCK, index())) {
            long nanos = io.faults.value();
            stuck = true;
            stuckUntil = nanos == 0 ? DeviceModel.NEVER : io.after(nanos);
        }
        if (stuck && stuckUntil != DeviceModel.NEVER && io.isPast(stuckUntil)) {
            stuck = false;
        }
        return stuck;
    }
}
