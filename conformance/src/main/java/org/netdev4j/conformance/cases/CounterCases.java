package org.netdev4j.conformance.cases;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.Statistics;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Check;
import org.netdev4j.conformance.ConformanceCase;
import org.netdev4j.conformance.frame.Frame;

/** Counters: exact, complete, and never backwards. */
final class CounterCases {
    private static final List<String> GENERIC = List.of("rx_good_packets", "tx_good_packets", "rx_good_bytes",
        "tx_good_bytes",
        "rx_missed_errors", "rx_errors", "tx_errors", "rx_mbuf_allocation_errors");

    private static long bytes(List<Frame> frames) {
        return frames.stream().mapToLong(Frame::length).sum();
    }

    @ConformanceCase(id = "CT-001",
        value = "All counters of a fresh device are zero.",
        source = "NEEDS-ENA 49; "
            + "ENA fix F2.6.3: statistics not initialised before the interface is visible",
        ifItFails = "a device that counts since its own reset needs a base to count from (as ENA's)")
    void fresh(Bench bench) {
        Check.equal(Statistics.ZERO, bench.device().statistics(), "statistics() of a fresh device");
        bench.up(1);
        Check.equal(Statistics.ZERO, bench.device().statistics(),
            "statistics() of a device that has just been started");
        bench.device().extendedStatistics().forEach((name, value) ->
            Check.that(value >= 0, "extended statistic " + name + " is " + value));
    }

    @ConformanceCase(id = "CT-002",
        value = "Received packets and their bytes are counted exactly, from destination address to the end of payload.",
        source = "NEEDS-ENA 44; "
            + "[DTS port_stats]: rx packets +1, rx bytes +length; ENA fix L2.17: bytes must include the "
            + "Ethernet header",
        ifItFails = "count what the application gets; no FCS, and no header left out")
    void received(Bench bench) {
        bench.up(1);
        for (int i = 1; i <= 5; i++) {
            Statistics before = bench.device().statistics();
            List<Frame> frames = Exchange.framesToDevice(bench, i * 7, 300);
            Exchange.receive(bench, frames);
            Statistics now = bench.device().statistics().since(before);
            Check.equal(frames.size(), now.ipackets(), "ipackets for " + frames.size() + " packets");
            Check.equal(bytes(frames), now.ibytes(), "ibytes for " + frames.size() + " packets");
            Check.equal(0, now.ierrors() + now.imissed() + now.opackets() + now.oerrors() + now.rxNombuf(),
                "all other counters together");
        }
    }

    @ConformanceCase(id = "CT-003",
        value = "Sent packets and their bytes are counted exactly, once they are completed.",
        source = "[DTS port_stats]; [UK netdev.h, tx_one]: the length must be read before the packet is given "
            + "away; ENA fix D493107fd83",
        ifItFails = "count when completions are reaped, from what was noted when the packet was taken")
    void sent(Bench bench) {
        bench.up(1);
        for (int i = 1; i <= 5; i++) {
            Statistics before = bench.device().statistics();
            List<Frame> frames = Exchange.framesFromDevice(bench, i * 7, 300);
            Exchange.transmit(bench, 0, frames);
            Statistics now = bench.device().statistics().since(before);
            Check.equal(frames.size(), now.opackets(), "opackets for " + frames.size() + " packets");
            Check.equal(bytes(frames), now.obytes(), "obytes for " + frames.size() + " packets");
            Check.equal(0, now.oerrors() + now.ipackets() + now.imissed() + now.ierrors(),
                "all other counters together");
        }
    }

    @ConformanceCase(id = "CT-004",
        value = "A packet in several buffers is one packet.",
        needs = Capability.TX_SCATTER_GATHER,
        source = "NEEDS-ENA 49; "
            + "ENA fix D5673e285a6: counted buffers as packets",
        ifItFails = "count chains, add up the bytes of their buffers")
    void chains(Bench bench) {
        bench.up(1);
        Frame frame = bench.fromDevice().payload(500, bench.random()).build();
        bench.tx(0).send(bench.chain(frame.bytes(), 100), bench.chain(frame.bytes(), 400));
        bench.far().expect(frame, frame);
        bench.tx(0).finish();
        Check.equal(2, bench.device().statistics().opackets(), "opackets for 2 packets of 2 buffers each");
        Check.equal(2L * frame.length(), bench.device().statistics().obytes(),
            "obytes for 2 packets of 2 buffers each");
    }

