package org.netdev4j.conformance.cases;

import java.util.List;
import java.util.Queue;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.DeviceEvent;
import org.netdev4j.api.DeviceState;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.RxQueueConfig;
import org.netdev4j.api.Statistics;
import org.netdev4j.api.TxQueueConfig;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Check;
import org.netdev4j.conformance.ConformanceCase;
import org.netdev4j.conformance.Fault;
import org.netdev4j.conformance.FaultKind;
import org.netdev4j.conformance.frame.Frame;

/** Life cycle: quiet devices, links that flap while a device starts, and configurations that change all the time. */
final class DisturbedLifeCases {
    private static final long MINUTE = 60_000_000_000L;
    private static final long HALF_SECOND = 500_000_000L;

    private static void requireVirtual(Bench bench) {
        Check.require(bench.platform().isVirtual(), "needs a device on virtual time, where minutes take none");
    }

    @ConformanceCase(id = "LC-040",
        value = "A device that is left alone for a minute is as it was: no reset, no trouble, and traffic passes at once.",
        source = "NEEDS-ENA 15, 16: keep-alive time not initialised, continuous keep-alive resets, false alarms of "
            + "watchdogs",
        ifItFails = "look at what each watchdog starts from, also before the first packet and after a reset")
    void quiet(Bench bench) {
        requireVirtual(bench);
        bench.up(1);
        Queue<DeviceEvent> events = HostileDeviceCases.listen(bench);
        bench.pass(MINUTE);
        Check.equal(DeviceState.RUNNING, bench.device().state(), "state after a minute without traffic");
        Check.that(events.stream().noneMatch(HostileDeviceCases::isTrouble), "events of a minute without traffic: "
            + "" + events);
        Exchange.bothWays(bench, 10);
        if (bench.info().has(Capability.RESET)) {
            bench.device().reset();
            bench.pass(MINUTE / 2);
            Check.that(events.stream().noneMatch(e -> e instanceof DeviceEvent.ResetRequested
                || e instanceof DeviceEvent.Failed), "events of half a minute after reset(): " + events);
            Exchange.bothWays(bench, 10);
        }
    }

    @ConformanceCase(id = "LC-041",
        value = "A device that receives but is given nothing to send, or sends but receives nothing, is not in trouble.",
        source = "NEEDS-ENA 27, 42: false alarms of the watchdogs of missing completions and starved rings",
        ifItFails = "a watchdog of completions looks at packets that were sent; one of rings at buffers that were posted")
    void oneWay(Bench bench) {
        requireVirtual(bench);
        bench.up(1);
        Queue<DeviceEvent> events = HostileDeviceCases.listen(bench);
        for (int second = 0; second < 10; second++) {
            Exchange.transmit(bench, 0, Exchange.framesFromDevice(bench, 3, 100));
            bench.pass(MINUTE / 60);
        }
        for (int second = 0; second < 10; second++) {
            Exchange.receive(bench, Exchange.framesToDevice(bench, 3, 100));
            bench.pass(MINUTE / 60);
        }
        Check.that(events.stream().noneMatch(HostileDeviceCases::isTrouble), "events while traffic went one way: " + events);
    }

    @ConformanceCase(id = "LC-042", faults = FaultKind.LINK_FLAP,
        value = "A link that goes down and up all the time, while the device opens, starts, resets and stops, "
            + "disturbs nothing.",
        source = "NEEDS-ENA 17, 18: a link event between device reset and ring set-up touched memory that was not there yet",
        ifItFails = "an event may come as soon as events are on: what it touches must be there before")
    void linkFlaps(Bench bench) {
        requireVirtual(bench);
        bench.pool();
        for (int round = 0; round < 4; round++) {
            NetDev device = bench.openAnother(Fault.always(FaultKind.LINK_FLAP).withValue(round % 2));
            int index = bench.devices() - 1;
            bench.configure(device, DeviceConfig.queues(1), bench.pool());
            device.start();
            bench.pass(HALF_SECOND / 100);
            if (bench.info().has(Capability.RESET)) {
                device.reset();
            }
            device.stop();
            device.start();
            bench.inject(index, Fault.once(FaultKind.LINK_FLAP).withValue(1));
            bench.await("the link to be up", () -> device.link().up());
            Check.equal(DeviceState.RUNNING, device.state(), "state after the link flapped");
            passes(bench, device, index);
            bench.closeLast();
        }
    }

