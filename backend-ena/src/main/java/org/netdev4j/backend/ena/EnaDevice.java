package org.netdev4j.backend.ena;

import java.util.Optional;
import org.netdev4j.backend.ena.spec.AenqConfig;
import org.netdev4j.backend.ena.spec.DeviceAttributes;
import org.netdev4j.backend.ena.spec.EnaPci;
import org.netdev4j.backend.ena.spec.EnaRegister;
import org.netdev4j.backend.ena.spec.FeatureId;
import org.netdev4j.backend.ena.spec.HwHints;
import org.netdev4j.backend.ena.spec.ResetReason;
import org.netdev4j.platform.Timers;
import org.netdev4j.platform.bus.PciFunction;
import org.netdev4j.platform.bus.PciFunction.BarMapping;
import org.netdev4j.platform.mmio.Mmio;
import org.netdev4j.spi.DeviceContext;

/**
 * The device without its queues: brings it up ({@link #init}), notices what it reports, and lays it to rest.
 *
 * <p>For the control path, one call at a time, but where said.
 */
final class EnaDevice implements AutoCloseable {
    private static final long MILLI = 1_000_000L;

    private final PciFunction function;
    private final DeviceContext context;
    private final EnaOptions options;
    private final Resources resources = new Resources();
    private final EnaRegisters registers;
    private final Optional<Mmio> llqMemory;
    private final EnaReset reset;
    private final EnaCounters counters = new EnaCounters();
    private final ResetTrigger trigger;
    private final AdminQueue admin;
    private final Aenq aenq;
    private final HostInfoArea hostInfo;
    private final EnaClock clock;
    private final FlowSteeringTable flows;
    private final DeviceStatistics statistics;
    private final Watchdog watchdog;
    private final DeviceEvents events;
    private final EventPump pump;
    private final EnaVectors vectors;
    private Timers timers;
    private Optional<EnaRss> rss = Optional.empty();
    private DeviceFeatures features;
    private QueueSizes sizes;
    private String firmware = "";
    private int dmaWidth;
    // Whether reasons above 15 can be told; known once the device has told its capabilities.
    private boolean extendedReasons;
    private boolean quiet = true;

    private EnaDevice(PciFunction function, DeviceContext context, EnaOptions options) {
        this.function = function;
        this.context = context;
        this.options = options;
        boolean done = false;
        try {
            Mmio bar = function.mapBar(EnaPci.BAR_REGISTERS, BarMapping.UNCACHED)
                .orElseThrow(() -> new EnaFault("the function has no memory BAR 0, where the registers of an ENA are"));
            llqMemory = function.mapBar(EnaPci.BAR_LLQ, BarMapping.WRITE_COMBINED);
            function.setBusMaster(true);
            resources.own(() -> function.setBusMaster(false));
            registers = EnaRegisters.of(function, bar, context);
            resources.own(registers::close);
            reset = new EnaReset(registers, context.platform().clock());
            trigger = new ResetTrigger(context, registers, counters);
            admin = new AdminQueue(registers, context, trigger);
            resources.own(admin::close);
            aenq = new Aenq(registers, context);
            resources.own(aenq::close);
            hostInfo = new HostInfoArea(context, function.address());
            resources.own(hostInfo::close);
            clock = new EnaClock(context, bar);
            resources.own(clock::close);
            flows = new FlowSteeringTable(context);
            resources.own(flows::close);
            statistics = new DeviceStatistics(context, counters);
            resources.own(statistics::close);
            watchdog = new Watchdog(context, options, registers, admin, aenq, trigger);
            events = new DeviceEvents(context, statistics, watchdog, trigger, this::hints);
            pump = new EventPump(admin, aenq, events);
            vectors = new EnaVectors(function.interrupts(), context, options);
            done = true;
        } finally {
            if (!done) {
                resources.close();
            }
        }
    }

    /** Probes: finds out what the device is, and leaves it with its admin queue working and no other. */
    static EnaDevice open(PciFunction function, DeviceContext context, EnaOptions options) {
        EnaDevice device = new EnaDevice(function, context, options);
        boolean done = false;
        try {
            device.init(ResetReason.NORMAL);
            device.startTimers();
            done = true;
            return device;
        } finally {
            if (!done) {
                device.close();
            }
        }
    }

    /**
     * Resets the device and sets up all but queues [AMZN ena_netdev.c, ena_device_init]. If it throws, the device is at
     * rest.
     *
     * @param reason what the device is told
     */
    void init(ResetReason reason) {
        boolean done = false;
        try {
            registers.busMaster(true);
            quiet = false;
            registers.writeResponseAddress();
            long adminNanos = reset.reset(reason, extendedReasons);
            firmware = reset.validateVersion();
            dmaWidth = reset.dmaWidth();
            requireReachable();
            if (!reset.ready()) {
                throw new EnaFault("the device is not ready after its reset");
            }
            openAdmin(adminNanos);
            negotiate();
            vectors.enable(pump);
            sizes = QueueSizes.of(features.queues(), features.llq().offered(), features.llq().plan(), options.maxQueues(),
                vectors.count());
            startReporting();
            done = true;
        } finally {
            if (!done) {
                rest(ResetReason.INIT_ERR);
            }
        }
    }

    /** No memory may lie where the device cannot reach: it would reach somebody else's. */
    private void requireReachable() {
        context.dma().live().stream().filter(memory -> (memory.iova() + memory.size() - 1) >>> dmaWidth != 0).findFirst()
            .ifPresent(memory -> {
                throw new EnaFault("it drives addresses of " + dmaWidth + " bits, but " + memory.name() + " lies at 0x"
                    + Long.toHexString(memory.iova()) + "; give the platform lower device addresses");
            });
    }

