package org.netdev4j.api;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.netdev4j.net.MacAddress;
import org.netdev4j.platform.Mutex;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.bus.BusDevice;
import org.netdev4j.spi.DeviceOps;
import org.netdev4j.spi.DeviceOps.Setting;
import org.netdev4j.spi.DeviceSettings;
import org.netdev4j.spi.NetDevDriver;
import org.netdev4j.spi.RxQueueSetup;
import org.netdev4j.spi.TxQueueSetup;

/**
 * The device that applications hold: keeps the life cycle, the settings and the counters, and lets a driver's {@link DeviceOps} move the
 * hardware.
 */
final class ManagedDevice implements NetDev {
    private final DriverContext context;
    private final BusDevice bus;
    private final Platform platform;
    private final boolean ownsPlatform;
    private final DeviceOps ops;
    private final SettingsRules rules;
    private final Mutex lock;
    private final CounterBoard counters;

    // What the control path has reached; FAILED is kept apart, since any thread may declare it at any time.
    private volatile DeviceState reached = DeviceState.UNCONFIGURED;
    private DeviceSettings settings;
    private DeviceConfig config;
    private RxQueue[] rx = {};
    private TxQueue[] tx = {};
    private NetBufPool ownPool;

    ManagedDevice(NetDevDriver driver, BusDevice bus, DriverContext context, boolean ownsPlatform) {
        this.context = context;
        this.bus = bus;
        this.platform = context.platform();
        this.ownsPlatform = ownsPlatform;
        this.lock = platform.newMutex(context.device());
        this.ops = driver.open(bus, context);
        this.rules = new SettingsRules(context.device(), ops.info());
        this.counters = new CounterBoard();
        int mtu = Math.max(ops.info().minMtu(), Math.min(ops.info().maxMtu(), 1500));
        this.settings = DeviceSettings.initial(ops.info().permanentMac(), mtu);
        context.onFail(this::haltQueues);
    }

    @Override
    public String name() {
        return context.device();
    }

    @Override
    public DeviceInfo info() {
        return ops.info();
    }

    @Override
    public DeviceState state() {
        DeviceState at = reached;
        return at != DeviceState.CLOSED && context.hasFailed() ? DeviceState.FAILED : at;
    }

    @Override
    public Platform platform() {
        return platform;
    }

    // ---- life cycle

    @Override
    public void configure(DeviceConfig wanted) {
        locked(() -> {
            require("configure()", DeviceState.UNCONFIGURED, DeviceState.CONFIGURED);
            DeviceSettings after = rules.configured(settings, wanted);
            dropQueues();
            reached = DeviceState.UNCONFIGURED;
            driverStep(() -> ops.configure(after));
            settings = after;
            config = wanted;
            rx = new RxQueue[wanted.rxQueues()];
            tx = new TxQueue[wanted.txQueues()];
            reached = DeviceState.CONFIGURED;
        });
    }

    @Override
    public void unconfigure() {
        locked(() -> {
            require("unconfigure()", DeviceState.CONFIGURED);
            dropQueues();
            reached = DeviceState.UNCONFIGURED;
        });
    }

    private void dropQueues() {
        if (reached == DeviceState.CONFIGURED) {
            driverStep(ops::unconfigure);
        }
        rx = new RxQueue[0];
        tx = new TxQueue[0];
        if (ownPool != null) {
            ownPool.close();
            ownPool = null;
        }
    }

    @Override
    public DeviceConfig config() {
        return locked(() -> {
            require("config()", DeviceState.CONFIGURED, DeviceState.RUNNING, DeviceState.FAILED);
            if (config == null) {
                throw new DeviceStateException(name(), "config()", state(), "a configuration");
            }
            return config;
        });
    }

    @Override
    public RxQueue setupRxQueue(int index, RxQueueConfig wanted) {
        return locked(() -> {
            require("setupRxQueue()", DeviceState.CONFIGURED);
            checkQueue("receive", index, rx.length);
            return makeRxQueue(index, wanted);
        });
    }

    private RxQueue makeRxQueue(int index, RxQueueConfig wanted) {
        int size = rules.ringSize("receive", wanted.ringSize(), info().rxRing());
        if (wanted.interrupts()) {
            rules.require(Capability.RX_INTERRUPT, "setupRxQueue() with interrupts");
        }
        NetBufPool pool = wanted.pool().orElseGet(() -> ownPool(size));
        rules.buffers(index, pool, 0, true);
        WaitEvent event = wanted.interrupts() ? wanted.event().orElseGet(platform::newWaitEvent) : null;
        if (rx[index] != null) {
            ops.discard(rx[index]);
            rx[index] = null;
        }
        RxQueueSetup setup =
            new RxQueueSetup(name(), index, size, pool, wanted.interrupts(), event, counters.rx(index));
        driverStep(() -> rx[index] = ops.newRxQueue(setup));
        return rx[index];
    }

