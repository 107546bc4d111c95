package org.netdev4j.conformance.reference;

import java.util.concurrent.locks.LockSupport;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceEvent;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.RxQueue;
import org.netdev4j.conformance.Fault;
import org.netdev4j.conformance.FaultKind;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.spi.RxQueueSetup;

/** A receive queue: a ring of posted buffers, by id, and a ring of completions. Guarded by the device. */
final class RefRx extends RxQueue {
    private static final int CHAINED = 1 << 31;

    private final RefDevice device;
    private final DmaMemory ring;
    private final int size;
    private final NetBuf[] slots;
    private final int[] freeIds;
    private int free;
    private final int[] posted;
    private int postHead;
    private int postTail;
    private final int[] doneId;
    private final int[] doneLength;
    private final int[] doneFlags;
    private final int[] doneHash;
    private final int[] doneTci;
    private int doneHead;
    private int doneTail;
    private volatile boolean armed;
    private boolean shortOfBuffers;
    private NetBuf handedOut;
    private int seen;
    private boolean lost;
    private Object garbage;

    RefRx(RefDevice device, RxQueueSetup setup) {
        super(setup);
        this.device = device;
        size = setup.ringSize();
        ring = device.context.dma().allocate("receive ring " + index(), size * 16L, 64);
        slots = new NetBuf[size];
        freeIds = new int[size];
        posted = new int[size];
        // Twice as many: a fault may complete more than was posted.
        doneId = new int[size * 2];
        doneLength = new int[size * 2];
        doneFlags = new int[size * 2];
        doneHash = new int[size * 2];
        doneTci = new int[size * 2];
        for (int i = 0; i < size; i++) {
            freeIds[free++] = i;
        }
    }

    // ---- the device's side

    /** Puts a frame into posted buffers. */
    void place(Memory from, long at, int length, int flags, int hash, int tci) {
        if (missesOnPurpose()) {
            return;
        }
        int room = pool().dataRoom();
        int need = (length + room - 1) / room;
        boolean empty = device.defect == Defect.ZERO_LENGTH_SEGMENT && length % room == 0;
        if (need > 1 && !device.settings.has(Capability.RX_SCATTER)) {
            counters.errors++;
            return;
        }
        if (need + (empty ? 1 : 0) > postTail - postHead) {
            counters.missed++;
            return;
        }
        if (device.defect == Defect.TOUCHES_AFTER_HAND_OVER && handedOut != null && handedOut.length() > 0) {
            handedOut.putByte(handedOut.length() - 1, 0x5a);
        }
        int done = 0;
        for (int i = 0; i < need; i++) {
            int part = Math.min(room, length - done);
            int id = posted[postHead++ & size - 1];
            NetBuf buffer = slots[id];
            buffer.setData(pool().headroom(), part);
            buffer.copyFrom(0, from, at + done, part);
            done += part;
            complete(id, part | (i + 1 < need || empty ? CHAINED : 0), flags, hash, tci);
        }
        if (empty) {
            complete(posted[postHead++ & size - 1], 0, flags, hash, tci);
        }
        signalIfArmed();
    }

    private boolean missesOnPurpose() {
        seen++;
        return device.defect == Defect.DROPS_EVERY_100TH && seen % 100 == 0;
    }

    private void complete(int id, int length, int flags, int hash, int tci) {
        Fault wrongId = device.faults.take(FaultKind.COMPLETION_WRONG_ID, true, index());
        Fault wrongLength = device.faults.take(FaultKind.CORRUPT_LENGTH, true, index());
        int slot = doneTail++ & size * 2 - 1;
        // All ids are posted: one that is not is one completed just now.
        doneId[slot] = wrongId != null && wrongId.value() >= 0 ? size + wrongId.value() : id;
        doneLength[slot] = wrongLength != null ? wrongLength.value() : length;
        doneFlags[slot] = flags;
        doneHash[slot] = hash;
        doneTci[slot] = tci;
        if (device.faults.take(FaultKind.COMPLETION_DUPLICATED, true, index()) != null
            || wrongId != null && wrongId.value() < 0) {
            complete(id, length, flags, hash, tci);
        }
    }

    void interrupt() {
        if (armed) {
            signalIfArmed();
        }
    }

    /** Said again if it did not arrive. */
    void interruptLost() {
        if (lost) {
            interrupt();
        }
    }

    private void signalIfArmed() {
        if (armed && event() != null) {
            lost = device.faults.take(FaultKind.INTERRUPT_LOST, true, index()) != null;
        }
        if (armed && event() != null && !lost) {
            armed = false;
            counters.interrupts++;
            event().signal();
        }
    }

    // ---- the driver's side

