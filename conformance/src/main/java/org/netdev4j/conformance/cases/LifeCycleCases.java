package org.netdev4j.conformance.cases;

import static org.netdev4j.api.DeviceState.CLOSED;
import static org.netdev4j.api.DeviceState.CONFIGURED;
import static org.netdev4j.api.DeviceState.RUNNING;
import static org.netdev4j.api.DeviceState.UNCONFIGURED;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.DeviceInfo;
import org.netdev4j.api.DeviceState;
import org.netdev4j.api.DeviceStateException;
import org.netdev4j.api.InvalidConfigurationException;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.RingLimits;
import org.netdev4j.api.RxQueue;
import org.netdev4j.api.RxQueueConfig;
import org.netdev4j.api.TxQueue;
import org.netdev4j.api.TxQueueConfig;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Check;
import org.netdev4j.conformance.ConformanceCase;
import org.netdev4j.conformance.frame.Packet;

/** Life cycle: states, what each allows, and that every way back frees everything. */
final class LifeCycleCases {
    @ConformanceCase(id = "LC-001",
        value = "A device fresh from open is UNCONFIGURED and knows its name, identity, limits and address.",
        source = "contract NetDev.info(); [UK netdev_core.h]; [DTS smoke_tests]",
        ifItFails = "look at what DeviceOps.info() returns before configure(): limits must be those of the "
            + "device, not zeros to be filled in later")
    void freshDevice(Bench bench) {
        NetDev device = bench.device();
        DeviceInfo info = device.info();
        Check.equal(UNCONFIGURED, device.state(), "state of a fresh device");
        Check.equal(bench.address().name(), device.name(), "the device's name");
        Check.that(!info.driver().isBlank() && !info.description().isBlank(),
            "driver's name and description must not be blank: " + info);
        Check.that(info.permanentMac().isStation(), "the permanent address must be that of one station: "
            + info.permanentMac());
        Check.equal(info.permanentMac(), device.macAddress(), "the address in effect on a fresh device");
        Check.that(info.maxRxQueues() >= 1 && info.maxTxQueues() >= 1, "there must be a queue of each kind: " + info);
        Check.that(info.minMtu() > 0 && info.minMtu() <= info.maxMtu(), "MTUs must be a range: " + info.minMtu()
            + " to " + info.maxMtu());
        Check.that(info.maxTxSegments() >= 1, "a packet of one buffer must be possible: maxTxSegments="
            + info.maxTxSegments());
        sane("receive", info.rxRing());
        sane("transmit", info.txRing());
        boolean tso = info.has(Capability.TX_TSO_IPV4) || info.has(Capability.TX_TSO_IPV6);
        Check.equal(tso, info.maxTsoLength() > 0, "maxTsoLength above zero (it is " + info.maxTsoLength()
            + ", and TSO is " + tso + ")");
        Check.equal(info.has(Capability.RSS_HASH), info.rss().isPresent(), "presence of RSS limits");
    }

    private static void sane(String which, RingLimits ring) {
        Check.that(ring.min() >= 1 && ring.min() <= ring.max() && ring.step() >= 1, which
            + " ring limits make no sense: " + ring);
        Check.that(ring.allows(ring.standard()), which + " ring: the standard size " + ring.standard()
            + " is not among those allowed: " + ring);
        Check.that(ring.allows(ring.min()) && ring.allows(ring.max()), which
            + " ring: its own smallest or largest size is not allowed: " + ring);
    }

    @ConformanceCase(id = "LC-002",
        value = "What info() says never changes, from open to close.",
        source = "contract DeviceOps.info(): the same object each time; ENA fix L2.2.9: limits re-read after "
            + "reset differed",
        ifItFails = "make the info once, in open(), and keep it")
    void infoIsFixed(Bench bench) {
        DeviceInfo fresh = bench.info();
        bench.up(1);
        Check.equal(fresh, bench.info(), "info() of a running device");
        bench.device().stop();
        bench.device().unconfigure();
        Check.equal(fresh, bench.info(), "info() after unconfigure()");
        bench.device().close();
        Check.equal(fresh, bench.info(), "info() after close()");
    }

