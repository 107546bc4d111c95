package org.netdev4j.conformance.cases;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceEvent;
import org.netdev4j.api.DeviceState;
import org.netdev4j.api.NetBuf;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Check;
import org.netdev4j.conformance.ConformanceCase;
import org.netdev4j.conformance.Fault;
import org.netdev4j.conformance.FaultKind;
import org.netdev4j.conformance.Received;
import org.netdev4j.conformance.frame.Frame;

/**
 * Hostile device: faults on the data path. They never reach memory out of bounds, never hang, and end in a reason by
 * name.
 */
final class HostileDeviceCases {
    private static final int MANY = 600;

    /** Listens for trouble from now on. */
    static Queue<DeviceEvent> listen(Bench bench) {
        Queue<DeviceEvent> events = new ConcurrentLinkedQueue<>();
        bench.device().addListener(events::add);
        return events;
    }

    private static boolean troubled(Bench bench, Queue<DeviceEvent> events) {
        return bench.device().state() == DeviceState.FAILED || events.stream().anyMatch(HostileDeviceCases::isTrouble);
    }

    static boolean isTrouble(DeviceEvent event) {
        return switch (event) {
            case DeviceEvent.LinkChanged ignored -> false;
            case DeviceEvent.ResetDone ignored -> false;
            case DeviceEvent.ResetRequested requested -> reasonable(requested.reason());
            case DeviceEvent.ResetStarted started -> reasonable(started.reason());
            case DeviceEvent.Failed failed -> reasonable(failed.reason());
            case DeviceEvent.DeviceGone ignored -> true;
        };
    }

    private static boolean reasonable(String reason) {
        Check.that(reason != null && !reason.isBlank(), "an event of trouble must have a reason");
        return true;
    }

    /** Uses the queues until the driver has noticed that something is wrong. */
    static void awaitTrouble(Bench bench, Queue<DeviceEvent> events, String what) {
        bench.await("the driver to notice that " + what + ", and to say so by event or by state FAILED", () -> {
            use(bench);
            return troubled(bench, events);
        });
    }

    private static void use(Bench bench) {
        bench.rx(0).poll();
        bench.device().txQueue(0).reclaim(Integer.MAX_VALUE);
    }

    /** Brings the device back, and checks that it works. */
    static void recovers(Bench bench) {
        if (!bench.info().has(Capability.RESET)) {
            return;
        }
        bench.device().reset();
        Check.equal(DeviceState.RUNNING, bench.device().state(), "state after reset()");
        bench.far().drain();
        Frame marker = bench.toDevice().udp(7, 7).payload(9, bench.random()).build();
        bench.far().send(marker);
        bench.rx(0).takeUntil(marker);
        Exchange.bothWays(bench, 20);
        bench.device().stop();
        Check.equal(0, bench.pool().inUse(), "buffers in use after the fault, a reset and stop()");
    }

    private static void send(Bench bench, int count) {
        bench.tx(0).send(Exchange.framesFromDevice(bench, count, 60));
    }

    /** Sends until the queue takes no more, or has taken more than any ring holds of those that are not complete. */
    static void fill(Bench bench) {
        NetBuf[] one = new NetBuf[1];
        for (int i = 0; i < MANY; i++) {
            one[0] = bench.packet(bench.fromDevice().payload(400, bench.random()).build().bytes());
            bench.idle();
            if (BurstStatus.count(bench.device().txQueue(0).transmit(one, 0, 1)) == 0) {
                one[0].free();
                return;
            }
        }
    }

    private static long lost(Bench bench) {
        long drops = bench.device().extendedStatistics().entrySet().stream()
            .filter(each -> each.getKey().contains("drop")).mapToLong(Map.Entry::getValue).sum();
        return drops + bench.device().statistics().oerrors();
    }

    @ConformanceCase(id = "HO-010",
        value = "A completion that never comes is noticed, and a reset brings buffers and traffic back.",
        faults = FaultKind.COMPLETION_DROPPED,
        source = "NEEDS-ENA 27 (amzn/amzn-drivers#163, #134, #147): missing Tx completions; [amzn-drivers "
            + "ena_netdev.c, check_missing_comp_in_tx_queue]",
        ifItFails = "remember when each packet was given to the device, and look at the oldest from a timer")
    void completionDropped(Bench bench) {
        bench.up(1);
        Queue<DeviceEvent> events = listen(bench);
        // Drivers allow for some that are lost: ENA's reset comes with the 129th.
        bench.inject(Fault.always(FaultKind.COMPLETION_DROPPED));
        fill(bench);
        awaitTrouble(bench, events, "completions are missing");
        bench.clearFaults();
        recovers(bench);
    }

