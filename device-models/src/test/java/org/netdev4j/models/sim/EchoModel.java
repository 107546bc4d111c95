package org.netdev4j.models.sim;

import java.util.List;
import org.netdev4j.models.device.DeviceDma.Kind;
import org.netdev4j.models.device.DeviceHost;
import org.netdev4j.models.device.DeviceModel;
import org.netdev4j.models.device.PciProfile;
import org.netdev4j.platform.bus.DeviceIdentity;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.WirePort;

/**
 * A device with a scratch register, a ring whose buffers it changes in place, a timer, and a port that sends back what
 * comes.
 */
public final class EchoModel implements DeviceModel {
    static final DeviceIdentity.Pci IDENTITY = new DeviceIdentity.Pci(0x1af0, 0x0ec0, 0x1af1, 0x0ec1, 0x020000, 3);
    public static final String LENGTH = "echo-length";
    public static final String SILENT = "echo-silent";
    public static final int VECTORS = 70;
    public static final int MSIX = 0x1000;
    public static final long BAR0_SIZE = 0x4000;
    public static final long BAR2_SIZE = 0x10_0000;

    public static final int ID = 0x00;
    public static final int SCRATCH = 0x08;
    public static final int RING = 0x10;
    public static final int TAIL = 0x18;
    public static final int PERIOD = 0x20;
    public static final int CRASH = 0x28;
    public static final int CRASH_STEP = 0x30;
    public static final int FIRE = 0x38;

    public static final int ID_VALUE = 0xec40_0001;
    public static final int ENTRIES = 8;
    public static final int ENTRY = 16;
    public static final int FLAG = 12;
    public static final int MOST = 2048;

    private final int mask;
    private final Memory entry = Memory.allocate("entry", ENTRY);
    private final Memory buffer = Memory.allocate("buffer", WirePort.MAX_FRAME);
    private DeviceHost host;
    private volatile long scratch;
    private volatile long ring;
    private volatile int tail;
    private volatile long period;
    private volatile boolean crash;
    private int head;
    private long due = NEVER;
    public volatile int resets;
    volatile boolean closed;
    volatile int turns;
    volatile long faulted;

    EchoModel(int mask) {
        this.mask = mask;
    }

    @Override
    public String name() {
        return "echo";
    }

    @Override
    public PciProfile pci() {
        return new PciProfile(IDENTITY, "Echo", List.of(new PciProfile.Bar(0, BAR0_SIZE, false, false),
            new PciProfile.Bar(2, BAR2_SIZE, true, true)), VECTORS, 0, MSIX);
    }

    @Override
    public void attach(DeviceHost plugged) {
        host = plugged;
    }

    @Override
    public long readBar(int bar, long offset, int width) {
        return switch (bar == 0 ? (int) offset : -1) {
            case ID -> ID_VALUE;
            case SCRATCH -> scratch;
            case CRASH -> throw new IllegalStateException("a register that does not work");
            default -> 0;
        };
    }

    @Override
    public void writeBar(int bar, long offset, int width, long value) {
        if (bar != 0) {
            return;
        }
        switch ((int) offset) {
            case SCRATCH -> scratch = value;
            case RING -> ring = value;
            case TAIL -> tail = (int) value;
            case PERIOD -> period = value;
            case CRASH_STEP -> crash = true;
            case FIRE -> host.interrupt((int) value);
            default -> { }
        }
        if (offset >= RING) {
            host.wake();
        }
    }

    @Override
    public boolean step() {
        turns++;
        if (crash) {
            throw new IllegalStateException("a turn that does not work");
        }
        timer();
        boolean worked = head != tail;
        if (worked) {
            entry();
        }
        int length = host.wire().receive(buffer, 0, WirePort.MAX_FRAME);
        if (length != WirePort.EMPTY) {
            host.wire().send(buffer, 0, length);
        }
        return worked || length != WirePort.EMPTY;
    }

    private void timer() {
        long now = host.clock().nanoTime();
        if (period == 0) {
            due = NEVER;
        } else if (due == NEVER) {
            due = now + period;
        } else if (DeviceModel.due(host.clock(), due)) {
            due += period;
            host.interrupt(1);
        }
    }

    private void entry() {
        long at = ring + head % ENTRIES * (long) ENTRY;
        head++;
        if (!host.dma().read(Kind.DESCRIPTOR, at, entry, 0, ENTRY)) {
            faulted++;
            return;
        }
        int length = Math.min(MOST, entry.getInt(8));
        if (!host.dma().read(Kind.PAYLOAD, entry.getLong(0), buffer, 0, length)) {
            faulted++;
            return;
        }
        for (int i = 0; i < length; i++) {
            buffer.putByte(i, (byte) (buffer.getByte(i) ^ mask));
        }
        if (!host.dma().write(Kind.PAYLOAD, entry.getLong(0), buffer, 0, length) || host.faults().happens(SILENT, -1)) {
            return;
        }
        if (host.faults().happens(LENGTH, 0)) {
            entry.putInt(8, (int) host.faults().value());
        }
        entry.putInt(FLAG, 1);
        host.dma().writeEntry(Kind.COMPLETION, at, entry, 0, ENTRY, FLAG);
        if (host.trace().enabled()) {
            host.trace().line("ECHO " + length + " dice " + host.random().nextInt(1000));
        }
        host.interrupt(0);
    }

    @Override
    public long nextDueNanos() {
        return due;
    }

    @Override
    public void reset() {
        resets++;
        scratch = 0;
        ring = 0;
        tail = 0;
        head = 0;
        period = 0;
    }

    @Override
    public void close() {
        closed = true;
        entry.close();
        buffer.close();
    }
}
