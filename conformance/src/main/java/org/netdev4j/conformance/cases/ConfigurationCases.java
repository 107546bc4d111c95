package org.netdev4j.conformance.cases;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.netdev4j.api.Capability;
import org.netdev4j.api.Coalescing;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.DeviceInfo;
import org.netdev4j.api.DeviceState;
import org.netdev4j.api.InvalidConfigurationException;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.NetDevError;
import org.netdev4j.api.RingLimits;
import org.netdev4j.api.RxQueueConfig;
import org.netdev4j.api.TxQueueConfig;
import org.netdev4j.api.UnsupportedCapabilityException;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Check;
import org.netdev4j.conformance.ConformanceCase;
import org.netdev4j.conformance.frame.Frame;
import org.netdev4j.net.MacAddress;
import org.netdev4j.platform.bus.DeviceAddress;

/** Configuration: numbers of queues, rings, what is refused and how. */
final class ConfigurationCases {
    private static InvalidConfigurationException refused(String what, Runnable call) {
        return Check.refused(InvalidConfigurationException.class, what, call);
    }

    @ConformanceCase(id = "CF-001",
        value = "Numbers of queues outside the limits are refused, and nothing changes.",
        source = "NEEDS-ENA 47; "
            + "ENA fix L2.2.0: queue number above max accepted; ENA fix D361913ad6f: 0 queues with RSS "
            + "crashed; [DTS runtime_vf_queue_number]",
        ifItFails = "look at maxRxQueues and maxTxQueues of info(): do they say what the device really has?")
    void queueCounts(Bench bench) {
        NetDev device = bench.device();
        DeviceInfo info = bench.info();
        int[][] wrong = {{0, 1}, {1, 0}, {-1, 1}, {info.maxRxQueues() + 1, 1}, {1, info.maxTxQueues() + 1},
            {Integer.MAX_VALUE, 1}};
        for (int[] each : wrong) {
            refused("configure() with " + each[0] + " receive and " + each[1] + " transmit queues",
                () -> device.configure(new DeviceConfig(each[0], each[1], Optional.empty())));
            Check.equal(DeviceState.UNCONFIGURED, device.state(), "state after configure() was refused");
        }
        bench.up(1);
    }

    @ConformanceCase(id = "CF-002",
        value = "Every number of queues that the limits allow can be had, and each transmit queue sends.",
        source = "DPDK ixgbevf 03231aec44: queue max; DPDK virtio 8a886e573a: 8-bit queue index, queue 128 "
            + "overwrote queue 0",
        ifItFails = "look at per-queue registers, doorbells and names: does each queue use its own?")
    void everyQueueCount(Bench bench) {
        int most = Math.min(bench.info().maxRxQueues(), bench.info().maxTxQueues());
        Set<Integer> counts = new TreeSet<>(List.of(1, most / 2 + 1, most));
        for (int count : counts) {
            bench.up(count);
            Exchange.transmitOnAll(bench, count, 3);
            bench.device().stop();
        }
    }

    @ConformanceCase(id = "CF-003", rxQueues = 2, txQueues = 2,
        value = "Numbers of receive and transmit queues may differ.",
        source = "[DTS vf_rss]: unequal numbers of receive and transmit queues; [UK netdev_core.h, in_queue_pairs]",
        ifItFails = "look for one number of queues used for both kinds, as in interrupt vectors per pair")
    void unequalCounts(Bench bench) {
        int rx = Math.min(4, bench.info().maxRxQueues());
        int tx = Math.min(4, bench.info().maxTxQueues());
        bench.up(new DeviceConfig(1, tx, Optional.empty()));
        Exchange.transmitOnAll(bench, tx, 3);
        Exchange.receive(bench, Exchange.framesToDevice(bench, 10, 100));
        bench.device().stop();
        bench.up(new DeviceConfig(rx, 1, Optional.empty()));
        Exchange.transmitOnAll(bench, 1, 3);
        Check.equal(rx, bench.device().config().rxQueues(), "receive queues of config()");
    }

    @ConformanceCase(id = "CF-004",
        value = "Ring sizes outside the limits are refused: too small, too large, and no power of two where one "
            + "is needed.",
        source = "DPDK virtio 99ebada2d6: ring size that is no power of two; [DTS shutdown_api]: ring sizes",
        ifItFails = "look at rxRing and txRing of info()")
    void wrongRings(Bench bench) {
        NetDev device = bench.device();
        device.configure(DeviceConfig.queues(1));
        for (int size : wrong(bench.info().rxRing())) {
            refused("a receive ring of " + size, () -> device.setupRxQueue(0,
                RxQueueConfig.STANDARD.withRingSize(size)));
        }
        for (int size : wrong(bench.info().txRing())) {
            refused("a transmit ring of " + size, () -> device.setupTxQueue(0, new TxQueueConfig(size)));
        }
        Check.equal(DeviceState.CONFIGURED, device.state(), "state after ring sizes were refused");
    }

