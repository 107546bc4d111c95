package org.netdev4j.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.DeviceInfo;
import org.netdev4j.api.DeviceState;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.RingLimits;
import org.netdev4j.api.RxQueueConfig;
import org.netdev4j.api.TxQueueConfig;
import org.netdev4j.conformance.frame.Packet;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.RandomSource;
import org.netdev4j.platform.bus.DeviceAddress;
import org.netdev4j.platform.memory.DmaMemory;

/**
 * What a case works with: the device under test, just opened; the far end of its wire; buffers in debug mode; and
 * random numbers that depend on the seed and the case alone. Belongs to the case's thread, except {@link #await},
 * {@link #platform} and what it returns.
 */
public final class Bench {
    /** MAC address of the station at the far end. */
    public static final long FAR_MAC = 0x02_00_00_00_0f_01L;
    /** A unicast address that is nobody's. */
    public static final long FOREIGN_MAC = 0x02_00_00_00_0e_05L;
    /** A multicast address that nobody listens to unless told. */
    public static final long GROUP_MAC = 0x01_00_5e_01_02_03L;

    private static final int RING = 128;
    private static final int SMALL_RING = 32;
    private static final int MANY_QUEUES = 4;
    private static final long STEP_NANOS = 20_000;
    private static final long LONGEST_STEP_NANOS = 1_000_000;
    // After so many steps a wait is for a time-out rather than for traffic, and takes longer ones.
    private static final int SHORT_STEPS = 500;

    private final Suite suite;
    private final CaseInfo info;
    private final RandomSource random;
    private final List<String> leaks = new ArrayList<>();
    private final List<RiggedDevice> opened = new ArrayList<>();
    private final List<FarEnd> farEnds = new ArrayList<>();
    private Platform platform;
    private CaseBuffers buffers;

    Bench(Suite suite, CaseInfo info, long seed) {
        this.suite = suite;
        this.info = info;
        random = RandomSource.seeded(seed * 0x9e3779b97f4a7c15L + info.id().hashCode());
    }

    void open() {
        Platform.Builder builder = Platform.builder().random(random.split()).onLeak(this::leaked);
        platform = suite.rig().platform(suite.address(), builder);
        openAnother();
    }

    private void leaked(String owner, DmaMemory memory) {
        leaks.add(owner + " left DMA memory \"" + memory.name() + "\" (" + memory.size() + " bytes) behind");
    }

    // ---- what there is

    /** The device under test. */
    public NetDev device() {
        return opened.get(0).device();
    }

    /** What the device is and can do. */
    public DeviceInfo info() {
        return device().info();
    }

    /** The far end of the device's wire. */
    public FarEnd far() {
        return farEnds.get(0);
    }

    /** The far end of the wire of the n-th device that this case opened. */
    public FarEnd far(int index) {
        return farEnds.get(index);
    }

    /** The machine. */
    public Platform platform() {
        return platform;
    }

    /** Random numbers, the same for the same seed. */
    public RandomSource random() {
        return random;
    }

    /** Opens the device once more, with a wire of its own; closed with the bench. */
    public NetDev openAnother() {
        RiggedDevice another = suite.rig().open(suite.address(), suite.options().driver(), platform);
        opened.add(another);
        farEnds.add(new FarEnd(this, another));
        return another.device();
    }

    /**
     * Powers up one more device that has faults from the beginning, with a wire of its own; closed with the bench.
     *
     * @throws RuntimeException if it cannot be opened
     */
    public NetDev openAnother(Fault... faults) {
        return openVariant(Map.of(), faults);
    }

    /**
     * Powers up one more device with further keys in its address, and with faults from the beginning; closed with the bench.
     *
     * @throws RuntimeException if it cannot be opened
     */
    public NetDev openVariant(Map<String, String> keys, Fault... faults) {
        Map<String, String> all = new LinkedHashMap<>(suite.address().options());
        all.putAll(keys);
        DeviceAddress variant = new DeviceAddress(suite.address().scheme(), suite.address().locator(), all);
        RiggedDevice another = suite.rig().open(variant, suite.options().driver(), platform, List.of(faults));
        opened.add(another);
        farEnds.add(new FarEnd(this, another));
        return another.device();
    }

