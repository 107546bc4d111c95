package org.netdev4j.api;

import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.netdev4j.net.MacAddress;
import org.netdev4j.platform.Platform;
import org.netdev4j.platform.bus.BusDevice;
import org.netdev4j.spi.DeviceOps;
import org.netdev4j.spi.DeviceOps.Setting;
import org.netdev4j.spi.NetDevDriver;

/**
 * The device that applications hold: what they ask for is checked against the device's limits ({@link SettingsRules})
 * and its state ({@link DeviceLife}), and then moves the hardware through the driver's {@link DeviceOps}.
 */
final class ManagedDevice implements NetDev {
    private final DriverContext context;
    private final DeviceOps ops;
    private final DeviceLife life;
    private final SettingsRules rules;
    private final QueueBank queues;

    private ManagedDevice(DeviceOps ops, DriverContext context, DeviceLife life) {
        this.ops = ops;
        this.context = context;
        this.life = life;
        this.rules = life.rules();
        this.queues = life.queues();
    }

    /** Opens a device; if that fails, what the driver took is given back, the rest is the caller's. */
    static ManagedDevice open(NetDevDriver driver, BusDevice bus, DriverContext context, boolean ownsPlatform) {
        DriverCalls opening = new DriverCalls(context, driver.name());
        DeviceOps ops = opening.step("open", () -> driver.open(bus, context));
        boolean done = false;
        try {
            DeviceLife life = opening.step("open", () -> new DeviceLife(ops, bus, context, ownsPlatform));
            done = true;
            return new ManagedDevice(ops, context, life);
        } finally {
            if (!done && ops != null) {
                new Teardown(context.device()).step("driver", ops::close);
            }
        }
    }

    @Override
    public String name() {
        return context.device();
    }

    @Override
    public DeviceInfo info() {
        return rules.info();
    }

    @Override
    public DeviceState state() {
        return life.state();
    }

    @Override
    public Platform platform() {
        return context.platform();
    }

    // ---- life cycle

    @Override
    public void configure(DeviceConfig wanted) {
        life.control("configure()", DeviceLife.UNCONFIGURED_OR_CONFIGURED, () -> life.configure(wanted));
    }

    @Override
    public void unconfigure() {
        life.control("unconfigure()", DeviceLife.CONFIGURED, life::unconfigure);
    }

    @Override
    public DeviceConfig config() {
        return life.config();
    }

    @Override
    public RxQueue setupRxQueue(int index, RxQueueConfig wanted) {
        return life.query("setupRxQueue()", DeviceLife.CONFIGURED,
            () -> queues.setUpRx(index, wanted, life.settings("setupRxQueue()", DeviceLife.CONFIGURED)));
    }

    @Override
    public TxQueue setupTxQueue(int index, TxQueueConfig wanted) {
        return life.query("setupTxQueue()", DeviceLife.CONFIGURED, () -> queues.setUpTx(index, wanted));
    }

    @Override
    public void start() {
        life.control("start()", DeviceLife.CONFIGURED, life::start);
    }

    @Override
    public void stop() {
        life.control("stop()", DeviceLife.RUNNING, life::stop);
    }

    @Override
    public void reset() {
        life.control("reset()", DeviceLife.WITH_QUEUES_OR_FAILED, life::reset);
    }

    @Override
    public void close() {
        life.close();
    }

    // ---- queues

    @Override
    public RxQueue rxQueue(int index) {
        return life.query("rxQueue()", DeviceLife.WITH_QUEUES_OR_FAILED, () -> present(queues.rx(index), "receive", index));
    }

    @Override
    public TxQueue txQueue(int index) {
        return life.query("txQueue()", DeviceLife.WITH_QUEUES_OR_FAILED, () -> present(queues.tx(index), "transmit", index));
    }

    private <Q> Q present(Q queue, String kind, int index) {
        if (queue == null) {
            throw new DeviceStateException(name(), kind + " queue " + index, state(), "the queue to be set up, or start()");
        }
        return queue;
    }

    // ---- settings

    @Override
    public MacAddress macAddress() {
        return life.settings("macAddress()", DeviceLife.ANY_BUT_CLOSED).mac();
    }

    @Override
    public void setMacAddress(MacAddress address) {
        life.change("setMacAddress()", Setting.MAC, edit -> {
            rules.mac(address);
            return edit.mac(address);
        });
    }

    @Override
    public int mtu() {
        return life.settings("mtu()", DeviceLife.ANY_BUT_CLOSED).mtu();
    }

    @Override
    public void setMtu(int mtu) {
        life.change("setMtu()", Setting.MTU, edit -> {
            rules.mtu(mtu);
            if (state() == DeviceState.RUNNING) {
                queues.requireBuffers(mtu, offloads().contains(Capability.RX_SCATTER));
            }
            return edit.mtu(mtu);
        });
    }

    @Override
    public boolean promiscuous() {
        return life.settings("promiscuous()", DeviceLife.ANY_BUT_CLOSED).promiscuous();
    }