    private static void passes(Bench bench, NetDev device, int index) {
        bench.far(index).drain();
        Frame frame = bench.fromDevice().payload(77, bench.random()).build();
        device.txQueue(0).transmit(new NetBuf[] {bench.packet(frame.bytes())}, 0, 1);
        bench.far(index).expect(frame);
        bench.await("the packet's completion", () -> {
            device.txQueue(0).reclaim(1);
            return device.txQueue(0).pending() == 0;
        });
    }

    @ConformanceCase(id = "LC-043", rxQueues = 2, txQueues = 2,
        value = "The number of queues can change right after open, start and reset, up and down, and each queue works.",
        source = "NEEDS-ENA 12, 18: queue count changed right after load crashed; vectors tied to the current number "
            + "of queues, "
            + "a crash when it grew after a reset",
        ifItFails = "vectors, rings and per-queue memory go by the new number, and what was there before is gone")
    void queueCounts(Bench bench) {
        int most = Math.min(8, Math.min(bench.info().maxRxQueues(), bench.info().maxTxQueues()));
        for (int pairs : new int[] {most, 1, 2, most, most - 1, 1, most}) {
            if (pairs == 0) {
                continue;
            }
            bench.configure(bench.device(), DeviceConfig.queues(pairs), bench.pool());
            bench.device().start();
            if (bench.info().has(Capability.RESET) && pairs % 2 == 0) {
                bench.device().reset();
            }
            Exchange.transmitOnAll(bench, pairs, 3);
            bench.device().stop();
            Check.equal(0, bench.pool().inUse(), "buffers in use after stop() with " + pairs + " pairs of queues");
        }
    }

    @ConformanceCase(id = "LC-044",
        value = "Ring sizes can change between stop and start, before and after a reset, and traffic fills the new ones.",
        source = "NEEDS-ENA 18, 52: ring-size change against reset; [DTS]: ring sizes; selftests ring_reconfig.py",
        ifItFails = "a ring of another size has another mask, other ids and another place for its phase")
    void ringSizes(Bench bench) {
        for (int round = 0; round < 6; round++) {
            int rx = round % 2 == 0 ? bench.info().rxRing().min() : Bench.ring(bench.info().rxRing());
            int tx = round % 3 == 0 ? bench.info().txRing().min() : Bench.ring(bench.info().txRing());
            bench.device().configure(DeviceConfig.queues(1));
            bench.device().setupRxQueue(0, RxQueueConfig.STANDARD.withRingSize(rx).withPool(bench.pool()));
            bench.device().setupTxQueue(0, new TxQueueConfig(tx));
            bench.device().start();
            if (round % 2 == 1 && bench.info().has(Capability.RESET)) {
                bench.device().reset();
            }
            for (int i = 0; i < 3 * Math.max(rx, tx) / 8; i++) {
                List<Frame> frames = Exchange.framesToDevice(bench, 8, 60);
                bench.far().send(frames);
                bench.rx(0).expect(frames);
            }
            Exchange.transmit(bench, 0, Exchange.framesFromDevice(bench, 3 * tx / 2, 60));
            bench.device().stop();
        }
    }

