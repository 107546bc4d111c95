package org.netdev4j.api;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.netdev4j.net.MacAddress;
import org.netdev4j.platform.bus.BusDevice;
import org.netdev4j.platform.bus.DeviceIdentity;
import org.netdev4j.platform.bus.OptionSpec;
import org.netdev4j.platform.memory.DmaMemory;
import org.netdev4j.spi.DeviceContext;
import org.netdev4j.spi.DeviceOps;
import org.netdev4j.spi.DeviceSettings;
import org.netdev4j.spi.NetDevDriver;
import org.netdev4j.spi.RxQueueSetup;
import org.netdev4j.spi.TxQueueSetup;

/** A driver whose every step can be made to fail, or to do something of the test's while it runs; keeps what it was told. */
final class FakeNic implements NetDevDriver, DeviceOps {
    static final MacAddress MAC = MacAddress.parse("02:00:00:00:00:01");

    /** Steps called, in order. */
    final List<String> calls = new ArrayList<>();
    /** What a step throws, the next time it is called. */
    final Map<String, Supplier<? extends Throwable>> failures = new HashMap<>();
    /** What a step does before it does its work. */
    final Map<String, Runnable> during = new HashMap<>();
    final Map<String, Long> extended = new LinkedHashMap<>();
    /** Settings as the device has them: lost by a reset, as hardware does. */
    Optional<DeviceSettings> applied = Optional.empty();
    DeviceInfo info = info(EnumSet.allOf(Capability.class));
    DeviceContext context;
    Link link = new Link(true, 10_000, true);
    long missed;
    boolean traffic;
    final List<FakeRx> rx = new ArrayList<>();
    final List<FakeTx> tx = new ArrayList<>();
    private DmaMemory registers;

    static DeviceInfo info(Set<Capability> capabilities) {
        return new DeviceInfo("fake", "1.0", "", "a fake", MAC, 4, 4, new RingLimits(8, 512, 1, true, 32),
            new RingLimits(8, 512, 8, false, 64), 68, 9000, 4, 65_000, 0, 256, Optional.of(rssLimits()), 4, 2, capabilities,
            Map.of());
    }

    static RssLimits rssLimits() {
        Map<FlowType, Set<HashField>> fields = new EnumMap<>(FlowType.class);
        fields.put(FlowType.IPV4, EnumSet.of(HashField.L3_SOURCE, HashField.L3_DESTINATION));
        return new RssLimits(40, 64, 256, EnumSet.of(HashFunction.TOEPLITZ), fields);
    }

    private void step(String name) {
        calls.add(name);
        Optional.ofNullable(during.remove(name)).ifPresent(Runnable::run);
        Supplier<? extends Throwable> failure = failures.remove(name);
        if (failure != null) {
            Throwable thrown = failure.get();
            if (thrown instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) thrown;
        }
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public String version() {
        return "1.0";
    }

    @Override
    public String description() {
        return "a fake";
    }

    @Override
    public boolean drives(DeviceIdentity identity) {
        return identity.equals(new DeviceIdentity.Transport("fake"));
    }

    @Override
    public List<String> identities() {
        return List.of("fake");
    }

    @Override
    public List<OptionSpec> options() {
        return List.of(new OptionSpec("colour", "any", "red", "a key of the driver's"));
    }

    @Override
    public DeviceOps open(BusDevice device, DeviceContext given) {
        context = given;
        step("open");
        registers = given.dma().allocate("registers", 64, 64);
        return this;
    }

    @Override
    public DeviceInfo info() {
        step("info");
        return info;
    }

    @Override
    public void configure(DeviceSettings settings) {
        step("configure");
        applied = Optional.of(settings);
    }

    @Override
    public RxQueue newRxQueue(RxQueueSetup setup) {
        step("newRxQueue");
        FakeRx made = new FakeRx(setup);
        rx.add(made);
        return made;
    }

    @Override
    public TxQueue newTxQueue(TxQueueSetup setup) {
        step("newTxQueue");
        FakeTx made = new FakeTx(setup);
        tx.add(made);
        return made;
    }

    @Override
    public void discard(RxQueue queue) {
        rx.remove(queue);
        step("discard");
    }

    @Override
    public void discard(TxQueue queue) {
        tx.remove(queue);
        step("discard");
    }

    @Override
    public void start() {
        step("start");
        if (traffic) {
            throw new IllegalStateException("started twice");
        }
        traffic = true;
        rx.forEach(FakeRx::fill);
    }

    @Override
    public void stop() {
        if (!traffic) {
            throw new IllegalStateException("stopped without being started");
        }
        traffic = false;
        rx.forEach(FakeRx::drain);
        tx.forEach(FakeTx::drain);
        step("stop");
    }

    @Override
    public void unconfigure() {
        rx.clear();
        tx.clear();
        applied = Optional.empty();
        step("unconfigure");
    }

    @Override
    public void reset(DeviceSettings settings) {
        applied = Optional.empty();
        missed = 0;
        extended.replaceAll((name, value) -> 0L);
        step("reset");
        applied = Optional.of(settings);
    }

    @Override
    public void close() {
        if (traffic) {
            throw new IllegalStateException("closed while traffic runs");
        }
        rx.clear();
        tx.clear();
        if (registers != null) {
            registers.close();
        }
        step("close");
    }

    @Override
    public void apply(DeviceSettings before, DeviceSettings after, Setting what) {
        if (!before.equals(applied.orElseThrow())) {
            throw new IllegalStateException("the framework believes in other settings than the device has");
        }
        step("apply " + what);
        applied = Optional.of(after);
    }

    @Override
    public Link link() {
        step("link");
        return link;
    }

    @Override
    public void setLinkUp(boolean up) {
        step("setLinkUp");
        link = new Link(up, 10_000, true);
        context.post(new DeviceEvent.LinkChanged(link));
    }

    @Override
    public long missed() {
        step("missed");
        return missed;
    }

    @Override
    public Map<String, Long> extendedStatistics() {
        step("extendedStatistics");
        return extended;
    }

    @Override
    public <T> Optional<T> extension(Class<T> type) {
        step("extension");
        return type == FakeNic.class ? Optional.of(type.cast(this)) : Optional.empty();
    }

    @Override
    public List<String> advice() {
        step("advice");
        return List.of("buy a real one");
    }
}