    @ConformanceCase(id = "LC-003",
        value = "configure, start, stop and unconfigure lead from state to state and back.",
        source = "contract DeviceState; [UK netdev_core.h], with the way back that it lacks",
        ifItFails = "look at which DeviceOps call throws, or leaves the device FAILED")
    void wayUpAndDown(Bench bench) {
        NetDev device = bench.device();
        for (int round = 0; round < 2; round++) {
            device.configure(DeviceConfig.queues(1));
            Check.equal(CONFIGURED, device.state(), "state after configure()");
            device.start();
            Check.equal(RUNNING, device.state(), "state after start()");
            device.stop();
            Check.equal(CONFIGURED, device.state(), "state after stop()");
            device.unconfigure();
            Check.equal(UNCONFIGURED, device.state(), "state after unconfigure()");
        }
    }

    private static void allRefused(NetDev device, DeviceState in, Map<String, Runnable> calls) {
        calls.forEach((name, call) -> {
            DeviceStateException refused = Check.refused(DeviceStateException.class, name + " in state " + in, call);
            Check.equal(in, refused.state(), "the state that the refusal of " + name + " names");
            Check.equal(in, device.state(), "state after " + name + " was refused");
        });
    }

    @ConformanceCase(id = "LC-004",
        value = "In UNCONFIGURED, what needs a configuration is refused and changes nothing.",
        source = "contract DeviceStateException; [UK netdev.c]",
        ifItFails = "check the state before anything else in each control call; a refused call has no effect")
    void refusedInUnconfigured(Bench bench) {
        NetDev device = bench.device();
        Map<String, Runnable> calls = new LinkedHashMap<>();
        calls.put("start()", device::start);
        calls.put("stop()", device::stop);
        calls.put("unconfigure()", device::unconfigure);
        calls.put("reset()", device::reset);
        calls.put("config()", device::config);
        calls.put("rxQueue(0)", () -> device.rxQueue(0));
        calls.put("txQueue(0)", () -> device.txQueue(0));
        calls.put("setupRxQueue(0)", () -> device.setupRxQueue(0, RxQueueConfig.STANDARD));
        calls.put("setupTxQueue(0)", () -> device.setupTxQueue(0, TxQueueConfig.STANDARD));
        calls.put("setMtu()", () -> device.setMtu(device.mtu()));
        calls.put("setPromiscuous()", () -> device.setPromiscuous(true));
        allRefused(device, UNCONFIGURED, calls);
    }

    @ConformanceCase(id = "LC-005",
        value = "In CONFIGURED, queues pass no traffic: receive and transmit are refused and take nothing.",
        source = "contract RxQueue.receive(), TxQueue.transmit(); [UK netdev.h]: rx_one and tx_one assert RUNNING",
        ifItFails = "queues must know whether the device runs; a packet offered too early stays the caller's")
    void noTrafficInConfigured(Bench bench) {
        NetDev device = bench.device();
        bench.configure(device, DeviceConfig.queues(1), bench.pool());
        NetBuf[] burst = {bench.packet(bench.fromDevice().build().bytes())};
        Map<String, Runnable> calls = new LinkedHashMap<>();
        calls.put("receive()", () -> device.rxQueue(0).receive(new NetBuf[4], 0, 4));
        calls.put("transmit()", () -> device.txQueue(0).transmit(burst, 0, 1));
        calls.put("reclaim()", () -> device.txQueue(0).reclaim(1));
        calls.put("stop()", device::stop);
        allRefused(device, CONFIGURED, calls);
        burst[0].free();
        device.start();
        bench.tx(0).send(bench.fromDevice().build());
        bench.far().expect(bench.fromDevice().build());
    }

    @ConformanceCase(id = "LC-006",
        value = "In RUNNING, configuration is refused, and traffic goes on as before.",
        source = "contract NetDev.configure(), setupRxQueue(); [UK netdev.c]: a second configure of a queue is "
            + "refused; ENA fix L2.1.1: ring size changed under traffic",
        ifItFails = "queue set-up and configure() must check for RUNNING before they free anything")
    void noConfigurationInRunning(Bench bench) {
        bench.up(1);
        NetDev device = bench.device();
        Map<String, Runnable> calls = new LinkedHashMap<>();
        calls.put("configure()", () -> device.configure(DeviceConfig.queues(1)));
        calls.put("unconfigure()", device::unconfigure);
        calls.put("start()", device::start);
        calls.put("setupRxQueue(0)", () -> device.setupRxQueue(0, RxQueueConfig.STANDARD));
        calls.put("setupTxQueue(0)", () -> device.setupTxQueue(0, TxQueueConfig.STANDARD));
        allRefused(device, RUNNING, calls);
        Exchange.bothWays(bench, 20);
    }

