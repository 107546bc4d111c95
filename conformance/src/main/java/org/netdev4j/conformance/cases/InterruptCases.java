package org.netdev4j.conformance.cases;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.netdev4j.api.BurstStatus;
import org.netdev4j.api.Capability;
import org.netdev4j.api.Coalescing;
import org.netdev4j.api.DeviceConfig;
import org.netdev4j.api.NetBuf;
import org.netdev4j.api.NetBufPool;
import org.netdev4j.api.NetDev;
import org.netdev4j.api.RxQueue;
import org.netdev4j.api.RxQueueConfig;
import org.netdev4j.conformance.Bench;
import org.netdev4j.conformance.Check;
import org.netdev4j.conformance.ConformanceCase;
import org.netdev4j.conformance.frame.Frame;
import org.netdev4j.platform.Deadline;
import org.netdev4j.platform.WaitEvent;

/** Interrupts: arming, waiting, and that no wake-up is lost. */
final class InterruptCases {
    private static final long SHORT_NANOS = 20_000_000;

    private static void up(Bench bench, int queues) {
        configure(bench, queues);
        bench.device().start();
    }

    private static void configure(Bench bench, int queues) {
        NetDev device = bench.device();
        bench.configure(device, DeviceConfig.queues(queues), bench.pool());
        for (int i = 0; i < queues; i++) {
            device.setupRxQueue(i, RxQueueConfig.STANDARD.withRingSize(Bench.ring(bench.info().rxRing()))
                .withPool(bench.pool()).withInterrupts());
        }
    }

    /** Arms a dry queue and waits, unless arming found packets. */
    private static void armAndWait(Bench bench, RxQueue queue, String what) {
        if (!queue.armInterrupt()) {
            Check.that(queue.awaitInterrupt(bench.deadline()), what
                + ": the queue was armed and dry, a packet came, and nobody was woken");
        }
    }

    private static int dry(RxQueue queue) {
        NetBuf[] burst = new NetBuf[16];
        int taken = 0;
        int status;
        do {
            status = queue.receive(burst, 0, burst.length);
            int count = BurstStatus.count(status);
            NetBufPool.free(burst, 0, count);
            taken += count;
        } while (status != 0);
        return taken;
    }

    /** Polls until nothing is left, and waits by interrupt until so many packets have come. */
    private static void takeByInterrupt(Bench bench, RxQueue queue, int count, AtomicInteger received, String what) {
        while (received.get() < count) {
            int taken = dry(queue);
            if (taken > 0) {
                received.addAndGet(taken);
            } else {
                armAndWait(bench, queue, what + ", packet " + received.get() + " of " + count);
            }
        }
        Check.equal(count, received.get(), "packets received by interrupt");
    }

    private static void takeByInterrupt(Bench bench, RxQueue queue, String what) {
        takeByInterrupt(bench, queue, 1, new AtomicInteger(), what);
    }

    @ConformanceCase(id = "IN-001",
        value = "A queue that was set up for polling refuses to be armed.",
        source = "contract RxQueue.armInterrupt(); [UK netdev.h, uk_netdev_rxq_intr_enable]",
        ifItFails = "look at where interrupts of the queue are set up")
    void polledQueue(Bench bench) {
        bench.up(1);
        RxQueue queue = bench.device().rxQueue(0);
        Check.refused(IllegalStateException.class, "armInterrupt() of a queue set up for polling", queue::armInterrupt);
        Check.refused(IllegalStateException.class, "disarmInterrupt() of a queue set up for polling",
            queue::disarmInterrupt);
        Check.refused(IllegalStateException.class, "awaitInterrupt() of a queue set up for polling",
            () -> queue.awaitInterrupt(bench.deadline()));
        Exchange.bothWays(bench, 5);
    }

    @ConformanceCase(id = "IN-002",
        value = "A packet that comes to an armed queue ends the wait.",
        needs = Capability.RX_INTERRUPT,
        source = "[UK netdev.h, uk_netdev_rxq_intr_enable]; [DTS vf_interrupt_pmd]; QEMU igb-test: MSI-X fired",
        ifItFails = "look at masks and at the vector that the queue was given")
    void wakes(Bench bench) {
        up(bench, 1);
        RxQueue queue = bench.device().rxQueue(0);
        for (int i = 0; i < 20; i++) {
            dry(queue);
            Check.that(!queue.armInterrupt(), "arming says that packets wait, although none was sent");
            Frame frame = bench.toDevice().udp(i, 1).build();
            bench.far().send(frame);
            Check.that(queue.awaitInterrupt(bench.deadline()), "packet " + i
                + " came to an armed queue, and the wait went on");
            bench.rx(0).expect(frame);
        }
    }