    private static Set<Integer> wrong(RingLimits limits) {
        Set<Integer> sizes = new TreeSet<>(List.of(-1, 1, limits.min() - 1, limits.max() + 1, limits.max() * 2,
            limits.min() * 3, 100));
        sizes.removeIf(limits::allows);
        sizes.remove(0);
        return sizes;
    }

    @ConformanceCase(id = "CF-005",
        value = "Traffic passes with rings of the smallest size, many times around.",
        source = "NEEDS-ENA 30; "
            + "selftests ring_reconfig.py: traffic at the smallest ring",
        ifItFails = "a small ring wraps soon: look at index masks, at the slot kept free, and at refill "
            + "thresholds that the ring never reaches")
    void smallestRings(Bench bench) {
        NetDev device = bench.device();
        device.configure(DeviceConfig.queues(1));
        int rx = bench.info().rxRing().min();
        device.setupRxQueue(0, RxQueueConfig.STANDARD.withRingSize(rx).withPool(bench.pool()));
        device.setupTxQueue(0, new TxQueueConfig(bench.info().txRing().min()));
        device.start();
        int window = Math.max(1, Math.min(16, rx / 2));
        for (int i = 0; i < 3 * rx; i += window) {
            List<Frame> frames = Exchange.framesToDevice(bench, window, 100);
            bench.far().send(frames);
            bench.rx(0).expect(frames);
        }
        Exchange.transmit(bench, 0, Exchange.framesFromDevice(bench, Math.min(400, 3 * bench.info().txRing().min()),
            100));
    }

    @ConformanceCase(id = "CF-006",
        value = "Rings of the largest size can be had, and are used.",
        source = "NEEDS-ENA 44; "
            + "selftests ring_reconfig.py: all to the maximum; ENA fix L2.1.0: ring sizes when memory is short",
        ifItFails = "look at memory for the largest ring, and at counters of 16 bits beside a ring of 65536")
    void largestRings(Bench bench) {
        NetDev device = bench.device();
        device.configure(DeviceConfig.queues(1));
        int rx = bench.info().rxRing().max();
        int tx = bench.info().txRing().max();
        int room = Math.max(2048, bench.info().minRxBuffer());
        device.setupRxQueue(0, RxQueueConfig.STANDARD.withRingSize(rx)
            .withPool(bench.newPool(Math.min(rx + 64, 20_000), room, false)));
        device.setupTxQueue(0, new TxQueueConfig(tx));
        device.start();
        Check.equal(rx, device.rxQueue(0).ringSize(), "ring size of the receive queue");
        Check.equal(tx, device.txQueue(0).ringSize(), "ring size of the transmit queue");
        Exchange.bothWays(bench, 100);
    }

    @ConformanceCase(id = "CF-007",
        value = "Queue numbers outside the configuration are refused, by number.",
        source = "NEEDS-ENA 46, 54; "
            + "ENA fix L2.13.2: queue id range off by one, fixed twice; [UK netdev.h]: queue index in range",
        ifItFails = "the number of queues configured counts, not the number that the device could have")
    void queueNumbers(Bench bench) {
        NetDev device = bench.device();
        bench.configure(device, DeviceConfig.queues(1), bench.pool());
        for (int index : new int[] {-1, 1, 128, 256, Integer.MAX_VALUE}) {
            refused("setupRxQueue(" + index + ") of 1", () -> device.setupRxQueue(index, RxQueueConfig.STANDARD));
            refused("setupTxQueue(" + index + ") of 1", () -> device.setupTxQueue(index, TxQueueConfig.STANDARD));
            refused("rxQueue(" + index + ") of 1", () -> device.rxQueue(index));
            refused("txQueue(" + index + ") of 1", () -> device.txQueue(index));
        }
        device.start();
        Exchange.bothWays(bench, 5);
    }