    @ConformanceCase(id = "LC-007",
        value = "After close() every call but close(), name(), info(), state() and platform() is refused.",
        source = "contract NetDev.close(): idempotent; ENA fix F2.6.3: crash on a second unload",
        ifItFails = "close() must leave the device in CLOSED for good")
    void refusedAfterClose(Bench bench) {
        bench.up(1);
        NetDev device = bench.device();
        device.close();
        device.close();
        Map<String, Runnable> calls = new LinkedHashMap<>();
        calls.put("configure()", () -> device.configure(DeviceConfig.queues(1)));
        calls.put("start()", device::start);
        calls.put("reset()", device::reset);
        calls.put("rxQueue(0)", () -> device.rxQueue(0));
        calls.put("mtu()", device::mtu);
        calls.put("macAddress()", device::macAddress);
        calls.put("statistics()", device::statistics);
        calls.put("extendedStatistics()", device::extendedStatistics);
        calls.put("link()", device::link);
        calls.put("setPromiscuous()", () -> device.setPromiscuous(true));
        allRefused(device, CLOSED, calls);
        device.close();
        Check.equal(CLOSED, device.state(), "state after close() three times");
    }

    @ConformanceCase(id = "LC-008",
        value = "close() frees everything from UNCONFIGURED and from CONFIGURED, with queues set up or not.",
        source = "contract NetDev.close(): from any state; ENA fix F2.3, L2.8.0: the wrong number of queues destroyed",
        ifItFails = "look for memory of queues that were set up but never started")
    void closeOnTheWayUp(Bench bench) {
        bench.openAnother().close();
        NetDev configured = bench.openAnother();
        configured.configure(DeviceConfig.queues(1));
        configured.close();
        NetDev half = bench.openAnother();
        half.configure(new DeviceConfig(half.info().maxRxQueues(), half.info().maxTxQueues(), Optional.empty()));
        half.setupRxQueue(half.info().maxRxQueues() - 1, RxQueueConfig.STANDARD.withPool(bench.pool()));
        half.setupTxQueue(0, TxQueueConfig.STANDARD);
        half.close();
        Check.equal(0, bench.pool().inUse(), "buffers in use after close()");
        Check.equal(CLOSED, half.state(), "state after close()");
    }

    @ConformanceCase(id = "LC-009",
        value = "close() in the middle of traffic gives all buffers back.",
        source = "ENA fix D19.02: leaks when ports stop in the middle of traffic; ENA fix D17.08: Tx buffers "
            + "freed twice",
        ifItFails = "the driver must free, exactly once, what stands in receive rings, in completions not yet "
            + "taken and in transmit rings")
    void closeUnderTraffic(Bench bench) {
        bench.up(1);
        for (int i = 0; i < 40; i++) {
            bench.far().send(bench.toDevice().payload(i * 10, bench.random()).build());
        }
        bench.rx(0).hold().free();
        for (int i = 0; i < 40; i++) {
            bench.tx(0).send(bench.fromDevice().payload(i * 10, bench.random()).build());
        }
        bench.device().close();
        Check.equal(0, bench.pool().inUse(), "buffers in use after close()");
    }

    @ConformanceCase(id = "LC-010",
        value = "stop() gives back the buffers in all rings; those that the application holds stay good.",
        source = "contract NetDev.stop(), DeviceOps.stop(); ENA fix D3c8bc29fd0: stale buffers handed out after a "
            + "restart; DPDK virtio 9de76dfb92: Tx buffers leaked on stop",
        ifItFails = "empty both rings in stop(): posted, filled, submitted and completed buffers alike, and "
            + "nothing else")
    void stopGivesBuffersBack(Bench bench) {
        bench.up(1);
        byte[] sent = bench.toDevice().payload(300, bench.random()).build().bytes();
        bench.far().send(sent);
        NetBuf held = bench.rx(0).hold();
        for (int i = 0; i < 10; i++) {
            bench.far().send(bench.toDevice().build());
            bench.tx(0).send(bench.fromDevice().build());
        }
        bench.device().stop();
        Check.equal(1, bench.pool().inUse(), "buffers in use after stop(), while the application holds one");
        Check.sameFrame(sent, held.packetBytes(), "a packet that the application held over stop()");
        held.free();
    }