    /** The device's own pool: enough to fill every receive ring, and as much again for what applications hold. */
    private NetBufPool ownPool(int ringSize) {
        if (ownPool == null) {
            int count = Math.max(1024, rx.length * ringSize * 2);
            int room = settings.has(Capability.RX_SCATTER) ? NetBufPool.STANDARD_DATA_ROOM : info().maxMtu() + SettingsRules.MAX_L2;
            ownPool = NetBufPool.builder(platform, name()).count(count)
                .dataRoom(Math.max(Math.max(room, NetBufPool.STANDARD_DATA_ROOM), info().minRxBuffer())).build();
        }
        return ownPool;
    }

    @Override
    public TxQueue setupTxQueue(int index, TxQueueConfig wanted) {
        return locked(() -> {
            require("setupTxQueue()", DeviceState.CONFIGURED);
            checkQueue("transmit", index, tx.length);
            return makeTxQueue(index, wanted);
        });
    }

    private TxQueue makeTxQueue(int index, TxQueueConfig wanted) {
        int size = rules.ringSize("transmit", wanted.ringSize(), info().txRing());
        if (tx[index] != null) {
            ops.discard(tx[index]);
            tx[index] = null;
        }
        driverStep(() -> tx[index] = ops.newTxQueue(new TxQueueSetup(name(), index, size, counters.tx(index))));
        return tx[index];
    }

    @Override
    public void start() {
        locked(() -> {
            require("start()", DeviceState.CONFIGURED);
            for (int i = 0; i < rx.length; i++) {
                RxQueue queue = rx[i] != null ? rx[i] : makeRxQueue(i, RxQueueConfig.STANDARD);
                rules.buffers(i, queue.pool(), settings.mtu(), settings.has(Capability.RX_SCATTER));
            }
            for (int i = 0; i < tx.length; i++) {
                if (tx[i] == null) {
                    makeTxQueue(i, TxQueueConfig.STANDARD);
                }
            }
            driverStep(ops::start);
            reached = DeviceState.RUNNING;
            openQueues();
        });
    }

    @Override
    public void stop() {
        locked(() -> {
            require("stop()", DeviceState.RUNNING);
            gates(QueueGate.STOPPED);
            reached = DeviceState.CONFIGURED;
            driverStep(ops::stop);
        });
    }

