package org.netdev4j.cli.device;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.netdev4j.api.Capability;
import org.netdev4j.api.Coalescing;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.FlowType;
import org.netdev4j.api.HashField;
import org.netdev4j.api.InvalidConfigurationException;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.NetDevs;
import org.netdev4j.api.RssConfig;
import org.netdev4j.api.RxQueueConfig;
import org.netdev4j.api.TxQueueConfig;
import org.netdev4j.api.UnsupportedCapabilityException;
import org.netdev4j.cli.config.ConfigException;
import org.netdev4j.cli.config.Key;
import org.netdev4j.cli.config.Keys;
import org.netdev4j.models.sim.SimDevice;
import org.netdev4j.models.sim.SimDevices;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.PlatformException;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.memory.MemoryNeed;
import org.netdev4j.platform.wire.WirePort;
import org.netdev4j.platform.wire.Wires;

/** Opens devices, and sets them to what their configuration says. */
public final class DeviceOpener {
    private static final int MOST_L2_HEADER = 22;
    private static final int LEAST_BUFFERS = 1024;
    // What an application may hold besides what the rings do: some bursts.
    private static final int SPARE_BUFFERS = 512;

    private final Supplier<Platform> machine;
    private final Consumer<MemoryNeed> needs;

    /** On a platform that outlives the devices; it is asked for when a device is opened. */
    public DeviceOpener(Supplier<Platform> machine) {
        this(machine, need -> { });
    }

    /**
     * On a platform that outlives the devices and suits them.
     *
     * @param machine asked for when a device is opened
     * @param needs   told before what each device needs
     */
    public DeviceOpener(Supplier<Platform> machine, Consumer<MemoryNeed> needs) {
        this.machine = machine;
        this.needs = needs;
    }

    /** Says that these devices will be opened, so that the platform, which is made with the first, suits them all. */
    public void expect(List<DeviceSpec> specs) {
        specs.forEach(spec -> needs.accept(opening(spec).needs()));
    }

    /** An event for interrupts, to be given to {@link #open(DeviceSpec, IntFunction)}. */
    public WaitEvent newEvent() {
        return machine.get().newWaitEvent();
    }

    /** Opens a device as {@link #open(DeviceSpec, IntFunction)} does; each receive queue gets an event of its own. */
    public OpenDevice open(DeviceSpec spec) {
        return open(spec, queue -> newEvent());
    }

    /**
     * Opens a device and configures it; it is not started.
     *
     * @param events what the interrupts of a receive queue signal, if there are to be any
     * @throws ConfigException   if a value is not one that this device can have, or the wire is no wire
     * @throws PlatformException if the system refuses
     */
    public OpenDevice open(DeviceSpec spec, IntFunction<WaitEvent> events) {
        NetDevs.Opening opening = opening(spec);
        needs.accept(opening.needs());
        Optional<WirePort> wire = spec.find(Keys.WIRE).map(text -> openWire(spec, text));
        wire.ifPresent(opening::wire);
        List<SimDevice> before = SimDevices.on(machine.get());
        NetDev dev = opening.platform(machine.get()).driver(spec.get(Keys.BACKEND)).open();
        List<NetBufPool> pools = new ArrayList<>();
        OpenDevice open = new OpenDevice(dev, spec, wire, pools, Optional.empty());
        boolean done = false;
        try {
            configure(open, events);
            done = true;
            return new OpenDevice(dev, spec, wire, pools, BusCost.ofLast(machine.get(), before));
        } finally {
            if (!done) {
                open.close();
            }
        }
    }

    private static NetDevs.Opening opening(DeviceSpec spec) {
        try {
            return NetDevs.at(spec.get(Keys.ADDRESS));
        } catch (PlatformException e) {
            throw spec.refused(Keys.ADDRESS, e);
        }
    }

    private WirePort openWire(DeviceSpec spec, String text) {
        try {
            return Wires.open(text, machine.get());
        } catch (PlatformException e) {
            if (e.getCause() instanceof IllegalArgumentException) {
                throw spec.refused(Keys.WIRE, e);
            }
            throw e;
        }
    }

