package org.netdev4j.api.decorate;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.netdev4j.api.Capability;
import org.netdev4j.api.Coalescing;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.DeviceEvent;
import org.netdev4j.api.DeviceInfo;
import org.netdev4j.api.DeviceState;
import org.netdev4j.api.Link;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.RssConfig;
import org.netdev4j.api.RxQueue;
import org.netdev4j.api.RxQueueConfig;
import org.netdev4j.api.Statistics;
import org.netdev4j.api.TxQueue;
import org.netdev4j.api.TxQueueConfig;
import org.netdev4j.net.MacAddress;
import org.netdev4j.platform.Mutex;
import org.netdev4j.platform.Platform;

/**
 * A device that passes every call on to another; the base of decorators.
 *
 * <p>A decorator overrides {@link #call}, through which all control methods go, and {@link #wrap(RxQueue)} and {@link
 * #wrap(TxQueue)}, or single methods. States, limits and errors are those of the device inside: a decorator has none
 * of its own. Statistics count what passes the device inside.
 */
public abstract class ForwardingNetDev implements NetDev {
    private final NetDev inner;
    // Guards the queues; not held while the device inside is called.
    private final Mutex lock;
    private RxQueue[][] rx = {};
    private TxQueue[][] tx = {};

    /** Around another device, which belongs to the decorator from now on: it is closed with it. */
    protected ForwardingNetDev(NetDev inner) {
        this.inner = inner;
        this.lock = inner.platform().newMutex(inner.name() + " decorator");
    }

    /** The device inside. */
    protected final NetDev inner() {
        return inner;
    }

    /**
     * A control call on its way in: all methods of {@link NetDev} but {@link #name()}, {@link #info()}, {@link
     * #state()}, {@link #platform()}, {@link #rxQueue}, {@link #txQueue} and the listeners'. Threads as the caller's.
     *
     * @param operation the call, as error messages write it: {@code setMtu()}
     * @param inward    makes the call on the device inside; an overriding method calls it once, or not at all
     * @param arguments what the caller passed
     * @return what the caller gets
     */
    protected <T> T call(String operation, Supplier<T> inward, Object... arguments) {
        return inward.get();
    }

    /** Makes the decorator's queue around one of the device inside; called once for each queue object. */
    protected RxQueue wrap(RxQueue queue) {
        return queue;
    }

    /** As {@link #wrap(RxQueue)}. */
    protected TxQueue wrap(TxQueue queue) {
        return queue;
    }

    private void run(String operation, Runnable inward, Object... arguments) {
        call(operation, () -> {
            inward.run();
            return null;
        }, arguments);
    }

    // ---- queues: what is wrapped once stays the same object

    private RxQueue outer(RxQueue queue) {
        lock.lock();
        try {
            int index = queue.index();
            if (index >= rx.length) {
                rx = Arrays.copyOf(rx, index + 1);
            }
            if (rx[index] == null || rx[index][0] != queue) {
                rx[index] = new RxQueue[] {queue, wrap(queue)};
            }
            return rx[index][1];
        } finally {
            lock.unlock();
        }
    }

    private TxQueue outer(TxQueue queue) {
        lock.lock();
        try {
            int index = queue.index();
            if (index >= tx.length) {
                tx = Arrays.copyOf(tx, index + 1);
            }
            if (tx[index] == null || tx[index][0] != queue) {
                tx[index] = new TxQueue[] {queue, wrap(queue)};
            }
            return tx[index][1];
        } finally {
            lock.unlock();
        }
    }

    @Override
    public RxQueue setupRxQueue(int index, RxQueueConfig config) {
        return outer(call("setupRxQueue()", () -> inner.setupRxQueue(index, config), index, config));
    }

    @Override
    public TxQueue setupTxQueue(int index, TxQueueConfig config) {
        return outer(call("setupTxQueue()", () -> inner.setupTxQueue(index, config), index, config));
    }

    @Override
    public RxQueue rxQueue(int index) {
        return outer(inner.rxQueue(index));
    }

    @Override
    public TxQueue txQueue(int index) {
        return outer(inner.txQueue(index));
    }