    @Override
    public void reset() {
        locked(() -> {
            require("reset()", DeviceState.CONFIGURED, DeviceState.RUNNING, DeviceState.FAILED);
            rules.require(Capability.RESET, "reset()");
            boolean running = reached == DeviceState.RUNNING;
            gates(QueueGate.HALTED);
            try {
                if (running) {
                    ops.stop();
                }
                ops.reset(settings);
                context.recovered();
                if (running) {
                    ops.start();
                    openQueues();
                } else {
                    gates(QueueGate.STOPPED);
                }
            } catch (RuntimeException e) {
                context.fail("reset failed: " + e.getMessage());
                throw asDeviceError("reset()", e);
            }
        });
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (reached == DeviceState.CLOSED) {
                return;
            }
            boolean running = reached == DeviceState.RUNNING;
            gates(QueueGate.STOPPED);
            reached = DeviceState.CLOSED;
            Teardown teardown = new Teardown(name());
            if (running) {
                teardown.step("stop", ops::stop);
            }
            teardown.step("driver", ops::close);
            if (ownPool != null) {
                teardown.step("buffer pool", ownPool::close);
            }
            teardown.step("DMA memory", context.dma()::close);
            teardown.step("bus device", bus::close);
            if (ownsPlatform) {
                teardown.step("platform", platform::close);
            }
            context.closed();
        } finally {
            lock.unlock();
        }
    }

    private void openQueues() {
        gates(QueueGate.OPEN);
        // The device may have failed while it started: its queues were then halted before they were opened.
        if (context.hasFailed()) {
            haltQueues();
        }
    }

    private void haltQueues() {
        if (reached == DeviceState.RUNNING) {
            gates(QueueGate.HALTED);
        }
    }

    private void gates(QueueGate gate) {
        for (RxQueue queue : rx) {
            if (queue != null) {
                queue.gate(gate);
            }
        }
        for (TxQueue queue : tx) {
            if (queue != null) {
                queue.gate(gate);
            }
        }
    }

    // ---- queues

    @Override
    public RxQueue rxQueue(int index) {
        return locked(() -> {
            require("rxQueue()", DeviceState.CONFIGURED, DeviceState.RUNNING, DeviceState.FAILED);
            checkQueue("receive", index, rx.length);
            return present(rx[index], "receive", index);
        });
    }

    @Override
    public TxQueue txQueue(int index) {
        return locked(() -> {
            require("txQueue()", DeviceState.CONFIGURED, DeviceState.RUNNING, DeviceState.FAILED);
            checkQueue("transmit", index, tx.length);
            return present(tx[index], "transmit", index);
        });
    }

    private <Q> Q present(Q queue, String kind, int index) {
        if (queue == null) {
            throw new DeviceStateException(name(), kind + " queue " + index, state(), "the queue to be set up, or start()");
        }
        return queue;
    }

    private void checkQueue(String kind, int index, int count) {
        if (index < 0 || index >= count) {
            throw rules.invalid("there is no " + kind + " queue " + index + ": " + count + " configured");
        }
    }

    // ---- settings

    private void change(String operation, Setting what, Runnable check, Consumer<DeviceSettings.Editor> edit) {
        locked(() -> {
            require(operation, DeviceState.CONFIGURED, DeviceState.RUNNING);
            check.run();
            DeviceSettings.Editor editor = settings.edit();
            edit.accept(editor);
            DeviceSettings after = editor.done();
            driverStep(() -> ops.apply(settings, after, what));
            settings = after;
        });
    }

    private DeviceSettings settings(String operation) {
        return locked(() -> {
            requireOpen(operation);
            return settings;
        });
    }

    @Override
    public MacAddress macAddress() {
        return settings("macAddress()").mac();
    }

    @Override
    public void setMacAddress(MacAddress address) {
        change("setMacAddress()", Setting.MAC, () -> {
            rules.require(Capability.MAC_SET, "setMacAddress()");
            rules.mac(address);
        }, s -> s.mac(address));
    }

    @Override
    public int mtu() {
        return settings("mtu()").mtu();
    }

    @Override
    public void setMtu(int mtu) {
        change("setMtu()", Setting.MTU, () -> {
            rules.require(Capability.MTU_UPDATE, "setMtu()");
            rules.mtu(mtu);
            for (RxQueue queue : rx) {
                if (queue != null && reached == DeviceState.RUNNING) {
                    rules.buffers(queue.index(), queue.pool(), mtu, settings.has(Capability.RX_SCATTER));
                }
            }
        }, s -> s.mtu(mtu));
    }

    @Override
    public boolean promiscuous() {
        return settings("promiscuous()").promiscuous();
    }

    @Override
    public void setPromiscuous(boolean on) {
        change("setPromiscuous()", Setting.PROMISCUOUS, () -> rules.require(Capability.PROMISCUOUS, "setPromiscuous()"),
            s -> s.promiscuous(on));
    }

    @Override
    public boolean allMulticast() {
        return settings("allMulticast()").allMulticast();
    }

    @Override
    public void setAllMulticast(boolean on) {
        change("setAllMulticast()", Setting.ALL_MULTICAST, () -> rules.require(Capability.ALL_MULTICAST, "setAllMulticast()"),
            s -> s.allMulticast(on));
    }

    @Override
    public void setMulticastFilter(Collection<MacAddress> addresses) {
        change("setMulticastFilter()", Setting.MULTICAST_FILTER, () -> {
            rules.require(Capability.MULTICAST_FILTER, "setMulticastFilter()");
            rules.multicast(addresses);
        }, s -> s.multicast(addresses));
    }

    @Override
    public void setUnicastFilter(Collection<MacAddress> addresses) {
        change("setUnicastFilter()", Setting.UNICAST_FILTER, () -> {
            rules.require(Capability.UNICAST_FILTER, "setUnicastFilter()");
            rules.unicast(addresses);
        }, s -> s.unicast(addresses));
    }

    @Override
    public void setVlanFilter(Collection<Integer> vlans) {
        change("setVlanFilter()", Setting.VLAN_FILTER, () -> {
            rules.require(Capability.VLAN_FILTER, "setVlanFilter()");
            rules.vlans(vlans);
        }, s -> s.vlans(vlans));
    }

    @Override
    public Set<Capability> offloads() {
        return settings("offloads()").offloads();
    }

    @Override
    public void setOffload(Capability offload, boolean on) {
        change("setOffload()", Setting.OFFLOADS, () -> {
            rules.offload(offload);
            if (offload == Capability.RX_SCATTER && !on && reached == DeviceState.RUNNING) {
                for (RxQueue queue : rx) {
                    rules.buffers(queue.index(), queue.pool(), settings.mtu(), false);
                }
            }
        }, s -> {
            Set<Capability> set = EnumSet.noneOf(Capability.class);
            set.addAll(settings.offloads());
            if (on) {
                set.add(offload);
            } else {
                set.remove(offload);
            }
            s.offloads(set);
        });
    }

    @Override
    public RssConfig rss() {
        return locked(() -> {
            rules.require(Capability.RSS_HASH, "rss()");
            require("rss()", DeviceState.CONFIGURED, DeviceState.RUNNING);
            return settings.rss().orElseThrow();
        });
    }

    @Override
    public void setRss(RssConfig wanted) {
        change("setRss()", Setting.RSS, () -> {
            rules.require(Capability.RSS_HASH, "setRss()");
            rules.rss(settings.rss().orElseThrow(), wanted, rx.length);
        }, s -> s.rss(wanted));
    }

    @Override
    public Coalescing coalescing() {
        rules.require(Capability.COALESCING, "coalescing()");
        return settings("coalescing()").coalescing();
    }

    @Override
    public void setCoalescing(Coalescing wanted) {
        change("setCoalescing()", Setting.COALESCING, () -> rules.coalescing(wanted), s -> s.coalescing(wanted));
    }

    // ---- what happens

    @Override
    public Link link() {
        return locked(() -> {
            requireOpen("link()");
            return ops.link();
        });
    }

    @Override
    public void setLinkUp(boolean up) {
        locked(() -> {
            require("setLinkUp()", DeviceState.CONFIGURED, DeviceState.RUNNING);
            rules.require(Capability.LINK_CONTROL, "setLinkUp()");
            driverStep(() -> ops.setLinkUp(up));
        });
    }

    @Override
    public Statistics statistics() {
        return locked(() -> {
            requireOpen("statistics()");
            return counters.statistics(ops.missed());
        });
    }

    @Override
    public Map<String, Long> extendedStatistics() {
        return locked(() -> {
            requireOpen("extendedStatistics()");
            return counters.extended(ops.missed(), ops.extendedStatistics());
        });
    }

    @Override
    public void clearStatistics() {
        locked(() -> {
            requireOpen("clearStatistics()");
            counters.clear(ops.missed(), ops.extendedStatistics());
        });
    }

    @Override
    public void addListener(Consumer<DeviceEvent> listener) {
        requireOpen("addListener()");
        context.addListener(listener);
    }

    @Override
    public void removeListener(Consumer<DeviceEvent> listener) {
        context.removeListener(listener);
    }

    @Override
    public List<String> advice() {
        return locked(() -> {
            requireOpen("advice()");
            return new ArrayList<>(ops.advice());
        });
    }

    // ---- plumbing

    private void locked(Runnable body) {
        lock.lock();
        try {
            body.run();
        } finally {
            lock.unlock();
        }
    }

    private <T> T locked(Supplier<T> body) {
        lock.lock();
        try {
            return body.get();
        } finally {
            lock.unlock();
        }
    }

    private void require(String operation, DeviceState... allowed) {
        DeviceState now = state();
        for (DeviceState state : allowed) {
            if (now == state) {
                return;
            }
        }
        StringBuilder needs = new StringBuilder();
        for (DeviceState state : allowed) {
            needs.append(needs.isEmpty() ? "" : " or ").append(state);
        }
        throw new DeviceStateException(name(), operation, now, needs.toString());
    }

    private void requireOpen(String operation) {
        if (reached == DeviceState.CLOSED) {
            throw new DeviceStateException(name(), operation, DeviceState.CLOSED, "a device that is open");
        }
    }

    /** Runs a part of the driver. What it throws that is not meant for users is a fault of the driver: the device is then FAILED. */
    private void driverStep(Runnable step) {
        try {
            step.run();
        } catch (NetDevException | UnsupportedCapabilityException | org.netdev4j.platform.PlatformException e) {
            throw e;
        } catch (RuntimeException e) {
            context.fail("the driver failed: " + e);
            throw asDeviceError("a step of driver " + info().driver(), e);
        }
    }

    private RuntimeException asDeviceError(String operation, RuntimeException e) {
        return e instanceof NetDevError || e instanceof org.netdev4j.platform.PlatformException ? e
            : new DeviceFaultException(name(), operation + " failed: " + e, e);
    }
}