    private void configure(OpenDevice open, IntFunction<WaitEvent> events) {
        DeviceSpec spec = open.spec();
        NetDev dev = open.dev();
        int rx = spec.find(Keys.RX_QUEUES).orElse(spec.get(Keys.QUEUES));
        int tx = spec.find(Keys.TX_QUEUES).orElse(spec.get(Keys.QUEUES));
        checkQueues(spec, rx, tx, dev);
        dev.configure(new DeviceConfig(rx, tx, Optional.empty()));
        apply(spec, Keys.MTU, dev::setMtu);
        apply(spec, Keys.MAC, dev::setMacAddress);
        apply(spec, Keys.PROMISCUOUS, dev::setPromiscuous);
        Keys.OFFLOADS.forEach((offload, key) -> apply(spec, key, on -> setOffload(dev, offload, on)));
        rss(spec, dev);
        coalescing(spec, dev);
        setUpQueues(open, rx, tx, events);
    }

    /** The device checks both counts at once and cannot know which key they come from. */
    private static void checkQueues(DeviceSpec spec, int rx, int tx, NetDev dev) {
        if (rx > dev.info().maxRxQueues()) {
            throw tooMany(spec, spec.find(Keys.RX_QUEUES).isPresent() ? Keys.RX_QUEUES : Keys.QUEUES, dev, "receive", rx,
                dev.info().maxRxQueues());
        }
        if (tx > dev.info().maxTxQueues()) {
            throw tooMany(spec, spec.find(Keys.TX_QUEUES).isPresent() ? Keys.TX_QUEUES : Keys.QUEUES, dev, "transmit", tx,
                dev.info().maxTxQueues());
        }
    }

    private static ConfigException tooMany(DeviceSpec spec, Key<?> key, NetDev dev, String kind, int asked, int most) {
        return spec.refused(key, new InvalidConfigurationException(dev.name(), kind + " queues are 1 to " + most + ": " + asked
            + " asked for"));
    }

    private static void setOffload(NetDev dev, Capability offload, boolean on) {
        // What the device does not have need not be switched off.
        if (on || dev.info().has(offload)) {
            dev.setOffload(offload, on);
        }
    }

    private static void rss(DeviceSpec spec, NetDev dev) {
        apply(spec, Keys.RSS_FUNCTION, function -> dev.setRss(dev.rss().withFunction(function)));
        apply(spec, Keys.RSS_KEY, key -> dev.setRss(dev.rss().withKey(key)));
        apply(spec, Keys.RSS_TABLE,
            table -> dev.setRss(dev.rss().withTable(table.stream().mapToInt(Integer::intValue).toArray())));
        for (Map.Entry<FlowType, Key<List<HashField>>> each : Keys.RSS_FIELDS.entrySet()) {
            apply(spec, each.getValue(), fields -> dev.setRss(withFields(dev.rss(), each.getKey(), fields)));
        }
    }

    private static RssConfig withFields(RssConfig rss, FlowType type, List<HashField> fields) {
        Set<HashField> set = EnumSet.noneOf(HashField.class);
        set.addAll(fields);
        return rss.withFields(type, set);
    }

    private static void coalescing(DeviceSpec spec, NetDev dev) {
        apply(spec, Keys.RX_USECS,
            v -> coalesce(dev, c -> new Coalescing(v, c.rxFrames(), c.txUsecs(), c.txFrames(), c.adaptive())));
        apply(spec, Keys.RX_FRAMES,
            v -> coalesce(dev, c -> new Coalescing(c.rxUsecs(), v, c.txUsecs(), c.txFrames(), c.adaptive())));
        apply(spec, Keys.TX_USECS,
            v -> coalesce(dev, c -> new Coalescing(c.rxUsecs(), c.rxFrames(), v, c.txFrames(), c.adaptive())));
        apply(spec, Keys.TX_FRAMES,
            v -> coalesce(dev, c -> new Coalescing(c.rxUsecs(), c.rxFrames(), c.txUsecs(), v, c.adaptive())));
        apply(spec, Keys.ADAPTIVE_RX,
            v -> coalesce(dev, c -> new Coalescing(c.rxUsecs(), c.rxFrames(), c.txUsecs(), c.txFrames(), v)));
    }