    @ConformanceCase(id = "IN-003",
        value = "A packet that comes before the queue is armed is seen by arming, or by waiting.",
        needs = Capability.RX_INTERRUPT,
        source = "[UK netdev.h, uk_netdev_rxq_intr_enable]: 1 means that packets are waiting; [UK virtio_ring.c]: "
            + "check again",
        ifItFails = "arm first, then look whether something came; the other way round loses what comes in between")
    void cameBefore(Bench bench) {
        up(bench, 1);
        RxQueue queue = bench.device().rxQueue(0);
        for (int i = 0; i < 50; i++) {
            dry(queue);
            Frame frame = bench.toDevice().udp(i, 1).build();
            bench.far().send(frame);
            if (!queue.armInterrupt()) {
                Check.that(queue.awaitInterrupt(bench.deadline()), "packet " + i
                    + " came before the queue was armed: arming said that none waits, and then nobody "
                    + "was woken");
            }
            bench.rx(0).expect(frame);
        }
    }

    @ConformanceCase(id = "IN-004",
        value = "Without a packet the wait ends at its deadline.",
        needs = Capability.RX_INTERRUPT,
        source = "contract RxQueue.awaitInterrupt(): false if the deadline passed",
        ifItFails = "look for a wait without a limit of time")
    void deadline(Bench bench) {
        up(bench, 1);
        RxQueue queue = bench.device().rxQueue(0);
        dry(queue);
        queue.armInterrupt();
        Deadline soon = Deadline.afterNanos(bench.platform().clock(), SHORT_NANOS);
        int spurious = 0;
        while (queue.awaitInterrupt(soon)) {
            spurious++;
            Check.that(spurious < 1000, "the wait ended " + spurious + " times without a packet");
        }
        Check.that(soon.expired(), "the wait ended " + soon.remainingNanos()
            + " ns before its deadline, without a packet");
    }

    @ConformanceCase(id = "IN-005", realTime = true,
        value = "A thousand packets, each sent at a moment of its own, wake the waiter each time.",
        needs = Capability.RX_INTERRUPT,
        source = "contract RxQueue: no wake-up is lost; virtio_ring.c of unikraft; CTSRD, unikraft #1339: event "
            + "notification bug",
        ifItFails = "the order is: arm, full barrier, look again; then wait")
    void noneLost(Bench bench) {
        up(bench, 1);
        RxQueue queue = bench.device().rxQueue(0);
        int count = 1000;
        AtomicInteger received = new AtomicInteger();
        List<Frame> frames = Exchange.framesToDevice(bench, 16, 40);
        int[] spins = new int[count];
        Arrays.setAll(spins, i -> bench.random().nextInt(i % 4 == 0 ? 4000 : 200));
        Parallel.with(bench, "far end", () -> {
            for (int i = 0; i < count; i++) {
                int number = i;
                // Each packet follows when the one before has been taken: a lost wake-up then cannot be hidden by the
                // next packet.
                bench.await("the packet before to be received", () -> received.get() >= number);
                for (int s = 0; s < spins[i]; s++) {
                    Thread.onSpinWait();
                }
                bench.far().send(frames.get(i % frames.size()));
            }
        }, () -> takeByInterrupt(bench, queue, count, received, "armed and polled in turn"));
    }

    @ConformanceCase(id = "IN-006", realTime = true,
        value = "A thread that waits is woken by stop().",
        needs = Capability.RX_INTERRUPT,
        source = "contract RxQueue.awaitInterrupt(): also wakes up when the device stops; ENA fix L2.1.0: disable "
            + "on a failed up",
        ifItFails = "signal the queue's event when the device stops")
    void stopWakes(Bench bench) {
        up(bench, 1);
        RxQueue queue = bench.device().rxQueue(0);
        dry(queue);
        queue.armInterrupt();
        Parallel.with(bench, "waiter", () -> Check.that(queue.awaitInterrupt(bench.deadline()),
            "stop() did not end the wait of a thread"), bench.device()::stop);
    }

    @ConformanceCase(id = "IN-007",
        value = "Interrupts work after stop and start, and after reset.",
        needs = Capability.RX_INTERRUPT,
        source = "selftests irq.py: after reconfiguration; ENA fix F2.0: double activation of an interrupt",
        ifItFails = "vectors and masks must be set up anew")
    void afterRestart(Bench bench) {
        up(bench, 1);
        wakesOnce(bench, "after the first start");
        bench.device().stop();
        bench.device().start();
        wakesOnce(bench, "after stop and start");
        if (bench.info().has(Capability.RESET)) {
            bench.device().reset();
            wakesOnce(bench, "after reset");
        }
    }