    @ConformanceCase(id = "CT-005",
        value = "A packet received in several buffers is one packet.",
        needs = Capability.RX_SCATTER,
        source = "NEEDS-ENA 43; "
            + "ENA fix D5673e285a6: counted buffers as packets; ENA fix F2.8.3",
        ifItFails = "count at the last buffer of a packet, once")
    void receivedChains(Bench bench) {
        bench.configure(bench.device(), DeviceConfig.queues(1),
            bench.newPool(600, Math.max(300, bench.info().minRxBuffer()), true));
        bench.device().start();
        Frame frame = bench.toDevice().frameLength(Math.min(1400, bench.device().mtu()), bench.random()).build();
        Exchange.receive(bench, List.of(frame, frame, frame));
        Check.equal(3, bench.device().statistics().ipackets(), "ipackets for 3 packets of several buffers each");
        Check.equal(3L * frame.length(), bench.device().statistics().ibytes(),
            "ibytes for 3 packets of several buffers each");
    }

    private static void someTraffic(Bench bench) {
        Exchange.bothWays(bench, 10);
        bench.tx(0).send(bench.pool().allocate());
        bench.tx(0).finish();
    }

    @ConformanceCase(id = "CT-006",
        value = "Counters survive stop, start, reset and a new configuration.",
        source = "NEEDS-ENA 49; "
            + "ENA fix L2.16: statistics must persist across reset; selftests stats.py: never backwards on "
            + "down; DPDK ixgbevf 00b7ca600c: deltas",
        ifItFails = "keep the counters out of what is freed with a queue; a device's own counters need a base "
            + "after its reset")
    void survive(Bench bench) {
        bench.up(1);
        someTraffic(bench);
        Statistics before = bench.device().statistics();
        bench.device().stop();
        Check.equal(before, bench.device().statistics(), "statistics() after stop()");
        bench.device().start();
        if (bench.info().has(Capability.RESET)) {
            bench.device().reset();
            Check.equal(before, bench.device().statistics(), "statistics() after reset()");
        }
        bench.device().stop();
        bench.up(1);
        Check.equal(before, bench.device().statistics(), "statistics() after a new configuration");
        someTraffic(bench);
        Check.equal(2 * before.ipackets(), bench.device().statistics().ipackets(),
            "ipackets after the same traffic once more");
    }

    @ConformanceCase(id = "CT-007",
        value = "clearStatistics() sets all counters to zero, and counting goes on from there.",
        source = "[DTS stats_checks]; DPDK rte_eth_stats_reset; testpmd: clear port stats",
        ifItFails = "look at counters that the device keeps and that cannot be cleared: remember a base")
    void clear(Bench bench) {
        bench.up(1);
        someTraffic(bench);
        bench.device().clearStatistics();
        Check.equal(Statistics.ZERO, bench.device().statistics(), "statistics() after clearStatistics()");
        Map<String, Long> extended = bench.device().extendedStatistics();
        for (String name : GENERIC) {
            Check.equal(0L, extended.get(name), "extended statistic " + name + " after clearStatistics()");
        }
        Exchange.receive(bench, Exchange.framesToDevice(bench, 3, 50));
        Check.equal(3, bench.device().statistics().ipackets(), "ipackets for 3 packets after clearStatistics()");
    }

    @ConformanceCase(id = "CT-008",
        value = "Extended statistics begin with the generic names, keep their order, and agree with the basic ones.",
        source = "NEEDS-ENA 49; "
            + "[DPDK lib/ethdev/rte_ethdev.c]: names; ENA fix D493107fd83: wrong name table; [DTS stats_checks]",
        ifItFails = "each name stands for one number, wherever that comes from")
    void extended(Bench bench) {
        bench.up(1);
        someTraffic(bench);
        Map<String, Long> all = bench.device().extendedStatistics();
        Check.equal(GENERIC, new ArrayList<>(all.keySet()).subList(0, GENERIC.size()), "the first names");
        Check.equal(new ArrayList<>(all.keySet()), new ArrayList<>(bench.device().extendedStatistics().keySet()),
            "names when asked again");
        Statistics basic = bench.device().statistics();
        Check.equal(basic.ipackets(), all.get("rx_good_packets"), "rx_good_packets");
        Check.equal(basic.opackets(), all.get("tx_good_packets"), "tx_good_packets");
        Check.equal(basic.obytes(), all.get("tx_good_bytes"), "tx_good_bytes");
        Check.equal(basic.oerrors(), all.get("tx_errors"), "tx_errors");
    }