    @ConformanceCase(id = "CF-008",
        value = "A pool whose buffers are smaller than the device needs is refused.",
        source = "NEEDS-ENA 51; "
            + "ENA fix D20.05: smallest receive buffer is 1400 bytes; unikraft/unikraft#626: receive buffers "
            + "without room offered to the host",
        ifItFails = "say the truth in minRxBuffer of info()")
    void poolTooSmall(Bench bench) {
        int least = bench.info().minRxBuffer();
        Check.require(least > 1, "needs a device with a least size of receive buffers; this one takes any");
        bench.device().configure(DeviceConfig.queues(1));
        refused("a pool with buffers of " + (least - 1) + " bytes, where the device needs " + least,
            () -> bench.device().setupRxQueue(0, RxQueueConfig.STANDARD.withPool(bench.newPool(8, least - 1, true))));
    }

    @ConformanceCase(id = "CF-009",
        value = "What the device cannot do is refused with the capability by name, and nothing changes.",
        source = "contract UnsupportedCapabilityException; [UK netdev.h]: ENOTSUP; architecture: it never pretends",
        ifItFails = "a driver that lacks a capability must not list it, and one that lists it must do it")
    void missingCapabilities(Bench bench) {
        NetDev device = bench.device();
        bench.configure(device, DeviceConfig.queues(1), bench.pool());
        operations(device).forEach((capability, call) -> {
            if (!bench.info().has(capability)) {
                UnsupportedCapabilityException refused =
                    Check.refused(UnsupportedCapabilityException.class, "an operation that needs " + capability, call);
                Check.equal(capability, refused.capability(), "the capability that the refusal names");
                Check.that(refused.getMessage().contains(capability.name()), "the message must name " + capability
                    + ": " + refused.getMessage());
                Check.equal(DeviceState.CONFIGURED, device.state(), "state after an operation that needs "
                    + capability);
            }
        });
    }

    private static Map<Capability, Runnable> operations(NetDev device) {
        Map<Capability, Runnable> calls = new LinkedHashMap<>();
        for (Capability capability : EnumSet.allOf(Capability.class)) {
            if (capability.isOffload()) {
                calls.put(capability, () -> device.setOffload(capability, true));
            }
        }
        calls.put(Capability.RX_INTERRUPT, () -> device.setupRxQueue(0, RxQueueConfig.STANDARD.withInterrupts()));
        calls.put(Capability.MTU_UPDATE, () -> device.setMtu(device.mtu()));
        calls.put(Capability.MAC_SET, () -> device.setMacAddress(device.macAddress()));
        calls.put(Capability.PROMISCUOUS, () -> device.setPromiscuous(true));
        calls.put(Capability.ALL_MULTICAST, () -> device.setAllMulticast(true));
        calls.put(Capability.MULTICAST_FILTER, () -> device.setMulticastFilter(Set.of()));
        calls.put(Capability.UNICAST_FILTER, () -> device.setUnicastFilter(Set.of()));
        calls.put(Capability.VLAN_FILTER, () -> device.setVlanFilter(Set.of()));
        calls.put(Capability.RESET, device::reset);
        calls.put(Capability.COALESCING, () -> device.setCoalescing(Coalescing.NONE));
        calls.put(Capability.LINK_CONTROL, () -> device.setLinkUp(false));
        calls.put(Capability.RSS_HASH, () -> device.setRss(device.rss()));
        return calls;
    }

    @ConformanceCase(id = "CF-010",
        value = "The standard offloads are all that the device has, but for those that hide what was on the wire.",
        source = "NEEDS-ENA 50; "
            + "contract DeviceConfig.offloads(); ENA fix c4f16ab009: a missing default policy silently "
            + "switched LLQ off",
        ifItFails = "look at the offloads that configure() is given")
    void standardOffloads(Bench bench) {
        Set<Capability> expected = EnumSet.noneOf(Capability.class);
        bench.info().capabilities().stream().filter(Capability::isOffload).forEach(expected::add);
        expected.remove(Capability.RX_VLAN_STRIP);
        expected.remove(Capability.VLAN_FILTER);
        bench.device().configure(DeviceConfig.queues(1));
        Check.equal(expected, bench.device().offloads(), "standard offloads");
        bench.device().configure(DeviceConfig.queues(1).withOffloads());
        Check.equal(Set.of(), bench.device().offloads(), "offloads when none is asked for");
    }

