package org.netdev4j.models.ena;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.netdev4j.models.sim.SimBus;
import org.netdev4j.models.sim.SimDevice;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.RandomSource;
import org.netdev4j.platform.VirtualClock;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.bus.DeviceIdentity;
import org.netdev4j.platform.bus.PciFunction;
import org.netdev4j.platform.memory.DmaAllocator;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.platform.mmio.Mmio;
import org.netdev4j.platform.wire.BackToBack;
import org.netdev4j.platform.wire.WirePort;

/**
 * The control side of an ENA driver, by hand: written from the published headers with literal offsets, so that a
 * mistake in the shared definitions shows. It polls, on a virtual clock.
 */
final class HandDriver implements AutoCloseable {
    static final int DEPTH = 32;
    static final int EVENTS = 16;
    static final int ENTRY = 64;
    static final long MICRO = 1_000;
    static final long MILLI = 1_000_000;

    static final int VERSION = 0x00;
    static final int CONTROLLER_VERSION = 0x04;
    static final int CAPS = 0x08;
    static final int DEV_CTL = 0x54;
    static final int DEV_STS = 0x58;
    static final int READY = 1;
    static final int RESET_IN_PROGRESS = 8;
    static final int FATAL = 0x20;
    static final int NO_ANSWER = 0xffff_ffff;

    final VirtualClock clock = new VirtualClock();
    final Platform platform;
    final WirePort far;
    final PciFunction function;
    final SimDevice device;
    final EnaModel model;
    final Mmio registers;
    final DmaAllocator dma;
    final DmaMemory response;
    final DmaMemory commands;
    final DmaMemory completions;
    final DmaMemory events;
    final DmaMemory control;
    boolean readless = true;
    private int sequence;
    private int tail;
    private int head;
    private int eventHead;
    private int nextId;

    HandDriver(String options) {
        platform = Platform.builder().random(RandomSource.seeded(7)).virtualClock(clock).build();
        BackToBack cable = BackToBack.create(platform, 1 << 18);
        far = cable.right();
        function = (PciFunction) new SimBus()
            .attach(DeviceAddress.parse("sim:ena,seed=5" + options), platform, Optional.of(cable.left()));
        device = (SimDevice) function;
        model = (EnaModel) device.model();
        registers = function.mapBar(0, PciFunction.BarMapping.UNCACHED).orElseThrow();
        dma = platform.dma().allocator("hand driver");
        response = dma.allocate("response", 8, 64);
        commands = dma.allocate("commands", DEPTH * ENTRY, 4096);
        completions = dma.allocate("completions", DEPTH * ENTRY, 4096);
        events = dma.allocate("events", EVENTS * ENTRY, 4096);
        control = dma.allocate("control", 8192, 4096);
        function.setBusMaster(true);
    }

    // ---- registers

    void write(int offset, int value) {
        registers.write32(offset, value);
    }

    void writeAddress(int offset, long iova) {
        write(offset, (int) iova);
        write(offset + 4, (int) (iova >>> 32));
    }

    void announceResponse() {
        writeAddress(0x60, response.iova());
    }

    /** A register, as the driver has chosen to read it; all ones if the device does not answer. */
    int read(int offset) {
        if (!readless) {
            return registers.read32(offset);
        }
        sequence = sequence + 1 & 0xffff;
        response.putShort(0, (short) (sequence + 0xdead));
        write(0x5c, offset << 16 | sequence);
        for (int i = 0; i < 500; i++) {
            if ((response.getShortAcquire(0) & 0xffff) == sequence) {
                return response.getUnsignedShort(2) == offset ? response.getInt(4) : NO_ANSWER;
            }
            clock.advance(MICRO);
        }
        return NO_ANSWER;
    }

    boolean waitFor(int mask, int value, long nanos) {
        long end = clock.nanoTime() + nanos;
        while ((read(DEV_STS) & mask) != value) {
            if (clock.nanoTime() - end >= 0) {
                return false;
            }
            clock.advance(100 * MICRO);
        }
        return true;
    }

    /** Both phases of a reset. */
    boolean reset(int reason) {
        write(DEV_CTL, 1 | (reason & 0xf) << 28 | reason >>> 4 << 24);
        announceResponse();
        if (!waitFor(RESET_IN_PROGRESS, RESET_IN_PROGRESS, 3_000 * MILLI)) {
            return false;
        }
        write(DEV_CTL, 0);
        return waitFor(RESET_IN_PROGRESS, 0, 3_000 * MILLI);
    }

    // ---- admin queue

    void openAdminQueue() {
        for (DmaMemory ring : new DmaMemory[] {commands, completions, events}) {
            ring.fill(0, ring.size(), (byte) 0);
        }
        tail = 0;
        head = 0;
        eventHead = EVENTS;
        writeAddress(0x10, commands.iova());
        writeAddress(0x20, completions.iova());
        write(0x18, DEPTH | ENTRY << 16);
        write(0x28, DEPTH | ENTRY << 16);
        writeAddress(0x38, events.iova());
        write(0x34, EVENTS | ENTRY << 16);
        write(0x4c, 1);
    }

    /** Reset, admin queue, nothing more. */
    HandDriver up() {
        readless = (((DeviceIdentity.Pci) function.identity()).revision() & 1) == 0;
        announceResponse();
        if (!reset(0)) {
            throw new AssertionError("no reset");
        }
        openAdminQueue();
        return this;
    }