    private void openAdmin(long timeout) {
        admin.open(timeout);
        aenq.open();
        // The number of vectors is not known yet: until then completions are looked for.
        registers.write(EnaRegister.INTR_MASK, 1);
        admin.polling(true);
        hostInfo.announce(admin);
    }

    private void negotiate() {
        features = DeviceFeatures.negotiate(admin, options.llq(), llqMemory.isPresent());
        DeviceAttributes attributes = features.attributes();
        extendedReasons = attributes.can(DeviceAttributes.CAP_EXTENDED_RESET_REASONS);
        hints(features.hints());
        rss.ifPresent(EnaRss::close);
        rss = Optional.empty();
        rss = EnaRss.negotiate(features.client(), context);
        clock.open(features.client());
        flows.size(features.client().has(FeatureId.FLOW_STEERING_CONFIG) ? attributes.flowSteeringMaxEntries() : 0);
        statistics.open(admin, attributes);
        features.link().ifPresent(events::linkConfig);
        requireReachable();
    }

    /** Lets the device report events, and waits for interrupts instead of looking, if there are any. */
    private void startReporting() {
        int groups = features.aenq().supportedGroups() & DeviceEvents.wantedGroups();
        features.client().set(FeatureId.AENQ_CONFIG, 0, new AenqConfig(0, groups)::write);
        watchdog.start(groups);
        if (vectors.count() > 0) {
            admin.polling(false);
            registers.write(EnaRegister.INTR_MASK, 0);
        }
        pump.open();
    }

    private void startTimers() {
        timers = pump.start(context.platform(), context.device() + " control");
        if (options.watchdog()) {
            timers.every("watchdog", Watchdog.PERIOD_NANOS, watchdog::tick);
        }
        if (vectors.count() == 0) {
            timers.every("events", options.controlPollNanos(), pump::take);
        }
        trigger.arm();
        // What came before there was anybody to take it.
        pump.soon();
    }

    /** Brings the device up again after trouble; {@link #arm} is called once it is as it was. */
    void reinit(ResetReason reason) {
        trigger.disarm();
        watchdog.stop();
        pump.shut();
        statistics.shut();
        events.forgetLink();
        clock.shut();
        admin.abort("the device is reset");
        admin.awaitIdle();
        init(quiet ? ResetReason.NORMAL : reason);
    }

    /** Reports trouble to the framework from now on. */
    void arm() {
        trigger.arm();
        pump.soon();
    }

    private void hints(HwHints hints) {
        if (hints.mmioReadTimeout() != 0) {
            registers.readTimeoutMillis(hints.mmioReadTimeout());
        }
        if (hints.adminCompletionTxTimeout() != 0) {
            admin.timeoutNanos(hints.adminCompletionTxTimeout() * MILLI);
        }
        watchdog.hints(hints);
    }

    /**
     * Makes sure that the device touches no memory: resets it, or, if it does not obey, takes the bus from it. Never throws.
     *
     * @param reason what the device is told
     */
    void rest(ResetReason reason) {
        if (quiet) {
            return;
        }
        trigger.disarm();
        watchdog.stop();
        pump.shut();
        statistics.shut();
        events.forgetLink();
        clock.shut();
        admin.abort("the device is at rest; it must be reset");
        boolean obeyed = false;
        try {
            if (!registers.gone()) {
                registers.write(EnaRegister.INTR_MASK, 1);
                reset.reset(reason, extendedReasons);
                obeyed = true;
            }
        } catch (EnaFault e) {
            obeyed = false;
        }
        if (!obeyed) {
            registers.busMaster(false);
            // A reset of the function takes the vectors along.
            vectors.disable();
            registers.resetFunction();
        }
        quiet = true;
    }

    /** Lays the device to rest and frees everything but queues. Idempotent. */
    @Override
    public void close() {
        trigger.disarm();
        vectors.disable();
        pump.stop();
        rest(ResetReason.NORMAL);
        admin.awaitIdle();
        rss.ifPresent(EnaRss::close);
        rss = Optional.empty();
        resources.close();
    }

    /** True if no command can be issued before {@link #reinit}. */
    boolean isQuiet() {
        return quiet;
    }

    /** True if the function is there no more. */
    boolean isGone() {
        return registers.gone();
    }

    Optional<EnaRss> rss() {
        return rss;
    }

    DeviceFeatures features() {
        return features;
    }

    FeatureClient client() {
        return features.client();
    }

    QueueSizes sizes() {
        return sizes;
    }

    EnaVectors vectors() {
        return vectors;
    }

    String firmware() {
        return firmware;
    }

    int dmaWidth() {
        return dmaWidth;
    }

    Mmio bar() {
        return registers.bar();
    }

    Optional<Mmio> llqMemory() {
        return llqMemory;
    }

    boolean readless() {
        return registers.readless();
    }

    AdminQueue admin() {
        return admin;
    }

    ResetTrigger trigger() {
        return trigger;
    }

    Watchdog watchdog() {
        return watchdog;
    }

    DeviceEvents events() {
        return events;
    }

    DeviceStatistics statistics() {
        return statistics;
    }

    EnaClock clock() {
        return clock;
    }

    FlowSteeringTable flows() {
        return flows;
    }

    HostInfoArea hostInfo() {
        return hostInfo;
    }

    PciFunction function() {
        return function;
    }

    /** Adds work to the device's own timers. */
    void every(String name, long periodNanos, Runnable work) {
        timers.every(name, periodNanos, work);
    }
}