    @ConformanceCase(id = "CF-011",
        value = "Each offload can be switched off and on while traffic runs, and traffic goes on.",
        source = "[DTS rx_tx_offload]; Linux ethtool -K under traffic; DPDK virtio_net basic_features.sh",
        ifItFails = "look for a setting that is applied to the device before the queues know of it")
    void toggleOffloads(Bench bench) {
        bench.up(1);
        for (Capability offload : Set.copyOf(bench.device().offloads())) {
            bench.device().setOffload(offload, false);
            Check.that(!bench.device().offloads().contains(offload), offload
                + " is still on after it was switched off");
            Exchange.bothWays(bench, 5);
            bench.device().setOffload(offload, true);
            Check.that(bench.device().offloads().contains(offload), offload + " is off after it was switched on");
            Exchange.bothWays(bench, 5);
        }
        refused("setOffload() of what is no offload", () -> bench.device().setOffload(Capability.LINK_STATUS, false));
    }

    @ConformanceCase(id = "CF-012",
        value = "Interrupt coalescing can be set and is reported as set.",
        needs = Capability.COALESCING,
        source = "Linux ethtool -C on ENA; ENA fix: interrupt delay resolution of 0",
        ifItFails = "look at DeviceOps.apply() for COALESCING")
    void coalescing(Bench bench) {
        bench.up(1);
        Coalescing wanted = coalesce(bench, new Coalescing(20, 8, 0, 0, false));
        Check.equal(wanted, bench.device().coalescing(), "coalescing() after it was set");
        Exchange.bothWays(bench, 20);
        bench.device().setCoalescing(Coalescing.NONE);
        Check.equal(Coalescing.NONE, bench.device().coalescing(), "coalescing() after it was switched off");
        if (!bench.info().has(Capability.ADAPTIVE_COALESCING)) {
            Check.refused(UnsupportedCapabilityException.class, "adaptive coalescing",
                () -> bench.device().setCoalescing(new Coalescing(0, 0, 0, 0, true)));
        }
    }

    /** Sets this, or, if the device cannot count packets, the same by time alone; returns what was set. */
    static Coalescing coalesce(Bench bench, Coalescing wanted) {
        Coalescing before = bench.device().coalescing();
        try {
            bench.device().setCoalescing(wanted);
            return wanted;
        } catch (InvalidConfigurationException e) {
            Check.equal(before, bench.device().coalescing(), "coalescing() after another was refused");
            Check.that(wanted.rxFrames() != 0, "coalescing by time alone is refused: " + e.getMessage());
            Coalescing byTime = new Coalescing(wanted.rxUsecs(), 0, 0, 0, false);
            bench.device().setCoalescing(byTime);
            return byTime;
        }
    }

    @ConformanceCase(id = "CF-013",
        value = "An unknown key in the address is refused by name, and nothing is left behind.",
        source = "NEEDS-ENA 50; "
            + "ENA fix D9b312ad310, 9f220a959d: bad device arguments crashed or were read wrongly; bug reports "
            + "on DPDK: options that do nothing",
        ifItFails = "list every key that the driver reads in NetDevDriver.options(), and no other")
    void unknownKey(Bench bench) {
        DeviceAddress address = bench.address();
        Map<String, String> options = new LinkedHashMap<>(address.options());
        options.put("no-such-key", "1");
        InvalidConfigurationException refused = refused("an address with key no-such-key",
            () -> bench.open(new DeviceAddress(address.scheme(), address.locator(), options)));
        Check.that(refused.getMessage().contains("no-such-key"), "the message must name the key: "
            + refused.getMessage());
    }

    @ConformanceCase(id = "CF-014",
        value = "Refusals are one line that begins with the device's name.",
        source = "contract NetDevError: one line, fit to be shown",
        ifItFails = "make exceptions with DeviceContext.fault()")
    void messages(Bench bench) {
        NetDev device = bench.device();
        device.configure(DeviceConfig.queues(1));
        List<Runnable> calls = List.of(() -> device.configure(new DeviceConfig(0, 0, Optional.empty())), device::stop,
            () -> device.setupRxQueue(7000, RxQueueConfig.STANDARD), () -> device.setMtu(-1),
                () -> device.setMacAddress(MacAddress.ZERO),
            () -> device.setMulticastFilter(Set.of(new MacAddress(2))),
                () -> device.setOffload(Capability.LINK_STATUS, true));
        for (Runnable call : calls) {
            RuntimeException refused = Check.refused(RuntimeException.class, "a call with a wrong value", call);
            String message = String.valueOf(refused.getMessage());
            Check.that(refused instanceof NetDevError, "a refusal must be a NetDevError: " + refused);
            Check.that(message.startsWith(device.name() + ": ") && message.lines().count() == 1,
                "a message must be one line that begins with \"" + device.name() + ": \"; it is: " + message);
        }
    }
}
