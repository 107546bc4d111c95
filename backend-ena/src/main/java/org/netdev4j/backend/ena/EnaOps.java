package org.netdev4j.backend.ena;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.netdev4j.api.Capability;
import org.netdev4j.api.Coalescing;
import org.netdev4j.api.DeviceInfo;
import org.netdev4j.api.InvalidConfigurationException;
import org.netdev4j.api.Link;
import org.netdev4j.api.RxQueue;
import org.netdev4j.api.TxQueue;
import org.netdev4j.backend.ena.spec.DeviceAttributes;
import org.netdev4j.backend.ena.spec.FeatureId;
import org.netdev4j.backend.ena.spec.HwTimestampConfig;
import org.netdev4j.backend.ena.spec.OffloadConfig;
import org.netdev4j.backend.ena.spec.ResetReason;
import org.netdev4j.platform.bus.PciFunction;
import org.netdev4j.spi.DeviceContext;
import org.netdev4j.spi.DeviceOps;
import org.netdev4j.spi.DeviceSettings;
import org.netdev4j.spi.RxQueueSetup;
import org.netdev4j.spi.TxQueueSetup;

/** The control path of an ENA. The framework calls one method at a time. */
final class EnaOps implements DeviceOps {
    private final DeviceContext context;
    private final EnaOptions options;
    private final EnaDevice device;
    private final DeviceInfo info;
    private final EnaQueueContext queueContext;
    private final EnaQueues queues;
    private final EnaExtras extras;
    private DeviceSettings settings;
    private boolean running;
    // How the queues were last prepared, with time stamps in their completions or without.
    private boolean stamping;

    private EnaOps(EnaDevice device, DeviceContext context, EnaOptions options) {
        this.context = context;
        this.options = options;
        this.device = device;
        info = EnaInfo.of(device);
        queueContext = new EnaQueueContext(context.platform(), context.dma(), device.trigger(), info.maxRxQueues(),
            info.maxTxQueues());
        queues = new EnaQueues(device, queueContext);
        extras = new EnaExtras(device, context);
        if (options.watchdog()) {
            device.every("queue time", Watchdog.PERIOD_NANOS, this::tick);
        }
        tick();
    }

    /** Takes a function, as {@link EnaDriver#open}. */
    static EnaOps open(PciFunction function, DeviceContext context, EnaOptions options) {
        return translate(context, "probe", () -> {
            EnaDevice device = EnaDevice.open(function, context, options);
            boolean done = false;
            try {
                EnaOps ops = new EnaOps(device, context, options);
                done = true;
                return ops;
            } finally {
                if (!done) {
                    device.close();
                }
            }
        });
    }

    /** What the device did wrong, with its name in front. */
    private static <T> T translate(DeviceContext context, String operation, Supplier<T> body) {
        try {
            return body.get();
        } catch (EnaFault e) {
            throw context.fault(operation + ": " + e.getMessage(), e);
        }
    }

    private void translate(String operation, Runnable body) {
        translate(context, operation, () -> {
            body.run();
            return true;
        });
    }

    private void tick() {
        queueContext.tick(context.platform().clock().nanoTime(), Watchdog.PERIOD_NANOS);
    }

    @Override
    public DeviceInfo info() {
        return info;
    }

    // ---- configuration

    @Override
    public void configure(DeviceSettings wanted) {
        requireCoalescing(wanted.coalescing());
        translate("configure", () -> {
            requireUp();
            agree(wanted);
        });
        queues.resize(wanted.rxQueues(), wanted.txQueues());
        extras.receiveQueues(wanted.rxQueues());
    }

    /** Tells the device what it has to know before there are queues. */
    private void agree(DeviceSettings wanted) {
        setMtu(wanted.mtu());
        boolean stamps = wanted.has(Capability.RX_TIMESTAMP);
        if (stamps || stamping) {
            setTimestamps(stamps);
        }
        settings = wanted;
        queueContext.settings(QueueSettings.of(wanted));
    }

