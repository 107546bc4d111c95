package org.netdev4j.conformance.cases;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.DeviceEvent;
import org.netdev4j.api.DeviceState;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.NetDevError;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Check;
import org.netdev4j.conformance.ConformanceCase;
import org.netdev4j.conformance.Fault;
import org.netdev4j.conformance.FaultKind;
import org.netdev4j.conformance.Steps;
import org.netdev4j.conformance.frame.Frame;
import org.netdev4j.platform.PlatformException;
import org.opentest4j.TestAbortedException;

/**
 * Hostile device: something goes wrong at each register access, or each DMA transaction,
     of a whole life from probe to close, one
 * after the other. Whatever comes of it: nothing hangs, nothing is left behind, and an error has a name.
 */
final class HostileStepCases {
    private static final int MOST_LIVES = 250;
    // What a life may take when every wait of it runs into its limit of time.
    private static final long LONGEST_LIFE = 120_000_000_000L;
    private static final int FRAMES = 4;

    /** Opens, configures, starts, moves frames both ways as far as they go,
        stops and closes a device; it may fail at any step. */
    private static void live(Bench bench, String what, Fault fault) {
        live(bench, what, () -> bench.openAnother(fault));
    }

    static void live(Bench bench, String what, Supplier<NetDev> open) {
        long start = bench.platform().clock().nanoTime();
        int before = bench.platform().dma().live().size();
        int devices = bench.devices();
        Queue<DeviceEvent> events = new ConcurrentLinkedQueue<>();
        try {
            NetDev device = open.get();
            device.addListener(events::add);
            bench.configure(device, DeviceConfig.queues(1), bench.pool());
            device.start();
            traffic(bench, device, devices);
            device.stop();
        } catch (TestAbortedException e) {
            throw e;
        } catch (RuntimeException e) {
            Check.that(named(e), "what came of it is no named error of the device, with " + what + ": " + e);
        }
        if (bench.devices() > devices) {
            bench.closeLast();
        }
        events.forEach(HostileDeviceCases::isTrouble);
        Check.equal(0, bench.pool().inUse(), "buffers in use after close(), with " + what);
        Check.equal(before, bench.platform().dma().live().size(), "regions of DMA memory after close(), with " + what);
        long took = bench.platform().clock().nanoTime() - start;
        Check.that(took < LONGEST_LIFE, "a life took " + took / 1_000_000 + " ms of the device's time, with " + what);
    }

    /** True for an error that says, of which device or part of the system, what went wrong. */
    static boolean named(RuntimeException e) {
        return (e instanceof NetDevError || e instanceof PlatformException) && e.getMessage() != null
            && !e.getMessage().isBlank();
    }

    private static void traffic(Bench bench, NetDev device, int index) {
        NetBuf[] burst = new NetBuf[FRAMES];
        int got = 0;
        for (int i = 0; i < FRAMES; i++) {
            Frame out = bench.fromDevice().udp(i, 1).payload(40 + i, bench.random()).build();
            NetBuf[] one = {bench.packet(out.bytes())};
            if (BurstStatus.count(device.txQueue(0).transmit(one, 0, 1)) == 0) {
                one[0].free();
            }
            bench.far(index).trySend(bench.toDevice().udp(i, 2).payload(40 + i, bench.random()).build().bytes());
            for (int turn = 0; turn < 40 && device.state() == DeviceState.RUNNING; turn++) {
                bench.idle();
                int count = BurstStatus.count(device.rxQueue(0).receive(burst, 0, FRAMES));
                for (int k = 0; k < count; k++) {
                    burst[k].free();
                }
                got += count;
                device.txQueue(0).reclaim(Integer.MAX_VALUE);
            }
        }
        Check.that(got <= FRAMES, got + " packets were received where " + FRAMES + " were sent");
    }

    /** Lives a life for each step from 0 to a number, or for some of them evenly spread. */
    private static void forEach(Bench bench, int steps, IntConsumer life) {
        int stride = Math.max(1, (steps + MOST_LIVES - 1) / MOST_LIVES);
        int first = bench.random().nextInt(stride);
        for (int step : Steps.of(bench, (steps - first + stride - 1) / stride)) {
            life.accept(first + step * stride);
        }
    }

    /** Register accesses of a life in which nothing goes wrong. */
    private static int accesses(Bench bench) {
        bench.pool();
        NetDev device = bench.openAnother();
        int index = bench.devices() - 1;
        bench.configure(device, DeviceConfig.queues(1), bench.pool());
        device.start();
        traffic(bench, device, index);
        device.stop();
        int count = bench.accesses(index);
        bench.closeLast();
        Check.that(count > 0, "the driver made no register access");
        return count;
    }

    private static void atEachAccess(Bench bench, FaultKind kind) {
        int count = accesses(bench);
        forEach(bench, count, step -> live(bench, kind.label() + " from register access " + step + " of " + count + " on",
            Fault.always(kind).afterAccesses(step)));
        live(bench, kind.label() + " after the last register access", Fault.always(kind).afterAccesses(count));
    }

