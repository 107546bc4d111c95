package org.netdev4j.conformance.cases;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.Capability;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.DeviceEvent;
import org.netdev4j.api.DeviceFaultException;
import org.netdev4j.api.DeviceState;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.RssConfig;
import org.netdev4j.api.RxQueueConfig;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Check;
import org.netdev4j.conformance.ConformanceCase;
import org.netdev4j.conformance.Fault;
import org.netdev4j.conformance.FaultKind;
import org.netdev4j.conformance.frame.Frame;
import org.netdev4j.platform.Deadline;

/** Hostile device: ids, lengths and orders beyond those of {@link HostileDeviceCases}, lost interrupts, late answers,
    two faults. */
final class HostileIdCases {
    private static final long TIME_OUT_MILLIS = 20_000;

    @ConformanceCase(id = "HO-020", faults = FaultKind.COMPLETION_REORDERED,
        value = "Buffers that the device completes out of order are handed out with their own content.",
        source = "NEEDS-ENA 38 (79405ee175, 709b1dcb73): out-of-order completion of receive buffers",
        ifItFails = "a buffer is found by its id, not by its place in the ring, and refilled under a free id")
    void receiveOutOfOrder(Bench bench) {
        bench.up(1);
        for (int round = 0; round < 10; round++) {
            bench.inject(Fault.once(FaultKind.COMPLETION_REORDERED).onReceive());
            List<Frame> frames = Exchange.framesToDevice(bench, 12, 300);
            bench.far().send(frames);
            List<byte[]> wanted = new ArrayList<>();
            frames.forEach(frame -> wanted.add(frame.bytes()));
            bench.await("12 packets, of which two changed places", () -> {
                bench.rx(0).poll().forEach(packet -> Check.that(wanted.removeIf(each -> Arrays.equals(each,
                    packet.bytes())), "a packet of " + packet.bytes().length + " bytes came that was not sent, or "
                        + "came twice"));
                return wanted.isEmpty();
            });
        }
        Check.equal(DeviceState.RUNNING, bench.device().state(), "state after completions out of order");
    }

    @ConformanceCase(id = "HO-021", faults = FaultKind.COMPLETION_WRONG_ID, needs = Capability.RX_SCATTER,
        value = "A wrong id in the middle of a chain frees the buffers before it once, and makes no packet.",
        source = "NEEDS-ENA 38 (709b1dcb73): chained buffers must be freed once",
        ifItFails = "what was taken of the chain before the bad descriptor is neither lost nor freed twice")
    void wrongIdInChain(Bench bench) {
        int length = Math.min(bench.info().maxMtu(), 9000) + 14;
        Check.require(length > 3 * bench.pool().dataRoom(), "needs an MTU of three buffers at least");
        bench.up(1);
        if (bench.info().has(Capability.MTU_UPDATE)) {
            bench.device().setMtu(length - 14);
        }
        for (int times = 1; times <= 3; times++) {
            Queue<DeviceEvent> events = HostileDeviceCases.listen(bench);
            bench.far().send(bench.toDevice().frameLength(length, bench.random()).build());
            bench.rx(0).take(1);
            bench.inject(Fault.once(FaultKind.COMPLETION_WRONG_ID).onReceive().times(times).withValue(times == 2 ? -1 : 3));
            bench.far().send(bench.toDevice().frameLength(length, bench.random()).build());
            HostileDeviceCases.awaitTrouble(bench, events, "a descriptor of a chain names a wrong id");
            Check.require(bench.info().has(Capability.RESET), "needs capability RESET to go on");
            bench.device().reset();
        }
        HostileDeviceCases.recovers(bench);
    }

