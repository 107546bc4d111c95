package org.netdev4j.conformance.reference;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceEvent;
import org.netdev4j.api.DeviceInfo;
import org.netdev4j.api.FlowType;
import org.netdev4j.api.HashField;
import org.netdev4j.api.HashFunction;
import org.netdev4j.api.Link;
import org.netdev4j.api.RingLimits;
import org.netdev4j.api.RssConfig;
import org.netdev4j.api.RssLimits;
import org.netdev4j.api.RxQueue;
import org.netdev4j.api.TxQueue;
import org.netdev4j.conformance.Fault;
import org.netdev4j.conformance.FaultKind;
import org.netdev4j.net.MacAddress;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.Timers;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.platform.wire.WirePort;
import org.netdev4j.spi.DeviceContext;
import org.netdev4j.spi.DeviceOps;
import org.netdev4j.spi.DeviceSettings;
import org.netdev4j.spi.RxQueueSetup;
import org.netdev4j.spi.TxQueueSetup;

/** The reference adapter with its driver. All state is guarded by the object itself. */
final class RefDevice implements DeviceOps {
    static final int TX_HEADROOM = 16;
    static final int MAX_SEGMENTS = 16;
    static final int MAX_TSO = 60_000;
    static final int MAX_L2 = 14 + 8;

    private static final int MAX_MTU = 9000;
    private static final int FILTER = 16;
    private static final long TICK_NANOS = 10_000_000;
    private static final long MISSING_NANOS = 800_000_000;
    private static final long SILENCE_NANOS = 800_000_000;
    private static final long FALSE_ALARM_NANOS = 20_000_000_000L;
    private static final long SLOW_NANOS = 3_000_000_000L;

    final DeviceContext context;
    final WirePort wire;
    final Defect defect;
    final RefFaults faults = new RefFaults();
    DeviceSettings settings;
    RefRx[] rx = {};
    RefTx[] tx = {};
    RefEngine engine;
    long missed;
    boolean gone;

    private final DeviceInfo info;
    private final DmaMemory registers;
    private Timers.Task watchdog;
    private long lastAlive;
    private volatile boolean linkWanted = true;
    private final AtomicBoolean lastLink = new AtomicBoolean();
    private boolean troubled;
    private int starts;
    private DmaMemory forgotten;
    private boolean locked;

    RefDevice(RefBus.Attached bus, DeviceContext context, Set<Capability> capabilities, int queues, Defect defect) {
        this.context = context;
        this.wire = bus.wire();
        this.defect = defect;
        this.info = describe(capabilities, queues);
        registers = context.dma().allocate("registers", 4096, 64);
        engine = new RefEngine(this);
        RefHandles.opened(this);
        lastLink.set(wire.linkUp());
        lastAlive = context.platform().clock().nanoTime();
        watchdog = context.platform().timers().every("reference watchdog", TICK_NANOS, this::tick);
        wire.notify(new OnWire());
    }

    private DeviceInfo describe(Set<Capability> capabilities, int queues) {
        Map<FlowType, Set<HashField>> fields = new EnumMap<>(FlowType.class);
        Set<HashField> l3 = Set.of(HashField.L3_SOURCE, HashField.L3_DESTINATION);
        Set<HashField> all = Set.of(HashField.L3_SOURCE, HashField.L3_DESTINATION, HashField.L4_SOURCE,
            HashField.L4_DESTINATION);
        for (FlowType type : List.of(FlowType.IPV4_TCP, FlowType.IPV4_UDP, FlowType.IPV6_TCP, FlowType.IPV6_UDP)) {
            fields.put(type, all);
        }
        for (FlowType type : List.of(FlowType.IPV4, FlowType.IPV4_FRAGMENT, FlowType.IPV6)) {
            fields.put(type, l3);
        }
        Optional<RssLimits> rss = capabilities.contains(Capability.RSS_HASH)
            ? Optional.of(new RssLimits(40, 64, 512, Set.of(HashFunction.TOEPLITZ), fields)) : Optional.empty();
        RingLimits rings = new RingLimits(16, 1024, 1, true, 256);
        boolean tso = capabilities.contains(Capability.TX_TSO_IPV4) || capabilities.contains(Capability.TX_TSO_IPV6);
        return new DeviceInfo("reference", "1", "", "reference adapter", MacAddress.parse("02:00:00:00:00:42"), queues,
            queues, rings, rings,
            68, MAX_MTU, MAX_SEGMENTS, tso ? MAX_TSO : 0, TX_HEADROOM, 256, rss,
            capabilities.contains(Capability.MULTICAST_FILTER) ? FILTER : 0,
                capabilities.contains(Capability.UNICAST_FILTER) ? FILTER : 0,
            capabilities, Map.of());
    }