    private void setTimestamps(boolean on) {
        device.client().set(FeatureId.HW_TIMESTAMP, HwTimestampConfig.VERSION,
            new HwTimestampConfig(HwTimestampConfig.VERSION,
            HwTimestampConfig.NONE, on ? HwTimestampConfig.ALL : HwTimestampConfig.NONE)::write);
        stamping = on;
    }

    private void setMtu(int mtu) {
        if (device.client().has(FeatureId.MTU)) {
            device.client().set(FeatureId.MTU, 0, (to, at) -> to.putInt(at, mtu));
        }
    }

    private void requireUp() {
        if (device.isQuiet() || device.trigger().pending()) {
            throw new EnaFault("the device must be reset first: "
                + device.trigger().cause().map(ResetTrigger.Cause::toString).orElse(device.admin().closedWhy()));
        }
    }

    /** Packets are not counted by the device, and there are no transmit interrupts to hold back: the application reaps. */
    private void requireCoalescing(Coalescing wanted) {
        if (wanted.rxFrames() != 0 || wanted.txFrames() != 0 || wanted.txUsecs() != 0) {
            throw new InvalidConfigurationException(context.device(),
                "an ENA delays receive interrupts by time alone: rx-frames, "
                + "tx-usecs and tx-frames must be 0, " + wanted.rxFrames() + ", " + wanted.txUsecs() + " and "
                + wanted.txFrames()
                + " asked for");
        }
    }

    @Override
    public RxQueue newRxQueue(RxQueueSetup setup) {
        return queues.add(setup);
    }

    @Override
    public TxQueue newTxQueue(TxQueueSetup setup) {
        return queues.add(setup);
    }

    @Override
    public void discard(RxQueue queue) {
        queues.discard((EnaRxQueue) queue);
    }

    @Override
    public void discard(TxQueue queue) {
        queues.discard((EnaTxQueue) queue);
    }

    @Override
    public void unconfigure() {
        queues.release();
        extras.receiveQueues(0);
    }

    // ---- traffic

    @Override
    public void start() {
        boolean done = false;
        try {
            translate("start", this::up);
            done = true;
        } finally {
            if (!done) {
                queues.destroy();
            }
        }
        running = true;
        queues.watch(context.platform().clock().nanoTime());
        device.statistics().counters().add(EnaCounters.Name.INTERFACE_UP);
    }

    /** Queues, RSS, MTU, buffers: in the order of the reference driver [AMZN ena_netdev.c, ena_up]. */
    private void up() {
        requireUp();
        queues.create(terms());
        bypassFragments();
        setRss(settings);
        setMtu(settings.mtu());
        queues.fill();
    }

    /** Only if asked for: a device that refuses it is as good as one without it [AMZN ena_netdev.c, ena_up]. */
    private void bypassFragments() {
        if (!options.fragBypass()) {
            return;
        }
        if (!device.client().has(FeatureId.FRAG_BYPASS)) {
            throw new EnaFault("enable_frag_bypass=true cannot be had: the device has no such feature");
        }
        device.client().set(FeatureId.FRAG_BYPASS, 0, (to, at) -> to.putByte(at, (byte) 1));
    }

    private void setRss(DeviceSettings wanted) {
        if (device.rss().isPresent() && wanted.rss().isPresent()) {
            device.rss().get().apply(device.client(), wanted.rss().get(), queues.sqIndexes());
        }
    }

    private QueueTerms terms() {
        DeviceFeatures features = device.features();
        return new QueueTerms(device.bar(), device.llqMemory(), features.llq().plan(), device.sizes().maxTxBuffers(),
            device.sizes().maxRxBuffers(), features.attributes().can(DeviceAttributes.CAP_CDESC_MBZ), stamping, false,
            features.sends(OffloadConfig.TX_L4_IPV4_CSUM_FULL), features.sends(OffloadConfig.TX_L4_IPV6_CSUM_FULL),
            device.dmaWidth(), features.moderationMicros());
    }

    @Override
    public void stop() {
        running = false;
        queues.destroy();
        device.statistics().counters().add(EnaCounters.Name.INTERFACE_DOWN);
    }

    // ---- reset, end