    @ConformanceCase(id = "HO-050", steps = true,
        value = "Gone at whatever register access of its life, a device is closed without a hang, a leak or an error "
            + "without a "
            + "name.",
        faults = FaultKind.SURPRISE_REMOVAL,
        source = "NEEDS-ENA 23, 25: fault injection at every step of initialisation, surprise removal; [amzn-drivers "
            + "ena_com.c]: a register that reads all ones is a time-out",
        ifItFails = "the step is named: all ones is no answer to any read there, and no wait may lack a limit")
    void goneAtEachAccess(Bench bench) {
        atEachAccess(bench, FaultKind.SURPRISE_REMOVAL);
    }

    @ConformanceCase(id = "HO-051", steps = true,
        value = "Silent from whatever register access of its life, a device is closed without a hang, a leak or an "
            + "error without "
            + "a name.",
        faults = FaultKind.SILENCE,
        source = "NEEDS-ENA 3, 5, 19, 23: bounded polls, no reset of a device that does not answer at all",
        ifItFails = "the step is named: look at what is waited for there, and for how long")
    void silentAtEachAccess(Bench bench) {
        atEachAccess(bench, FaultKind.SILENCE);
    }

    @ConformanceCase(id = "HO-052", steps = true, namedFaults = "register-write-lost",
        value = "Whichever register write is lost, nothing hangs and nothing is left behind.",
        source = "NEEDS-ENA 23; PCIe: posted writes are not acknowledged",
        ifItFails = "the write is named by its number: who waits for its effect must have a limit of time")
    void writeLost(Bench bench) {
        int count = accesses(bench);
        forEach(bench, count, step -> liveNamed(bench, "register-write-lost", step, 1));
    }

    @ConformanceCase(id = "HO-053", steps = true, namedFaults = "register-reads-ones",
        value = "Whichever register read brings all ones once, nothing hangs and nothing is left behind.",
        source = "NEEDS-ENA 7, 11, 25: a time-out or an error value used as if it were one; PCIe: completion time-out",
        ifItFails = "the read is named by its number: compare what it brought with all ones before it is used")
    void readsOnes(Bench bench) {
        int count = accesses(bench);
        forEach(bench, count, step -> liveNamed(bench, "register-reads-ones", step, 1));
    }

    @ConformanceCase(id = "HO-054", namedFaults = {"dma-write-lost", "dma-read-fault", "dma-write-fault"},
        value = "Whichever DMA transaction of the control path fails, nothing hangs and nothing is left behind.",
        source = "NEEDS-ENA 14: DMA mask; virtual IOMMUs of QEMU; ENA: admin queue, events and readless reads are DMA",
        ifItFails = "the transaction is named by its number: an answer that never came has a limit of time")
    void controlDmaFails(Bench bench) {
        bench.pool();
        List<String> faults = List.of("dma-write-lost", "dma-read-fault", "dma-write-fault");
        for (int step : Steps.of(bench, 60 * faults.size())) {
            liveNamed(bench, faults.get(step / 60) + "@control", step % 60, 1);
        }
    }

    private static void liveNamed(Bench bench, String fault, int skip, int count) {
        String text = fault + ":skip=" + skip + ":count=" + count;
        live(bench, text, () -> bench.openVariant(Map.of("faults", text)));
    }

    @ConformanceCase(id = "HO-055",
        value = "With several queues, too, whichever command of the way up is refused, nothing is left behind.",
        faults = FaultKind.ADMIN_REFUSED, rxQueues = 4, txQueues = 4,
        source = "NEEDS-ENA 22, 24: queues not destroyed when start fails half-way, the wrong number destroyed",
        ifItFails = "undo what was made, no more and no less: look at the loop that destroys queues 0 to k-1")
    void refusedWithQueues(Bench bench) {
        bench.pool();
        int most = 80;
        for (int step : Steps.of(bench, 80)) {
            if (step >= most) {
                continue;
            }
            int before = bench.platform().dma().live().size();
            NetDev device = bench.openAnother();
            bench.inject(bench.devices() - 1, Fault.once(FaultKind.ADMIN_REFUSED).withValue(step));
            boolean up = bringUp(bench, device, step);
            if (up) {
                traffic(bench, device, bench.devices() - 1);
            }
            bench.closeLast();
            Check.equal(0, bench.pool().inUse(), "buffers in use after close(), with a refusal of command " + step);
            Check.equal(before, bench.platform().dma().live().size(), "regions of DMA memory after close(), with a "
                + "refusal of command "
                + step);
            if (up && step > 20) {
                most = Math.min(most, step);
            }
        }
    }

    private static boolean bringUp(Bench bench, NetDev device, int step) {
        try {
            bench.configure(device, DeviceConfig.queues(4), bench.pool());
            device.start();
            return true;
        } catch (RuntimeException e) {
            Check.that(named(e), "a refusal of command " + step + " ended in " + e);
        }
        if (device.state() == DeviceState.CONFIGURED) {
            // It took back what it did: the next try has nothing in its way.
            device.start();
            traffic(bench, device, bench.devices() - 1);
            device.stop();
        }
        return false;
    }
}