    /**
     * Closes the device that this case opened last, and its wire, and forgets it: for cases that open hundreds.
     */
    public void closeLast() {
        RiggedDevice last = opened.removeLast();
        last.close();
        farEnds.removeLast().close();
        Check.equal(DeviceState.CLOSED, last.device().state(), "state after close()");
    }

    /** Devices that this case opened, those closed since included. */
    public int devices() {
        return opened.size();
    }

    /** Opens a device with another address on the same rig; for cases about addresses. */
    public RiggedDevice open(DeviceAddress address) {
        RiggedDevice another = suite.rig().open(address, suite.options().driver(), platform);
        opened.add(another);
        return another;
    }

    /** The address of the device under test. */
    public DeviceAddress address() {
        return suite.address();
    }

    /** Injects a fault into the device under test. */
    public void inject(Fault fault) {
        inject(0, fault);
    }

    /** Injects a fault into the n-th device that this case opened. */
    public void inject(int index, Fault fault) {
        opened.get(index).inject(fault);
    }

    /** Injects a fault of the model of a device, by the model's name of it; see {@link RiggedDevice#inject}. */
    public void inject(int index, String name, int place, int skip, int count, long value) {
        opened.get(index).inject(name, place, skip, count, value);
    }

    /** Takes back faults of the device under test that have not happened yet, or happen for ever. */
    public void clearFaults() {
        opened.get(0).clearFaults();
    }

    /** Faults that can be injected into the device under test. */
    public Set<FaultKind> faults() {
        return suite.faults();
    }

    /** Register accesses that the driver of the n-th device made since power on; -1 if nobody counts. */
    public int accesses(int index) {
        return opened.get(index).accesses();
    }

    /** The seed of this run, with which the case can be repeated. */
    public long seed() {
        return suite.seed();
    }

    /** What the device saw last, for people; empty if it keeps no log. */
    String trace() {
        return opened.isEmpty() ? "" : opened.get(opened.size() - 1).trace();
    }

    // ---- buffers

    /** The case's pool: debug mode, standard data room, or what the device needs if that is more. */
    public NetBufPool pool() {
        return buffers().pool();
    }

    /**
     * Makes the case's pool without debug mode, which costs microseconds for each buffer; before it is used for the first
     * time.
     */
    public void withoutDebug() {
        buffers().withoutDebug();
    }

    /** One more pool; closed with the bench, which checks that nothing of it is in use. */
    public NetBufPool newPool(int count, int dataRoom, boolean debug) {
        return buffers().newPool(count, dataRoom, debug);
    }

    /** A buffer of the case's pool with these bytes, or a chain if they do not fit. */
    public NetBuf packet(byte[] bytes) {
        return CaseBuffers.packet(pool(), bytes);
    }

    /** A buffer with these bytes, or a chain if they do not fit. */
    public NetBuf packet(NetBufPool from, byte[] bytes) {
        return CaseBuffers.packet(from, bytes);
    }

    /** A chain of buffers that holds these bytes, cut at these places. */
    public NetBuf chain(byte[] bytes, int... cuts) {
        return CaseBuffers.chain(pool(), bytes, cuts);
    }

    private CaseBuffers buffers() {
        if (buffers == null) {
            buffers = new CaseBuffers(platform, this.info.id(), info());
        }
        return buffers;
    }

    // ---- bringing the device up

    /**
     * Brings the device to RUNNING with this many queue pairs, rings of moderate size, the case's pool and standard
     * offloads.
     */
    public void up(int pairs) {
        up(DeviceConfig.queues(pairs));
    }

    /** Brings the device to RUNNING, with rings of moderate size and the case's pool. */
    public void up(DeviceConfig config) {
        configure(device(), config, pool());
        device().start();
    }