    @Override
    public void reset(DeviceSettings wanted) {
        Optional<ResetTrigger.Cause> cause = device.trigger().cause();
        ResetReason reason = cause.map(ResetTrigger.Cause::reason).orElse(ResetReason.USER_TRIGGER);
        if (cause.isEmpty()) {
            device.statistics().counters().add(EnaCounters.Name.TOTAL_RESETS);
        }
        device.hostInfo().note("reset: " + cause.map(ResetTrigger.Cause::toString).orElse("asked for by the user"));
        boolean done = false;
        try {
            translate("reset", () -> extras.exclusively(() -> restore(wanted, reason)));
            done = true;
        } finally {
            if (!done) {
                device.statistics().counters().add(EnaCounters.Name.RESET_FAIL);
                device.rest(ResetReason.INIT_ERR);
            }
        }
    }

    /** Brings the device to what it was [AMZN ena_netdev.c, ena_restore_device]. */
    private void restore(DeviceSettings wanted, ResetReason reason) {
        if (device.isGone()) {
            device.trigger().lost();
            throw new EnaFault("the device is gone");
        }
        queues.forget();
        device.reinit(reason);
        requireSame(wanted);
        stamping = false;
        agree(wanted);
        device.flows().restore(device.client());
        device.arm();
    }

    /** A device that comes back as another is not the one that was configured. */
    private void requireSame(DeviceSettings wanted) {
        DeviceAttributes attributes = device.features().attributes();
        if (!attributes.mac().equals(info.permanentMac())) {
            throw new EnaFault("after the reset its MAC address is " + attributes.mac() + "; it was " + info.permanentMac());
        }
        if ((attributes.maxMtu() & 0xffff_ffffL) < wanted.mtu()) {
            throw new EnaFault("after the reset its largest MTU is " + attributes.maxMtu() + ", but " + wanted.mtu()
                + " is set");
        }
        queues.requireFit(device.sizes());
    }

    @Override
    public void close() {
        extras.close();
        device.watchdog().watch(List.of());
        device.close();
        unconfigure();
    }

    // ---- settings

    @Override
    public void apply(DeviceSettings before, DeviceSettings after, Setting what) {
        switch (what) {
            case OFFLOADS -> requireTimestampsKept(after);
            case MTU -> translate("MTU", () -> setMtu(after.mtu()));
            case RSS -> applyRss(before, after);
            case COALESCING -> requireCoalescing(after.coalescing());
            default -> throw new UnsupportedOperationException("setting " + what);
        }
        if (what == Setting.OFFLOADS && !running) {
            translate("offloads", () -> agree(after));
        }
        settings = after;
        queueContext.settings(QueueSettings.of(after));
    }

    /** Time stamps change the form of completions, and with it the queues. */
    private void requireTimestampsKept(DeviceSettings after) {
        if (running && after.has(Capability.RX_TIMESTAMP) && !stamping) {
            throw new InvalidConfigurationException(context.device(), "offload " + Capability.RX_TIMESTAMP.featureName()
                + " can be switched on only while stopped: completions have another form with it");
        }
    }

    private void applyRss(DeviceSettings before, DeviceSettings after) {
        if (!running) {
            return;
        }
        translate("RSS", () -> {
            boolean done = false;
            try {
                setRss(after);
                done = true;
            } finally {
                if (!done && device.admin().running()) {
                    setRss(before);
                }
            }
        });
    }

    // ---- what is

    @Override
    public Link link() {
        return device.events().link();
    }

    @Override
    public long missed() {
        return device.statistics().missed();
    }

    @Override
    public Map<String, Long> extendedStatistics() {
        Map<String, Long> all = new LinkedHashMap<>();
        device.statistics().counters().report(all);
        device.statistics().report(all);
        device.admin().counts().report(all);
        if (device.clock().active()) {
            all.putAll(device.clock().statistics());
        }
        queues.report(all);
        return all;
    }

    @Override
    public List<String> advice() {
        return queues.advice();
    }

    /** What came of the negotiation of low-latency queues. */
    LlqChooser llq() {
        return device.features().llq();
    }

    @Override
    public <T> Optional<T> extension(Class<T> type) {
        return type == EnaExtension.class ? Optional.of(type.cast(extras)) : Optional.empty();
    }
}
