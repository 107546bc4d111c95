package org.netdev4j.backend.loopback;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.netdev4j.api.Capability;
import org.netdev4j.api.Coalescing;
import org.netdev4j.api.DeviceInfo;
import org.netdev4j.api.InvalidConfigurationException;
import org.netdev4j.api.Link;
import org.netdev4j.api.RingLimits;
import org.netdev4j.api.RxQueue;
import org.netdev4j.api.TxQueue;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.WaitEvent;
import org.netdev4j.platform.wire.WirePort;
import org.netdev4j.spi.DeviceContext;
import org.netdev4j.spi.DeviceOps;
import org.netdev4j.spi.DeviceSettings;
import org.netdev4j.spi.RxQueueSetup;
import org.netdev4j.spi.TxQueueSetup;

/** The control path of the software NIC. The framework calls one method at a time. */
final class LoopbackOps implements DeviceOps {
    static final int MIN_MTU = 68;
    static final int MAX_MTU = 9216;

    private static final RingLimits RINGS = new RingLimits(64, 16_384, 1, true, 1024);
    // The longest frame then takes fewer buffers than the smallest ring has.
    private static final int MIN_RX_BUFFER = 256;
    private static final int MOST_MULTICAST = 256;
    private static final int MOST_UNICAST = 128;

    private final String device;
    private final DeviceInfo info;
    private final WirePort wire;
    private final LinkMonitor link;
    private final LoopbackIngress ingress;
    private final LoopbackEgress egress;
    private final PortStats port = new PortStats();
    // Of all queues that ever were, by number: counters survive configurations.
    private final List<RxStats> rxStats = new ArrayList<>();
    private final List<TxStats> txStats = new ArrayList<>();
    private LoopbackRxQueue[] rx = {};
    private LoopbackTxQueue[] tx = {};

    LoopbackOps(LoopbackNic nic, DeviceContext context) {
        device = context.device();
        info = describe(nic);
        wire = nic.wire();
        link = new LinkMonitor(wire, nic.options().speedMbps(), context);
        ingress = new LoopbackIngress(wire, context.platform(), link, port);
        egress = new LoopbackEgress(wire, context.platform(), link);
        boolean done = false;
        try {
            wire.notify(new OnWire(ingress));
            done = true;
        } finally {
            if (!done) {
                ingress.close();
            }
        }
    }

    private static DeviceInfo describe(LoopbackNic nic) {
        NicOptions options = nic.options();
        return new DeviceInfo(LoopbackBus.NAME, LoopbackDriver.VERSION, "", nic.description(), options.mac(),
            options.queues(), options.queues(), RINGS, RINGS, MIN_MTU, MAX_MTU, PacketSender.MOST_BUFFERS,
            PacketSender.LONGEST_TSO, 0, MIN_RX_BUFFER, Optional.of(RssSelector.limits()), MOST_MULTICAST, MOST_UNICAST, EnumSet.allOf(Capability.class),
            Map.of("wire", nic.wire().name()));
    }

    /** What the wire signals: it makes the device work instead of waking a thread. */
    private record OnWire(LoopbackIngress ingress) implements WaitEvent {
        @Override
        public void signal() {
            ingress.onWire();
        }

        @Override
        public boolean await(Deadline deadline) {
            throw new UnsupportedOperationException("nobody waits for the wire itself");
        }

        @Override
        public boolean poll() {
            return false;
        }
    }

    @Override
    public DeviceInfo info() {
        return info;
    }

    @Override
    public void configure(DeviceSettings settings) {
        requireCoalescing(settings.coalescing());
        plan(settings);
        egress.queues(settings.txQueues());
        rx = new LoopbackRxQueue[settings.rxQueues()];
        tx = new LoopbackTxQueue[settings.txQueues()];
        while (rxStats.size() < rx.length) {
            rxStats.add(new RxStats());
        }
        while (txStats.size() < tx.length) {
            txStats.add(new TxStats());
        }
    }

    private void plan(DeviceSettings settings) {
        ingress.plan(new RxPlan(settings));
        egress.plan(new TxPlan(settings));
    }

    /** There are no transmit interrupts to hold back: the application reaps. */
    private void requireCoalescing(Coalescing wanted) {
        if (wanted.txUsecs() != 0 || wanted.txFrames() != 0) {
            throw new InvalidConfigurationException(device,
                "the device has no transmit interrupts: tx-usecs and tx-frames must be 0, " + wanted.txUsecs() + " and " + wanted.txFrames() + " asked for");
        }
    }

    @Override
    public RxQueue newRxQueue(RxQueueSetup setup) {
        int index = setup.index();
        rx[index] = new LoopbackRxQueue(setup, ingress, rxStats.get(index));
        return rx[index];
    }

    @Override
    public TxQueue newTxQueue(TxQueueSetup setup) {
        int index = setup.index();
        TxStats stats = txStats.get(index);
        tx[index] = new LoopbackTxQueue(setup, egress, new PacketSender(egress, stats, MAX_MTU));
        return tx[index];
    }

    @Override
    public void discard(RxQueue queue) {
        rx[queue.index()] = null;
        ((LoopbackRxQueue) queue).clear();
    }

    @Override
    public void discard(TxQueue queue) {
        tx[queue.index()] = null;
        discard((LoopbackTxQueue) queue);
    }

    private static void discard(LoopbackTxQueue queue) {
        queue.clear();
        queue.close();
    }

    @Override
    public void start() {
        for (LoopbackRxQueue queue : rx) {
            queue.open();
        }
        ingress.open(rx);
    }

    @Override
    public void stop() {
        ingress.shut();
        for (LoopbackRxQueue queue : rx) {
            queue.clear();
        }
        for (LoopbackTxQueue queue : tx) {
            queue.clear();
        }
    }

    @Override
    public void unconfigure() {
        for (LoopbackRxQueue queue : rx) {
            if (queue != null) {
                queue.clear();
            }
        }
        for (LoopbackTxQueue queue : tx) {
            if (queue != null) {
                discard(queue);
            }
        }
        rx = new LoopbackRxQueue[0];
        tx = new LoopbackTxQueue[0];
    }

    @Override
    public void reset(DeviceSettings settings) {
        if (settings.rxQueues() > 0) {
            plan(settings);
        }
    }

    @Override
    public void close() {
        wire.notify(null);
        unconfigure();
        ingress.close();
    }

    @Override
    public void apply(DeviceSettings before, DeviceSettings after, Setting what) {
        requireCoalescing(after.coalescing());
        plan(after);
    }

    @Override
    public Link link() {
        return link.link();
    }

    @Override
    public void setLinkUp(boolean up) {
        if (up && link.isDownHere()) {
            ingress.discardWaiting();
        }
        link.want(up);
        link.check();
    }

    @Override
    public long missed() {
        // Every frame without a buffer was for a queue, and is in its counters.
        return 0;
    }

    @Override
    public Map<String, Long> extendedStatistics() {
        Map<String, Long> all = new LinkedHashMap<>();
        port.report(all);
        for (int i = 0; i < rxStats.size(); i++) {
            rxStats.get(i).report(i, all);
        }
        for (int i = 0; i < txStats.size(); i++) {
            txStats.get(i).report(i, all);
        }
        return all;
    }

    @Override
    public List<String> advice() {
        return wire.failure().map(failure -> List.of(failure.getMessage())).orElse(List.of());
    }
}
