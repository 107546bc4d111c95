package org.netdev4j.models.ena;

import java.util.ArrayDeque;
import java.util.Iterator;
import org.netdev4j.backend.ena.spec.AdminCompletion;
import org.netdev4j.backend.ena.spec.AdminEntry;
import org.netdev4j.backend.ena.spec.AdminStatus;
import org.netdev4j.backend.ena.spec.AenqConfig;
import org.netdev4j.backend.ena.spec.AenqEntry;
import org.netdev4j.backend.ena.spec.AenqGroup;
import org.netdev4j.backend.ena.spec.EnaPci;
import org.netdev4j.backend.ena.spec.EnaRegister;
import org.netdev4j.backend.ena.spec.EnaRegister.QueueCaps;
import org.netdev4j.models.device.DeviceDma;
import org.netdev4j.models.device.DeviceHost;
import org.netdev4j.platform.memory.Memory;

/**
 * The queue of events [AMZN ena_com.c, ena_com_admin_init_aenq, ena_com_aenq_intr_handler].
 *
 * <p>The driver's doorbell counts, modulo 65536, the entries that it has consumed and the depth: as many may have
 * been written. When there is no room events wait; none is ever written over. A newer keep-alive or link change takes
 * the place of a waiting one, and what more than a queue of events wait for is dropped.
 */
final class Aenq implements Feature {
    private static final int MAX_WAITING = 64;

    private final DeviceHost host;
    private final Registers registers;
    private final int supported;
    private final long addressMask;
    private final Memory entry = Memory.allocate("ENA model: event", AenqEntry.BYTES);
    private final ArrayDeque<Event> waiting = new ArrayDeque<>();
    private int enabled;
    private int written;
    private boolean open;
    private boolean stopped;

    /** Something to tell. */
    private record Event(AenqGroup group, int syndrome, byte[] payload) {
    }

    Aenq(DeviceHost host, EnaConfig config, Registers registers) {
        this.host = host;
        this.registers = registers;
        this.supported = config.number(EnaKey.AENQ_GROUPS);
        this.addressMask = (1L << config.number(EnaKey.DMA_WIDTH)) - 1;
    }

    @Override
    public void reset() {
        waiting.clear();
        enabled = 0;
        written = 0;
        open = false;
        stopped = false;
    }

    @Override
    public AdminStatus get(AdminRequest request) {
        new AenqConfig(supported, Features.wantsDefault(request) ? 0 : enabled).write(request.reply,
            AdminCompletion.PAYLOAD);
        return AdminStatus.SUCCESS;
    }

    @Override
    public AdminStatus set(AdminRequest request) {
        int wanted = AenqConfig.read(request.entry, AdminEntry.FEATURE_PAYLOAD).enabledGroups();
        request.say("AENQ_CONFIG groups=0x" + Integer.toHexString(wanted));
        if ((wanted & ~supported) != 0) {
            return AdminStatus.ILLEGAL_PARAMETER;
        }
        enabled = wanted;
        return AdminStatus.SUCCESS;
    }

    /** True once the driver has given entries: from then on there are events. */
    boolean open() {
        return open;
    }

    boolean enabled(AenqGroup group) {
        return (enabled & group.bit()) != 0;
    }

    /** Notes that the driver has rung the doorbell. True if that was the first time since the reset. */
    boolean doorbell() {
        boolean first = !open;
        open = true;
        return first;
    }

    /**
     * Tells something, if the driver wants to know it.
     *
     * @param payload little-endian words of 8 bytes
     */
    void post(AenqGroup group, int syndrome, long... payload) {
        if (!open || !enabled(group) || host.faults().happens(EnaFaults.AENQ_LOST, group.code())) {
            return;
        }
        if (group == AenqGroup.KEEP_ALIVE || group == AenqGroup.LINK_CHANGE) {
            for (Iterator<Event> each = waiting.iterator(); each.hasNext();) {
                if (each.next().group == group) {
                    each.remove();
                }
            }
        }
        if (waiting.size() == MAX_WAITING) {
            line("AENQ " + group + " dropped: the driver takes no events");
            return;
        }
        byte[] bytes = new byte[AenqEntry.BYTES - AenqEntry.PAYLOAD];
        entry.fill(0, AenqEntry.BYTES, (byte) 0);
        for (int i = 0; i < payload.length; i++) {
            entry.putLong(i * (long) Long.BYTES, payload[i]);
        }
        entry.copyTo(0, bytes, 0, bytes.length);
        waiting.add(new Event(group, syndrome, bytes));
    }

    /** Writes what waits as far as there is room. */
    boolean step() {
        boolean worked = false;
        while (!waiting.isEmpty() && !stopped && room() > 0) {
            write(waiting.poll());
            worked = true;
        }
        return worked;
    }

    private int depth() {
        int caps = registers.get(EnaRegister.AENQ_CAPS);
        int depth = QueueCaps.depth(caps);
        return QueueCaps.entryBytes(caps) == AenqEntry.BYTES && Integer.bitCount(depth) == 1 ? depth : 0;
    }

    private int room() {
        int depth = depth();
        int room = registers.get(EnaRegister.AENQ_HEAD_DB) - written & 0xffff;
        if (room > depth) {
            stop("doorbell gives " + room + " entries in a queue of " + depth);
            return 0;
        }
        return room;
    }

    private void stop(String why) {
        stopped = true;
        line("AENQ stopped: " + why);
    }

    private void write(Event event) {
        int depth = depth();
        int group = event.group.code();
        int phase = 1 ^ (written / depth & 1) ^ (host.faults().happens(EnaFaults.AENQ_BAD_PHASE, group) ? 1 : 0);
        AenqEntry.start(entry, 0, event.group, event.syndrome, phase, host.clock().nanoTime() / 1000);
        entry.copyFrom(AenqEntry.PAYLOAD, event.payload, 0, event.payload.length);
        if (host.faults().happens(EnaFaults.AENQ_GARBAGE, group)) {
            entry.putShort(2, (short) host.random().nextInt());
            for (int at = AenqEntry.PAYLOAD; at < AenqEntry.BYTES; at += Long.BYTES) {
                entry.putLong(at, host.random().nextLong());
            }
        }
        if (host.faults().happens(EnaFaults.AENQ_UNKNOWN_GROUP, group)) {
            entry.putShort(0, (short) host.faults().value());
        }
        long iova = registers.address(EnaRegister.AENQ_BASE_LO, EnaRegister.AENQ_BASE_HI)
            + (long) (written % depth) * AenqEntry.BYTES;
        if ((iova & ~addressMask) != 0
            || !host.dma().writeEntry(DeviceDma.Kind.CONTROL, iova, entry, 0, AenqEntry.BYTES, AenqEntry.FLAGS_OFFSET)) {
            stop("event at 0x" + Long.toHexString(iova) + " cannot be written");
            return;
        }
        written = written + 1 & 0xffff;
        registers.set(EnaRegister.AENQ_TAIL, written);
        line("AENQ " + event.group + " syndrome " + event.syndrome);
        if (!registers.interruptMasked()) {
            host.interrupt(EnaPci.VECTOR_MANAGEMENT);
        }
    }

    private void line(String text) {
        if (host.trace().enabled()) {
            host.trace().line(text);
        }
    }

    void close() {
        entry.close();
    }
}
