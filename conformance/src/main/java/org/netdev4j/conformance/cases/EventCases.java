package org.netdev4j.conformance.cases;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.DeviceEvent;
import org.netdev4j.api.DeviceState;
import org.netdev4j.api.Link;
import org.netdev4j.api.NetDev;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Check;
import org.netdev4j.conformance.ConformanceCase;
import org.netdev4j.conformance.Fault;
import org.netdev4j.conformance.FaultKind;
import org.netdev4j.conformance.frame.Frame;
import org.netdev4j.conformance.frame.FrameDiff;

/** Events, and the link. */
final class EventCases {
    private static void link(Bench bench, boolean up) {
        bench.inject(Fault.once(FaultKind.LINK_FLAP).withValue(up ? 1 : 0));
    }

    private static Queue<DeviceEvent> listen(NetDev device) {
        Queue<DeviceEvent> events = new ConcurrentLinkedQueue<>();
        device.addListener(events::add);
        return events;
    }

    private static void awaitLink(Bench bench, Queue<DeviceEvent> events, boolean up) {
        bench.await("an event that the link is " + (up ? "up" : "down") + "; there were " + events,
            () -> events.stream().anyMatch(e -> e instanceof DeviceEvent.LinkChanged changed && changed.link()
                .up() == up));
    }

    @ConformanceCase(id = "EV-001",
        value = "With a far end plugged in the link comes up, and says no speed that cannot be.",
        needs = Capability.LINK_STATUS,
        source = "[DTS speed_capabilities]: ENA's speed is unknown; DPDK ixgbevf 9eb7fdbd47: link speed decode",
        ifItFails = "a speed that the device does not tell is 0, not -1 and not 65535")
    void linkUp(Bench bench) {
        bench.up(1);
        bench.await("the link to be up", () -> bench.device().link().up());
        Link link = bench.device().link();
        Check.that(link.speedMbps() >= 0 && link.speedMbps() <= 1_600_000 && link.speedMbps() != 0xffff,
            "the link's speed is " + link.speedMbps());
    }

    @ConformanceCase(id = "EV-002",
        value = "When the link goes down and comes up the device says so, by event and when asked.",
        needs = {Capability.LINK_STATUS, Capability.LINK_EVENTS},
        faults = FaultKind.LINK_FLAP,
        source = "[DTS test_pmd_pcap]: LSC call-back; [amzn-drivers ena_netdev.c]: carrier from events only; ENA "
            + "fix 17",
        ifItFails = "look at the interrupt or timer by which the driver learns of the link")
    void linkFlap(Bench bench) {
        bench.up(1);
        bench.await("the link to be up", () -> bench.device().link().up());
        for (int i = 0; i < 3; i++) {
            Queue<DeviceEvent> events = listen(bench.device());
            link(bench, false);
            awaitLink(bench, events, false);
            Check.that(!bench.device().link().up(), "link() is up after the event that it is down");
            link(bench, true);
            awaitLink(bench, events, true);
            Check.that(bench.device().link().up(), "link() is down after the event that it is up");
        }
        Exchange.bothWays(bench, 5);
    }

    @ConformanceCase(id = "EV-003",
        value = "The link may change at any step of the way up; the device gets there, and traffic passes.",
        faults = FaultKind.LINK_FLAP,
        source = "ENA fix L1.4: link-up event between reset and ring set-up touched unallocated memory; ENA fix "
            + "L2.1.0: link up against init race; DPDK ixgbevf 7ab8500037",
        ifItFails = "an event that comes before the queues are there must not touch them")
    void linkChangesOnTheWay(Bench bench) {
        NetDev device = bench.device();
        List<Runnable> steps = List.of(() -> bench.configure(device, DeviceConfig.queues(1), bench.pool()),
            device::start, device::stop, device::start);
        for (Runnable step : steps) {
            link(bench, false);
            link(bench, true);
            step.run();
            link(bench, false);
            bench.idle();
            link(bench, true);
        }
        trafficPasses(bench);
    }

    private static void trafficPasses(Bench bench) {
        Frame in = bench.toDevice().payload(40, bench.random()).build();
        Frame out = bench.fromDevice().payload(40, bench.random()).build();
        bench.await("a frame to the device, again and again until one passes", () -> {
            bench.far().send(in);
            return bench.rx(0).poll().stream().anyMatch(p -> FrameDiff.difference(in.bytes(), p.bytes()).isEmpty());
        });
        bench.await("a frame of the device, again and again until one passes", () -> {
            bench.tx(0).send(out);
            return bench.far().poll().filter(f -> FrameDiff.difference(out.bytes(), f).isEmpty()).isPresent();
        });
        bench.tx(0).finish();
    }

