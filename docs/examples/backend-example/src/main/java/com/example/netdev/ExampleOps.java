package com.example.netdev;

import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceInfo;
import org.netdev4j.api.Link;
import org.netdev4j.api.RingLimits;
import org.netdev4j.api.RxQueue;
import org.netdev4j.api.TxQueue;
import org.netdev4j.net.MacAddress;
import org.netdev4j.platform.wire.WirePort;
import org.netdev4j.spi.DeviceOps;
import org.netdev4j.spi.DeviceSettings;
import org.netdev4j.spi.RxQueueSetup;
import org.netdev4j.spi.TxQueueSetup;

/** The control side. The framework has checked states, arguments and limits before anything here is called. */
final class ExampleOps implements DeviceOps {
    private static final RingLimits RING = new RingLimits(16, 4096, 1, true, 256);

    private final WirePort wire;
    private final DeviceInfo info;
    // Read by the queues' threads on each burst.
    private volatile DeviceSettings settings;
    private ExampleRxQueue rx;
    private ExampleTxQueue tx;

    ExampleOps(WirePort wire, MacAddress mac) {
        this.wire = wire;
        info = new DeviceInfo("example", "1.0", "", "example NIC on " + wire.name(), mac, 1, 1, RING, RING, 68, 9000,
            1, 0, 0, 64, Optional.empty(), 0, 0, EnumSet.of(Capability.LINK_STATUS, Capability.MTU_UPDATE,
                Capability.MAC_SET, Capability.PROMISCUOUS, Capability.RESET), Map.of());
    }

    @Override
    public DeviceInfo info() {
        return info;
    }

    DeviceSettings settings() {
        return settings;
    }

    @Override
    public void configure(DeviceSettings wanted) {
        settings = wanted;
    }

    @Override
    public RxQueue newRxQueue(RxQueueSetup setup) {
        rx = new ExampleRxQueue(setup, wire, this);
        return rx;
    }

    @Override
    public TxQueue newTxQueue(TxQueueSetup setup) {
        tx = new ExampleTxQueue(setup, wire, this);
        return tx;
    }

    @Override
    public void start() {
        rx.fill();
    }

    @Override
    public void stop() {
        rx.drain();
        tx.drain();
    }

    @Override
    public void reset(DeviceSettings wanted) {
        settings = wanted;
    }

    @Override
    public void apply(DeviceSettings before, DeviceSettings after, Setting what) {
        settings = after;
    }

    @Override
    public Link link() {
        return wire.linkUp() ? new Link(true, 0, true) : Link.DOWN;
    }

    @Override
    public void close() {
        // Nothing is left: stop() emptied the rings, and the bus closes the wire.
    }
}