    @ConformanceCase(id = "HO-011",
        value = "A completion that comes late frees its packet once, and is no fault.",
        faults = FaultKind.COMPLETION_LATE,
        source = "NEEDS-ENA 27; "
            + "ENA fix L2.9: wrong order of checks, different units compared; [amzn-drivers ena_netdev.c, "
            + "check_missing_comp_in_tx_queue]",
        ifItFails = "a slow device is not a dead one: look at the limit of time and its unit")
    void completionLate(Bench bench) {
        bench.up(1);
        bench.inject(Fault.once(FaultKind.COMPLETION_LATE));
        send(bench, 10);
        bench.far().receive(10);
        bench.tx(0).finish();
        Check.equal(DeviceState.RUNNING, bench.device().state(), "state after a completion that came late");
        Exchange.bothWays(bench, 10);
    }

    @ConformanceCase(id = "HO-012",
        value = "A completion that comes twice frees its packet once.",
        faults = FaultKind.COMPLETION_DUPLICATED,
        source = "NEEDS-ENA 29; "
            + "ENA fix F2.0: repeated Tx req_id; [amzn-drivers ena_netdev.c, validate_tx_req_id]: in range but "
            + "without a packet is as bad as out of range",
        ifItFails = "forget the packet when its completion is taken, and look whether one is there before it is freed")
    void completionTwice(Bench bench) {
        bench.up(1);
        bench.inject(Fault.once(FaultKind.COMPLETION_DUPLICATED));
        send(bench, 10);
        bench.far().receive(10);
        for (int i = 0; i < 50; i++) {
            use(bench);
            bench.idle();
        }
        recovers(bench);
    }

    @ConformanceCase(id = "HO-013",
        value = "Completions out of order free the right packets.",
        faults = FaultKind.COMPLETION_REORDERED,
        source = "[amzn-drivers ena_netdev.c]: Tx completions arrive out of order; NEEDS-ENA 38",
        ifItFails = "key what is in flight by the completion's id, not by position")
    void completionsOutOfOrder(Bench bench) {
        bench.up(1);
        for (int i = 0; i < 10; i++) {
            bench.inject(Fault.once(FaultKind.COMPLETION_REORDERED));
            Exchange.transmit(bench, 0, Exchange.framesFromDevice(bench, 12, 60));
        }
        Check.equal(DeviceState.RUNNING, bench.device().state(), "state after completions out of order");
        Check.equal(120, bench.device().statistics().opackets(), "opackets");
    }

    @ConformanceCase(id = "HO-014",
        value = "A transmit completion with an id out of range, or of no packet, is noticed and touches nothing.",
        faults = FaultKind.COMPLETION_WRONG_ID,
        source = "NEEDS-ENA 29: invalid Tx req_id; ENA reset reason 5; [amzn-drivers fbsd/ena_datapath.c]: check "
            + "before indexing",
        ifItFails = "compare the id with the ring's size, and look whether a packet waits for it, before it "
            + "becomes an index")
    void wrongTransmitId(Bench bench) {
        bench.up(1);
        for (int offset : new int[] {0, 1, 5000, -1}) {
            Queue<DeviceEvent> events = listen(bench);
            bench.inject(Fault.once(FaultKind.COMPLETION_WRONG_ID).withValue(offset));
            send(bench, 4);
            awaitTrouble(bench, events, "a transmit completion names id ring size + " + offset);
            Check.require(bench.info().has(Capability.RESET), "needs capability RESET to go on");
            bench.device().reset();
        }
        recovers(bench);
    }

    @ConformanceCase(id = "HO-015",
        value = "A receive completion with an id out of range is noticed, and no packet is made of it.",
        faults = FaultKind.COMPLETION_WRONG_ID,
        source = "NEEDS-ENA 39 (amzn/amzn-drivers#377, #354): req_id out of range; ENA reset reason 4",
        ifItFails = "check the id first, then use it")
    void wrongReceiveId(Bench bench) {
        bench.up(1);
        Queue<DeviceEvent> events = listen(bench);
        bench.inject(Fault.once(FaultKind.COMPLETION_WRONG_ID).onReceive());
        bench.far().send(Exchange.framesToDevice(bench, 3, 60));
        awaitTrouble(bench, events, "a receive completion names an id out of range");
        recovers(bench);
    }