    @ConformanceCase(id = "LC-011",
        value = "A device that was stopped starts again, and traffic passes both ways.",
        source = "NEEDS-ENA 21; "
            + "ENA fix D18.11 (df238f84c0): rings not made anew, the second start failed; [DTS port_control]",
        ifItFails = "indices, phases and the ids of free descriptors must begin anew in start()")
    void startAgain(Bench bench) {
        bench.up(1);
        Exchange.bothWays(bench, 50);
        for (int i = 0; i < 3; i++) {
            bench.device().stop();
            bench.device().start();
            Exchange.bothWays(bench, 50);
        }
    }

    @ConformanceCase(id = "LC-012",
        value = "Stopping and starting again and again under traffic loses no buffer and delivers nothing old.",
        source = "[DTS vf_port_start_stop, shutdown_api]; selftests ring_reconfig.py: traffic after each change",
        ifItFails = "what was received before stop() must not come out after start(); count buffers in use after "
            + "each stop()")
    void manyCycles(Bench bench) {
        bench.configure(bench.device(), DeviceConfig.queues(1), bench.pool());
        for (int round = 0; round < 30; round++) {
            bench.device().start();
            Exchange.bothWays(bench, 3 + round % 5);
            bench.tx(0).send(bench.fromDevice().payload(round, bench.random()).build());
            bench.device().stop();
            Check.equal(0, bench.pool().inUse(), "buffers in use after stop() number " + (round + 1));
            bench.far().drain();
        }
    }

    @ConformanceCase(id = "LC-013",
        value = "The queue objects stay the same over stop and start.",
        source = "contract RxQueue, TxQueue: the object stays the same over stop, start and reset",
        ifItFails = "keep the queue objects until unconfigure(); make only what is in the device anew")
    void queueObjectsStay(Bench bench) {
        bench.up(1);
        RxQueue rx = bench.device().rxQueue(0);
        TxQueue tx = bench.device().txQueue(0);
        bench.device().stop();
        bench.device().start();
        Check.that(rx == bench.device().rxQueue(0) && tx == bench.device().txQueue(0),
            "stop() and start() replaced a queue object");
        bench.far().send(bench.toDevice().build());
        bench.rx(0).expect(bench.toDevice().build());
    }

    @ConformanceCase(id = "LC-014", rxQueues = 2, txQueues = 2,
        value = "A device can be configured again with another number of queues, up and down.",
        source = "DPDK virtio 52bd03e969: crash when configured twice; [DTS runtime_vf_queue_number]; ENA fix "
            + "L2.2.0: crash on growing queues after reset",
        ifItFails = "configure() must be ready to meet the remains of an earlier configuration")
    void configureAgain(Bench bench) {
        int most = Math.min(4, Math.min(bench.info().maxRxQueues(), bench.info().maxTxQueues()));
        for (int queues : new int[] {1, most, 1, 2}) {
            bench.up(queues);
            Check.equal(queues, bench.device().config().rxQueues(), "receive queues of config()");
            Exchange.transmitOnAll(bench, queues, 5);
            bench.device().stop();
        }
    }

    @ConformanceCase(id = "LC-015",
        value = "A queue can be set up twice before start(); the second counts and nothing of the first is left.",
        source = "contract NetDev.setupRxQueue(): may be repeated; DPDK virtio 5d903aee8a: virtqueue freed twice",
        ifItFails = "look at DeviceOps.discard(): it frees what the first queue held")
    void setUpTwice(Bench bench) {
        NetDev device = bench.device();
        device.configure(DeviceConfig.queues(1));
        RingLimits rx = bench.info().rxRing();
        device.setupRxQueue(0, RxQueueConfig.STANDARD.withRingSize(rx.min()).withPool(bench.pool()));
        device.setupRxQueue(0, RxQueueConfig.STANDARD.withRingSize(Bench.ring(rx)).withPool(bench.pool()));
        device.setupTxQueue(0, new TxQueueConfig(bench.info().txRing().min()));
        device.setupTxQueue(0, new TxQueueConfig(Bench.ring(bench.info().txRing())));
        device.start();
        Check.equal(Bench.ring(rx), device.rxQueue(0).ringSize(),
            "ring size of the receive queue that was set up twice");
        Check.equal(Bench.ring(bench.info().txRing()), device.txQueue(0).ringSize(),
            "ring size of the transmit queue that was set up twice");
        Exchange.bothWays(bench, 20);
    }