    /** Signalled by whoever sends at the far end, or moves the link. */
    private final class OnWire implements WaitEvent {
        @Override
        public void signal() {
            noticeLink();
            for (RefRx queue : rx) {
                if (queue != null) {
                    queue.interrupt();
                }
            }
        }

        @Override
        public boolean await(Deadline deadline) {
            throw new UnsupportedOperationException("nobody waits here");
        }

        @Override
        public boolean poll() {
            return false;
        }
    }

    // ---- faults and watchdogs

    void inject(Fault fault) {
        switch (fault.kind()) {
            case PF_RESET -> {
                troubled = true;
                context.post(new DeviceEvent.ResetRequested("the physical function was reset"));
            }
            case RESET_REQUEST -> {
                troubled = true;
                context.post(new DeviceEvent.ResetRequested("the device asks for a reset"));
            }
            case SURPRISE_REMOVAL -> {
                gone = true;
                context.post(new DeviceEvent.DeviceGone());
                context.fail("the device is gone: registers read as all ones");
            }
            default -> faults.add(fault);
        }
    }

    private void tick() {
        noticeLink();
        long now = context.platform().clock().nanoTime();
        if (!faults.has(FaultKind.KEEP_ALIVE_SILENCE) && !silent()) {
            lastAlive = now;
        }
        if (defect == Defect.NO_WATCHDOG || troubled) {
            return;
        }
        if (defect == Defect.FALSE_ALARM && now > FALSE_ALARM_NANOS) {
            troubled = true;
            context.post(new DeviceEvent.ResetRequested("no keep-alive, says a watchdog that never looked"));
        }
        if (now - lastAlive > SILENCE_NANOS) {
            troubled = true;
            context.post(new DeviceEvent.ResetRequested("no keep-alive for " + SILENCE_NANOS / 1_000_000 + " ms"));
        }
        synchronized (this) {
            for (RefRx queue : rx) {
                if (queue != null) {
                    queue.interruptLost();
                }
            }
            for (RefTx queue : tx) {
                if (queue != null && queue.oldestAge(now) > MISSING_NANOS) {
                    troubled = true;
                    context.fail("transmit queue " + queue.index() + ": completions are missing");
                    return;
                }
            }
        }
    }

    /** True if it does nothing any more. */
    boolean silent() {
        return faults.has(FaultKind.SILENCE);
    }

    private void noticeLink() {
        // Posted without any lock held: a listener may ask the device things.
        if (lastLink.getAndSet(wire.linkUp() && linkWanted) != (wire.linkUp() && linkWanted)
            && defect != Defect.SILENT_LINK) {
            context.post(new DeviceEvent.LinkChanged(link()));
        }
    }

    /** A control command: may be refused, lost or slow. */
    private void command(String name) {
        if (defect == Defect.SLOW_CONTROL) {
            context.platform().clock().sleep(SLOW_NANOS);
        }
        if (gone) {
            throw context.fault(name + ": the device is gone");
        }
        if (faults.takeCommand(FaultKind.ADMIN_REFUSED) != null) {
            throw context.fault(name + ": the device refused it");
        }
        if (silent() || faults.takeCommand(FaultKind.ADMIN_LOST) != null
            || faults.takeCommand(FaultKind.MAILBOX_LOSS) != null) {
            context.platform().clock().sleep(TICK_NANOS);
            context.fail(name + " was not answered");
            throw context.fault(name + ": no answer within 10 ms");
        }
        Fault slow = faults.takeCommand(FaultKind.ADMIN_SLOW);
        if (slow != null) {
            context.platform().clock().sleep(TICK_NANOS);
            if (slow.value() > 0) {
                context.fail(name + " was not answered in time");
                throw context.fault(name + ": no answer within 10 ms");
            }
        }
    }

    // ---- DeviceOps

    @Override
    public DeviceInfo info() {
        return info;
    }

    @Override
    public synchronized void configure(DeviceSettings after) {
        command("configure");
        settings = after;
        rx = new RefRx[after.rxQueues()];
        tx = new RefTx[after.txQueues()];
        engine.program(defect == Defect.RSS_NOT_PROGRAMMED ? after.edit().rss(hostile(after)).done() : after);
    }

    private static RssConfig hostile(DeviceSettings after) {
        return after.rss().orElseThrow().withTable(new int[64]);
    }