    private static void coalesce(NetDev dev, UnaryOperator<Coalescing> change) {
        dev.setCoalescing(change.apply(dev.coalescing()));
    }

    private void setUpQueues(OpenDevice open, int rx, int tx, IntFunction<WaitEvent> events) {
        DeviceSpec spec = open.spec();
        NetDev dev = open.dev();
        int rxRing = spec.find(Keys.RX_RING).orElse(dev.info().rxRing().standard());
        boolean interrupts = spec.get(Keys.INTERRUPTS);
        RxQueueConfig config = RxQueueConfig.STANDARD;
        if (spec.find(Keys.RX_RING).isPresent()) {
            config = config.withRingSize(rxRing);
        }
        checkRing(spec, Keys.RX_RING, dev.info().rxRing().allows(rxRing), dev, "receive", dev.info().rxRing().toString());
        NetBufPool pool = pool(spec, dev, rx * rxRing);
        open.pools().add(pool);
        for (int i = 0; i < rx; i++) {
            int queue = i;
            RxQueueConfig polled = config.withPool(pool);
            RxQueueConfig wanted = interrupts ? polled.withInterrupts(events.apply(i)) : polled;
            refusing(spec, interrupts ? Keys.INTERRUPTS : Keys.RX_RING, () -> dev.setupRxQueue(queue, wanted));
        }
        for (int i = 0; i < tx; i++) {
            int queue = i;
            refusing(spec, Keys.TX_RING, () -> dev.setupTxQueue(queue, new TxQueueConfig(spec.find(Keys.TX_RING).orElse(0))));
        }
    }

    private static void checkRing(DeviceSpec spec, Key<Integer> key, boolean allowed, NetDev dev, String kind, String limits) {
        if (!allowed) {
            throw spec.refused(key, new InvalidConfigurationException(dev.name(), kind + " ring sizes are " + limits + ": "
                + spec.find(key).orElseThrow() + " asked for"));
        }
    }

    /** Its own pool: enough to fill every receive ring, and as much again for what is on its way. */
    private NetBufPool pool(DeviceSpec spec, NetDev dev, int descriptors) {
        boolean scatter = dev.offloads().contains(Capability.RX_SCATTER);
        int room = Math.max(NetBufPool.STANDARD_DATA_ROOM, Math.max(dev.info().minRxBuffer(), scatter ? 0 : dev.mtu() + MOST_L2_HEADER));
        try {
            NetBufPool.Builder pool = NetBufPool.builder(dev.platform(), dev.name())
                .count(spec.find(Keys.POOL_BUFFERS).orElse(Math.max(LEAST_BUFFERS, 2 * descriptors + SPARE_BUFFERS)))
                .dataRoom(spec.find(Keys.POOL_DATA_ROOM).orElse(room));
            return (spec.get(Keys.POOL_DEBUG) ? pool.debug(true) : pool).build();
        } catch (IllegalArgumentException e) {
            throw spec.refused(spec.find(Keys.POOL_DATA_ROOM).isPresent() ? Keys.POOL_DATA_ROOM : Keys.POOL_BUFFERS, e);
        }
    }

    private static <T> void apply(DeviceSpec spec, Key<T> key, Consumer<T> setter) {
        spec.find(key).ifPresent(value -> refusing(spec, key, () -> setter.accept(value)));
    }

    /** Does what a key says; a refusal is told with the place where the key stands. */
    private static void refusing(DeviceSpec spec, Key<?> key, Runnable action) {
        try {
            action.run();
        } catch (InvalidConfigurationException | UnsupportedCapabilityException e) {
            throw spec.refused(key, e);
        }
    }
}