    @ConformanceCase(id = "EV-004",
        value = "A device that starts while the link is down receives and sends once it comes up.",
        faults = FaultKind.LINK_FLAP,
        source = "DPDK ixgbevf 7ab8500037: VF starts while the PF is down; selftests: disruptive cases",
        ifItFails = "start() must not fail, or give up, because of the link")
    void startWithoutLink(Bench bench) {
        link(bench, false);
        bench.up(1);
        Check.equal(DeviceState.RUNNING, bench.device().state(), "state after start() without a link");
        link(bench, true);
        trafficPasses(bench);
    }

    @ConformanceCase(id = "EV-005",
        value = "A link that goes down and up fifty times under traffic costs no buffer.",
        faults = FaultKind.LINK_FLAP,
        source = "DPDK ixgbevf 91546fb62e; [DTS vf_port_start_stop]",
        ifItFails = "look at buffers of packets that were on their way when the link went")
    void manyFlaps(Bench bench) {
        bench.up(1);
        for (int i = 0; i < 50; i++) {
            bench.far().send(bench.toDevice().udp(i, 1).build());
            bench.tx(0).send(bench.fromDevice().udp(i, 1).build());
            link(bench, i % 2 == 0);
            bench.rx(0).poll();
        }
        link(bench, true);
        bench.far().drain();
        trafficPasses(bench);
        bench.device().stop();
        Check.equal(0, bench.pool().inUse(), "buffers in use after stop()");
    }

    @ConformanceCase(id = "EV-006",
        value = "setLinkUp(false) takes the link down and holds traffic back; setLinkUp(true) brings both back.",
        needs = {Capability.LINK_CONTROL, Capability.LINK_STATUS},
        source = "contract NetDev.setLinkUp(); DPDK rte_eth_dev_set_link_down",
        ifItFails = "look at whether link() asks the device or remembers")
    void linkControl(Bench bench) {
        bench.up(1);
        Exchange.bothWays(bench, 3);
        bench.device().setLinkUp(false);
        Check.that(!bench.device().link().up(), "link() is up after setLinkUp(false)");
        Frame held = bench.toDevice().udp(66, 66).build();
        bench.far().send(held);
        for (int i = 0; i < 20; i++) {
            Check.that(bench.rx(0).poll().isEmpty(), "a frame was received after setLinkUp(false)");
            bench.idle();
        }
        bench.device().setLinkUp(true);
        bench.await("the link to be up after setLinkUp(true)", () -> bench.device().link().up());
        trafficPasses(bench);
    }

    @ConformanceCase(id = "EV-007",
        value = "A listener that was removed hears nothing; one that throws harms neither the device nor other "
            + "listeners.",
        needs = {Capability.LINK_STATUS, Capability.LINK_EVENTS},
        faults = FaultKind.LINK_FLAP,
        source = "contract NetDev.addListener(), removeListener()",
        ifItFails = "post events through DeviceContext, which takes care of listeners")
    void listeners(Bench bench) {
        bench.up(1);
        bench.await("the link to be up", () -> bench.device().link().up());
        Queue<DeviceEvent> removed = new ConcurrentLinkedQueue<>();
        Consumer<DeviceEvent> toRemove = removed::add;
        bench.device().addListener(event -> {
            throw new IllegalStateException("a listener of the case throws on purpose");
        });
        bench.device().addListener(toRemove);
        Queue<DeviceEvent> events = listen(bench.device());
        bench.device().removeListener(toRemove);
        link(bench, false);
        awaitLink(bench, events, false);
        link(bench, true);
        awaitLink(bench, events, true);
        Check.equal(0, removed.size(), "events that a removed listener heard");
        Exchange.bothWays(bench, 3);
    }

    @ConformanceCase(id = "EV-008",
        value = "A closed device posts no more events.",
        faults = FaultKind.LINK_FLAP,
        source = "NEEDS-ENA 23: unload races with timers; contract NetDev.close()",
        ifItFails = "cancel timers and interrupts before anything is freed")
    void afterClose(Bench bench) {
        bench.up(1);
        Queue<DeviceEvent> events = listen(bench.device());
        bench.device().close();
        events.clear();
        link(bench, false);
        link(bench, true);
        for (int i = 0; i < 100; i++) {
            bench.idle();
        }
        Check.equal(0, events.size(), "events after close()");
    }
}