    @Override
    public synchronized RxQueue newRxQueue(RxQueueSetup setup) {
        if (defect == Defect.LEAKS_ON_REFUSAL) {
            forgotten(context.dma().allocate("forgotten ring", 4096, 64));
        }
        command("create receive queue");
        if (defect == Defect.LEAKS_ON_REFUSAL) {
            forgotten.close();
        }
        return rx[setup.index()] = new RefRx(this, setup);
    }

    private void forgotten(DmaMemory memory) {
        forgotten = memory;
    }

    @Override
    public synchronized TxQueue newTxQueue(TxQueueSetup setup) {
        command("create transmit queue");
        return tx[setup.index()] = new RefTx(this, setup);
    }

    @Override
    public synchronized void discard(RxQueue queue) {
        rx[queue.index()] = null;
        ((RefRx) queue).close();
    }

    @Override
    public synchronized void discard(TxQueue queue) {
        tx[queue.index()] = null;
        ((RefTx) queue).close();
    }

    @Override
    public synchronized void start() {
        if (defect == Defect.SECOND_START_FAILS && starts++ > 0) {
            throw context.fault("start: rings are in use");
        }
        command("start");
        engine.running = true;
        for (RefRx queue : rx) {
            queue.refill();
        }
    }

    @Override
    public synchronized void stop() {
        engine.running = false;
        for (RefRx queue : rx) {
            queue.empty();
        }
        for (RefTx queue : tx) {
            queue.empty();
        }
    }

    @Override
    public synchronized void unconfigure() {
        for (RefRx queue : rx) {
            if (queue != null) {
                queue.close();
            }
        }
        for (RefTx queue : tx) {
            if (queue != null) {
                queue.close();
            }
        }
        rx = new RefRx[0];
        tx = new RefTx[0];
    }

    @Override
    public synchronized void reset(DeviceSettings after) {
        faults.clear();
        troubled = false;
        command("reset");
        lastAlive = context.platform().clock().nanoTime();
        settings = after;
        engine.program(defect == Defect.FORGETS_SETTINGS_AFTER_RESET
            ? DeviceSettings.initial(info.permanentMac(), 1500).edit().queues(after.rxQueues(), after.txQueues())
                .rss(hostile(after)).done() : after);
    }

    @Override
    public void close() {
        // Not while the device is locked: the watchdog locks it too, and cancel() waits for it.
        watchdog.cancel();
        synchronized (this) {
            unconfigure();
            engine.close();
        }
        if (defect != Defect.LEAKS_DMA_MEMORY) {
            registers.close();
        }
        if (defect == Defect.LEAKS_THREAD) {
            LeftBehind.startThread();
        }
    }

    @Override
    public synchronized void apply(DeviceSettings before, DeviceSettings after, Setting what) {
        if (what == Setting.PROMISCUOUS && defect == Defect.PRETENDS_CAPABILITY) {
            return;
        }
        if (what == Setting.RSS && defect == Defect.RSS_KEY_IGNORED) {
            after = after.edit().rss(after.rss().orElseThrow().withKey(before.rss().orElseThrow().key())).done();
        }
        if (what == Setting.MULTICAST_FILTER && defect == Defect.MULTICAST_FILTER_ADDS) {
            List<MacAddress> both = new ArrayList<>(settings.multicast());
            both.addAll(after.multicast());
            after = after.edit().multicast(both).done();
        }
        if (defect == Defect.LOCK_KEPT && locked) {
            throw context.fault("set " + what + ": the table is locked");
        }
        locked = true;
        command("set " + what);
        locked = false;
        settings = after;
        engine.program(after);
        if (what == Setting.PROMISCUOUS && !after.promiscuous() && defect == Defect.BROADCAST_LOST_AFTER_PROMISCUOUS) {
            engine.broadcastLost = true;
        }
    }

    @Override
    public Link link() {
        boolean up = wire.linkUp() && linkWanted && !gone;
        return up ? new Link(true, 10_000, true) : Link.DOWN;
    }

    @Override
    public void setLinkUp(boolean up) {
        linkWanted = up;
        noticeLink();
    }

    /** What a queue locks. */
    Object lockOf(Object queue) {
        return defect == Defect.NOT_THREAD_SAFE ? queue : this;
    }

    boolean linkWanted() {
        return linkWanted;
    }

    @Override
    public synchronized long missed() {
        return missed;
    }

    @Override
    public synchronized Map<String, Long> extendedStatistics() {
        Map<String, Long> all = new LinkedHashMap<>();
        all.put("starts", (long) starts);
        return all;
    }

    @Override
    public List<String> advice() {
        return List.of();
    }
}