    @Override
    public void setPromiscuous(boolean on) {
        life.change("setPromiscuous()", Setting.PROMISCUOUS, edit -> {
            rules.promiscuous();
            return edit.promiscuous(on);
        });
    }

    @Override
    public boolean allMulticast() {
        return life.settings("allMulticast()", DeviceLife.ANY_BUT_CLOSED).allMulticast();
    }

    @Override
    public void setAllMulticast(boolean on) {
        life.change("setAllMulticast()", Setting.ALL_MULTICAST, edit -> {
            rules.allMulticast();
            return edit.allMulticast(on);
        });
    }

    @Override
    public void setMulticastFilter(Collection<MacAddress> addresses) {
        life.change("setMulticastFilter()", Setting.MULTICAST_FILTER, edit -> edit.multicast(rules.multicast(addresses)));
    }

    @Override
    public void setUnicastFilter(Collection<MacAddress> addresses) {
        life.change("setUnicastFilter()", Setting.UNICAST_FILTER, edit -> edit.unicast(rules.unicast(addresses)));
    }

    @Override
    public void setVlanFilter(Collection<Integer> vlans) {
        life.change("setVlanFilter()", Setting.VLAN_FILTER, edit -> {
            rules.vlans(vlans);
            return edit.vlans(vlans);
        });
    }

    @Override
    public Set<Capability> offloads() {
        return life.settings("offloads()", DeviceLife.ANY_BUT_CLOSED).offloads();
    }

    @Override
    public void setOffload(Capability offload, boolean on) {
        life.change("setOffload()", Setting.OFFLOADS, edit -> {
            rules.offload(offload);
            if (offload == Capability.RX_SCATTER && !on && state() == DeviceState.RUNNING) {
                queues.requireBuffers(mtu(), false);
            }
            Set<Capability> set = EnumSet.noneOf(Capability.class);
            set.addAll(offloads());
            if (on) {
                set.add(offload);
            } else {
                set.remove(offload);
            }
            return edit.offloads(set);
        });
    }

    @Override
    public RssConfig rss() {
        rules.require(Capability.RSS_HASH, "rss()");
        return life.settings("rss()", DeviceLife.CONFIGURED_OR_RUNNING).rss().orElseThrow();
    }

    @Override
    public void setRss(RssConfig wanted) {
        life.change("setRss()", Setting.RSS, edit -> {
            rules.require(Capability.RSS_HASH, "setRss()");
            rules.rss(rss(), wanted, queues.rxCount());
            return edit.rss(wanted);
        });
    }

    @Override
    public Coalescing coalescing() {
        rules.require(Capability.COALESCING, "coalescing()");
        return life.settings("coalescing()", DeviceLife.ANY_BUT_CLOSED).coalescing();
    }

    @Override
    public void setCoalescing(Coalescing wanted) {
        life.change("setCoalescing()", Setting.COALESCING, edit -> {
            rules.coalescing(wanted);
            return edit.coalescing(wanted);
        });
    }

    // ---- what happens

    @Override
    public Link link() {
        return life.query("link()", DeviceLife.ANY_BUT_CLOSED, () -> life.driver().ask("link()", ops::link));
    }

    @Override
    public void setLinkUp(boolean up) {
        life.control("setLinkUp()", DeviceLife.CONFIGURED_OR_RUNNING, () -> {
            rules.require(Capability.LINK_CONTROL, "setLinkUp()");
            life.driver().step("setLinkUp()", () -> ops.setLinkUp(up));
        });
    }

    @Override
    public Statistics statistics() {
        return life.query("statistics()", DeviceLife.ANY_BUT_CLOSED,
            () -> life.counters().statistics(life.driver().ask("statistics()", ops::missed)));
    }

    @Override
    public Map<String, Long> extendedStatistics() {
        return life.query("extendedStatistics()", DeviceLife.ANY_BUT_CLOSED,
            () -> life.counters().extended(life.deviceCounters("extendedStatistics()")));
    }

    @Override
    public void clearStatistics() {
        life.control("clearStatistics()", DeviceLife.ANY_BUT_CLOSED,
            () -> life.counters().clear(life.deviceCounters("clearStatistics()")));
    }

    @Override
    public void addListener(Consumer<DeviceEvent> listener) {
        life.require("addListener()", DeviceLife.ANY_BUT_CLOSED);
        context.addListener(listener);
    }

    @Override
    public void removeListener(Consumer<DeviceEvent> listener) {
        context.removeListener(listener);
    }

    @Override
    public List<String> advice() {
        return life.query("advice()", DeviceLife.ANY_BUT_CLOSED,
            () -> List.copyOf(life.driver().ask("advice()", ops::advice)));
    }

    @Override
    public <T> Optional<T> extension(Class<T> type) {
        return life.query("extension()", DeviceLife.ANY_BUT_CLOSED, () -> life.driver().ask("extension()", () -> ops.extension(type)));
    }
}