    @ConformanceCase(id = "HO-022", faults = FaultKind.COMPLETION_WRONG_ID,
        value = "Whatever wrong id a receive completion names, next to the range, far out of it, or in it but of no "
            + "buffer that the "
            + "device has: it is noticed.",
        source = "NEEDS-ENA 39 (of 2026, amzn/amzn-drivers#377, #354): in range but unarmed req_id led to a NULL "
            + "dereference",
        ifItFails = "an id in range proves nothing: look whether its slot has a buffer that is posted")
    void everyWrongReceiveId(Bench bench) {
        bench.up(1);
        for (int value : new int[] {-1, 0, 1, 255, 4095, 30_000}) {
            Queue<DeviceEvent> events = HostileDeviceCases.listen(bench);
            bench.inject(Fault.once(FaultKind.COMPLETION_WRONG_ID).onReceive().withValue(value));
            bench.far().send(Exchange.framesToDevice(bench, 2, 60));
            HostileDeviceCases.awaitTrouble(bench, events, "a receive completion names " + (value < 0 ? "an id that "
                + "is not posted"
                : "id ring size + " + value));
            Check.require(bench.info().has(Capability.RESET), "needs capability RESET to go on");
            bench.device().reset();
            bench.far().drain();
        }
        HostileDeviceCases.recovers(bench);
    }

    @ConformanceCase(id = "HO-023", faults = FaultKind.CORRUPT_LENGTH,
        value = "Whatever length a receive completion says, no byte beyond the buffer is handed out, and traffic "
            + "comes back.",
        source = "NEEDS-ENA 40, 41: descriptor corruption, zero-length descriptors must be recycled; virtio: used "
            + "length is the "
            + "device's word",
        ifItFails = "a length is compared with the room behind the offset before it is used; zero bytes are no packet")
    void everyWrongLength(Bench bench) {
        bench.up(1);
        int room = bench.pool().dataRoom();
        for (int length : new int[] {0, 1, 13, room - 1, room, room + 1, 2 * room, 32_767, 65_535}) {
            bench.inject(Fault.once(FaultKind.CORRUPT_LENGTH).onReceive().withValue(length));
            bench.far().send(Exchange.framesToDevice(bench, 3, 60));
            for (int turn = 0; turn < 100; turn++) {
                bench.rx(0).poll().forEach(packet -> Check.that(packet.bytes().length <= room,
                    "a packet of " + packet.bytes().length + " bytes was handed out of a buffer of " + room));
                bench.idle();
            }
            Check.require(bench.info().has(Capability.RESET), "needs capability RESET to go on");
            bench.clearFaults();
            bench.device().reset();
        }
        HostileDeviceCases.recovers(bench);
    }

    @ConformanceCase(id = "HO-024", faults = FaultKind.INTERRUPT_LOST, needs = Capability.RX_INTERRUPT,
        value = "A lost interrupt does not leave packets waiting for ever: somebody looks, or the device is reset.",
        source = "NEEDS-ENA 27 (L1.5): lost or misrouted interrupt; [amzn-drivers ena_netdev.c]: first interrupt "
            + "missed is a reset "
            + "reason of its own",
        ifItFails = "a watchdog has to look at completions that nobody took although an interrupt was armed")
    void interruptLost(Bench bench) {
        bench.device().configure(DeviceConfig.queues(1));
        bench.device().setupRxQueue(0,
            RxQueueConfig.STANDARD.withRingSize(Bench.ring(bench.info().rxRing())).withPool(bench.pool())
            .withInterrupts());
        bench.device().start();
        Queue<DeviceEvent> events = HostileDeviceCases.listen(bench);
        bench.rx(0).poll();
        bench.inject(Fault.once(FaultKind.INTERRUPT_LOST).onReceive());
        Check.that(!bench.device().rxQueue(0).armInterrupt(), "armInterrupt() says that packets wait before any was sent");
        bench.far().send(Exchange.framesToDevice(bench, 1, 60));
        Deadline limit = bench.longDeadline();
        bench.device().rxQueue(0).awaitInterrupt(limit);
        Check.that(!limit.expired() || events.stream().anyMatch(HostileDeviceCases::isTrouble),
            "an interrupt was lost, and " + limit.lengthNanos() / 1_000_000 + " ms later nobody has noticed");
        HostileDeviceCases.recovers(bench);
    }

    @ConformanceCase(id = "HO-025", faults = FaultKind.RESET_REQUEST,
        value = "A device that asks for a reset gets it, or the application is told; then traffic is exact again.",
        source = "NEEDS-ENA 19, 49; [amzn-drivers ena_netdev.c, ena_aenq_handlers]: device-requested reset; virtio: "
            + "DEVICE_NEEDS_RESET",
        ifItFails = "look at the event's handler, and whether a timer still runs once a reset is pending")
    void resetRequested(Bench bench) {
        bench.up(1);
        for (int i = 0; i < 3; i++) {
            Exchange.bothWays(bench, 5);
            Queue<DeviceEvent> events = HostileDeviceCases.listen(bench);
            bench.inject(Fault.once(FaultKind.RESET_REQUEST));
            HostileDeviceCases.awaitTrouble(bench, events, "the device asks for a reset");
            Check.require(bench.info().has(Capability.RESET), "needs capability RESET to go on");
            bench.device().reset();
            bench.far().drain();
        }
        HostileDeviceCases.recovers(bench);
    }