    @ConformanceCase(id = "LC-016",
        value = "Queues that nobody sets up get the standard, and traffic passes.",
        source = "contract NetDev.setupRxQueue(); ENA fix 30a6c7ef40: the generic fall-back ring size was taken "
            + "for \"use the default\"",
        ifItFails = "look at ring size 0 and at the device's own pool")
    void standardQueues(Bench bench) {
        NetDev device = bench.device();
        device.configure(DeviceConfig.queues(1));
        device.start();
        Check.equal(bench.info().rxRing().standard(), device.rxQueue(0).ringSize(),
            "ring size of a receive queue that nobody set up");
        Check.equal(bench.info().txRing().standard(), device.txQueue(0).ringSize(),
            "ring size of a transmit queue that nobody set up");
        Exchange.bothWays(bench, 20);
    }

    @ConformanceCase(id = "LC-017",
        value = "A start that is refused leaves the device CONFIGURED, and it starts once the cause is gone.",
        source = "ENA fix D26e5543dc8: queues not destroyed when start fails half-way; contract NetDev.start()",
        ifItFails = "start() must take back whatever it had done before it threw")
    void startAfterRefusal(Bench bench) {
        NetDev device = bench.device();
        int small = Math.max(256, bench.info().minRxBuffer());
        Check.require(small < device.mtu() + 22,
            "needs a device that takes receive buffers smaller than the MTU; it needs " + small + " bytes");
        device.configure(DeviceConfig.queues(1).withOffloads());
        device.setupRxQueue(0, RxQueueConfig.STANDARD.withPool(bench.newPool(64, small, true)));
        Check.refused(InvalidConfigurationException.class,
            "start() with receive buffers smaller than the MTU, and scatter off", device::start);
        Check.equal(CONFIGURED, device.state(), "state after start() was refused");
        bench.configure(device, DeviceConfig.queues(1), bench.pool());
        device.start();
        Exchange.bothWays(bench, 10);
    }

    @ConformanceCase(id = "LC-018",
        value = "A device that was closed can be opened again, with its wire, and works.",
        source = "bug reports on ENA: restart and rebind fail; ENA fix L2.2.0: unload and load again",
        ifItFails = "close() must give back what belongs to the process: names, files, interrupts, the device itself")
    void openAgain(Bench bench) {
        bench.up(1);
        Exchange.bothWays(bench, 10);
        bench.device().close();
        for (int i = 1; i <= 3; i++) {
            NetDev again = bench.openAnother();
            bench.configure(again, DeviceConfig.queues(1), bench.pool());
            again.start();
            byte[] frame = new Packet(Bench.FAR_MAC, again.macAddress().value()).build().bytes();
            NetBuf[] burst = {bench.packet(frame)};
            Check.equal(1, BurstStatus.count(again.txQueue(0).transmit(burst, 0, 1)),
                "packets taken after opening again");
            Check.sameFrame(frame, bench.far(i).receiveOne("a frame of the device opened again"),
                "frame of the device opened again");
            again.close();
        }
    }

    @ConformanceCase(id = "LC-019",
        value = "unconfigure() gives the queues up and frees what they held.",
        source = "contract NetDev.unconfigure(); ENA fix D24.07: leak on uninit",
        ifItFails = "look at DeviceOps.unconfigure(): all queues, their rings and their buffers")
    void unconfigureFrees(Bench bench) {
        bench.configure(bench.device(), DeviceConfig.queues(1), bench.pool());
        long before = regions(bench);
        for (int i = 0; i < 5; i++) {
            bench.device().start();
            Exchange.bothWays(bench, 5);
            bench.device().stop();
            bench.device().unconfigure();
            Check.refused(DeviceStateException.class, "rxQueue(0) after unconfigure()", () -> bench.device()
                .rxQueue(0));
            Check.equal(0, bench.pool().inUse(), "buffers in use after unconfigure()");
            bench.configure(bench.device(), DeviceConfig.queues(1), bench.pool());
            Check.equal(before, regions(bench), "regions of DMA memory after configuring " + (i + 2) + " times");
        }
    }

    private static long regions(Bench bench) {
        return bench.platform().dma().live().size();
    }
}