    @ConformanceCase(id = "CT-009", rxQueues = 2, txQueues = 2,
        value = "The sums over queues are the totals.",
        needs = Capability.RSS_HASH,
        source = "selftests stats.py: queue sums equal interface statistics",
        ifItFails = "look at a queue that counts on another's counters")
    void queueSums(Bench bench) {
        int queues = RssCases.queues(bench);
        bench.up(queues);
        int[] byQueue = new int[queues];
        for (int i = 0; i < 80; i++) {
            byQueue[RssCases.anywhere(bench, RssCases.flow(bench, i), queues).queue()]++;
        }
        for (int q = 0; q < queues; q++) {
            Exchange.transmit(bench, q, Exchange.framesFromDevice(bench, 3 + q, 60));
        }
        Map<String, Long> all = bench.device().extendedStatistics();
        long rx = 0;
        long tx = 0;
        for (int q = 0; q < queues; q++) {
            Check.equal((long) byQueue[q], all.get("rx_q" + q + "_packets"), "rx_q" + q + "_packets");
            Check.equal(3L + q, all.get("tx_q" + q + "_packets"), "tx_q" + q + "_packets");
            rx += all.get("rx_q" + q + "_packets");
            tx += all.get("tx_q" + q + "_packets");
        }
        Check.equal(rx, bench.device().statistics().ipackets(), "ipackets");
        Check.equal(tx, bench.device().statistics().opackets(), "opackets");
    }

    @ConformanceCase(id = "CT-010",
        value = "Packets that cannot be sent are counted as errors, each once, and not as sent.",
        source = "[UK netdev.h]: fifo errors; contract Statistics.oerrors(); ENA fix L2.3: missed_tx must add, "
            + "not assign",
        ifItFails = "add, do not assign; count where the packet is freed")
    void transmitErrors(Bench bench) {
        bench.up(1);
        NetBuf[] bad = new NetBuf[7];
        for (int i = 0; i < bad.length; i++) {
            bad[i] = bench.pool().allocate();
        }
        bench.tx(0).send(bad);
        bench.tx(0).send(bench.pool().allocate());
        bench.tx(0).finish();
        Statistics now = bench.device().statistics();
        Check.equal(8, now.oerrors(), "oerrors for 8 packets that cannot be sent");
        Check.equal(0, now.opackets() + now.obytes(), "opackets and obytes");
    }

    @ConformanceCase(id = "CT-011",
        value = "Frames that a filter holds back are not counted as received.",
        needs = Capability.PROMISCUOUS,
        source = "[DTS stats_checks]: negative; DPDK features: basic stats",
        ifItFails = "count behind the filter")
    void filtered(Bench bench) {
        bench.up(1);
        for (int i = 0; i < 10; i++) {
            bench.far().send(bench.toDevice().to(Bench.FOREIGN_MAC).payload(40, bench.random()).build());
        }
        Exchange.receive(bench, Exchange.framesToDevice(bench, 4, 40));
        Check.equal(4, bench.device().statistics().ipackets(),
            "ipackets for 4 packets to the device and 10 to another station");
        Check.equal(0, bench.device().statistics().ierrors(), "ierrors");
    }

    @ConformanceCase(id = "CT-012",
        value = "Statistics can be read in every state but CLOSED, and never run backwards.",
        source = "NEEDS-ENA 49; "
            + "selftests stats.py: readers during down and up; ENA fix F2.6: statistics read slept in a timer "
            + "call-back",
        ifItFails = "look at counters read from queues that are gone")
    void inEveryState(Bench bench) {
        NetDev device = bench.device();
        Statistics last = device.statistics();
        for (int i = 0; i < 4; i++) {
            bench.configure(device, DeviceConfig.queues(1), bench.pool());
            last = notBelow(last, device.statistics(), "in CONFIGURED");
            device.start();
            Exchange.bothWays(bench, 5);
            last = notBelow(last, device.statistics(), "in RUNNING");
            device.stop();
            last = notBelow(last, device.statistics(), "after stop()");
            device.unconfigure();
            last = notBelow(last, device.statistics(), "in UNCONFIGURED");
        }
        Check.equal(20, last.ipackets(), "ipackets over four rounds of 5 packets");
    }

    private static Statistics notBelow(Statistics before, Statistics now, String when) {
        Statistics more = now.since(before);
        Check.that(more.ipackets() >= 0 && more.opackets() >= 0 && more.ibytes() >= 0 && more.obytes() >= 0
            && more.imissed() >= 0 && more.ierrors() >= 0
            && more.oerrors() >= 0 && more.rxNombuf() >= 0, "a counter ran backwards " + when + ": " + before
                + ", then " + now);
        return now;
    }
}