    @ConformanceCase(id = "HO-026", faults = {FaultKind.COMPLETION_WRONG_ID, FaultKind.KEEP_ALIVE_SILENCE},
        value = "Two faults at once are one piece of trouble: the first reason stays, and one reset ends it.",
        source = "NEEDS-ENA 19: the reset reason must not be overwritten by a second cause; the timer stops once a "
            + "reset is pending",
        ifItFails = "who raises trouble looks whether there is some already, in one step")
    void firstReasonStays(Bench bench) {
        bench.up(1);
        Queue<DeviceEvent> events = HostileDeviceCases.listen(bench);
        bench.inject(Fault.once(FaultKind.COMPLETION_WRONG_ID).times(3).withValue(7));
        bench.inject(Fault.once(FaultKind.COMPLETION_WRONG_ID).onReceive().times(3).withValue(9));
        bench.far().send(Exchange.framesToDevice(bench, 3, 60));
        bench.tx(0).send(Exchange.framesFromDevice(bench, 3, 60));
        HostileDeviceCases.awaitTrouble(bench, events, "completions on both sides name wrong ids");
        bench.clearFaults();
        long failed = events.stream().filter(e -> e instanceof DeviceEvent.Failed || e instanceof DeviceEvent.ResetStarted
            || e instanceof DeviceEvent.ResetRequested).count();
        Check.that(failed <= 1, "two faults at once were told as " + failed + " pieces of trouble: " + events);
        HostileDeviceCases.recovers(bench);
    }

    @ConformanceCase(id = "HO-027", faults = FaultKind.SILENCE,
        value = "A running device that answers nothing any more is noticed; reset() fails by name within bounds, and "
            + "close() frees "
            + "everything.",
        source = "NEEDS-ENA 19: do not reset for ever a device that does not answer at all; NEEDS-ENA 16: infinite "
            + "loop when the "
            + "reset itself takes longer than the time-out",
        ifItFails = "a reset that gets no answer ends in FAILED; no timer tries again by itself for ever")
    void silence(Bench bench) {
        bench.up(1);
        Queue<DeviceEvent> events = HostileDeviceCases.listen(bench);
        bench.inject(Fault.always(FaultKind.SILENCE));
        bench.tx(0).send(Exchange.framesFromDevice(bench, 3, 60));
        HostileDeviceCases.awaitTrouble(bench, events, "the device is silent");
        if (bench.platform().isVirtual()) {
            bench.pass(30_000_000_000L);
            long resets = events.stream().filter(e -> e instanceof DeviceEvent.ResetStarted).count();
            Check.that(resets <= 3, "in half a minute of silence the driver tried " + resets + " resets by itself");
        }
        if (bench.info().has(Capability.RESET)) {
            Check.refused(DeviceFaultException.class, "reset() of a silent device", bench.device()::reset);
            Check.equal(DeviceState.FAILED, bench.device().state(), "state after a reset that got no answer");
        }
        bench.device().close();
        Check.equal(0, bench.pool().inUse(), "buffers in use after close() of a silent device");
    }

    @ConformanceCase(id = "HO-028", faults = FaultKind.ADMIN_SLOW, needs = {Capability.MTU_UPDATE, Capability.RESET},
        value = "An answer that comes long after the driver gave up touches nothing, and the device can be reset.",
        source = "NEEDS-ENA 3 (L2.15, L2.10): interrupt of a completion after its time-out crashed; NEEDS-ENA 4: "
            + "commands aborted",
        ifItFails = "whose command has timed out is not to be completed: its context may serve another command by then")
    void lateAnswer(Bench bench) {
        Check.require(bench.platform().isVirtual(), "needs a device on virtual time, where seconds take none");
        bench.up(1);
        bench.inject(Fault.once(FaultKind.ADMIN_SLOW).withValue((int) TIME_OUT_MILLIS));
        Check.refused(DeviceFaultException.class, "setMtu() that is not answered in time", () -> bench.device()
            .setMtu(Math.max(bench.info().minMtu(), 1200)));
        bench.pass(2 * TIME_OUT_MILLIS * 1_000_000);
        HostileDeviceCases.recovers(bench);
    }