    static ByteBuffer entry(int opcode, int flags) {
        ByteBuffer entry = ByteBuffer.allocate(ENTRY).order(ByteOrder.LITTLE_ENDIAN);
        entry.put(2, (byte) opcode).put(3, (byte) flags);
        return entry;
    }

    /** Puts a command into the ring and rings the doorbell. Returns its id. */
    int submit(ByteBuffer entry) {
        int id = nextId++ % DEPTH;
        int phase = 1 ^ tail / DEPTH & 1;
        entry.putShort(0, (short) id);
        entry.put(3, (byte) (entry.get(3) & ~1 | phase));
        commands.copyFrom((long) (tail % DEPTH) * ENTRY, entry.array(), 0, ENTRY);
        tail++;
        write(0x2c, tail & 0xffff);
        return id;
    }

    /** The next completion within a time, or empty. */
    Optional<ByteBuffer> completion(long nanos) {
        long end = clock.nanoTime() + nanos;
        long at = (long) (head % DEPTH) * ENTRY;
        int phase = 1 ^ head / DEPTH & 1;
        while ((completions.getIntAcquire(at) >>> 24 & 1) != phase) {
            if (clock.nanoTime() - end >= 0) {
                return Optional.empty();
            }
            clock.advance(10 * MICRO);
        }
        head++;
        return Optional.of(ByteBuffer.wrap(completions.bytes(at, ENTRY)).order(ByteOrder.LITTLE_ENDIAN));
    }

    ByteBuffer command(ByteBuffer entry) {
        int id = submit(entry);
        ByteBuffer completion = completion(3_000 * MILLI).orElseThrow(() -> new AssertionError("no completion"));
        if ((completion.getShort(0) & 0xfff) != id) {
            throw new AssertionError("completion of " + (completion.getShort(0) & 0xfff) + " instead of " + id);
        }
        return completion;
    }

    static int status(ByteBuffer completion) {
        return completion.get(2);
    }

    /** GET_FEATURE without a control buffer. */
    ByteBuffer get(int feature, int version) {
        return command(entry(8, 0).put(17, (byte) feature).put(18, (byte) version));
    }

    /** GET_FEATURE with {@link #control}. */
    ByteBuffer get(int feature, int version, int length) {
        return command(withControl(entry(8, 4), length).put(17, (byte) feature).put(18, (byte) version));
    }

    /** SET_FEATURE; the payload is 16-bit halves, little-endian, from byte 20 on. */
    ByteBuffer set(int feature, int... halves) {
        return command(setEntry(feature, halves));
    }

    ByteBuffer setWithControl(int feature, int length, int... halves) {
        ByteBuffer entry = withControl(setEntry(feature, halves), length);
        return command(entry.put(3, (byte) 4));
    }

    private static ByteBuffer setEntry(int feature, int... halves) {
        ByteBuffer entry = entry(9, 0).put(17, (byte) feature);
        for (int i = 0; i < halves.length; i++) {
            entry.putShort(20 + 2 * i, (short) halves[i]);
        }
        return entry;
    }

    ByteBuffer withControl(ByteBuffer entry, int length) {
        return entry.putInt(4, length).putLong(8, control.iova());
    }

    ByteBuffer createCq(int depth, int words, int vector, long iova) {
        return command(entry(3, 0).put(4, (byte) 0x20).put(5, (byte) words)
            .putShort(6, (short) depth).putInt(8, vector).putLong(12, iova));
    }

    /** Direction 1 transmit, 2 receive; placement 1 host, 3 device. */
    ByteBuffer createSq(int direction, int placement, int cq, int depth, long iova) {
        return command(entry(1, 0).put(4, (byte) (direction << 5)).put(6, (byte) placement).put(7, (byte) 1)
            .putShort(8, (short) cq)
            .putShort(10, (short) depth).putLong(12, iova));
    }

    ByteBuffer destroySq(int direction, int index) {
        return command(entry(2, 0).putShort(4, (short) index).put(6, (byte) (direction << 5)));
    }

    ByteBuffer destroyCq(int index) {
        return command(entry(4, 0).putShort(4, (short) index));
    }

    // ---- events

    /** Enables groups and gives all entries. */
    void openEvents(int groups) {
        if (status(set(26, 0, 0, groups)) != 0) {
            throw new AssertionError("AENQ_CONFIG refused");
        }
        write(0x40, eventHead);
    }

    /** The next event within a time, or empty; it is consumed, and the doorbell rung if wanted. */
    Optional<ByteBuffer> event(long nanos, boolean doorbell) {
        long end = clock.nanoTime() + nanos;
        long at = (long) (eventHead % EVENTS) * ENTRY;
        int phase = eventHead / EVENTS & 1;
        while ((events.getIntAcquire(at + 4) & 1) != phase) {
            if (clock.nanoTime() - end >= 0) {
                return Optional.empty();
            }
            clock.advance(100 * MICRO);
        }
        eventHead++;
        if (doorbell) {
            write(0x40, eventHead & 0xffff);
        }
        return Optional.of(ByteBuffer.wrap(events.bytes(at, ENTRY)).order(ByteOrder.LITTLE_ENDIAN));
    }

    Optional<ByteBuffer> event(long nanos) {
        return event(nanos, true);
    }

    @Override
    public void close() {
        function.close();
        dma.close();
        far.close();
        platform.close();
    }
}