    private static void wakesOnce(Bench bench, String when) {
        bench.far().send(bench.toDevice().build());
        takeByInterrupt(bench, bench.device().rxQueue(0), when);
    }

    @ConformanceCase(id = "IN-008", rxQueues = 2,
        value = "Several queues may share an event, and a packet on any of them signals it.",
        needs = {Capability.RX_INTERRUPT, Capability.RSS_HASH, Capability.RSS_TABLE_UPDATE},
        source = "contract RxQueueConfig.event(); contract Interrupts: two vectors may end in the same event",
        ifItFails = "look at an event that is bound to the queue set up last")
    void sharedEvent(Bench bench) {
        WaitEvent event = bench.platform().newWaitEvent();
        configure(bench, 2);
        for (int i = 0; i < 2; i++) {
            bench.device().setupRxQueue(i, RxQueueConfig.STANDARD.withRingSize(Bench.ring(bench.info().rxRing()))
                .withPool(bench.pool()).withInterrupts(event));
        }
        bench.device().start();
        for (int i = 0; i < 8; i++) {
            int target = i % 2;
            int[] table = new int[bench.device().rss().table().length];
            Arrays.fill(table, target);
            bench.device().setRss(bench.device().rss().withTable(table));
            dry(bench.device().rxQueue(0));
            dry(bench.device().rxQueue(1));
            event.poll();
            boolean waiting = bench.device().rxQueue(0).armInterrupt() | bench.device().rxQueue(1).armInterrupt();
            Check.that(!waiting, "arming says that packets wait, although none was sent");
            Frame frame = bench.toDevice().udp(i, 1).build();
            bench.far().send(frame);
            Check.that(event.await(bench.deadline()), "a packet to receive queue " + target
                + " did not signal the event that two queues share");
            bench.rx(target).expect(frame);
        }
    }

    @ConformanceCase(id = "IN-009", rxQueues = 2,
        value = "Each queue wakes its own waiter.",
        needs = {Capability.RX_INTERRUPT, Capability.RSS_HASH, Capability.RSS_TABLE_UPDATE},
        source = "DPDK ixgbevf ca9d659718: receive vectors; [DTS vf_interrupt_pmd]; virtio wake-up over 16 queues",
        ifItFails = "look at the map from queues to vectors, and at vector 0, which may not be a queue's")
    void ownWaiter(Bench bench) {
        int queues = RssCases.queues(bench);
        up(bench, queues);
        for (int target = queues - 1; target >= 0; target--) {
            int[] table = new int[bench.device().rss().table().length];
            Arrays.fill(table, target);
            bench.device().setRss(bench.device().rss().withTable(table));
            bench.far().send(bench.toDevice().udp(target, 1).build());
            takeByInterrupt(bench, bench.device().rxQueue(target), "receive queue " + target);
        }
    }

    @ConformanceCase(id = "IN-010",
        value = "Coalescing delays a wake-up, and does not swallow it.",
        needs = {Capability.RX_INTERRUPT, Capability.COALESCING},
        source = "[amzn-drivers ena_netdev.c, ena_unmask_interrupt]: lost-interrupt mitigation; selftests irq.py; "
            + "ethtool -C rx-usecs, rx-frames",
        ifItFails = "a single packet must wake within rx-usecs, also if rx-frames is not reached")
    void coalesced(Bench bench) {
        up(bench, 1);
        for (Coalescing each : List.of(new Coalescing(1000, 64, 0, 0, false), new Coalescing(100, 0, 0, 0, false),
            new Coalescing(50, 8, 0, 0, false))) {
            ConfigurationCases.coalesce(bench, each);
            for (int i = 0; i < 3; i++) {
                bench.far().send(bench.toDevice().udp(i, 1).build());
                takeByInterrupt(bench, bench.device().rxQueue(0), "with " + each);
            }
        }
    }

    @ConformanceCase(id = "IN-011",
        value = "Disarming can be done at any time, and arming again works.",
        needs = Capability.RX_INTERRUPT,
        source = "[UK netdev.h, uk_netdev_rxq_intr_disable]",
        ifItFails = "look at a disarm that takes away a packet's signal without leaving the packet to be seen by "
            + "the next arming")
    void disarm(Bench bench) {
        up(bench, 1);
        RxQueue queue = bench.device().rxQueue(0);
        for (int i = 0; i < 10; i++) {
            dry(queue);
            queue.armInterrupt();
            queue.disarmInterrupt();
            queue.disarmInterrupt();
            Frame frame = bench.toDevice().udp(i, 1).build();
            bench.far().send(frame);
            takeByInterrupt(bench, queue, "armed again after disarming");
        }
    }
}
