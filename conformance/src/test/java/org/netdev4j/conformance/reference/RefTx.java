package org.netdev4j.conformance.reference;

import java.util.Arrays;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.TxQueue;
import org.netdev4j.conformance.Fault;
import org.netdev4j.conformance.FaultKind;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.spi.TxQueueSetup;

/** A transmit queue: packets by id, a ring of ids submitted, a ring of ids completed. Guarded by the device. */
final class RefTx extends TxQueue {
    private static final long LATE_NANOS = 20_000_000;

    private final RefDevice device;
    private final DmaMemory ring;
    private final int size;
    private final NetBuf[] slots;
    private final int[] descriptors;
    private final long[] since;
    private final int[] freeIds;
    private int free;
    private int freeDescriptors;
    private final int[] submitted;
    private int submitHead;
    private int submitTail;
    private final int[] done;
    private int doneHead;
    private int doneTail;
    private int held = -1;
    private long heldUntil;
    private int taken;
    private boolean overrun;
    private Object garbage;

    RefTx(RefDevice device, TxQueueSetup setup) {
        super(setup);
        this.device = device;
        size = setup.ringSize();
        ring = device.context.dma().allocate("transmit ring " + index(), size * 16L, 64);
        slots = new NetBuf[size];
        descriptors = new int[size];
        since = new long[size];
        freeIds = new int[size];
        submitted = new int[size];
        done = new int[size * 2];
        empty();
    }

    // ---- the device's side

    int nextSubmitted() {
        return submitHead == submitTail ? -1 : submitted[submitHead & size - 1];
    }

    NetBuf packet(int id) {
        return slots[id];
    }

    void complete(int id) {
        submitHead++;
        long now = device.context.platform().clock().nanoTime();
        if (device.faults.take(FaultKind.COMPLETION_DROPPED, false, index()) != null) {
            return;
        }
        Fault wrong = device.faults.take(FaultKind.COMPLETION_WRONG_ID, false, index());
        if (wrong != null) {
            push(wrong.value() < 0 ? freeIds[0] : size + wrong.value());
            return;
        }
        if (held < 0 && device.faults.take(FaultKind.COMPLETION_LATE, false, index()) != null) {
            held = id;
            heldUntil = now + LATE_NANOS;
            return;
        }
        if (held < 0 && device.faults.take(FaultKind.COMPLETION_REORDERED, false, index()) != null) {
            held = id;
            heldUntil = now;
            return;
        }
        push(id);
        if (device.faults.take(FaultKind.COMPLETION_DUPLICATED, false, index()) != null) {
            push(id);
        }
    }

    private void push(int id) {
        done[doneTail++ & size * 2 - 1] = id;
    }

    private void releaseHeld() {
        if (held >= 0 && device.context.platform().clock().nanoTime() - heldUntil >= 0) {
            push(held);
            held = -1;
        }
    }

    // ---- the driver's side

    @Override
    protected int submit(NetBuf[] packets, int from, int count) {
        synchronized (device.lockOf(this)) {
            // What the wire would not take before.
            device.engine.kick(this);
            int n = 0;
            while (n < count && !device.gone) {
                NetBuf packet = packets[from + n];
                int segments = device.defect == Defect.SEGMENTS_NOT_COUNTED ? 1 : packet.segments();
                if (!device.engine.sendable(packet)) {
                    packet.free();
                    counters.errors++;
                    n++;
                    if (device.defect == Defect.LOSES_BURST_BEHIND_BAD_PACKET && n == count) {
                        return n;
                    }
                    continue;
                }
                while (segments > freeDescriptors - 1 && reapDone(1) > 0) {
                    // each turn frees one packet
                }
                if (segments > freeDescriptors - 1) {
                    break;
                }
                enqueue(packet, segments);
                n++;
            }
            if (n > 0 && (device.defect != Defect.BURST_STUCK || n != 17)) {
                counters.doorbells++;
                device.engine.kick(this);
            }
            return status(packets, from, count, n);
        }
    }

    private int status(NetBuf[] packets, int from, int count, int n) {
        if (n < count) {
            counters.full++;
            if (device.defect == Defect.FREES_REJECTED) {
                packets[from + n].free();
            }
        }
        int status = n | (n < count ? BurstStatus.UNDERRUN : 0) | (freeDescriptors > 1 || doneHead != doneTail
            ? BurstStatus.MORE : 0);
        return device.defect == Defect.WRONG_COUNT && n > 1 ? status - 1 : status;
    }

    private void enqueue(NetBuf packet, int segments) {
        int id = freeIds[--free];
        slots[id] = packet;
        descriptors[id] = segments;
        since[id] = device.context.platform().clock().nanoTime();
        freeDescriptors -= segments;
        submitted[submitTail++ & size - 1] = id;
        taken++;
        overrun |= device.defect == Defect.SEGMENTS_NOT_COUNTED && realDescriptors() > size;
        if (device.defect == Defect.ALLOCATES_PER_PACKET) {
            garbage = new int[4];
        }
    }

    private int realDescriptors() {
        int used = 0;
        for (NetBuf packet : slots) {
            used += packet == null ? 0 : packet.segments();
        }
        return used;
    }

    /** True once if descriptors were written over that the device had not read yet: what they said is lost. */
    boolean takeOverrun() {
        boolean was = overrun;
        overrun = false;
        return was;
    }

    /** True once every so many packets, for defects. */
    boolean everyNth(int n) {
        return taken % n == 0;
    }

    @Override
    protected int reap(int max) {
        synchronized (device.lockOf(this)) {
            device.engine.kick(this);
            return reapDone(max);
        }
    }

    private int reapDone(int max) {
        releaseHeld();
        int count = 0;
        while (count < max && doneHead != doneTail) {
            int id = done[doneHead++ & size * 2 - 1];
            if (device.defect != Defect.TRUSTS_COMPLETION_ID && (id < 0 || id >= size || slots[id] == null)) {
                device.context.fail("transmit queue " + index() + ": a completion names id " + id
                    + ", for which no packet waits");
                return count;
            }
            NetBuf packet = slots[id];
            counters.packets += device.defect == Defect.COUNTS_SEGMENTS ? packet.segments() : 1;
            counters.bytes += packet.packetLength() - (device.defect == Defect.COUNTS_WITHOUT_HEADER ? 14 : 0);
            packet.free();
            slots[id] = null;
            freeIds[free++] = id;
            freeDescriptors += descriptors[id];
            count++;
        }
        return count;
    }

    @Override
    public int pending() {
        synchronized (device.lockOf(this)) {
            return size - free;
        }
    }

    long oldestAge(long now) {
        long oldest = 0;
        for (int i = 0; i < size; i++) {
            if (slots[i] != null) {
                oldest = Math.max(oldest, now - since[i]);
            }
        }
        return doneHead != doneTail || submitHead != submitTail ? 0 : oldest;
    }

    /** Gives all buffers back, sent or not. */
    void empty() {
        for (int i = 0; i < size; i++) {
            if (slots[i] != null) {
                slots[i].free();
            }
            slots[i] = null;
            freeIds[i] = i;
        }
        free = size;
        freeDescriptors = size;
        submitHead = submitTail;
        doneHead = doneTail;
        held = -1;
    }

    void close() {
        empty();
        ring.close();
    }

    @Override
    public String toString() {
        return "reference transmit queue " + index() + Arrays.toString(submitted) + garbage;
    }
}