    /** Configures a device and sets up its queues, with rings of moderate size. */
    public void configure(NetDev which, DeviceConfig config, NetBufPool buffers) {
        which.configure(config);
        for (int i = 0; i < config.rxQueues(); i++) {
            int wanted = config.rxQueues() <= MANY_QUEUES ? RING : SMALL_RING;
            which.setupRxQueue(i, RxQueueConfig.STANDARD.withRingSize(ring(which.info().rxRing(),
                wanted)).withPool(buffers));
        }
        for (int i = 0; i < config.txQueues(); i++) {
            which.setupTxQueue(i, new TxQueueConfig(ring(which.info().txRing())));
        }
    }

    /** A moderate ring size that the limits allow: 128, or the nearest above or below. */
    public static int ring(RingLimits limits) {
        return ring(limits, RING);
    }

    private static int ring(RingLimits limits, int wanted) {
        for (int size = wanted; size <= limits.max(); size++) {
            if (limits.allows(size)) {
                return size;
            }
        }
        return limits.max();
    }

    /** A receive queue of the device under test. */
    public Receiver rx(int queue) {
        return new Receiver(this, device().rxQueue(queue));
    }

    /** A transmit queue of the device under test. */
    public Sender tx(int queue) {
        return new Sender(this, device().txQueue(queue));
    }

    /** A frame to the device under test. */
    public Packet toDevice() {
        return new Packet(mac(), FAR_MAC);
    }

    /** A frame from the device under test to the station at the far end. */
    public Packet fromDevice() {
        return new Packet(FAR_MAC, mac());
    }

    /** The device's address. */
    public long mac() {
        return device().macAddress().value();
    }

    // ---- waiting

    /**
     * Lets the device work until something holds; the case fails if it does not within the suite's patience. Any
     * thread.
     */
    public void await(String what, BooleanSupplier condition) {
        await(() -> what, condition);
    }

    /** As {@link #await(String, BooleanSupplier)}. */
    public void await(Supplier<String> what, BooleanSupplier condition) {
        await(deadline(), what, condition);
    }

    /** As {@link #await(String, BooleanSupplier)}, for thousands of packets. */
    public void awaitLong(Supplier<String> what, BooleanSupplier condition) {
        await(longDeadline(), what, condition);
    }

    private void await(Deadline deadline, Supplier<String> what, BooleanSupplier condition) {
        for (int turn = 0; !condition.getAsBoolean(); turn++) {
            if (deadline.expired()) {
                Check.fail("waited " + deadline.lengthNanos() / 1_000_000 + " ms for " + what.get());
            }
            idle(turn < SHORT_STEPS ? STEP_NANOS : LONGEST_STEP_NANOS);
        }
    }

    /** Lets the device work a little. */
    public void idle() {
        idle(STEP_NANOS);
    }

    /** Lets time pass, and the devices work in it. */
    public void pass(long nanos) {
        Deadline end = Deadline.afterNanos(platform.clock(), nanos);
        while (!end.expired()) {
            idle(Math.min(LONGEST_STEP_NANOS, Math.max(1, end.remainingNanos())));
        }
    }

    private void idle(long nanos) {
        if (platform.isVirtual()) {
            platform.clock().sleep(nanos);
        } else {
            Thread.yield();
        }
        opened.forEach(RiggedDevice::idle);
    }

    /** How long a case waits for something that must happen. */
    public Deadline deadline() {
        return Deadline.afterNanos(platform.clock(), suite.patienceNanos());
    }

    /** How long a case waits for many such things, as for its threads. */
    public Deadline longDeadline() {
        return Deadline.afterNanos(platform.clock(), 3 * suite.patienceNanos());
    }

    // ---- the end

    /** Closes everything; what was left behind, one line each. */
    List<String> close() {
        List<String> problems = new ArrayList<>();
        for (RiggedDevice device : opened) {
            device.close();
            if (device.device().state() != DeviceState.CLOSED) {
                problems.add("the device is " + device.device().state() + " after close()");
            }
        }
        if (buffers != null) {
            problems.addAll(buffers.close());
        }
        farEnds.forEach(FarEnd::close);
        if (platform != null) {
            for (DmaMemory memory : platform.dma().live()) {
                problems.add("DMA memory \"" + memory.name() + "\" (" + memory.size()
                    + " bytes) is still allocated after close()");
            }
            platform.close();
        }
        problems.addAll(leaks);
        return problems;
    }
}