    @ConformanceCase(id = "LC-045",
        value = "Fifty starts and stops in the middle of traffic need no more memory than one.",
        source = "NEEDS-ENA 22, 23: leaks when ports stop and start in the middle of traffic",
        ifItFails = "count what start() allocates and stop() frees")
    void noGrowth(Bench bench) {
        bench.up(1);
        int regions = 0;
        for (int i = 0; i < 50; i++) {
            bench.tx(0).send(Exchange.framesFromDevice(bench, 5, 60));
            bench.far().send(Exchange.framesToDevice(bench, 5, 60));
            bench.device().stop();
            Check.equal(0, bench.pool().inUse(), "buffers in use after stop() number " + (i + 1));
            bench.device().start();
            int now = bench.platform().dma().live().size();
            regions = i == 0 ? now : regions;
            Check.equal(regions, now, "regions of DMA memory after start() number " + (i + 2));
        }
    }

    @ConformanceCase(id = "CF-030",
        value = "No control call of a device that answers takes half a second of its time.",
        source = "NEEDS-ENA 2 (amzn/amzn-drivers#140): a spurious wake-up made each command last its full time-out of 3 s; "
            + "NEEDS-ENA 5: back-off without limit",
        ifItFails = "a completion that is there before its waiter waits must be seen; look at the back-off's upper limit")
    void controlIsQuick(Bench bench) {
        requireVirtual(bench);
        long[] before = {bench.platform().clock().nanoTime()};
        NetDev device = bench.openAnother();
        quick(bench, before, "open()");
        bench.configure(device, DeviceConfig.queues(1), bench.pool());
        quick(bench, before, "configure()");
        device.start();
        quick(bench, before, "start()");
        if (bench.info().has(Capability.MTU_UPDATE)) {
            device.setMtu(Math.max(bench.info().minMtu(), 1000));
            quick(bench, before, "setMtu()");
        }
        if (bench.info().has(Capability.RSS_HASH)) {
            device.setRss(device.rss());
            quick(bench, before, "setRss()");
        }
        device.statistics();
        device.extendedStatistics();
        quick(bench, before, "statistics()");
        if (bench.info().has(Capability.RESET)) {
            device.reset();
            quick(bench, before, "reset()");
        }
        device.stop();
        quick(bench, before, "stop()");
        bench.closeLast();
        quick(bench, before, "close()");
    }

    private static void quick(Bench bench, long[] before, String what) {
        long now = bench.platform().clock().nanoTime();
        Check.that(now - before[0] < HALF_SECOND, what + " took " + (now - before[0]) / 1_000_000 + " ms of the "
            + "device's time");
        before[0] = now;
    }

    @ConformanceCase(id = "CT-013", faults = FaultKind.COMPLETION_WRONG_ID, needs = Capability.RESET,
        value = "Statistics survive a reset that a fault made necessary, and what is counted after adds to them.",
        source = "NEEDS-ENA 49: statistics must persist across reset, missed_tx must add, not assign",
        ifItFails = "counters belong to the queue object, which stays; the device's own start from zero and are added "
            + "to what was")
    void statisticsSurviveTrouble(Bench bench) {
        bench.up(1);
        Exchange.bothWays(bench, 25);
        Queue<DeviceEvent> events = HostileDeviceCases.listen(bench);
        bench.inject(Fault.once(FaultKind.COMPLETION_WRONG_ID));
        bench.tx(0).send(Exchange.framesFromDevice(bench, 3, 60));
        HostileDeviceCases.awaitTrouble(bench, events, "a completion names a wrong id");
        bench.device().reset();
        Statistics after = bench.device().statistics();
        Check.that(after.opackets() >= 25 && after.ipackets() >= 25, "after trouble and reset() there are "
            + "" + after.opackets()
            + " opackets and " + after.ipackets() + " ipackets, of 25 each before");
        bench.far().drain();
        Exchange.bothWays(bench, 25);
        Statistics now = bench.device().statistics();
        Check.equal(after.opackets() + 25, now.opackets(), "opackets after 25 more");
        Check.equal(after.ipackets() + 25, now.ipackets(), "ipackets after 25 more");
    }
}