    @ConformanceCase(id = "HO-016",
        value = "A buffer that the device completes twice is handed out once.",
        faults = FaultKind.COMPLETION_DUPLICATED,
        source = "NEEDS-ENA 39: in range but unarmed req_id, 2026; ENA reset reason 4",
        ifItFails = "a buffer handed out leaves its slot empty, and an empty slot is looked for")
    void receiveTwice(Bench bench) {
        bench.up(1);
        Queue<DeviceEvent> events = listen(bench);
        bench.inject(Fault.once(FaultKind.COMPLETION_DUPLICATED).onReceive());
        bench.far().send(Exchange.framesToDevice(bench, 3, 60));
        awaitTrouble(bench, events, "a receive buffer was completed twice");
        recovers(bench);
    }

    @ConformanceCase(id = "HO-017",
        value = "A received length beyond the buffer is noticed; nothing is read or delivered beyond it.",
        faults = FaultKind.CORRUPT_LENGTH,
        source = "NEEDS-ENA 40: descriptor corruption check; virtio: used length is the device's word",
        ifItFails = "compare the length with the buffer's room before it is set")
    void corruptLength(Bench bench) {
        bench.up(1);
        Queue<DeviceEvent> events = listen(bench);
        bench.inject(Fault.once(FaultKind.CORRUPT_LENGTH).onReceive().withValue(60_000));
        bench.far().send(Exchange.framesToDevice(bench, 2, 60));
        bench.await("the driver to notice a length of 60000 bytes, or to drop the packet", () -> {
            for (Received packet : bench.rx(0).poll()) {
                Check.that(packet.bytes().length <= bench.device().mtu() + 22, "a packet of " + packet.bytes().length
                    + " bytes was delivered");
            }
            return troubled(bench, events) || bench.device().statistics().ierrors() > 0;
        });
        recovers(bench);
    }

    @ConformanceCase(id = "HO-018",
        value = "A DMA fault is noticed or its packets are counted as lost, and traffic comes back.",
        faults = FaultKind.DMA_FAULT,
        source = "virtual IOMMUs of QEMU; ENA fix L2.3.0: DMA mask",
        ifItFails = "a device that stops must be noticed by what does not come")
    void dmaFault(Bench bench) {
        bench.up(1);
        Queue<DeviceEvent> events = listen(bench);
        bench.inject(Fault.always(FaultKind.DMA_FAULT));
        long before = lost(bench);
        fill(bench);
        bench.await("trouble, or a counter of errors or drops, after DMA accesses faulted", () -> {
            use(bench);
            return troubled(bench, events) || lost(bench) > before;
        });
        bench.clearFaults();
        recovers(bench);
    }

    @ConformanceCase(id = "HO-019",
        value = "While a device is gone its queues move nothing and take nothing, and close() frees everything.",
        faults = FaultKind.SURPRISE_REMOVAL,
        source = "NEEDS-ENA 25; "
            + "ENA fix L1.6: surprise removal, all-ones reads; [DTS hotplug]; contract DeviceEvent.DeviceGone",
        ifItFails = "a register that reads all ones is no answer; and stop() must not wait for a device that is gone")
    void gone(Bench bench) {
        bench.up(1);
        Exchange.bothWays(bench, 5);
        Queue<DeviceEvent> events = listen(bench);
        send(bench, 5);
        bench.inject(Fault.always(FaultKind.SURPRISE_REMOVAL));
        awaitTrouble(bench, events, "the device is gone");
        NetBuf[] one = {bench.packet(bench.fromDevice().build().bytes())};
        if (bench.device().state() == DeviceState.FAILED) {
            Check.equal(0, BurstStatus.count(bench.device().txQueue(0).transmit(one, 0, 1)),
                "packets taken by a device that is gone");
            Check.equal(0, BurstStatus.count(bench.device().rxQueue(0).receive(new NetBuf[4], 0, 4)),
                "packets received from a device that is gone");
            Check.equal(bench.fromDevice().build().length(), one[0].packetLength(),
                "length of a packet that was not taken");
        }
        one[0].free();
        bench.device().statistics();
        bench.device().close();
        Check.equal(0, bench.pool().inUse(), "buffers in use after close() of a device that is gone");
    }
}
