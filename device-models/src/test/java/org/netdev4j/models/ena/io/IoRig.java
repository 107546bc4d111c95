package org.netdev4j.models.ena.io;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.netdev4j.backend.ena.spec.AdminStatus;
import org.netdev4j.models.device.Accounting;
import org.netdev4j.models.device.DeviceDma;
import org.netdev4j.models.device.DeviceHost;
import org.netdev4j.models.device.FaultPlan;
import org.netdev4j.models.device.TextTrace;
import org.netdev4j.models.device.Trace;
import org.netdev4j.platform.Clock;
import org.netdev4j.platform.RandomSource;
import org.netdev4j.platform.VirtualClock;
import org.netdev4j.platform.memory.Memory;
import org.netdev4j.platform.wire.WirePort;

/**
 * A data side with memory, wire and clock under the test's hands. The memory lies at one place above 4 GiB; all else
 * faults.
 */
final class IoRig implements DeviceHost, AutoCloseable {
    static final long BASE = 0x7a_4321_0000L;
    static final long OWN_MAC = 0x02_00_00_00_00_02L;
    private static final long SIZE = 8 << 20;

    final Memory memory = Memory.allocate("the driver's memory", SIZE);
    final VirtualClock clock = new VirtualClock();
    final TestWire wire = new TestWire();
    final List<Integer> interrupts = new ArrayList<>();
    final List<String> halted = new ArrayList<>();
    final TestFaults faults = new TestFaults();
    final TextTrace trace = new TextTrace(clock, false);
    final EnaSettings settings = new EnaSettings();
    final EnaIo io;
    int dmaReads;
    int dmaWrites;
    int wakes;
    boolean recordsInterrupts = true;
    private final RandomSource random = RandomSource.seeded(7);
    private long allocated = 4096;
    private final TestDma dma = new TestDma();

    IoRig() {
        settings.mac = OWN_MAC;
        settings.mtu = 9001;
        io = new EnaIo(this, settings);
        io.onTrouble((what, transmit, index) -> halted.add(what));
    }

    /** An aligned piece of the driver's memory; an offset, to which {@link #BASE} is added for the device. */
    long allocate(long bytes) {
        long at = allocated;
        allocated = at + bytes + 63 & -64;
        if (allocated > SIZE) {
            throw new IllegalStateException("the rig's memory is used up");
        }
        return at;
    }

    /** Puts bytes into the driver's memory; returns their address for the device. */
    long put(byte[] bytes) {
        long at = allocate(Math.max(1, bytes.length));
        memory.copyFrom(at, bytes, 0, bytes.length);
        return BASE + at;
    }

    TxSide tx(int depth) {
        return new TxSide(this, depth, false, 2, -1);
    }

    RxSide rx(int depth) {
        return new RxSide(this, depth, 4, -1);
    }

    EnaIo.Created cq(int vector, int words, int depth, long at) {
        EnaIo.Created made = io.createCq(vector >= 0, vector, words, depth, BASE + at);
        if (made.status() != AdminStatus.SUCCESS) {
            throw new IllegalStateException("CREATE_CQ: " + made.status());
        }
        return made;
    }

    /** Steps until there is nothing to do now. */
    void run() {
        int turns = 0;
        while (io.step()) {
            if (++turns > 1_000_000) {
                throw new IllegalStateException("the device always finds something to do");
            }
        }
    }

    /** Moves time and steps. */
    void pass(long nanos) {
        clock.advance(nanos);
        run();
    }

    @Override
    public DeviceDma dma() {
        return dma;
    }

    @Override
    public void interrupt(int vector) {
        if (recordsInterrupts) {
            interrupts.add(vector);
        }
    }

    @Override
    public void wake() {
        wakes++;
    }

    @Override
    public Clock clock() {
        return clock;
    }

    @Override
    public RandomSource random() {
        return random;
    }

    @Override
    public WirePort wire() {
        return wire;
    }

    @Override
    public Accounting accounting() {
        throw new UnsupportedOperationException("the data side counts nothing itself");
    }

    @Override
    public Trace trace() {
        return trace;
    }

    @Override
    public FaultPlan faults() {
        return faults;
    }

    @Override
    public void close() {
        io.close();
        memory.close();
        wire.close();
    }

    private final class TestDma implements DeviceDma {
        @Override
        public boolean read(Kind kind, long iova, Memory to, long at, int length) {
            dmaReads++;
            if (faults(kind, iova, length)) {
                return false;
            }
            memory.copyTo(iova - BASE, to, at, length);
            return true;
        }

        @Override
        public boolean write(Kind kind, long iova, Memory from, long at, int length) {
            dmaWrites++;
            if (faults(kind, iova, length)) {
                return false;
            }
            from.copyTo(at, memory, iova - BASE, length);
            return true;
        }

        @Override
        public boolean writeEntry(Kind kind, long iova, Memory from, long at, int length, int flagOffset) {
            return write(kind, iova, from, at, length);
        }

        private boolean faults(Kind kind, long iova, int length) {
            return faults.dma == kind || iova < BASE || iova - BASE > SIZE - length;
        }
    }

    /** Faults that happen so many times, wherever. */
    static final class TestFaults implements FaultPlan {
        DeviceDma.Kind dma;
        private final Map<String, Integer> left = new HashMap<>();
        private final Map<String, Long> values = new HashMap<>();
        private long value;

        void add(String fault, int times, long withValue) {
            left.put(fault, times);
            values.put(fault, withValue);
        }

        @Override
        public boolean happens(String fault, int place) {
            if (left.isEmpty()) {
                return false;
            }
            int times = left.getOrDefault(fault, 0);
            if (times == 0) {
                return false;
            }
            left.put(fault, times - 1);
            value = values.get(fault);
            return true;
        }

        @Override
        public long value() {
            return value;
        }
    }
}