    @Override
    protected int poll(NetBuf[] into, int from, int max) {
        synchronized (device.lockOf(this)) {
            hang();
            device.engine.pump();
            int count = 0;
            while (count < max && doneHead != doneTail && !device.gone) {
                NetBuf packet = take();
                if (packet == null) {
                    break;
                }
                into[from + count++] = packet;
            }
            shuffle(into, from, count);
            if (device.defect != Defect.STAYS_DRY || !shortOfBuffers) {
                refill();
            }
            int status = count;
            if (doneHead != doneTail && device.defect != Defect.NEVER_SAYS_MORE) {
                status |= BurstStatus.MORE;
            }
            return shortOfBuffers ? status | BurstStatus.UNDERRUN : status;
        }
    }

    private void hang() {
        while (device.defect == Defect.HANGS && device.wire.readable()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private void shuffle(NetBuf[] into, int from, int count) {
        if (device.defect == Defect.REORDERS && count > 10) {
            NetBuf first = into[from + 3];
            into[from + 3] = into[from + 4];
            into[from + 4] = first;
        }
    }

    private NetBuf take() {
        NetBuf first = null;
        NetBuf last = null;
        int bytes = 0;
        int segments = 0;
        while (true) {
            int slot = doneHead++ & size * 2 - 1;
            int id = doneId[slot];
            int length = doneLength[slot] & ~CHAINED;
            if (device.defect != Defect.TRUSTS_COMPLETION_ID && (id < 0 || id >= size || slots[id] == null)) {
                device.context.fail("receive queue " + index() + ": a completion names id " + id
                    + ", which is not posted");
                if (device.defect == Defect.SAYS_IT_TWICE) {
                    device.context.post(new DeviceEvent.ResetRequested("a second reason"));
                }
                break;
            }
            if (length > pool().dataRoom() && device.defect != Defect.TRUSTS_LENGTH) {
                device.context.fail("receive queue " + index() + ": a completion says " + length
                    + " bytes for a buffer of "
                    + pool().dataRoom());
                break;
            }
            NetBuf buffer = slots[id];
            slots[id] = null;
            freeIds[free++] = id;
            buffer.setLength(length);
            segments++;
            bytes += length;
            if (first == null) {
                first = buffer;
            } else {
                last.chain(buffer);
            }
            last = buffer;
            if ((doneLength[slot] & CHAINED) == 0) {
                return hand(first, slot, bytes, segments);
            }
        }
        if (first != null) {
            first.free();
        }
        return null;
    }

    private NetBuf hand(NetBuf packet, int slot, int bytes, int segments) {
        packet.setFlags(doneFlags[slot]);
        packet.setHash(doneHash[slot]);
        packet.setVlanTci(doneTci[slot]);
        if (device.settings.has(Capability.RX_TIMESTAMP)) {
            packet.addFlags(NetBuf.RX_TIMESTAMP);
            packet.setTimestamp(device.context.platform().clock().epochNanos());
        }
        counters.packets += device.defect == Defect.COUNTS_SEGMENTS ? segments : 1;
        counters.packets += device.defect == Defect.COUNTS_ONE_TOO_MANY && counters.packets == 1 ? 1 : 0;
        counters.bytes += device.defect == Defect.COUNTS_WITHOUT_HEADER ? bytes - 14 : bytes;
        handedOut = packet;
        if (device.defect == Defect.ALLOCATES_PER_PACKET) {
            garbage = new int[4];
        }
        return packet;
    }

    void refill() {
        boolean any = false;
        shortOfBuffers = false;
        while (free > 0) {
            NetBuf buffer = pool().allocate();
            if (buffer == null) {
                counters.noBuffer++;
                shortOfBuffers = true;
                break;
            }
            int id = freeIds[--free];
            slots[id] = buffer;
            posted[postTail++ & size - 1] = id;
            any = true;
        }
        if (any) {
            counters.doorbells++;
        }
    }

    @Override
    protected boolean arm() {
        synchronized (device.lockOf(this)) {
            armed = true;
            if (device.defect == Defect.LOSES_WAKE_UP) {
                // Looks before it arms, and drops what the wire said in between.
                return false;
            }
            device.engine.pump();
            if (doneHead != doneTail) {
                armed = false;
                return true;
            }
            return false;
        }
    }

    @Override
    protected void disarm() {
        armed = false;
    }

    /** Gives all buffers back, posted or filled. */
    void empty() {
        boolean leak = device.defect == Defect.LEAKS_BUFFER_ON_STOP;
        free = 0;
        for (int i = 0; i < size; i++) {
            if (slots[i] != null && !leak) {
                slots[i].free();
            } else if (slots[i] != null) {
                leak = false;
            }
            slots[i] = null;
            freeIds[free++] = i;
        }
        postHead = postTail;
        doneHead = doneTail;
        armed = false;
        handedOut = null;
        shortOfBuffers = false;
        if (device.defect == Defect.COUNTERS_LOST_ON_STOP) {
            counters.packets = 0;
        }
    }

    void close() {
        empty();
        ring.close();
    }

    @Override
    public String toString() {
        return "reference receive queue " + index() + " " + garbage;
    }
}