    @ConformanceCase(id = "HO-029", faults = FaultKind.ADMIN_LOST, needs = {Capability.MTU_UPDATE, Capability.RESET},
        value = "A reset while a command is outstanding aborts it, and the next commands are answered.",
        source = "NEEDS-ENA 4 (L2.12, 9db6486be2): aborted commands; NEEDS-ENA 1: a context said to be occupied",
        ifItFails = "reset() frees all contexts, and starts ids and phases anew on both sides")
    void resetAborts(Bench bench) {
        bench.up(1);
        // More often than there are ids of commands, where time-outs take no time.
        int times = bench.platform().isVirtual() ? 40 : 3;
        for (int i = 0; i < times; i++) {
            bench.inject(Fault.once(FaultKind.ADMIN_LOST));
            int mtu = Math.max(bench.info().minMtu(), 1000 + i);
            try {
                bench.device().setMtu(mtu);
                Check.equal(mtu, bench.device().mtu(), "MTU after a command was lost and the change succeeded");
            } catch (DeviceFaultException e) {
                Check.that(!e.getMessage().isBlank(), "the error has no message");
            }
            bench.clearFaults();
            bench.device().reset();
            bench.device().setMtu(mtu);
            Check.equal(mtu, bench.device().mtu(), "MTU after reset");
        }
        HostileDeviceCases.recovers(bench);
    }

    @ConformanceCase(id = "HO-039", faults = FaultKind.ADMIN_REFUSED, rxQueues = 2,
        needs = {Capability.RSS_HASH, Capability.RSS_TABLE_UPDATE},
        value = "A table that the device refuses leaves the old one in effect, and no lock behind.",
        source = "NEEDS-ENA 26 (195e0f2497): lock kept on the error path of RETA, dead-lock on the next call",
        ifItFails = "release on every way out; and take the old table back on the device's side, too")
    void tableRefused(Bench bench) {
        bench.up(2);
        RssConfig before = bench.device().rss();
        int[] ones = new int[before.table().length];
        Arrays.fill(ones, 1);
        for (int i = 0; i < 3; i++) {
            bench.inject(Fault.once(FaultKind.ADMIN_REFUSED));
            Check.refused(DeviceFaultException.class, "setRss() that the device refuses",
                () -> bench.device().setRss(before.withTable(ones)));
            Check.equal(before, bench.device().rss(), "rss() after a table was refused");
        }
        bench.device().setRss(before.withTable(ones));
        Frame frame = bench.toDevice().udp(1, 2).build();
        bench.far().send(frame);
        bench.rx(1).expect(frame);
    }

    @ConformanceCase(id = "HO-040", faults = FaultKind.COMPLETION_DROPPED, needs = Capability.RESET,
        value = "Many completions that never come are noticed once, and every buffer behind them comes back.",
        source = "NEEDS-ENA 27 (L2.11, F2.8): count all that are missing, not the first; NEEDS-ENA 22: leaks",
        ifItFails = "look at how the watchdog walks over what is outstanding, and whom stop() gives buffers back")
    void manyDropped(Bench bench) {
        bench.up(1);
        Queue<DeviceEvent> events = HostileDeviceCases.listen(bench);
        bench.inject(Fault.once(FaultKind.COMPLETION_DROPPED).times(200));
        NetBuf[] packets = new NetBuf[200];
        for (int i = 0; i < packets.length; i++) {
            packets[i] = bench.packet(bench.fromDevice().udp(i, 1).build().bytes());
        }
        int taken = BurstStatus.count(bench.device().txQueue(0).transmit(packets, 0, packets.length));
        for (int i = taken; i < packets.length; i++) {
            packets[i].free();
        }
        HostileDeviceCases.awaitTrouble(bench, events, taken + " completions are missing");
        bench.clearFaults();
        HostileDeviceCases.recovers(bench);
    }
}