    // ---- what it is

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public DeviceInfo info() {
        return inner.info();
    }

    @Override
    public DeviceState state() {
        return inner.state();
    }

    @Override
    public Platform platform() {
        return inner.platform();
    }

    // ---- life cycle

    @Override
    public void configure(DeviceConfig config) {
        run("configure()", () -> inner.configure(config), config);
    }

    @Override
    public void unconfigure() {
        run("unconfigure()", inner::unconfigure);
    }

    @Override
    public DeviceConfig config() {
        return call("config()", inner::config);
    }

    @Override
    public void start() {
        run("start()", inner::start);
    }

    @Override
    public void stop() {
        run("stop()", inner::stop);
    }

    @Override
    public void reset() {
        run("reset()", inner::reset);
    }

    @Override
    public void close() {
        run("close()", inner::close);
    }

    // ---- settings

    @Override
    public MacAddress macAddress() {
        return call("macAddress()", inner::macAddress);
    }

    @Override
    public void setMacAddress(MacAddress address) {
        run("setMacAddress()", () -> inner.setMacAddress(address), address);
    }

    @Override
    public int mtu() {
        return call("mtu()", inner::mtu);
    }

    @Override
    public void setMtu(int mtu) {
        run("setMtu()", () -> inner.setMtu(mtu), mtu);
    }

    @Override
    public boolean promiscuous() {
        return call("promiscuous()", inner::promiscuous);
    }

    @Override
    public void setPromiscuous(boolean on) {
        run("setPromiscuous()", () -> inner.setPromiscuous(on), on);
    }

    @Override
    public boolean allMulticast() {
        return call("allMulticast()", inner::allMulticast);
    }

    @Override
    public void setAllMulticast(boolean on) {
        run("setAllMulticast()", () -> inner.setAllMulticast(on), on);
    }

    @Override
    public void setMulticastFilter(Collection<MacAddress> addresses) {
        run("setMulticastFilter()", () -> inner.setMulticastFilter(addresses), addresses);
    }

    @Override
    public void setUnicastFilter(Collection<MacAddress> addresses) {
        run("setUnicastFilter()", () -> inner.setUnicastFilter(addresses), addresses);
    }

    @Override
    public void setVlanFilter(Collection<Integer> vlans) {
        run("setVlanFilter()", () -> inner.setVlanFilter(vlans), vlans);
    }

    @Override
    public Set<Capability> offloads() {
        return call("offloads()", inner::offloads);
    }

    @Override
    public void setOffload(Capability offload, boolean on) {
        run("setOffload()", () -> inner.setOffload(offload, on), offload, on);
    }

    @Override
    public RssConfig rss() {
        return call("rss()", inner::rss);
    }

    @Override
    public void setRss(RssConfig config) {
        run("setRss()", () -> inner.setRss(config), config);
    }

    @Override
    public Coalescing coalescing() {
        return call("coalescing()", inner::coalescing);
    }

    @Override
    public void setCoalescing(Coalescing coalescing) {
        run("setCoalescing()", () -> inner.setCoalescing(coalescing), coalescing);
    }

    // ---- what happens

    @Override
    public Link link() {
        return call("link()", inner::link);
    }

    @Override
    public void setLinkUp(boolean up) {
        run("setLinkUp()", () -> inner.setLinkUp(up), up);
    }

    @Override
    public Statistics statistics() {
        return call("statistics()", inner::statistics);
    }

    @Override
    public Map<String, Long> extendedStatistics() {
        return call("extendedStatistics()", inner::extendedStatistics);
    }

    @Override
    public void clearStatistics() {
        run("clearStatistics()", inner::clearStatistics);
    }

    @Override
    public List<String> advice() {
        return call("advice()", inner::advice);
    }

    @Override
    public <T> Optional<T> extension(Class<T> type) {
        return call("extension()", () -> inner.extension(type), type);
    }

    @Override
    public void addListener(Consumer<DeviceEvent> listener) {
        inner.addListener(listener);
    }

    @Override
    public void removeListener(Consumer<DeviceEvent> listener) {
        inner.removeListener(listener);
    }
}
